//! Which IP families a service gets: those that it names, those of its addresses, and what its policy adds. Follows
//! `initIPFamilyFields` in pkg/registry/core/service/storage/alloc.go.

use kubeforge_api::core::v1::{IPFamily, IPFamilyPolicy, Service, ServiceType};
use kubeforge_machinery::{
    field::{BadValue, Error, ErrorList, Path},
    status::ApiError,
};
use kubeforge_validation::service_cluster_ips;

use super::{HEADLESS, KIND};

const SPEC: Path<'static> = Path::new("spec");

fn refuse_if_any(service: &Service, errors: &ErrorList) -> Result<(), ApiError> {
    if errors.is_empty() { Ok(()) } else { Err(ApiError::invalid(&KIND, &service.metadata.name, errors)) }
}

/// A service's addresses as errors show them.
pub(super) fn shown_addresses(service: &Service) -> BadValue {
    if service.spec.cluster_ips.is_empty() { BadValue::Null } else { BadValue::json(&service.spec.cluster_ips) }
}

fn shown_policy(service: &Service) -> BadValue {
    service.spec.ip_family_policy.as_ref().map_or(BadValue::Null, |policy| policy.as_str().into())
}

fn is_single_stack(service: &Service) -> bool {
    service.spec.ip_family_policy == Some(IPFamilyPolicy::SingleStack)
}

fn other(family: &IPFamily) -> Option<IPFamily> {
    match family {
        IPFamily::IPv4 => Some(IPFamily::IPv6),
        IPFamily::IPv6 => Some(IPFamily::IPv4),
        IPFamily::Other(_) => None,
    }
}

/// Whether an update leaves a service alone that takes what the cluster has: it neither gains nor loses a family just
/// because the cluster did.
pub(super) fn stays_as_preferred(new: &Service, old: &Service) -> bool {
    let prefers = |service: &Service| service.spec.ip_family_policy == Some(IPFamilyPolicy::PreferDualStack);
    new.spec.type_ == old.spec.type_
        && matches!(new.spec.type_, ServiceType::ClusterIP | ServiceType::NodePort | ServiceType::LoadBalancer)
        && prefers(new)
        && (prefers(old) || old.spec.ip_family_policy.is_none())
        && new.spec.cluster_ips == old.spec.cluster_ips
        && new.spec.ip_families == old.spec.ip_families
}

/// Fills in policy and families; `cluster` are the cluster's families, the primary one first.
///
/// # Errors
/// What does not fit together, or does not exist here.
pub(super) fn settle(service: &mut Service, old: Option<&Service>, cluster: &[IPFamily]) -> Result<(), ApiError> {
    if service.spec.type_ == ServiceType::ExternalName || old.is_some_and(|old| stays_as_preferred(service, old)) {
        return Ok(());
    }
    let needs_no_family = service.spec.cluster_ip == HEADLESS && service.spec.selector.is_empty();
    if service.spec.ip_family_policy.is_none() {
        let before = old.and_then(|old| old.spec.ip_family_policy.clone());
        let by_default = if needs_no_family { IPFamilyPolicy::RequireDualStack } else { IPFamilyPolicy::SingleStack };
        service.spec.ip_family_policy = Some(before.unwrap_or(by_default));
    }
    refuse_if_any(service, &service_cluster_ips(service, old))?;
    let mut errors = ErrorList::new();
    if let Some(old) = old {
        release_second(service, old, &mut errors);
    }
    single_stack_has_one(service, &mut errors);
    infer(service, cluster, &mut errors);
    refuse_if_any(service, &errors)?;
    let primary = cluster.first().cloned().unwrap_or(IPFamily::IPv4);
    if needs_no_family {
        // endpoints are written by hand, of whatever family
        if service.spec.ip_families.is_empty() {
            service.spec.ip_families = vec![primary];
        }
        add_second(service);
        return Ok(());
    }
    exist_here(service, cluster)?;
    if service.spec.ip_families.is_empty() {
        service.spec.ip_families = vec![primary];
    }
    if cluster.len() == 2 {
        add_second(service);
    }
    Ok(())
}

fn add_second(service: &mut Service) {
    if let [only] = service.spec.ip_families.as_slice()
        && !is_single_stack(service)
        && let Some(second) = other(only)
    {
        service.spec.ip_families.push(second);
    }
}

/// Who asks for a single stack and leaves addresses and families alone gives the second ones back.
fn release_second(service: &mut Service, old: &Service, errors: &mut ErrorList) {
    if is_single_stack(service) {
        if service.spec.cluster_ips == old.spec.cluster_ips {
            service.spec.cluster_ips.truncate(1);
        }
        if service.spec.ip_families == old.spec.ip_families {
            service.spec.ip_families.truncate(1);
        }
        return;
    }
    let is_reduced = |new: usize, old: usize| new != 0 && new < old;
    for (new, old, what) in [
        (service.spec.cluster_ips.len(), old.spec.cluster_ips.len(), "cluster IP"),
        (service.spec.ip_families.len(), old.spec.ip_families.len(), "IP family"),
    ] {
        if is_reduced(new, old) {
            let text = format!("must be 'SingleStack' to release the secondary {what}");
            errors.push(Error::invalid(&SPEC.child("ipFamilyPolicy"), shown_policy(service), text));
        }
    }
}

