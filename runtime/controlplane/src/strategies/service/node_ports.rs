//! Node ports of services, those of health checks included. Follows pkg/registry/core/service/storage/alloc.go.

use std::collections::HashMap;

use kubeforge_api::core::v1::{Protocol, Service, ServiceType};
use kubeforge_machinery::{
    field::{Error, Path},
    status::ApiError,
};

use super::{
    KIND,
    linked::{needs_health_check, needs_node_port},
    taking::Taking,
};

const PORTS: Path<'static> = Path::new("spec.ports");
const FULL: &str = "range is full";

/// Whether ports without a node port get one.
fn allocates(service: &Service) -> bool {
    match service.spec.type_ {
        ServiceType::NodePort => true,
        ServiceType::LoadBalancer => service.spec.allocate_load_balancer_node_ports == Some(true),
        _ => false,
    }
}

fn refused(service: &Service, index: usize, port: i32, why: String) -> ApiError {
    let item = PORTS.index(index);
    let error = Error::invalid(&item.child("nodePort"), port, why);
    ApiError::invalid(&KIND, &service.metadata.name, &vec![error])
}

fn any_port(taking: &mut Taking<'_>) -> Result<i32, ApiError> {
    taking.any_port().ok_or_else(|| ApiError::internal_error(format_args!("failed to allocate a nodePort: {FULL}")))
}

/// Takes what a new service asks for. A number for one protocol holds for the same port of others.
///
/// # Errors
/// Where a port is taken, out of range, or none is left.
pub(super) fn take_new(service: &mut Service, taking: &mut Taking<'_>) -> Result<(), ApiError> {
    if needs_node_port(service) {
        take_ports(service, taking)?;
    }
    if needs_health_check(service) {
        take_health_check(service, taking)?;
    }
    Ok(())
}

fn take_ports(service: &mut Service, taking: &mut Taking<'_>) -> Result<(), ApiError> {
    let allocates = allocates(service);
    let mut by_port: HashMap<i32, i32> = HashMap::new();
    for index in 0..service.spec.ports.len() {
        let Some(port) = service.spec.ports.get(index) else { break };
        let (number, asked) = (port.port, port.node_port);
        if asked == 0 && !allocates {
            continue;
        }
        let chosen = match by_port.get(&number) {
            None => {
                let asked = service.spec.ports.iter().find(|it| it.port == number && it.node_port != 0);
                let chosen = match asked.map(|it| it.node_port) {
                    Some(asked) => {
                        taking.port(asked).map_err(|why| refused(service, index, asked, why))?;
                        asked
                    }
                    None => any_port(taking)?,
                };
                by_port.insert(number, chosen);
                chosen
            }
            Some(chosen) if asked == 0 || asked == *chosen => *chosen,
            Some(_) => {
                taking.port(asked).map_err(|why| refused(service, index, asked, why))?;
                asked
            }
        };
        if let Some(port) = service.spec.ports.get_mut(index) {
            port.node_port = chosen;
        }
    }
    Ok(())
}

fn take_health_check(service: &mut Service, taking: &mut Taking<'_>) -> Result<(), ApiError> {
    match service.spec.health_check_node_port {
        0 => {
            let full = || ApiError::internal_error(format_args!("failed to allocate a HealthCheck NodePort 0: {FULL}"));
            service.spec.health_check_node_port = taking.any_port().ok_or_else(full)?;
            Ok(())
        }
        asked => taking.port(asked).map_err(|why| {
            ApiError::internal_error(format_args!("failed to allocate requested HealthCheck NodePort {asked}: {why}"))
        }),
    }
}

/// Takes what an update asks for that the service does not have.
///
/// # Errors
/// As [`take_new`].
pub(super) fn take_changed(service: &mut Service, old: &Service, taking: &mut Taking<'_>) -> Result<(), ApiError> {
    if needs_node_port(service) {
        take_changed_ports(service, old, taking)?;
    }
    if needs_health_check(service) && !needs_health_check(old) {
        take_health_check(service, taking)?;
    }
    Ok(())
}

fn take_changed_ports(service: &mut Service, old: &Service, taking: &mut Taking<'_>) -> Result<(), ApiError> {
    let allocates = allocates(service);
    let mut taken: Vec<i32> = Vec::new();
    let mut seen: Vec<(Protocol, i32)> = Vec::new();
    for index in 0..service.spec.ports.len() {
        let Some(port) = service.spec.ports.get(index) else { break };
        let mut number = port.node_port;
        if number == 0 && !allocates {
            continue;
        }
        if number == 0 {
            number = any_port(taking)?;
        } else if !old.spec.ports.iter().any(|it| it.node_port == number) && !taken.contains(&number) {
            taking.port(number).map_err(|why| refused(service, index, number, why))?;
            taken.push(number);
        }
        let Some(port) = service.spec.ports.get_mut(index) else { break };
        port.node_port = number;
        let pair = (port.protocol.clone(), number);
        if seen.contains(&pair) {
            return Err(ApiError::unknown(format!("duplicate nodePort: {{{} {number}}}", pair.0)));
        }
        seen.push(pair);
    }
    Ok(())
}
