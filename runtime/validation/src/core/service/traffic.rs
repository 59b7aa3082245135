//! Which pods traffic goes to.

use kubeforge_api::core::v1::{Service, ServiceExternalTrafficPolicy, ServiceInternalTrafficPolicy, ServiceType};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::is_port_number,
};

use crate::common::invalid_each;

const POLICIES: [&str; 2] = ["Cluster", "Local"];
const DISTRIBUTIONS: [&str; 3] = ["PreferClose", "PreferSameZone", "PreferSameNode"];

/// Whether traffic from outside of the cluster reaches the service.
fn is_externally_accessible(service: &Service) -> bool {
    match service.spec.type_ {
        ServiceType::LoadBalancer | ServiceType::NodePort => true,
        ServiceType::ClusterIP => !service.spec.external_ips.is_empty(),
        _ => false,
    }
}

/// Whether the balancer must find out which nodes have pods.
pub(super) fn needs_health_check(service: &Service) -> bool {
    service.spec.type_ == ServiceType::LoadBalancer
        && service.spec.external_traffic_policy == ServiceExternalTrafficPolicy::Local
}

/// What is wrong with the policies.
pub(super) fn validate(service: &Service, spec: &Path<'_>, errors: &mut ErrorList) {
    external(service, &spec.child("externalTrafficPolicy"), errors);
    health_check(service, &spec.child("healthCheckNodePort"), errors);
    internal(service, &spec.child("internalTrafficPolicy"), errors);
    if let Some(distribution) = &service.spec.traffic_distribution
        && !DISTRIBUTIONS.contains(&distribution.as_str())
    {
        errors.push(Error::not_supported(&spec.child("trafficDistribution"), distribution, &DISTRIBUTIONS));
    }
}

fn external(service: &Service, path: &Path<'_>, errors: &mut ErrorList) {
    let policy = &service.spec.external_traffic_policy;
    if !is_externally_accessible(service) {
        if !policy.is_empty() {
            errors.push(Error::invalid(path, policy.as_str(), "may only be set for externally-accessible services"));
        }
        return;
    }
    if let ServiceExternalTrafficPolicy::Other(other) = policy {
        errors.push(match other.as_str() {
            "" => Error::required(path, ""),
            _ => Error::not_supported(path, other, &POLICIES),
        });
    }
}

fn health_check(service: &Service, path: &Path<'_>, errors: &mut ErrorList) {
    match (needs_health_check(service), service.spec.health_check_node_port) {
        (false, 0) => {}
        (false, port) => {
            let text = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
            errors.push(Error::invalid(path, port, text));
        }
        (true, 0) => errors.push(Error::required(path, "")),
        (true, port) => invalid_each(path, port, is_port_number(port.into()), errors),
    }
}

fn internal(service: &Service, path: &Path<'_>, errors: &mut ErrorList) {
    match &service.spec.internal_traffic_policy {
        None => {
            let needs_one = [ServiceType::NodePort, ServiceType::LoadBalancer, ServiceType::ClusterIP];
            if needs_one.contains(&service.spec.type_) {
                errors.push(Error::required(path, ""));
            }
        }
        Some(ServiceInternalTrafficPolicy::Other(other)) => {
            errors.push(Error::not_supported(path, other, &POLICIES));
        }
        Some(_) => {}
    }
}
