//! What clients are warned of when they make a pod or a template. Follows pkg/api/pod/warnings.go.

mod ports;
mod selectors;
mod volumes;

use std::collections::BTreeSet;

use kubeforge_api::core::v1::{EnvVar, Pod, PodSpec, PodTemplateSpec};
use kubeforge_machinery::{
    Quantity,
    field::Path,
    meta::v1::ObjectMeta,
    quote::quote,
    validation::{CheckContext, is_dns1123_label},
};

use super::{
    annotations::{APP_ARMOR_ANNOTATION_PREFIX, SECCOMP_CONTAINER_PREFIX, SECCOMP_POD},
    options::SpecOf,
    visit::{AnyContainer, each_container},
};
use crate::common::ip_warnings;

/// Annotations that do nothing any more.
const DEAD_ANNOTATIONS: [(&str, &str); 3] = [
    (
        "scheduler.alpha.kubernetes.io/critical-pod",
        "non-functional in v1.16+; use the \"priorityClassName\" field instead",
    ),
    ("security.alpha.kubernetes.io/sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead"),
    ("security.alpha.kubernetes.io/unsafe-sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead"),
];

/// What to tell of a new pod. Updates are made by programs, which nobody tells anything, but those of the status name
/// addresses that other programs read.
pub(super) fn of_pod(ctx: &CheckContext<'_>, pod: &Pod, old: Option<&Pod>) -> Vec<String> {
    let mut found = Vec::new();
    if ctx.subresource == "status" {
        let status = Path::new("status");
        let (pod_ips, host_ips) = (status.child("podIPs"), status.child("hostIPs"));
        for (at, ip) in pod.status.pod_ips.iter().enumerate() {
            found.extend(ip_warnings(&ip.ip, &pod_ips.index(at).child("ip")));
        }
        for (at, ip) in pod.status.host_ips.iter().enumerate() {
            found.extend(ip_warnings(&ip.ip, &host_ips.index(at).child("ip")));
        }
    } else if old.is_none() {
        let wrong = is_dns1123_label(&pod.metadata.name);
        if !wrong.is_empty() {
            found.push(format!(
                "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS \
                 label is recommended: [{}]",
                wrong.join(" ")
            ));
        }
        spec_and_metadata(&pod.spec, &pod.metadata, SpecOf::Pod, &Path::NIL, &mut found);
    }
    found
}

/// What to tell of a template at a path.
pub(crate) fn template_warnings(template: &PodTemplateSpec, path: &Path<'_>) -> Vec<String> {
    let mut found = Vec::new();
    spec_and_metadata(&template.spec, &template.metadata, SpecOf::Template, path, &mut found);
    found
}

fn spec_and_metadata(spec: &PodSpec, meta: &ObjectMeta, of: SpecOf, path: &Path<'_>, found: &mut Vec<String>) {
    let spec_path = path.child("spec");
    let annotations = path.child("metadata.annotations");
    selectors::node_labels(spec, &spec_path, found);
    for (key, why) in DEAD_ANNOTATIONS.iter().filter(|(key, _)| meta.annotations.contains_key(*key)) {
        found.push(format!("{}: {why}", annotations.key(key)));
    }
    volumes::drivers(spec, &spec_path.child("volumes"), found);
    volumes::overlapping_paths(spec, found);
    duplicates(spec, &spec_path, found);
    let overhead = spec_path.child("overhead");
    for resource in ["memory", "ephemeral-storage"] {
        fraction(spec.overhead.get(resource), &overhead.key(resource), found);
    }
    let profiles = spec.security_context.as_deref();
    if profiles.is_none_or(|context| context.seccomp_profile.is_none()) {
        dead_seccomp(meta, SECCOMP_POD, &annotations, found);
    }
    let has_app_armor = profiles.is_some_and(|context| context.app_armor_profile.is_some());
    each_container(spec, &spec_path, |container, path| {
        let context = container.security_context;
        if !meta.annotations.is_empty() && context.is_none_or(|context| context.seccomp_profile.is_none()) {
            dead_seccomp(meta, &format!("{SECCOMP_CONTAINER_PREFIX}{}", container.name), &annotations, found);
        }
        // pods are told when their annotations become fields, see their strategy
        let has_own = context.is_some_and(|context| context.app_armor_profile.is_some());
        if of == SpecOf::Template && !has_app_armor && !has_own && !meta.annotations.is_empty() {
            let key = format!("{APP_ARMOR_ANNOTATION_PREFIX}{}", container.name);
            if meta.annotations.contains_key(&key) {
                found.push(app_armor_warning(&annotations.key(&key)));
            }
        }
        fractions(container, path, found);
        hidden_variables(container.env, &path.child("env"), found);
    });
    ports::ports(spec, &spec_path, found);
    if spec.termination_grace_period_seconds.is_some_and(|seconds| seconds < 0) {
        let path = spec_path.child("terminationGracePeriodSeconds");
        found.push(format!("{path}: must be >= 0; negative values are invalid and will be treated as 1"));
    }
    selectors::null_selectors(spec, &spec_path.child("affinity"), found);
    addresses(spec, &spec_path, found);
}

