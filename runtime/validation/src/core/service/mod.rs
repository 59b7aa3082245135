//! Services. Follows `ValidateService` and its kin in pkg/apis/core/validation.

mod cluster_ips;
mod load_balancer;
mod ports;
mod traffic;
mod update;
mod warnings;

use kubeforge_api::core::v1::{Service, ServiceAffinity, ServiceType};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, MetadataOnUpdate, NameRule, is_dns1123_subdomain, labels},
};

use crate::{
    BuiltIn,
    common::{endpoint_ip, invalid_each, legacy_ip},
};

pub use cluster_ips::service_cluster_ips;

/// A service without an address of its own.
const HEADLESS: &str = "None";
const TOPOLOGY_HINTS: &str = "service.kubernetes.io/topology-aware-hints";
const TOPOLOGY_MODE: &str = "service.kubernetes.io/topology-mode";
/// The longest time that a client stays with a pod.
const AFFINITY_SECONDS_MAX: i32 = 86_400;

pub(super) fn register(all: &mut BuiltIn) {
    // names are labels that may begin with a digit, as RelaxedServiceNameValidation is on
    let checks = Checks::new(|_: &CheckContext<'_>, service: &Service| validate(service, None))
        .update(|_: &CheckContext<'_>, new: &Service, old: &Service| {
            let mut errors = update::validate(new, old);
            errors.extend(validate(new, Some(old)));
            errors
        })
        .names(NameRule::Label)
        .metadata_on_update(MetadataOnUpdate::Whole)
        .subresource("status", |_: &CheckContext<'_>, new: &Service, old: &Service| {
            load_balancer::validate_status(new, old)
        })
        .warnings(warnings::warnings);
    all.add("", "services", checks);
}

fn is_headless(service: &Service) -> bool {
    matches!(service.spec.cluster_ips.as_slice(), [only] if only == HEADLESS)
}

fn validate(service: &Service, old: Option<&Service>) -> ErrorList {
    let mut errors = ErrorList::new();
    topology(service, &mut errors);
    let spec = Path::new("spec");
    if service.spec.ports.is_empty() && !is_headless(service) && service.spec.type_ != ServiceType::ExternalName {
        errors.push(Error::required(&spec.child("ports"), ""));
    }
    of_type(service, &spec, &mut errors);
    ports::validate(service, &spec.child("ports"), &mut errors);
    labels(&service.spec.selector, &spec.child("selector"), &mut errors);
    affinity(service, &spec, &mut errors);
    errors.extend(service_cluster_ips(service, old));
    external_ips(service, old, &spec.child("externalIPs"), &mut errors);
    let type_ = spec.child("type");
    if let ServiceType::Other(other) = &service.spec.type_ {
        errors.push(match other.as_str() {
            "" => Error::required(&type_, ""),
            _ => Error::not_supported(&type_, other, &["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]),
        });
    }
    ports::validate_together(service, &spec.child("ports"), &mut errors);
    load_balancer::validate(service, old, &spec, &mut errors);
    traffic::validate(service, &spec, &mut errors);
    errors
}

/// The older annotation and the newer one agree.
fn topology(service: &Service, errors: &mut ErrorList) {
    let annotations = &service.metadata.annotations;
    if let (Some(hints), Some(mode)) = (annotations.get(TOPOLOGY_HINTS), annotations.get(TOPOLOGY_MODE))
        && hints != mode
    {
        let text = format!("must match annotations[{TOPOLOGY_HINTS}] when both are specified");
        let path = Path::new("metadata.annotations");
        errors.push(Error::invalid(&path.key(TOPOLOGY_MODE), mode, text));
    }
}

/// What a type rules out.
fn of_type(service: &Service, spec: &Path<'_>, errors: &mut ErrorList) {
    let type_ = &service.spec.type_;
    match type_ {
        ServiceType::LoadBalancer | ServiceType::NodePort if is_headless(service) => {
            let text = format!("may not be set to 'None' for {type_} services");
            errors.push(Error::invalid(&spec.child("clusterIPs").index(0), HEADLESS, text));
        }
        ServiceType::ExternalName => external_name(service, spec, errors),
        _ => {}
    }
}

fn external_name(service: &Service, spec: &Path<'_>, errors: &mut ErrorList) {
    for (is_set, field) in [
        (!service.spec.cluster_ips.is_empty(), "clusterIPs"),
        (!service.spec.ip_families.is_empty(), "ipFamilies"),
        (service.spec.ip_family_policy.is_some(), "ipFamilyPolicy"),
    ] {
        if is_set {
            errors.push(Error::forbidden(&spec.child(field), "may not be set for ExternalName services"));
        }
    }
    let path = spec.child("externalName");
    let name = &service.spec.external_name;
    // a dot at the end says that the name is complete
    match name.strip_suffix('.').unwrap_or(name) {
        "" => errors.push(Error::required(&path, "")),
        name => invalid_each(&path, name, is_dns1123_subdomain(name), errors),
    }
}

fn affinity(service: &Service, spec: &Path<'_>, errors: &mut ErrorList) {
    let config = spec.child("sessionAffinityConfig");
    match &service.spec.session_affinity {
        ServiceAffinity::ClientIP => client_ip(service, &config, errors),
        ServiceAffinity::None => {
            if service.spec.session_affinity_config.is_some() {
                errors.push(Error::forbidden(&config, "must not be set when session affinity is None"));
            }
        }
        ServiceAffinity::Other(other) => {
            let path = spec.child("sessionAffinity");
            errors.push(match other.as_str() {
                "" => Error::required(&path, ""),
                _ => Error::not_supported(&path, other, &["ClientIP", "None"]),
            });
        }
    }
}

fn client_ip(service: &Service, path: &Path<'_>, errors: &mut ErrorList) {
    const WHEN: &str = "when session affinity type is ClientIP";
    let Some(config) = &service.spec.session_affinity_config else {
        errors.push(Error::required(path, WHEN));
        return;
    };
    let path = path.child("clientIP");
    let Some(client_ip) = &config.client_ip else {
        errors.push(Error::required(&path, WHEN));
        return;
    };
    let path = path.child("timeoutSeconds");
    match client_ip.timeout_seconds {
        None => errors.push(Error::required(&path, WHEN)),
        Some(seconds) if seconds <= 0 || seconds > AFFINITY_SECONDS_MAX => {
            let text = format!("must be greater than 0 and less than {AFFINITY_SECONDS_MAX}");
            errors.push(Error::invalid(&path, seconds, text));
        }
        Some(_) => {}
    }
}

fn external_ips(service: &Service, old: Option<&Service>, list: &Path<'_>, errors: &mut ErrorList) {
    let before = old.map(|old| old.spec.external_ips.as_slice()).unwrap_or_default();
    for (index, address) in service.spec.external_ips.iter().enumerate() {
        let path = list.index(index);
        if legacy_ip(address, before, &path, errors) {
            endpoint_ip(address, &path, errors);
        }
    }
}
