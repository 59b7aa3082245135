//! What only load balancers have, in spec and status.

use kubeforge_api::core::v1::{
    ANNOTATION_LOAD_BALANCER_SOURCE_RANGES_KEY as SOURCE_RANGES, LoadBalancerIPMode, LoadBalancerIngress, Service,
    ServiceType,
};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{is_dns1123_subdomain, is_qualified_name, parse_ip},
};

use crate::common::{invalid_each, legacy_cidr, legacy_ip};

const ONLY: &str = "may only be used when `type` is 'LoadBalancer'";

/// What is wrong with the spec's fields.
pub(super) fn validate(service: &Service, old: Option<&Service>, spec: &Path<'_>, errors: &mut ErrorList) {
    let is_balanced = service.spec.type_ == ServiceType::LoadBalancer;
    source_ranges(service, old, spec, errors);
    match service.spec.allocate_load_balancer_node_ports {
        Some(_) if !is_balanced => {
            errors.push(Error::forbidden(&spec.child("allocateLoadBalancerNodePorts"), ONLY));
        }
        None if is_balanced => errors.push(Error::required(&Path::new("allocateLoadBalancerNodePorts"), "")),
        _ => {}
    }
    class(service, spec, errors);
}

/// The class' form. Updates check it twice.
pub(super) fn class(service: &Service, spec: &Path<'_>, errors: &mut ErrorList) {
    let Some(class) = &service.spec.load_balancer_class else { return };
    let path = spec.child("loadBalancerClass");
    if service.spec.type_ == ServiceType::LoadBalancer {
        invalid_each(&path, class, is_qualified_name(class), errors);
    } else {
        errors.push(Error::forbidden(&path, ONLY));
    }
}

/// Ranges in the field or, where it is empty, in the annotation that came before it. Spaces around them mean nothing.
fn source_ranges(service: &Service, old: Option<&Service>, spec: &Path<'_>, errors: &mut ErrorList) {
    let ranges = &service.spec.load_balancer_source_ranges;
    let is_balanced = service.spec.type_ == ServiceType::LoadBalancer;
    if !ranges.is_empty() {
        let list = spec.child("LoadBalancerSourceRanges");
        if !is_balanced {
            errors.push(Error::forbidden(&list, ONLY));
        }
        let before: Vec<&str> =
            old.into_iter().flat_map(|old| &old.spec.load_balancer_source_ranges).map(|range| range.trim()).collect();
        for (index, range) in ranges.iter().enumerate() {
            legacy_cidr(range.trim(), &before, &list.index(index), errors);
        }
        return;
    }
    let Some(annotation) = service.metadata.annotations.get(SOURCE_RANGES) else { return };
    let annotations = Path::new("metadata.annotations");
    let path = annotations.key(SOURCE_RANGES);
    if !is_balanced {
        errors.push(Error::forbidden(&path, ONLY));
    }
    if old.and_then(|old| old.metadata.annotations.get(SOURCE_RANGES)) == Some(annotation) {
        return;
    }
    if !annotation.trim().is_empty() {
        for range in annotation.split(',') {
            legacy_cidr::<&str>(range.trim(), &[], &path, errors);
        }
    }
}

/// What is wrong with an update of the status.
pub(super) fn validate_status(new: &Service, old: &Service) -> ErrorList {
    let mut errors = ErrorList::new();
    let ingress = &new.status.load_balancer.ingress;
    let list = Path::new("status.loadBalancer.ingress");
    if new.spec.type_ != ServiceType::LoadBalancer && !ingress.is_empty() {
        errors.push(Error::forbidden(&list, "may only be used when `spec.type` is 'LoadBalancer'"));
        return errors;
    }
    let before: Vec<String> = old.status.load_balancer.ingress.iter().map(|it| it.ip.clone()).collect();
    for (index, it) in ingress.iter().enumerate() {
        let path = list.index(index);
        if !it.ip.is_empty() {
            legacy_ip(&it.ip, &before, &path.child("ip"), &mut errors);
        }
        ip_mode(it, &path.child("ipMode"), &mut errors);
        if !it.hostname.is_empty() {
            let path = path.child("hostname");
            invalid_each(&path, &it.hostname, is_dns1123_subdomain(&it.hostname), &mut errors);
            if parse_ip(&it.hostname).is_some() {
                errors.push(Error::invalid(&path, &it.hostname, "must be a DNS name, not an IP address"));
            }
        }
    }
    errors
}

fn ip_mode(ingress: &LoadBalancerIngress, path: &Path<'_>, errors: &mut ErrorList) {
    match &ingress.ip_mode {
        None if !ingress.ip.is_empty() => errors.push(Error::required(path, "must be specified when `ip` is set")),
        Some(_) if ingress.ip.is_empty() => {
            errors.push(Error::forbidden(path, "may not be specified when `ip` is not set"));
        }
        Some(LoadBalancerIPMode::Other(other)) => errors.push(Error::not_supported(path, other, &["Proxy", "VIP"])),
        _ => {}
    }
}