fn single_stack_has_one(service: &Service, errors: &mut ErrorList) {
    if !is_single_stack(service) {
        return;
    }
    for (count, what) in
        [(service.spec.cluster_ips.len(), "cluster IPs"), (service.spec.ip_families.len(), "IP families")]
    {
        if count == 2 {
            let text = format!("must be 'RequireDualStack' or 'PreferDualStack' when multiple {what} are specified");
            errors.push(Error::invalid(&SPEC.child("ipFamilyPolicy"), shown_policy(service), text));
        }
    }
}

/// Addresses say what families are wanted.
fn infer(service: &mut Service, cluster: &[IPFamily], errors: &mut ErrorList) {
    let list = SPEC.child("clusterIPs");
    for (index, address) in service.spec.cluster_ips.clone().iter().enumerate() {
        if address == HEADLESS {
            break;
        }
        if index < service.spec.ip_families.len() {
            continue;
        }
        let family = if address.contains(':') { IPFamily::IPv6 } else { IPFamily::IPv4 };
        if cluster.contains(&family) {
            service.spec.ip_families.push(family);
        } else {
            let text = format!("{family} is not configured on this cluster");
            errors.push(Error::invalid(&list.index(index), shown_addresses(service), text));
        }
    }
}

fn exist_here(service: &Service, cluster: &[IPFamily]) -> Result<(), ApiError> {
    let mut errors = ErrorList::new();
    if service.spec.ip_family_policy == Some(IPFamilyPolicy::RequireDualStack) && cluster.len() < 2 {
        let text = "this cluster is not configured for dual-stack services";
        errors.push(Error::invalid(&SPEC.child("ipFamilyPolicy"), shown_policy(service), text));
    }
    let list = SPEC.child("ipFamilies");
    for (index, family) in service.spec.ip_families.iter().enumerate().filter(|(_, it)| !cluster.contains(it)) {
        errors.push(Error::invalid(&list.index(index), family.as_str(), "not configured on this cluster"));
    }
    refuse_if_any(service, &errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DUAL: [IPFamily; 2] = [IPFamily::IPv4, IPFamily::IPv6];

    fn service(policy: Option<IPFamilyPolicy>, addresses: &[&str]) -> Service {
        let mut service = Service::default();
        service.spec.type_ = ServiceType::ClusterIP;
        service.spec.selector.insert("a".to_owned(), "b".to_owned());
        service.spec.ip_family_policy = policy;
        service.spec.cluster_ips = addresses.iter().map(|address| (*address).to_owned()).collect();
        service.spec.cluster_ip = service.spec.cluster_ips.first().cloned().unwrap_or_default();
        service
    }

    #[track_caller]
    fn check(mut service: Service, cluster: &[IPFamily], want: &[IPFamily]) {
        settle(&mut service, None, cluster).unwrap();
        assert_eq!(service.spec.ip_families, want);
    }

    #[test]
    fn policies_add_families() {
        check(service(None, &[]), &DUAL, &DUAL[..1]);
        check(service(Some(IPFamilyPolicy::PreferDualStack), &[]), &DUAL, &DUAL);
        check(service(Some(IPFamilyPolicy::PreferDualStack), &[]), &DUAL[1..], &DUAL[1..]);
        check(service(None, &["fd00::1"]), &DUAL, &DUAL[1..]);
        let mut headless = service(None, &["None"]);
        headless.spec.selector.clear();
        check(headless, &DUAL[..1], &DUAL);
        assert!(settle(&mut service(Some(IPFamilyPolicy::RequireDualStack), &[]), None, &DUAL[..1]).is_err());
        assert!(settle(&mut service(None, &["10.0.0.1", "fd00::1"]), None, &DUAL).is_err());
    }

    #[test]
    fn a_single_stack_gives_the_second_family_back() {
        let mut old = service(Some(IPFamilyPolicy::RequireDualStack), &["10.0.0.1", "fd00::1"]);
        old.spec.ip_families = DUAL.to_vec();
        let mut new = old.clone();
        new.spec.ip_family_policy = Some(IPFamilyPolicy::SingleStack);
        settle(&mut new, Some(&old), &DUAL).unwrap();
        assert_eq!((new.spec.cluster_ips.len(), new.spec.ip_families.len()), (1, 1));
        let mut reduced = old.clone();
        reduced.spec.cluster_ips.truncate(1);
        assert!(settle(&mut reduced, Some(&old), &DUAL).is_err());
    }
}