/// What is said of an annotation with an AppArmor profile.
pub fn app_armor_warning(path: &Path<'_>) -> String {
    format!("{path}: deprecated since v1.30; use the \"appArmorProfile\" field instead")
}

fn dead_seccomp(meta: &ObjectMeta, key: &str, path: &Path<'_>, found: &mut Vec<String>) {
    if meta.annotations.contains_key(key) {
        let why = "non-functional in v1.27+; use the \"seccompProfile\" field instead";
        found.push(format!("{}: {why}", path.key(key)));
    }
}

/// Addresses and secrets that are named twice.
fn duplicates(spec: &PodSpec, path: &Path<'_>, found: &mut Vec<String>) {
    let aliases = path.child("hostAliases");
    let mut seen = BTreeSet::new();
    for (at, alias) in spec.host_aliases.iter().enumerate().filter(|(_, alias)| !seen.insert(&alias.ip)) {
        found.push(format!("{}: duplicate ip {}", aliases.index(at).child("ip"), quote(&alias.ip)));
    }
    let secrets = path.child("imagePullSecrets");
    let mut seen = BTreeSet::new();
    for (at, secret) in spec.image_pull_secrets.iter().enumerate().filter(|(_, secret)| !seen.insert(&secret.name)) {
        found.push(format!("{}: duplicate name {}", secrets.index(at).child("name"), quote(&secret.name)));
    }
    for (at, _) in spec.image_pull_secrets.iter().enumerate().filter(|(_, secret)| secret.name.is_empty()) {
        found.push(format!("{}: invalid empty name \"\"", secrets.index(at).child("name")));
    }
}

fn fractions(container: &AnyContainer<'_>, path: &Path<'_>, found: &mut Vec<String>) {
    let resources = path.child("resources");
    let (limits, requests) = (resources.child("limits"), resources.child("requests"));
    for resource in ["memory", "ephemeral-storage"] {
        fraction(container.resources.limits.get(resource), &limits.key(resource), found);
        fraction(container.resources.requests.get(resource), &requests.key(resource), found);
    }
}

/// Bytes come whole.
fn fraction(amount: Option<&Quantity>, path: &Path<'_>, found: &mut Vec<String>) {
    if let Some(amount) = amount.filter(|amount| amount.milli_value() % 1000 != 0) {
        let amount = quote(&amount.to_string());
        found.push(format!("{path}: fractional byte value {amount} is invalid, must be an integer"));
    }
}

/// A variable that is set again is fine where its new value builds on the old one.
fn hidden_variables(variables: &[EnvVar], path: &Path<'_>, found: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for (at, variable) in variables.iter().enumerate().filter(|(_, variable)| !seen.insert(&variable.name)) {
        let reference = format!("$({})", variable.name);
        let builds_on = variable.value.contains(&reference) && variable.value != reference;
        if variable.value_from.is_some() || !builds_on {
            let name = quote(&variable.name);
            let path = path.index(at);
            found.push(format!("{path}: hides previous definition of {name}, which may be dropped when using apply"));
        }
    }
}

fn addresses(spec: &PodSpec, path: &Path<'_>, found: &mut Vec<String>) {
    let nameservers = path.child("dnsConfig.nameservers");
    for (at, nameserver) in spec.dns_config.iter().flat_map(|config| &config.nameservers).enumerate() {
        found.extend(ip_warnings(nameserver, &nameservers.index(at)));
    }
    let aliases = path.child("hostAliases");
    for (at, alias) in spec.host_aliases.iter().enumerate() {
        found.extend(ip_warnings(&alias.ip, &aliases.index(at).child("ip")));
    }
}
