//! Claims of volumes: what was claimed stays, but a bound claim may grow and change its class of attributes.

use std::collections::BTreeMap;

use kubeforge_api::core::v1::{
    ClaimResourceStatus, PersistentVolumeClaim, PersistentVolumeClaimPhase, PersistentVolumeClaimSpec,
};
use kubeforge_machinery::{
    Quantity,
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, is_qualified_name},
};

use super::{
    claim_spec::{ClaimOptions, DataSourceGroups, claim_spec},
    persistent_volume::basic_amount,
};
use crate::{
    BuiltIn,
    common::{IMMUTABLE, SelectorOptions, difference, immutable, invalid_each, label_selector},
};

const CLASS_ANNOTATION: &str = "volume.beta.kubernetes.io/storage-class";
const STORAGE: &str = "storage";

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|_: &CheckContext<'_>, claim: &PersistentVolumeClaim| {
        let mut errors = ErrorList::new();
        claim_spec(&claim.spec, ClaimOptions::default(), &Path::new("spec"), &mut errors);
        errors
    })
    .update(|_: &CheckContext<'_>, new: &PersistentVolumeClaim, old: &PersistentVolumeClaim| validate_update(new, old))
    .subresource("status", |_: &CheckContext<'_>, new: &PersistentVolumeClaim, _: &PersistentVolumeClaim| {
        validate_status(new)
    })
    .warnings(|_: &CheckContext<'_>, claim: &PersistentVolumeClaim, _| warnings(claim));
    all.add("", "persistentvolumeclaims", checks);
}

fn options(old: &PersistentVolumeClaimSpec) -> ClaimOptions {
    let mut found = ErrorList::new();
    label_selector(old.selector.as_deref(), SelectorOptions::Strict, &Path::NIL, &mut found);
    let selector = if found.is_empty() { SelectorOptions::Strict } else { SelectorOptions::AllowInvalidValues };
    let has_group = old.data_source.as_ref().is_some_and(|source| source.api_group.is_some())
        || old.data_source_ref.as_ref().is_some_and(|source| source.api_group.is_some());
    let groups = if has_group { DataSourceGroups::AllowInvalid } else { DataSourceGroups::Strict };
    ClaimOptions { selector, groups }
}

fn validate_update(new: &PersistentVolumeClaim, old: &PersistentVolumeClaim) -> ErrorList {
    let mut errors = ErrorList::new();
    // upstream's strategy checks the new state, and then its check of updates does so again
    for _twice in 0..2 {
        claim_spec(&new.spec, options(&old.spec), &Path::new("spec"), &mut errors);
    }
    check_changes(new, old, &mut errors);
    let size = |claim: &PersistentVolumeClaim| amount(&claim.spec.resources.requests);
    if size(new) < size(old) && size(new) <= amount(&old.status.capacity) {
        // a claim that could not grow may take its wish back, but not shrink
        let path = Path::new("spec.resources.requests.storage");
        errors.push(Error::forbidden(&path, "field can not be less than status.capacity"));
    }
    immutable(&new.spec.volume_mode, &old.spec.volume_mode, &Path::new("volumeMode"), &mut errors);
    if old.spec.volume_attributes_class_name.is_some() {
        let path = Path::new("spec.volumeAttributesClassName");
        match new.spec.volume_attributes_class_name.as_deref() {
            None => errors.push(Error::forbidden(&path, "update from non-nil value to nil is forbidden")),
            Some("") => {
                errors.push(Error::forbidden(&path, "update from non-nil value to an empty string is forbidden"));
            }
            Some(_) => {}
        }
    }
    errors
}

fn amount(amounts: &BTreeMap<String, Quantity>) -> Quantity {
    amounts.get(STORAGE).cloned().unwrap_or(Quantity::ZERO)
}

