//! Addresses of services and the families that they are of.

use std::collections::BTreeSet;

use kubeforge_api::core::v1::{IPFamily, IPFamilyPolicy, Service, ServiceType};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::parse_ip,
};

use super::{HEADLESS, is_headless};
use crate::common::{is_ipv6, legacy_ip, shown_list};

/// What is wrong with a service's cluster addresses, its families and its policy for them. The server asks before it
/// gives out addresses, too.
pub fn service_cluster_ips(service: &Service, old: Option<&Service>) -> ErrorList {
    let mut errors = ErrorList::new();
    if service.spec.type_ == ServiceType::ExternalName {
        return errors;
    }
    let spec = Path::new("spec");
    let list = spec.child("clusterIPs");
    in_step(service, &list, &mut errors);
    families(service, &spec, &mut errors);
    if addresses(service, old, &list, &mut errors) {
        both_families(service, &list, &mut errors);
    }
    errors
}

/// The one address is the first of the several.
fn in_step(service: &Service, list: &Path<'_>, errors: &mut ErrorList) {
    let shown = || shown_list(&service.spec.cluster_ips);
    match (service.spec.cluster_ip.as_str(), service.spec.cluster_ips.first()) {
        ("", None) => {}
        ("", Some(_)) => {
            errors.push(Error::invalid(list, shown(), "must be empty when `clusterIP` is not specified"));
        }
        (_, None) => errors.push(Error::required(list, "")),
        (one, Some(first)) => {
            if one != first {
                errors.push(Error::invalid(list, shown(), "first value must match `clusterIP`"));
            }
        }
    }
}

fn families(service: &Service, spec: &Path<'_>, errors: &mut ErrorList) {
    let list = spec.child("ipFamilies");
    let mut seen = BTreeSet::new();
    for (index, family) in service.spec.ip_families.iter().enumerate() {
        let path = list.index(index);
        if let IPFamily::Other(other) = family {
            errors.push(Error::not_supported(&path, other, &["IPv4", "IPv6"]));
        }
        if !seen.insert(family) {
            errors.push(Error::duplicate(&path, family.as_str()));
        }
    }
    if let Some(IPFamilyPolicy::Other(other)) = &service.spec.ip_family_policy {
        let supported = ["PreferDualStack", "RequireDualStack", "SingleStack"];
        errors.push(Error::not_supported(&spec.child("ipFamilyPolicy"), other, &supported));
    }
}

/// Each address by itself. Says whether it makes sense to compare them.
fn addresses(service: &Service, old: Option<&Service>, list: &Path<'_>, errors: &mut ErrorList) -> bool {
    let addresses = &service.spec.cluster_ips;
    let before = old.map(|old| old.spec.cluster_ips.as_slice()).unwrap_or_default();
    let mut are_fine = true;
    for (index, address) in addresses.iter().enumerate() {
        if index == 0 && address == HEADLESS {
            if addresses.len() > 1 {
                are_fine = false;
                let text = "'None' must be the first and only value";
                errors.push(Error::invalid(list, shown_list(addresses), text));
            }
            continue;
        }
        are_fine &= legacy_ip(address, before, &list.index(index), errors);
    }
    if addresses.len() > 2 {
        errors.push(Error::invalid(list, shown_list(addresses), "may only hold up to 2 values"));
    }
    are_fine
}

fn both_families(service: &Service, list: &Path<'_>, errors: &mut ErrorList) {
    let addresses = &service.spec.cluster_ips;
    if addresses.len() > 1 {
        let (sixes, fours): (Vec<&String>, Vec<&String>) = addresses.iter().partition(|address| is_ipv6(address));
        if sixes.is_empty() || !fours.iter().any(|address| parse_ip(address).is_some()) {
            let text = "may specify no more than one IP for each IP family";
            errors.push(Error::invalid(list, shown_list(addresses), text));
        }
    }
    if is_headless(service) {
        return;
    }
    for (index, (address, family)) in addresses.iter().zip(&service.spec.ip_families).enumerate() {
        let is_wrong = match family {
            IPFamily::IPv4 => is_ipv6(address),
            IPFamily::IPv6 => !is_ipv6(address),
            IPFamily::Other(_) => false,
        };
        if is_wrong {
            let text = format!("expected an {family} value as indicated by `ipFamilies[{index}]`");
            errors.push(Error::invalid(&list.index(index), address, text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(addresses: &[&str], families: &[IPFamily], want: &[&str]) {
        let mut service = Service::default();
        service.spec.cluster_ips = addresses.iter().map(|address| (*address).to_owned()).collect();
        service.spec.cluster_ip = service.spec.cluster_ips.first().cloned().unwrap_or_default();
        service.spec.ip_families = families.to_vec();
        let found: Vec<String> = service_cluster_ips(&service, None).iter().map(ToString::to_string).collect();
        assert_eq!(found, want, "{addresses:?}");
    }

    #[test]
    fn addresses_are_one_of_each_family() {
        let (four, six) = (IPFamily::IPv4, IPFamily::IPv6);
        check(&[], &[], &[]);
        check(&["None"], std::slice::from_ref(&four), &[]);
        check(&["10.0.0.1", "fd00::1"], &[four.clone(), six.clone()], &[]);
        check(
            &["10.0.0.1", "10.0.0.2"],
            &[],
            &[
                r#"spec.clusterIPs: Invalid value: ["10.0.0.1","10.0.0.2"]: may specify no more than one IP for each IP family"#,
            ],
        );
        check(
            &["fd00::1"],
            std::slice::from_ref(&four),
            &[
                r#"spec.clusterIPs[0]: Invalid value: "fd00::1": expected an IPv4 value as indicated by `ipFamilies[0]`"#,
            ],
        );
        check(&["10.0.0.1"], &[four.clone(), four], &[r#"spec.ipFamilies[1]: Duplicate value: "IPv4""#]);
        check(
            &["None", "10.0.0.1"],
            &[],
            &[r#"spec.clusterIPs: Invalid value: ["None","10.0.0.1"]: 'None' must be the first and only value"#],
        );
        // nothing more is told of addresses that are none
        check(
            &["x", "fd00::1"],
            &[six],
            &[
                r#"spec.clusterIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"#,
            ],
        );
    }
}
