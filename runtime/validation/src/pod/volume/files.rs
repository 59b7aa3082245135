//! Volumes that are files made of something: keys of config maps and secrets, fields of the pod, a repository.

use kubeforge_api::core::v1::{
    ConfigMapVolumeSource, DownwardAPIVolumeFile, DownwardAPIVolumeSource, GitRepoVolumeSource, KeyToPath,
    SecretVolumeSource,
};
use kubeforge_machinery::field::{Error, ErrorList, Path};

use super::{
    super::{basics::required, field_ref},
    paths::{file_mode, local_descending, local_non_reserved},
};

/// The fields of a pod that files may show: those that change, too, for files are kept up to date.
const FIELDS: [&str; 5] =
    ["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];

pub(super) fn git_repo(source: &GitRepoVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    required(&source.repository, &path.child("repository"), errors);
    local_descending(&source.directory, &path.child("directory"), errors);
}

pub(super) fn secret(source: &SecretVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    required(&source.secret_name, &path.child("secretName"), errors);
    keys(&source.items, source.default_mode, path, errors);
}

pub(super) fn config_map(source: &ConfigMapVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    required(&source.local_object_reference.name, &path.child("name"), errors);
    keys(&source.items, source.default_mode, path, errors);
}

fn keys(items: &[KeyToPath], default_mode: Option<i32>, path: &Path<'_>, errors: &mut ErrorList) {
    file_mode(default_mode, &path.child("defaultMode"), errors);
    let path = path.child("items");
    for (at, item) in items.iter().enumerate() {
        key_to_path(item, &path.index(at), errors);
    }
}

/// Checks a key that becomes a file.
pub(super) fn key_to_path(item: &KeyToPath, path: &Path<'_>, errors: &mut ErrorList) {
    required(&item.key, &path.child("key"), errors);
    required(&item.path, &path.child("path"), errors);
    local_non_reserved(&item.path, &path.child("path"), errors);
    file_mode(item.mode, &path.child("mode"), errors);
}

pub(super) fn downward_api(source: &DownwardAPIVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    file_mode(source.default_mode, &path.child("defaultMode"), errors);
    for file in &source.items {
        downward_file(file, path, errors);
    }
}

/// Checks a file with a field of the pod; upstream shows it at the path of its list's owner.
pub(super) fn downward_file(file: &DownwardAPIVolumeFile, path: &Path<'_>, errors: &mut ErrorList) {
    required(&file.path, &path.child("path"), errors);
    local_non_reserved(&file.path, &path.child("path"), errors);
    match (file.field_ref.as_deref(), file.resource_field_ref.as_deref()) {
        (Some(field), resource) => {
            field_ref::field(field, &FIELDS, &path.child("fieldRef"), errors);
            if resource.is_some() {
                let text = "fieldRef and resourceFieldRef can not be specified simultaneously";
                errors.push(Error::invalid(path, "resource", text));
            }
        }
        (None, Some(resource)) => field_ref::resource_of_container(resource, &path.child("resourceFieldRef"), errors),
        (None, None) => errors.push(Error::required(path, "one of fieldRef and resourceFieldRef is required")),
    }
    file_mode(file.mode, &path.child("mode"), errors);
}
