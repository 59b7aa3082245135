//! Environment variables and where their values come from.

use kubeforge_api::core::v1::{EnvFromSource, EnvVar, EnvVarSource, FileKeySelector, PodSpec};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{NameRule, is_config_map_key, is_dns1123_subdomain, is_relaxed_env_var_name},
};

use super::{
    basics::{dns_label, required},
    field_ref,
    volume::no_backsteps,
};
use crate::common::invalid_each;

/// The fields of a pod that variables may show: those that do not change while a container runs.
const FIELDS: [&str; 9] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

/// Checks a container's variables.
pub(super) fn env(variables: &[EnvVar], path: &Path<'_>, errors: &mut ErrorList) {
    for (at, variable) in variables.iter().enumerate() {
        let path = path.index(at);
        let name = path.child("name");
        if variable.name.is_empty() {
            errors.push(Error::required(&name, ""));
        } else {
            invalid_each(&name, &variable.name, is_relaxed_env_var_name(&variable.name), errors);
        }
        if let Some(source) = variable.value_from.as_deref() {
            value_from(source, &variable.value, &path.child("valueFrom"), errors);
        }
    }
}

fn value_from(source: &EnvVarSource, value: &str, path: &Path<'_>, errors: &mut ErrorList) {
    let mut sources = 0;
    if let Some(field) = source.field_ref.as_deref() {
        sources += 1;
        field_ref::field(field, &FIELDS, &path.child("fieldRef"), errors);
    }
    if let Some(resource) = source.resource_field_ref.as_deref() {
        sources += 1;
        field_ref::resource(resource, &path.child("resourceFieldRef"), errors);
    }
    if let Some(key) = source.config_map_key_ref.as_deref() {
        sources += 1;
        key_of_object(&key.local_object_reference.name, &key.key, &path.child("configMapKeyRef"), errors);
    }
    if let Some(key) = source.secret_key_ref.as_deref() {
        sources += 1;
        key_of_object(&key.local_object_reference.name, &key.key, &path.child("secretKeyRef"), errors);
    }
    if let Some(key) = source.file_key_ref.as_deref() {
        sources += 1;
        key_of_file(key, &path.child("fileKeyRef"), errors);
    }
    let text = match sources {
        0 => "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`",
        _ if !value.is_empty() => "may not be specified when `value` is not empty",
        1 => return,
        _ => "may not have more than one field specified at a time",
    };
    errors.push(Error::invalid(path, "", text));
}

/// A key of a config map or secret.
fn key_of_object(name: &str, key: &str, path: &Path<'_>, errors: &mut ErrorList) {
    invalid_each(&path.child("name"), name, is_dns1123_subdomain(name), errors);
    if key.is_empty() {
        errors.push(Error::required(&path.child("key"), ""));
    } else {
        invalid_each(&path.child("key"), key, is_config_map_key(key), errors);
    }
}

/// A variable of a file that another container wrote.
fn key_of_file(selector: &FileKeySelector, path: &Path<'_>, errors: &mut ErrorList) {
    let key = path.child("key");
    required(&selector.key, &key, errors);
    if !selector.key.is_empty() {
        invalid_each(&key, &selector.key, is_relaxed_env_var_name(&selector.key), errors);
    }
    let volume = path.child("volumeName");
    required(&selector.volume_name, &volume, errors);
    if !selector.volume_name.is_empty() {
        dns_label(&selector.volume_name, &volume, errors);
    }
    required(&selector.path, &path.child("path"), errors);
    no_backsteps(&selector.path, &path.child("path"), errors);
}

/// Checks the sources whose every key becomes a variable. How many things a source is, upstream shows at the list.
pub(super) fn env_from(sources: &[EnvFromSource], path: &Path<'_>, errors: &mut ErrorList) {
    for (at, source) in sources.iter().enumerate() {
        let at = path.index(at);
        if !source.prefix.is_empty() {
            invalid_each(&at.child("prefix"), &source.prefix, is_relaxed_env_var_name(&source.prefix), errors);
        }
        if let Some(config_map) = source.config_map_ref.as_deref() {
            all_of_object(&config_map.local_object_reference.name, &at.child("configMapRef"), errors);
        }
        if let Some(secret) = source.secret_ref.as_deref() {
            all_of_object(&secret.local_object_reference.name, &at.child("secretRef"), errors);
        }
        let text = match (&source.config_map_ref, &source.secret_ref) {
            (None, None) => "must specify one of: `configMapRef` or `secretRef`",
            (Some(_), Some(_)) => "may not have more than one field specified at a time",
            _ => continue,
        };
        errors.push(Error::invalid(path, "", text));
    }
}

/// Upstream takes the name for a base of generated names, so a dash at its end is fine.
fn all_of_object(name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    let path = path.child("name");
    if name.is_empty() {
        errors.push(Error::required(&path, ""));
    } else {
        invalid_each(&path, name, NameRule::Subdomain.check(name, true), errors);
    }
}

/// The volumes that variables come from are empty directories: nothing else can be written by one container and read
/// by the node. Comes last in the checks of a spec.
pub(crate) fn file_key_volumes(spec: &PodSpec, path: &Path<'_>, errors: &mut ErrorList) {
    let ephemeral = spec.ephemeral_containers.iter().map(|container| &container.ephemeral_container_common.env);
    for (name, lists) in [
        ("initContainers", spec.init_containers.iter().map(|container| &container.env).collect::<Vec<_>>()),
        ("containers", spec.containers.iter().map(|container| &container.env).collect()),
        ("ephemeralContainers", ephemeral.collect()),
    ] {
        let path = path.child(name);
        for (at, variables) in lists.into_iter().enumerate() {
            file_key_volumes_of(variables, spec, &path.index(at).child("env"), errors);
        }
    }
}

fn file_key_volumes_of(variables: &[EnvVar], spec: &PodSpec, path: &Path<'_>, errors: &mut ErrorList) {
    for (at, variable) in variables.iter().enumerate() {
        let source = variable.value_from.as_deref();
        let Some(file) = source.and_then(|source| source.file_key_ref.as_deref()) else { continue };
        let name = &file.volume_name;
        let path = path.index(at);
        let path = path.child("valueFrom.fileKeyRef.volumeName");
        // of several volumes with one name, which is wrong anyway, the last counts
        match spec.volumes.iter().rev().find(|volume| volume.name == *name) {
            None => errors.push(Error::not_found(&path, name)),
            Some(volume) if volume.volume_source.empty_dir.is_none() => {
                errors.push(Error::invalid(&path, name, "referenced volume must be of type emptyDir"));
            }
            Some(_) => {}
        }
    }
}