/// Tells what changed that may not.
fn check_changes(new: &PersistentVolumeClaim, old: &PersistentVolumeClaim, errors: &mut ErrorList) {
    let (mut new_spec, mut old_spec) = (new.spec.clone(), old.spec.clone());
    if old_spec.volume_name.is_empty() {
        // the controller that binds it fills this in, once
        old_spec.volume_name.clone_from(&new_spec.volume_name);
    }
    let class = |claim: &PersistentVolumeClaim| claim.metadata.annotations.get(CLASS_ANNOTATION).cloned();
    let (new_annotation, old_annotation) = (class(new), class(old));
    let takes_class_from_annotation = old_annotation.is_some()
        && old.spec.storage_class_name.is_none()
        && new.spec.storage_class_name == old_annotation
        && (new_annotation.is_none() || new_annotation == old_annotation);
    if takes_class_from_annotation {
        new_spec.storage_class_name = None;
    } else {
        let path = Path::new("metadata.annotations");
        if new_annotation.as_deref().unwrap_or_default() != old_annotation.as_deref().unwrap_or_default() {
            let shown = new_annotation.unwrap_or_default();
            errors.push(Error::invalid(&path.child(CLASS_ANNOTATION), shown, IMMUTABLE));
        }
        let gets_default_class = old.spec.storage_class_name.is_none()
            && new.spec.storage_class_name.is_some()
            && (old_annotation.is_none() || new.spec.storage_class_name == old_annotation);
        if gets_default_class {
            new_spec.storage_class_name = None;
        }
    }
    if new.status.phase == PersistentVolumeClaimPhase::Bound {
        if !new_spec.resources.requests.is_empty() {
            new_spec.resources.requests.insert(STORAGE.to_owned(), amount(&old.spec.resources.requests));
        }
        if new_spec.volume_attributes_class_name.is_some() {
            new_spec.volume_attributes_class_name.clone_from(&old_spec.volume_attributes_class_name);
        }
    }
    if new_spec != old_spec {
        let text = format!(
            "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound \
             claims\n{}",
            difference(&old_spec, &new_spec)
        );
        errors.push(Error::forbidden(&Path::new("spec"), text));
    }
}

fn validate_status(claim: &PersistentVolumeClaim) -> ErrorList {
    let mut errors = ErrorList::new();
    if claim.spec.access_modes.is_empty() {
        errors.push(Error::required(&Path::new("Spec.accessModes"), ""));
    }
    let (path, status) = (Path::new("status"), &claim.status);
    let capacity = path.child("capacity");
    for (name, amount) in &status.capacity {
        basic_amount(amount, &capacity.key(name), &mut errors);
    }
    let resizing = path.child("allocatedResourceStatus");
    for (name, state) in &status.allocated_resource_statuses {
        check_resource_key(name, &resizing, &mut errors);
        if let ClaimResourceStatus::Other(_) = state {
            let states = [
                "ControllerResizeInProgress",
                "ControllerResizeInfeasible",
                "NodeResizeInProgress",
                "NodeResizeInfeasible",
                "NodeResizePending",
            ];
            errors.push(Error::not_supported(&resizing, name, &states));
        }
    }
    let allocated = path.child("allocatedResources");
    for (name, amount) in &status.allocated_resources {
        let told = errors.len();
        check_resource_key(name, &allocated, &mut errors);
        if errors.len() == told {
            basic_amount(amount, &allocated.key(name), &mut errors);
        }
    }
    errors
}

/// A resource that a volume may have an amount of: its size, or somebody else's.
fn check_resource_key(name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    let wrong = is_qualified_name(name);
    let is_native = !name.contains('/') || name.contains("kubernetes.io/");
    if wrong.is_empty() && is_native && name != STORAGE {
        errors.push(Error::not_supported(path, name, &[STORAGE]));
    }
    invalid_each(path, name, wrong, errors);
}

fn warnings(claim: &PersistentVolumeClaim) -> Vec<String> {
    let mut warnings = Vec::new();
    if claim.metadata.annotations.contains_key(CLASS_ANNOTATION) {
        warnings.push(format!(
            "metadata.annotations[{CLASS_ANNOTATION}]: deprecated since v1.8; use \"storageClassName\" attribute instead"
        ));
    }
    warnings.extend(claim_spec_warnings(&claim.spec, &Path::new("spec")));
    warnings
}

/// What is said of the amounts of a claim, or of a template of claims: bytes come whole.
pub(crate) fn claim_spec_warnings(spec: &PersistentVolumeClaimSpec, path: &Path<'_>) -> Vec<String> {
    let resources = path.child("resources");
    let mut warnings = Vec::new();
    for (amounts, name) in [(&spec.resources.requests, "requests"), (&spec.resources.limits, "limits")] {
        if let Some(amount) = amounts.get(STORAGE).filter(|amount| amount.milli_value() % 1000 != 0) {
            let path = resources.child(name);
            let path = path.key(STORAGE);
            warnings.push(format!("{path}: fractional byte value \"{amount}\" is invalid, must be an integer"));
        }
    }
    warnings
}
