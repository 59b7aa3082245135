//! What an update may change: a second family may come and go, the first stays.

use kubeforge_api::core::v1::{IPFamilyPolicy, Service, ServiceType};
use kubeforge_machinery::field::{BadValue, Error, ErrorList, Path};

use super::{is_headless, load_balancer, traffic::needs_health_check};
use crate::common::shown_list;

const FIXED: &str = "may not change once set";

/// What an update changes that it may not.
pub(super) fn validate(new: &Service, old: &Service) -> ErrorList {
    let mut errors = ErrorList::new();
    let spec = Path::new("spec");
    if new.spec.type_ != ServiceType::ExternalName && old.spec.type_ != ServiceType::ExternalName {
        let (new_is_headless, old_is_headless) = (is_headless(new), is_headless(old));
        if !(new_is_headless && old_is_headless) {
            addresses(new, old, &spec, &mut errors);
        }
        if !new_is_headless && !old_is_headless {
            families(new, old, &spec, &mut errors);
        }
    }
    let (new_class, old_class) = (&new.spec.load_balancer_class, &old.spec.load_balancer_class);
    let stays_balanced = new.spec.type_ == ServiceType::LoadBalancer && old.spec.type_ == ServiceType::LoadBalancer;
    if stays_balanced && new_class != old_class {
        errors.push(Error::invalid(&spec.child("loadBalancerClass"), new_class.as_deref(), FIXED));
    }
    load_balancer::class(new, &spec, &mut errors);
    if needs_health_check(new)
        && needs_health_check(old)
        && new.spec.health_check_node_port != old.spec.health_check_node_port
    {
        errors.push(Error::forbidden(&spec.child("healthCheckNodePort"), "field is immutable"));
    }
    errors
}

fn addresses(new: &Service, old: &Service, spec: &Path<'_>, errors: &mut ErrorList) {
    let list = spec.child("clusterIPs");
    let (new_list, old_list) = (&new.spec.cluster_ips, &old.spec.cluster_ips);
    let shown = || shown_list(new_list);
    if new_list.len() == old_list.len() {
        for (index, _) in new_list.iter().zip(old_list).enumerate().filter(|(_, (new, old))| new != old) {
            errors.push(Error::invalid(&list.index(index), shown(), FIXED));
        }
        return;
    }
    let first = list.index(0);
    match (new_list.first(), old_list.first()) {
        (None, Some(_)) => errors.push(Error::invalid(&first, shown(), "primary clusterIP can not be unset")),
        (Some(new), Some(old)) if new != old => errors.push(Error::invalid(&first, shown(), FIXED)),
        _ => {}
    }
    if new_list.len() < old_list.len() && new_list.len() == 1 {
        let text = "must be set to 'SingleStack' when releasing the secondary clusterIP";
        single_stack(new, text, spec, errors);
    }
}

fn families(new: &Service, old: &Service, spec: &Path<'_>, errors: &mut ErrorList) {
    let list = spec.child("ipFamilies");
    let first = list.index(0);
    let (new_list, old_list) = (&new.spec.ip_families, &old.spec.ip_families);
    if new_list.len() == old_list.len() {
        for _ in new_list.iter().zip(old_list).filter(|(new, old)| new != old) {
            errors.push(Error::invalid(&first, shown_list(new_list), FIXED));
        }
        return;
    }
    if new_list.len() < old_list.len() && new.spec.cluster_ips.is_empty() {
        errors.push(Error::invalid(&first, shown_list(new_list), "primary ipFamily can not be unset"));
    }
    if let (Some(new_first), Some(old_first)) = (new_list.first(), old_list.first())
        && new_first != old_first
    {
        errors.push(Error::invalid(&first, shown_list(&new.spec.cluster_ips), FIXED));
    }
    if new_list.len() < old_list.len() && new_list.len() == 1 {
        let text = "must be set to 'SingleStack' when releasing the secondary ipFamily";
        single_stack(new, text, spec, errors);
    }
}

fn single_stack(service: &Service, text: &str, spec: &Path<'_>, errors: &mut ErrorList) {
    let policy = service.spec.ip_family_policy.as_ref();
    if policy != Some(&IPFamilyPolicy::SingleStack) {
        let shown = policy.map_or(BadValue::Null, |policy| policy.as_str().into());
        errors.push(Error::invalid(&spec.child("ipFamilyPolicy"), shown, text));
    }
}
