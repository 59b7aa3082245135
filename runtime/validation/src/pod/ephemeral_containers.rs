//! Containers that are added to a running pod to look into it: what they may be, and how they are added.

use std::collections::BTreeSet;

use kubeforge_api::core::v1::{EphemeralContainerCommon, Pod, PodSpec, ResourceRequirements};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    quote::quote,
};

use super::{
    annotations::{self, MIRROR},
    container::{Common, Surroundings},
    metadata_and_spec, only_pods,
    options::PodOptions,
};
use crate::common::difference;

const NOT_EPHEMERAL: &str = "cannot be set for an Ephemeral Container";

/// What is wrong with the ephemeral containers of a spec.
pub(super) fn ephemeral_containers(spec: &PodSpec, around: &Surroundings<'_>, path: &Path<'_>, errors: &mut ErrorList) {
    if spec.ephemeral_containers.is_empty() {
        return;
    }
    let lasting = spec.containers.iter().chain(&spec.init_containers).map(|it| it.name.as_str());
    let lasting: BTreeSet<&str> = lasting.collect();
    let mut names = lasting.clone();
    for (at, it) in spec.ephemeral_containers.iter().enumerate() {
        let path = path.index(at);
        let common = &it.ephemeral_container_common;
        Common::from(common).check(around, &path, errors);
        only_pods::image(&common.image, &path, errors);
        if !names.insert(&common.name) {
            errors.push(Error::duplicate(&path.child("name"), &common.name));
        }
        let target = it.target_container_name.as_str();
        if !target.is_empty() && !lasting.contains(target) {
            errors.push(Error::not_found(&path.child("targetContainerName"), target));
        }
        only_ephemeral_fields(common, &path, errors);
    }
}

/// Nothing that a pod relies on runs in such a container, so it serves, asks for and is watched for nothing.
fn only_ephemeral_fields(common: &EphemeralContainerCommon, path: &Path<'_>, errors: &mut ErrorList) {
    for (is_set, field) in [
        (!common.ports.is_empty(), "ports"),
        (common.resources != ResourceRequirements::default(), "resources"),
        (!common.resize_policy.is_empty(), "resizePolicy"),
        (common.restart_policy.is_some(), "restartPolicy"),
        (!common.restart_policy_rules.is_empty(), "restartPolicyRules"),
        (common.liveness_probe.is_some(), "livenessProbe"),
        (common.readiness_probe.is_some(), "readinessProbe"),
        (common.startup_probe.is_some(), "startupProbe"),
        (common.lifecycle.is_some(), "lifecycle"),
    ] {
        if is_set {
            errors.push(Error::forbidden(&path.child(field), NOT_EPHEMERAL));
        }
    }
    let mounts = path.child("volumeMounts");
    for (at, mount) in common.volume_mounts.iter().enumerate() {
        let path = mounts.index(at);
        for (value, field) in [(&mount.sub_path, "subPath"), (&mount.sub_path_expr, "subPathExpr")] {
            if !value.is_empty() {
                errors.push(Error::forbidden(&path.child(field), NOT_EPHEMERAL));
            }
        }
    }
}

/// What is wrong with an update through `pods/ephemeralcontainers`, which may only add some.
pub(super) fn added(new: &Pod, old: &Pod, options: &PodOptions<'_>) -> ErrorList {
    if old.metadata.annotations.contains_key(MIRROR) {
        return vec![Error::forbidden(&Path::new(""), "static pods do not support ephemeral containers")];
    }
    let mut errors = metadata_and_spec(new, options);
    annotations::updated(new, old, options, &Path::new("metadata.annotations"), &mut errors);
    let path = Path::new("spec.ephemeralContainers");
    for before in &old.spec.ephemeral_containers {
        let name = &before.ephemeral_container_common.name;
        let mut now = new.spec.ephemeral_containers.iter();
        // of those of one name the last counts
        match now.rfind(|it| it.ephemeral_container_common.name == *name) {
            None => {
                let text = format!("existing ephemeral containers {} may not be removed\n", quote(name));
                errors.push(Error::forbidden(&path, text));
            }
            Some(now) if now != before => {
                let difference = difference(before, now);
                let text = format!("existing ephemeral containers {} may not be changed\n{difference}", quote(name));
                errors.push(Error::forbidden(&path, text));
            }
            Some(_) => {}
        }
    }
    errors
}
