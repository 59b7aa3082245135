//! Namespaces: their names are labels, and their phase follows from whether they are being deleted.

use kubeforge_api::core::v1::{Namespace, NamespacePhase};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, MetadataOnUpdate, NameRule, is_qualified_name},
};

use crate::{BuiltIn, common::invalid_each};

/// Finalizers that need no domain.
const STANDARD_FINALIZERS: [&str; 3] = ["kubernetes", "orphan", "foregroundDeletion"];

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(validate)
        .names(NameRule::Label)
        .metadata_on_update(MetadataOnUpdate::Whole)
        .subresource("status", validate_status_update)
        .subresource("finalize", validate_finalize_update);
    all.add("", "namespaces", checks);
}

fn validate(_: &CheckContext<'_>, namespace: &Namespace) -> ErrorList {
    let mut errors = ErrorList::new();
    for name in &namespace.spec.finalizers {
        finalizer(name, &Path::new("spec.finalizers"), &mut errors);
    }
    errors
}

fn finalizer(name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    invalid_each(path, name, is_qualified_name(name), errors);
    if !name.contains('/') && !STANDARD_FINALIZERS.contains(&name) {
        let text = "name is neither a standard finalizer name nor is it fully qualified";
        errors.push(Error::invalid(path, name, text));
    }
}

fn validate_status_update(_: &CheckContext<'_>, new: &Namespace, _: &Namespace) -> ErrorList {
    let (wanted, text) = match new.metadata.deletion_timestamp {
        None => (NamespacePhase::Active, "may only be 'Active' if `deletionTimestamp` is empty"),
        Some(_) => (NamespacePhase::Terminating, "may only be 'Terminating' if `deletionTimestamp` is not empty"),
    };
    if new.status.phase == wanted {
        return ErrorList::new();
    }
    vec![Error::invalid(&Path::new("status.Phase"), new.status.phase.as_str(), text)]
}

fn validate_finalize_update(_: &CheckContext<'_>, new: &Namespace, _: &Namespace) -> ErrorList {
    let mut errors = ErrorList::new();
    let path = Path::new("spec.finalizers");
    for (index, name) in new.spec.finalizers.iter().enumerate() {
        finalizer(name, &path.index(index), &mut errors);
    }
    errors
}
