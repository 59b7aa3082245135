//! Containers and init containers: their names, images, and what their processes may do.

use std::collections::BTreeSet;

use kubeforge_api::core::v1::{Container, PodSpec};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::is_dns1123_label,
};

use super::{
    options::PodOptions,
    security_context::{self, has_host_users},
};
use crate::common::invalid_each;

/// What is wrong with containers; there is at least one.
pub(super) fn containers(spec: &PodSpec, options: &PodOptions<'_>, path: &Path<'_>, errors: &mut ErrorList) {
    if spec.containers.is_empty() {
        errors.push(Error::required(path, ""));
    }
    let mut names = BTreeSet::new();
    for (at, it) in spec.containers.iter().enumerate() {
        let path = path.index(at);
        container(it, spec, options, &path, errors);
        if !names.insert(&it.name) {
            errors.push(Error::duplicate(&path.child("name"), &it.name));
        }
    }
}

/// What is wrong with init containers; their names differ from those of containers as well.
pub(super) fn init_containers(spec: &PodSpec, options: &PodOptions<'_>, path: &Path<'_>, errors: &mut ErrorList) {
    let mut names: BTreeSet<&String> = spec.containers.iter().map(|container| &container.name).collect();
    for (at, it) in spec.init_containers.iter().enumerate() {
        let path = path.index(at);
        container(it, spec, options, &path, errors);
        if !names.insert(&it.name) {
            errors.push(Error::duplicate(&path.child("name"), &it.name));
        }
    }
}

/// What is wrong with a container of any kind.
pub(super) fn container(
    container: &Container,
    spec: &PodSpec,
    options: &PodOptions<'_>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let name = path.child("name");
    if container.name.is_empty() {
        errors.push(Error::required(&name, ""));
    } else {
        invalid_each(&name, &container.name, is_dns1123_label(&container.name), errors);
    }
    if container.image.is_empty() {
        errors.push(Error::required(&path.child("image"), ""));
    }
    if let Some(context) = &container.security_context {
        let path = path.child("securityContext");
        security_context::of_container(context, has_host_users(spec), options, &path, errors);
    }
}

/// What a pod's containers, other than those of a template, must be like.
pub(super) fn image_is_trimmed(image: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if image.trim() != image {
        errors.push(Error::invalid(&path.child("image"), image, "must not have leading or trailing whitespace"));
    }
}
