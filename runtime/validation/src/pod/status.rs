//! What a write of a pod's status may say. Follows `ValidatePodStatusUpdate`.

use kubeforge_api::core::v1::{POD_INITIALIZED, POD_READY, POD_SCHEDULED, Pod, PodCondition, PodQOSClass};
use kubeforge_machinery::{
    field::{BadValue, Error, ErrorList, Path},
    validation::{is_dns1123_subdomain, is_qualified_name, is_valid_ip_sloppy, parse_ip},
};

use super::{
    annotations,
    options::{BOUND_PODS_HAVE_NO_NOMINATION, IMAGE_VOLUME_WITH_DIGEST, PodOptions},
    status_claims, status_containers,
};
use crate::common::{immutable_text, invalid_each};

const NEGATIVE: &str = "must be a non-negative integer";

/// What is wrong with a new status.
pub(super) fn updated(new: &Pod, old: &Pod, options: &PodOptions<'_>) -> ErrorList {
    let mut errors = ErrorList::new();
    annotations::updated(new, old, options, &Path::new("metadata.annotations"), &mut errors);
    let path = Path::new("status");
    let (after, before) = (&new.status, &old.status);
    conditions(&after.conditions, &path.child("conditions"), &mut errors);
    if new.spec.node_name != old.spec.node_name {
        errors.push(Error::forbidden(&path.child("nodeName"), "may not be changed directly"));
    }
    nominated_node(new, old, options, &path.child("nominatedNodeName"), &mut errors);
    if after.observed_generation < 0 {
        let path = path.child("observedGeneration");
        errors.push(Error::invalid(&path, after.observed_generation, NEGATIVE));
    }
    qos_class(&after.qos_class, &before.qos_class, &path.child("qosClass"), &mut errors);
    status_containers::transitions(new, old, options, &path, &mut errors);
    status_claims::claims(new, &path, &mut errors);
    pod_ips(new, old, &path.child("podIPs"), &mut errors);
    host_ips(new, old, &path.child("hostIPs"), &mut errors);
    status_containers::users(new, &path, &mut errors);
    status_containers::health(new, &path, &mut errors);
    if options.enabled(IMAGE_VOLUME_WITH_DIGEST) {
        status_containers::image_volumes(after, &path, &mut errors);
    }
    errors
}

fn conditions(conditions: &[PodCondition], path: &Path<'_>, errors: &mut ErrorList) {
    for (at, condition) in conditions.iter().enumerate() {
        let path = path.index(at);
        if condition.observed_generation < 0 {
            let path = path.child("observedGeneration");
            errors.push(Error::invalid(&path, condition.observed_generation, NEGATIVE));
        }
        if [POD_SCHEDULED, POD_READY, POD_INITIALIZED].contains(&condition.type_.as_str()) {
            continue;
        }
        invalid_each(&path.child("Type"), &condition.type_, is_qualified_name(&condition.type_), errors);
    }
}

fn nominated_node(new: &Pod, old: &Pod, options: &PodOptions<'_>, path: &Path<'_>, errors: &mut ErrorList) {
    let name = &new.status.nominated_node_name;
    if name.is_empty() || *name == old.status.nominated_node_name {
        return;
    }
    invalid_each(path, name, is_dns1123_subdomain(name), errors);
    if options.enabled(BOUND_PODS_HAVE_NO_NOMINATION) && !old.spec.node_name.is_empty() {
        errors.push(Error::forbidden(path, "may not be set on pods that are already bound to a node"));
    }
}

fn qos_class(new: &PodQOSClass, old: &PodQOSClass, path: &Path<'_>, errors: &mut ErrorList) {
    if new != old {
        errors.push(immutable_text(path, new.as_str()));
    }
}

fn pod_ips(new: &Pod, old: &Pod, path: &Path<'_>, errors: &mut ErrorList) {
    let ips: Vec<&str> = new.status.pod_ips.iter().map(|it| it.ip.as_str()).collect();
    let known: Vec<&str> = old.status.pod_ips.iter().map(|it| it.ip.as_str()).collect();
    addresses(&ips, &known, path, errors);
}

fn host_ips(new: &Pod, old: &Pod, path: &Path<'_>, errors: &mut ErrorList) {
    let ips: Vec<&str> = new.status.host_ips.iter().map(|it| it.ip.as_str()).collect();
    let known: Vec<&str> = old.status.host_ips.iter().map(|it| it.ip.as_str()).collect();
    if let Some(first) = ips.first().filter(|first| **first != new.status.host_ip) {
        errors.push(Error::invalid(&path.index(0).child("ip"), *first, "must be equal to `hostIP`"));
    }
    addresses(&ips, &known, path, errors);
}

/// New addresses are well formed, old ones may be as they were; of two, one is of each family.
fn addresses(ips: &[&str], known: &[&str], path: &Path<'_>, errors: &mut ErrorList) {
    for (at, ip) in ips.iter().enumerate().filter(|(_, ip)| !known.contains(ip)) {
        errors.extend(is_valid_ip_sloppy(&path.index(at), ip));
    }
    if ips.len() < 2 {
        return;
    }
    let parsed: Vec<_> = ips.iter().map(|ip| parse_ip(ip)).collect();
    if let Some(at) = parsed.iter().position(Option::is_none) {
        errors
            .push(Error::internal(path, format!("failed to check for dual stack with error:invalid IP[{at}]: <nil>")));
    }
    let has = |is_v4: bool| parsed.iter().flatten().any(|ip| ip.is_ipv4() == is_v4);
    let dual = parsed.iter().all(Option::is_some) && has(true) && has(false);
    if !dual || ips.len() > 2 {
        let list: Vec<String> = ips.iter().map(|ip| format!("{{\"IP\":{}}}", serde_json::Value::from(*ip))).collect();
        let value = BadValue::Plain(format!("[{}]", list.join(",")));
        errors.push(Error::invalid(path, value, "may specify no more than one IP for each IP family"));
    }
}
