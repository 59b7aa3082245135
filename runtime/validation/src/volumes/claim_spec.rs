//! What a claim asks for; also in templates of claims.

use kubeforge_api::core::v1::{PersistentVolumeClaimSpec, VolumeResourceRequirements};
use kubeforge_machinery::{
    field::{BadValue, Error, ErrorList, Path},
    validation::{is_dns1123_label, is_dns1123_subdomain},
};

use super::access_modes::{access_modes, volume_mode};
use crate::common::{SelectorOptions, invalid_each, label_selector, non_negative_quantity, positive_quantity};

const CLAIM: &str = "PersistentVolumeClaim";

/// Whether the group of a data source must be one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum DataSourceGroups {
    /// It must.
    #[default]
    Strict,
    /// It was none when the object was made, and may stay so.
    AllowInvalid,
}

/// How strictly a claim is checked.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ClaimOptions {
    pub(crate) selector: SelectorOptions,
    pub(crate) groups: DataSourceGroups,
}

/// What is wrong with a claim's spec.
pub(crate) fn claim_spec(
    spec: &PersistentVolumeClaimSpec,
    options: ClaimOptions,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let modes = path.child("accessModes");
    if spec.access_modes.is_empty() {
        errors.push(Error::required(&modes, "at least 1 access mode is required"));
    }
    label_selector(spec.selector.as_deref(), options.selector, &path.child("selector"), errors);
    access_modes(&spec.access_modes, &modes, errors);
    check_size(&spec.resources, &path.child("resources"), errors);
    let classes = [
        (&spec.storage_class_name, "storageClassName"),
        (&spec.volume_attributes_class_name, "volumeAttributesClassName"),
    ];
    for (class, name) in classes {
        if let Some(class) = class.as_ref().filter(|class| !class.is_empty()) {
            invalid_each(&path.child(name), class, is_dns1123_subdomain(class), errors);
        }
    }
    volume_mode(spec.volume_mode.as_ref(), &path.child("volumeMode"), errors);
    check_data_source(spec, options.groups, path, errors);
}

fn check_size(resources: &VolumeResourceRequirements, path: &Path<'_>, errors: &mut ErrorList) {
    let storage = path.key("storage");
    let Some(size) = resources.requests.get("storage") else {
        errors.push(Error::required(&storage, ""));
        return;
    };
    let told = errors.len();
    positive_quantity(size, &storage, errors);
    if errors.len() == told {
        non_negative_quantity(size, &storage, errors);
    }
}

fn check_data_source(
    spec: &PersistentVolumeClaimSpec,
    groups: DataSourceGroups,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    if let Some(source) = &spec.data_source {
        let reference = (source.api_group.as_deref(), &*source.kind, &*source.name);
        check_reference(reference, groups, &path.child("dataSource"), errors);
    }
    let Some(reference) = &spec.data_source_ref else { return };
    let own = path.child("dataSourceRef");
    check_reference((reference.api_group.as_deref(), &reference.kind, &reference.name), groups, &own, errors);
    let namespace = reference.namespace.as_ref().filter(|namespace| !namespace.is_empty());
    if let Some(namespace) = namespace {
        invalid_each(&own.child("namespace"), namespace, is_dns1123_label(namespace), errors);
    }
    let Some(source) = &spec.data_source else { return };
    // upstream shows the path of the field, not its value; a path shows as an empty struct
    let shown = || BadValue::Plain("{}".to_owned());
    if namespace.is_some() {
        let text = "may not be specified when dataSourceRef.namespace is specified";
        errors.push(Error::invalid(path, shown(), text));
    } else if (&source.api_group, &source.kind, &source.name)
        != (&reference.api_group, &reference.kind, &reference.name)
    {
        errors.push(Error::invalid(path, shown(), "must match dataSourceRef"));
    }
}

/// A reference's group, kind and name.
fn check_reference(
    (group, kind, name): (Option<&str>, &str, &str),
    groups: DataSourceGroups,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    if name.is_empty() {
        errors.push(Error::required(&path.child("name"), ""));
    }
    if kind.is_empty() {
        errors.push(Error::required(&path.child("kind"), ""));
    }
    match group.unwrap_or_default() {
        "" if kind != CLAIM => {
            let text = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
            errors.push(Error::invalid(path, kind, text));
        }
        "" => {}
        group if groups == DataSourceGroups::Strict => {
            invalid_each(&path.child("apiGroup"), group, is_dns1123_subdomain(group), errors);
        }
        _ => {}
    }
}
