//! All that is wrong with the spec of a pod or of a template, in the order of `ValidatePodSpec`.

use kubeforge_api::core::v1::{DNSPolicy, PodSpec, PreemptionPolicy, RestartPolicy};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    meta::v1::ObjectMeta,
    validation::{is_dns1123_label, is_dns1123_subdomain, labels, out_of_range},
};

use super::{
    affinity::affinity,
    allowances::Allowances,
    container::{Surroundings, containers},
    env::file_key_volumes,
    ephemeral_containers::ephemeral_containers,
    gates,
    init_container::init_containers,
    namespaces::own_users,
    network,
    options::{POD_LEVEL_RESOURCES, PodOptions},
    os::os,
    pod_resources::pod_resources,
    resource_claims::resource_claims,
    resources::{Amounts, amounts},
    security_context,
    tolerations::tolerations,
    topology_spread::topology_spread,
    volume::volumes,
    windows::host_processes,
};
use crate::common::{invalid_each, resource_name::container_resource_name};

/// What is wrong with a spec; `meta` is the pod's, where it is a pod's.
pub(super) fn pod_spec(
    spec: &PodSpec,
    meta: Option<&ObjectMeta>,
    options: &PodOptions<'_>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    if spec.termination_grace_period_seconds.is_none() {
        errors.push(Error::required(&path.child("terminationGracePeriodSeconds"), ""));
    }
    let allowed = Allowances::of_old(options.old());
    let volumes = volumes(&spec.volumes, meta.map(|meta| meta.name.as_str()), allowed, &path.child("volumes"), errors);
    let around = Surroundings::of(spec, &volumes, allowed, *options);
    resource_claims(&spec.resource_claims, meta, &path.child("resourceClaims"), errors);
    containers(&spec.containers, &around, &path.child("containers"), errors);
    init_containers(&spec.init_containers, &spec.containers, &around, &path.child("initContainers"), errors);
    ephemeral_containers(spec, &around, &path.child("ephemeralContainers"), errors);
    if let Some(resources) = spec.resources.as_deref().filter(|_| options.enabled(POD_LEVEL_RESOURCES)) {
        pod_resources(resources, spec, &path.child("resources"), errors);
    }
    network::host_network_ports(spec, options, path, errors);
    restart_policy(&spec.restart_policy, &path.child("restartPolicy"), errors);
    dns_policy(&spec.dns_policy, &path.child("dnsPolicy"), errors);
    labels(&spec.node_selector, &path.child("nodeSelector"), errors);
    if let Some(context) = &spec.security_context {
        security_context::of_pod(context, spec, options, &path.child("securityContext"), errors);
    }
    placement(spec, options, path, errors);
    host_processes(spec, options, path, errors);
    own_users(spec, options, path, errors);
    network::hostname_override(spec, path, errors);
    names(spec, path, errors);
    tolerations(&spec.tolerations, options, &path.child("tolerations"), errors);
    network::host_aliases(&spec.host_aliases, &path.child("hostAliases"), errors);
    classes(spec, path, errors);
    if let Some(system) = &spec.os {
        os(system, spec, path, errors);
    }
    if let Some(group) = &spec.scheduling_group {
        gates::scheduling_group(group, &path.child("schedulingGroup"), errors);
    }
    file_key_volumes(spec, path, errors);
}

/// Where the pod may go, and what it waits for.
fn placement(spec: &PodSpec, options: &PodOptions<'_>, path: &Path<'_>, errors: &mut ErrorList) {
    if let Some(wanted) = &spec.affinity {
        affinity(wanted, options, &path.child("affinity"), errors);
    }
    network::dns(spec.dns_config.as_deref(), &spec.dns_policy, &path.child("dnsConfig"), errors);
    gates::readiness_gates(&spec.readiness_gates, &path.child("readinessGates"), errors);
    gates::scheduling_gates(&spec.scheduling_gates, &path.child("schedulingGates"), errors);
    let spread = path.child("topologySpreadConstraints");
    topology_spread(&spec.topology_spread_constraints, options, &spread, errors);
}

/// Names of other objects and of the pod itself.
fn names(spec: &PodSpec, path: &Path<'_>, errors: &mut ErrorList) {
    let mut subdomain = |name: &str, field: &str| {
        if !name.is_empty() {
            invalid_each(&path.child(field), name, is_dns1123_subdomain(name), errors);
        }
    };
    subdomain(&spec.service_account_name, "serviceAccountName");
    subdomain(&spec.node_name, "nodeName");
    if let Some(seconds) = spec.active_deadline_seconds {
        let max = i64::from(i32::MAX);
        if !(1..=max).contains(&seconds) {
            let path = path.child("activeDeadlineSeconds");
            errors.push(Error::invalid(&path, seconds, out_of_range(1, max)));
        }
    }
    for (name, field) in [(&spec.hostname, "hostname"), (&spec.subdomain, "subdomain")] {
        if !name.is_empty() {
            invalid_each(&path.child(field), name, is_dns1123_label(name), errors);
        }
    }
}

/// What classes give a pod: its priority, its runtime and that runtime's overhead.
fn classes(spec: &PodSpec, path: &Path<'_>, errors: &mut ErrorList) {
    if !spec.priority_class_name.is_empty() {
        let name = &spec.priority_class_name;
        invalid_each(&path.child("priorityClassName"), name, is_dns1123_subdomain(name), errors);
    }
    if let Some(name) = &spec.runtime_class_name {
        invalid_each(&path.child("runtimeClassName"), name, is_dns1123_subdomain(name), errors);
    }
    if let Some(PreemptionPolicy::Other(other)) = &spec.preemption_policy {
        one_of(other, &["PreemptLowerPriority", "Never"], &path.child("preemptionPolicy"), errors);
    }
    let none = Amounts::new();
    amounts([&spec.overhead, &none], container_resource_name, Allowances::default(), &path.child("overhead"), errors);
}

fn restart_policy(policy: &RestartPolicy, path: &Path<'_>, errors: &mut ErrorList) {
    if let RestartPolicy::Other(other) = policy {
        one_of(other, &["Always", "OnFailure", "Never"], path, errors);
    }
}

fn dns_policy(policy: &DNSPolicy, path: &Path<'_>, errors: &mut ErrorList) {
    if let DNSPolicy::Other(other) = policy {
        one_of(other, &["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"], path, errors);
    }
}

/// A value that is none of those known: missing or wrong.
fn one_of(value: &str, known: &[&str], path: &Path<'_>, errors: &mut ErrorList) {
    if value.is_empty() {
        errors.push(Error::required(path, ""));
    } else {
        errors.push(Error::not_supported(path, value, known));
    }
}
