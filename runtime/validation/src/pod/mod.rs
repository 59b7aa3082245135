//! Pods, and the templates that pods are made of. Follows pkg/apis/core/validation/validation.go and
//! pkg/api/pod/warnings.go.

mod affinity;
mod allowances;
mod annotations;
mod basics;
mod container;
mod env;
mod ephemeral_containers;
mod field_ref;
mod gates;
mod handler;
mod init_container;
mod label_keys;
mod lifecycle;
mod mount;
mod namespaces;
mod network;
mod only_one;
mod only_pods;
mod options;
mod os;
mod pod_resources;
mod ports;
mod probe;
mod profiles;
mod qos;
mod resize;
mod resize_policy;
mod resource_claims;
mod resources;
mod restart_policy;
mod security_context;
mod spec;
mod status;
mod status_claims;
mod status_containers;
mod sysctls;
pub(crate) mod template;
mod tolerations;
mod topology_spread;
mod update;
mod visit;
pub(crate) mod volume;
mod warnings;
mod windows;

use kubeforge_api::core::v1::{Pod, PodTemplate};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, annotations as any_annotations, labels},
};

use crate::{BuiltIn, Settings};

pub use annotations::{APP_ARMOR_ANNOTATION_PREFIX, app_armor_profile};
pub(crate) use options::PodOptions;
pub use pod_resources::pod_requests;
pub use qos::qos_class;
pub(crate) use template::pod_template;
pub use warnings::app_armor_warning;
pub(crate) use warnings::template_warnings;

pub(crate) fn register(all: &mut BuiltIn, settings: &Settings) {
    let privileged = settings.privileged;
    let pods =
        Checks::new(move |ctx: &CheckContext<'_>, pod: &Pod| created(pod, &PodOptions::of_pod(ctx, privileged, None)))
            .update(move |ctx: &CheckContext<'_>, new: &Pod, old: &Pod| {
                update::updated(new, old, &PodOptions::of_pod(ctx, privileged, Some(&old.spec)))
            })
            .subresource("status", move |ctx: &CheckContext<'_>, new: &Pod, old: &Pod| {
                status::updated(new, old, &PodOptions::of_pod(ctx, privileged, Some(&old.spec)))
            })
            .subresource("resize", move |ctx: &CheckContext<'_>, new: &Pod, old: &Pod| {
                resize::resized(new, old, &PodOptions::of_pod(ctx, privileged, Some(&old.spec)))
            })
            .subresource("ephemeralcontainers", move |ctx: &CheckContext<'_>, new: &Pod, old: &Pod| {
                ephemeral_containers::added(new, old, &PodOptions::of_pod(ctx, privileged, Some(&old.spec)))
            })
            .warnings(warnings::of_pod);
    all.add("", "pods", pods);
    let templates = Checks::new(|ctx: &CheckContext<'_>, new: &PodTemplate| {
        let mut errors = ErrorList::new();
        let options = PodOptions::of_template(ctx, None);
        pod_template(&new.template, &options, &Path::new("template"), &mut errors);
        errors
    })
    .update(|ctx: &CheckContext<'_>, new: &PodTemplate, old: &PodTemplate| {
        let mut errors = ErrorList::new();
        let options = PodOptions::of_template(ctx, Some(&old.template));
        pod_template(&new.template, &options, &Path::new("template"), &mut errors);
        errors
    })
    .warnings(|_: &CheckContext<'_>, new: &PodTemplate, old: Option<&PodTemplate>| {
        let is_same = old.is_some_and(|old| old.template == new.template);
        if is_same { Vec::new() } else { template_warnings(&new.template, &Path::new("template")) }
    });
    all.add("", "podtemplates", templates);
}

/// What is wrong with a new pod; its metadata was looked at already.
fn created(pod: &Pod, options: &PodOptions<'_>) -> ErrorList {
    let mut errors = ErrorList::new();
    annotations_and_spec(pod, options, &mut errors);
    let path = Path::new("spec");
    if !pod.spec.ephemeral_containers.is_empty() {
        errors.push(Error::forbidden(&path.child("ephemeralContainers"), "cannot be set on create"));
    }
    if !pod.spec.node_name.is_empty() && !pod.spec.scheduling_gates.is_empty() {
        let text = "cannot be set until all schedulingGates have been cleared";
        errors.push(Error::forbidden(&path.child("nodeName"), text));
    }
    annotations::agree_with_fields(&pod.metadata.annotations, &pod.spec, &path, &mut errors);
    errors
}

/// What is wrong with an existing pod, whatever was changed of it.
fn metadata_and_spec(pod: &Pod, options: &PodOptions<'_>) -> ErrorList {
    let mut errors = ErrorList::new();
    let path = Path::new("metadata");
    labels(&pod.metadata.labels, &path.child("labels"), &mut errors);
    any_annotations(&pod.metadata.annotations, &path.child("annotations"), &mut errors);
    annotations_and_spec(pod, options, &mut errors);
    errors
}

fn annotations_and_spec(pod: &Pod, options: &PodOptions<'_>, errors: &mut ErrorList) {
    let annotations_path = Path::new("metadata.annotations");
    annotations::annotations(&pod.metadata.annotations, &pod.spec, options, &annotations_path, errors);
    let path = Path::new("spec");
    spec::pod_spec(&pod.spec, Some(&pod.metadata), options, &path, errors);
    only_pods::only_pods(&pod.spec, &path, errors);
}
