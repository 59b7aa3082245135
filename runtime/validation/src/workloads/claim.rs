//! Specs of claims for volumes, as stateful sets make them. Follows pkg/apis/core/validation.

use kubeforge_api::core::v1::{
    PersistentVolumeAccessMode, PersistentVolumeClaimSpec, PersistentVolumeMode, TypedLocalObjectReference,
    TypedObjectReference,
};
use kubeforge_machinery::{
    Quantity,
    field::{BadValue, Error, ErrorList, Path},
    validation::{is_dns1123_label, is_dns1123_subdomain},
};

use crate::common::{SelectorOptions, invalid_each, label_selector};

/// What is wrong with a new claim's spec.
pub(super) fn claim_spec(spec: &PersistentVolumeClaimSpec, path: &Path<'_>, errors: &mut ErrorList) {
    access_modes(&spec.access_modes, &path.child("accessModes"), errors);
    label_selector(spec.selector.as_deref(), SelectorOptions::Strict, &path.child("selector"), errors);
    let resources = path.child("resources");
    storage(spec.resources.requests.get("storage"), &resources.key("storage"), errors);
    subdomain(spec.storage_class_name.as_deref(), &path.child("storageClassName"), errors);
    if let Some(PersistentVolumeMode::Other(mode)) = &spec.volume_mode {
        errors.push(Error::not_supported(&path.child("volumeMode"), mode, &["Block", "Filesystem"]));
    }
    data_sources(spec, path, errors);
    subdomain(spec.volume_attributes_class_name.as_deref(), &path.child("volumeAttributesClassName"), errors);
}

fn access_modes(modes: &[PersistentVolumeAccessMode], path: &Path<'_>, errors: &mut ErrorList) {
    if modes.is_empty() {
        errors.push(Error::required(path, "at least 1 access mode is required"));
    }
    let (mut once, mut others) = (false, false);
    for mode in modes {
        match mode {
            PersistentVolumeAccessMode::Other(mode) => {
                let supported = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
                errors.push(Error::not_supported(path, mode, &supported));
            }
            PersistentVolumeAccessMode::ReadWriteOncePod => once = true,
            _ => others = true,
        }
    }
    if once && others {
        errors.push(Error::forbidden(path, "may not use ReadWriteOncePod with other access modes"));
    }
}

fn storage(request: Option<&Quantity>, path: &Path<'_>, errors: &mut ErrorList) {
    match request {
        None => errors.push(Error::required(path, "")),
        Some(request) if *request <= Quantity::ZERO => {
            errors.push(Error::invalid(path, request.to_string(), "must be greater than zero"));
        }
        Some(_) => {}
    }
}

fn subdomain(name: Option<&str>, path: &Path<'_>, errors: &mut ErrorList) {
    if let Some(name) = name.filter(|name| !name.is_empty()) {
        invalid_each(path, name, is_dns1123_subdomain(name), errors);
    }
}

fn data_sources(spec: &PersistentVolumeClaimSpec, path: &Path<'_>, errors: &mut ErrorList) {
    let (source, reference) = (spec.data_source.as_deref(), spec.data_source_ref.as_deref());
    if let Some(TypedLocalObjectReference { api_group, kind, name, .. }) = source {
        referenced(api_group.as_deref(), kind, name, &path.child("dataSource"), errors);
    }
    let namespace = reference.and_then(|reference| reference.namespace.as_deref()).unwrap_or_default();
    if let Some(TypedObjectReference { api_group, kind, name, .. }) = reference {
        let path = path.child("dataSourceRef");
        referenced(api_group.as_deref(), kind, name, &path, errors);
        if !namespace.is_empty() {
            invalid_each(&path.child("namespace"), namespace, is_dns1123_label(namespace), errors);
        }
    }
    let (Some(source), Some(reference)) = (source, reference) else { return };
    let text = if !namespace.is_empty() {
        "may not be specified when dataSourceRef.namespace is specified"
    } else if (&source.api_group, &source.kind, &source.name)
        != (&reference.api_group, &reference.kind, &reference.name)
    {
        "must match dataSourceRef"
    } else {
        return;
    };
    // upstream passes a path for the value, which prints as a struct without fields
    errors.push(Error::invalid(path, BadValue::Plain("{}".to_owned()), text));
}

fn referenced(group: Option<&str>, kind: &str, name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if name.is_empty() {
        errors.push(Error::required(&path.child("name"), ""));
    }
    if kind.is_empty() {
        errors.push(Error::required(&path.child("kind"), ""));
    }
    let group = group.unwrap_or_default();
    if !group.is_empty() {
        invalid_each(&path.child("apiGroup"), group, is_dns1123_subdomain(group), errors);
    } else if kind != "PersistentVolumeClaim" {
        let text = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
        errors.push(Error::invalid(path, kind, text));
    }
}
