//! Pods, and the templates that pods are made of.

mod allowances;
mod basics;
mod container;
mod env;
mod field_ref;
mod handler;
mod init_container;
mod lifecycle;
mod mount;
mod only_one;
mod only_pods;
mod ports;
mod probe;
mod resize_policy;
mod resource_name;
mod resources;
mod restart_policy;
pub(crate) mod template;
pub(crate) mod volume;

use kubeforge_api::core::v1::{Pod, PodSpec, Toleration};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, is_dns1123_subdomain},
};

use crate::{BuiltIn, Privileged, Settings};

pub(crate) use template::pod_template;

pub(crate) fn register(all: &mut BuiltIn, settings: &Settings) {
    let privileged = settings.privileged;
    let pods = Checks::new(move |_: &CheckContext<'_>, pod: &Pod| {
        let spec = Path::new("spec");
        let mut errors = validate_spec(&pod.spec, Some(&pod.metadata.name), None, &spec);
        only_pods::only_pods(&pod.spec, &spec, &mut errors);
        if privileged == Privileged::Forbidden {
            forbid_privileged(&pod.spec, &spec, &mut errors);
        }
        errors
    })
    .update(|_: &CheckContext<'_>, new: &Pod, old: &Pod| validate_update(new, &old.spec))
    .subresource("status", validate_status_update);
    all.add("", "pods", pods);
    template::register(all);
}

fn validate_status_update(_: &CheckContext<'_>, new: &Pod, old: &Pod) -> ErrorList {
    let mut errors = ErrorList::new();
    let nominated = &new.status.nominated_node_name;
    if !nominated.is_empty() && *nominated != old.status.nominated_node_name {
        let path = Path::new("status.nominatedNodeName");
        errors.extend(is_dns1123_subdomain(nominated).into_iter().map(|text| Error::invalid(&path, nominated, text)));
    }
    errors
}

/// What is wrong with a pod's spec; a template's has no pod's name, and a new object no old spec.
fn validate_spec(spec: &PodSpec, pod_name: Option<&str>, old: Option<&PodSpec>, path: &Path<'_>) -> ErrorList {
    let mut errors = ErrorList::new();
    let allowed = allowances::Allowances::of_old(old);
    let volumes = volume::volumes(&spec.volumes, pod_name, allowed, &path.child("volumes"), &mut errors);
    let around = container::Surroundings::of(spec, &volumes, allowed);
    container::containers(&spec.containers, &around, &path.child("containers"), &mut errors);
    let init = path.child("initContainers");
    init_container::init_containers(&spec.init_containers, &spec.containers, &around, &init, &mut errors);
    if !spec.node_name.is_empty() {
        let path = path.child("nodeName");
        let found = is_dns1123_subdomain(&spec.node_name);
        errors.extend(found.into_iter().map(|text| Error::invalid(&path, &spec.node_name, text)));
    }
    env::file_key_volumes(spec, path, &mut errors);
    errors
}

fn forbid_privileged(spec: &PodSpec, path: &Path<'_>, errors: &mut ErrorList) {
    for (list, name) in [(&spec.containers, "containers"), (&spec.init_containers, "initContainers")] {
        let path = path.child(name);
        for (index, container) in list.iter().enumerate() {
            if container.security_context.as_ref().is_some_and(|context| context.privileged == Some(true)) {
                let container = path.index(index);
                let context = container.child("securityContext");
                errors.push(Error::forbidden(&context.child("privileged"), "disallowed by cluster policy"));
            }
        }
    }
}

/// A pod's spec is fixed but for images, deadlines and further tolerations; gates may only be taken away.
fn validate_update(new: &Pod, old: &PodSpec) -> ErrorList {
    let path = Path::new("spec");
    let mut errors = validate_spec(&new.spec, Some(&new.metadata.name), Some(old), &path);
    let new = &new.spec;
    only_pods::only_pods(new, &path, &mut errors);
    for (name, new_list, old_list) in [
        ("containers", &new.containers, &old.containers),
        ("initContainers", &new.init_containers, &old.init_containers),
    ] {
        if new_list.len() != old_list.len() {
            errors.push(Error::forbidden(
                &path.child(name),
                format!(
                    "pod updates may not add or remove {}",
                    match name {
                        "containers" => "containers",
                        _ => "init containers",
                    }
                ),
            ));
            return errors;
        }
    }
    if let Some(wrong) = new.scheduling_gates.iter().find(|gate| !old.scheduling_gates.contains(gate)) {
        let gates = path.child("schedulingGates");
        let text = format!("only deletion is allowed, but found new scheduling gate '{}'", wrong.name);
        errors.push(Error::forbidden(&gates, text));
    }
    if old.tolerations.iter().any(|kept| !new.tolerations.iter().any(|it| same_toleration(it, kept))) {
        let text = "existing toleration can not be modified except its tolerationSeconds";
        errors.push(Error::forbidden(&path.child("tolerations"), text));
    }
    let mut allowed = new.clone();
    for (list, olds) in
        [(&mut allowed.containers, &old.containers), (&mut allowed.init_containers, &old.init_containers)]
    {
        for (container, old) in list.iter_mut().zip(olds) {
            container.image.clone_from(&old.image);
        }
    }
    allowed.active_deadline_seconds = old.active_deadline_seconds;
    allowed.tolerations.clone_from(&old.tolerations);
    allowed.scheduling_gates.clone_from(&old.scheduling_gates);
    if !old.scheduling_gates.is_empty() {
        // a gated pod may still be told where it may go
        allowed.node_selector.clone_from(&old.node_selector);
        allowed.affinity.clone_from(&old.affinity);
    }
    if old.termination_grace_period_seconds.is_some_and(|seconds| seconds < 0)
        && new.termination_grace_period_seconds == Some(1)
    {
        allowed.termination_grace_period_seconds = old.termination_grace_period_seconds;
    }
    if allowed != *old {
        errors.push(Error::forbidden(
            &path,
            "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,\
             `spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),\
             `spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
        ));
    }
    errors
}

/// Whether the two differ in `tolerationSeconds` at most.
fn same_toleration(a: &Toleration, b: &Toleration) -> bool {
    let mut a = a.clone();
    a.toleration_seconds = b.toleration_seconds;
    a == *b
}
