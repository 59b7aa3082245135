//! References to objects of any kind.

use kubeforge_api::autoscaling::v2::CrossVersionObjectReference;
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::is_path_segment_name,
};

use crate::common::invalid_each;

/// What an `apiVersion` must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ApiVersion {
    /// Anything, because it was so before.
    Any,
    /// Well formed.
    Valid,
    /// Well formed and with a group.
    WithGroup,
}

/// What is wrong with a reference.
pub(super) fn validate(
    reference: &CrossVersionObjectReference,
    version: ApiVersion,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    for (value, field) in [(&reference.kind, "kind"), (&reference.name, "name")] {
        let path = path.child(field);
        if value.is_empty() {
            errors.push(Error::required(&path, ""));
        } else {
            invalid_each(&path, value, is_path_segment_name(value), errors);
        }
    }
    if let Err(wrong) = check_api_version(reference, version) {
        errors.push(Error::invalid(&path.child("apiVersion"), &reference.api_version, wrong));
    }
}

/// Whether the reference's `apiVersion` is what it must be.
///
/// # Errors
/// What is wrong with it.
pub(super) fn check_api_version(reference: &CrossVersionObjectReference, version: ApiVersion) -> Result<(), String> {
    if version == ApiVersion::Any {
        return Ok(());
    }
    let text = &reference.api_version;
    let (group, rest) = text.split_once('/').unwrap_or(("", text));
    if rest.contains('/') {
        return Err(format!("unexpected GroupVersion string: {text}"));
    }
    if group.is_empty() && version == ApiVersion::WithGroup {
        return Err("apiVersion must specify API group".to_owned());
    }
    Ok(())
}
