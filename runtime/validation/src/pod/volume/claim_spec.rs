//! What is wanted of storage, in claims and in the templates of ephemeral volumes.

use kubeforge_api::core::v1::{
    PersistentVolumeAccessMode, PersistentVolumeClaimSpec, RESOURCE_STORAGE, TypedLocalObjectReference,
    TypedObjectReference,
};
use kubeforge_machinery::{
    Quantity,
    field::{BadValue, Error, ErrorList, Path},
    validation::{is_dns1123_label, is_dns1123_subdomain},
};

use super::super::{basics::required, resources::quantity_value};
use crate::common::{SelectorOptions, invalid_each, label_selector, shown};

const ACCESS_MODES: [&str; 4] = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
const VOLUME_MODES: [&str; 2] = ["Block", "Filesystem"];

/// Checks the spec of a new claim.
pub(crate) fn claim_spec(spec: &PersistentVolumeClaimSpec, path: &Path<'_>, errors: &mut ErrorList) {
    let modes = path.child("accessModes");
    if spec.access_modes.is_empty() {
        errors.push(Error::required(&modes, "at least 1 access mode is required"));
    }
    label_selector(spec.selector.as_deref(), SelectorOptions::Strict, &path.child("selector"), errors);
    access_modes(&spec.access_modes, &modes, errors);
    storage(spec.resources.requests.get(RESOURCE_STORAGE), &path.child("resources").key(RESOURCE_STORAGE), errors);
    class_name(spec.storage_class_name.as_deref(), &path.child("storageClassName"), errors);
    if let Some(mode) = spec.volume_mode.as_ref().filter(|mode| !VOLUME_MODES.contains(&mode.as_str())) {
        errors.push(Error::not_supported(&path.child("volumeMode"), shown(mode), &VOLUME_MODES));
    }
    data_sources(spec.data_source.as_deref(), spec.data_source_ref.as_deref(), path, errors);
    let attributes_class = spec.volume_attributes_class_name.as_deref();
    class_name(attributes_class, &path.child("volumeAttributesClassName"), errors);
}

fn access_modes(modes: &[PersistentVolumeAccessMode], path: &Path<'_>, errors: &mut ErrorList) {
    for mode in modes.iter().filter(|mode| !ACCESS_MODES.contains(&mode.as_str())) {
        errors.push(Error::not_supported(path, shown(mode), &ACCESS_MODES));
    }
    let is_exclusive = |mode: &PersistentVolumeAccessMode| *mode == PersistentVolumeAccessMode::ReadWriteOncePod;
    let is_shared = |mode: &PersistentVolumeAccessMode| !is_exclusive(mode) && ACCESS_MODES.contains(&mode.as_str());
    if modes.iter().any(is_exclusive) && modes.iter().any(is_shared) {
        errors.push(Error::forbidden(path, "may not use ReadWriteOncePod with other access modes"));
    }
}

fn storage(size: Option<&Quantity>, path: &Path<'_>, errors: &mut ErrorList) {
    match size {
        None => errors.push(Error::required(path, "")),
        Some(size) if size.is_negative() || size.is_zero() => {
            errors.push(Error::invalid(path, size.to_string(), "must be greater than zero"));
        }
        Some(size) => quantity_value(RESOURCE_STORAGE, size, path, errors),
    }
}

/// The empty name means that there is no class, and is fine.
fn class_name(name: Option<&str>, path: &Path<'_>, errors: &mut ErrorList) {
    if let Some(name) = name.filter(|name| !name.is_empty()) {
        invalid_each(path, name, is_dns1123_subdomain(name), errors);
    }
}

/// The older field for what to fill the volume with says the same as the newer one, which may name a namespace.
fn data_sources(
    source: Option<&TypedLocalObjectReference>,
    reference: Option<&TypedObjectReference>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    if let Some(source) = source {
        let group = source.api_group.as_deref();
        data_source(group, &source.kind, &source.name, &path.child("dataSource"), errors);
    }
    let Some(reference) = reference else { return };
    let reference_path = path.child("dataSourceRef");
    data_source(reference.api_group.as_deref(), &reference.kind, &reference.name, &reference_path, errors);
    let namespace = reference.namespace.as_deref().filter(|namespace| !namespace.is_empty());
    if let Some(namespace) = namespace {
        invalid_each(&reference_path.child("namespace"), namespace, is_dns1123_label(namespace), errors);
    }
    let Some(source) = source else { return };
    // upstream means to show the path of dataSource as the value, and shows a struct without visible fields
    let value = || BadValue::Plain("{}".to_owned());
    if namespace.is_some() {
        let text = "may not be specified when dataSourceRef.namespace is specified";
        errors.push(Error::invalid(path, value(), text));
    } else if (&source.api_group, &source.kind, &source.name)
        != (&reference.api_group, &reference.kind, &reference.name)
    {
        errors.push(Error::invalid(path, value(), "must match dataSourceRef"));
    }
}

fn data_source(group: Option<&str>, kind: &str, name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    required(name, &path.child("name"), errors);
    required(kind, &path.child("kind"), errors);
    match group.filter(|group| !group.is_empty()) {
        Some(group) => invalid_each(&path.child("apiGroup"), group, is_dns1123_subdomain(group), errors),
        None if kind != "PersistentVolumeClaim" => {
            let text = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
            errors.push(Error::invalid(path, kind, text));
        }
        None => {}
    }
}
