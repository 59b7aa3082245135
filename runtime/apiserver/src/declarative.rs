//! The rules of kinds' definitions, beside those that strategies check by hand.
//!
//! Follows apiserver pkg/registry/rest/validate.go: an object is checked as the version that the request speaks; its
//! errors come before the strategy's. What both found is told once. What rules found that are not in force yet, and the
//! strategy did not, is counted.

use kubeforge_machinery::{
    ApiError, Object,
    field::{Error, ErrorList},
    validation::{Findings, ValidationContext},
};

use crate::{errors, registry::ResourceScope};

/// Checks an object, and where there is one its old state, by the rules of its kind's definition.
///
/// # Errors
/// Where the object has no form in the request's version.
pub(crate) fn validate(
    scope: &ResourceScope,
    subresource: &str,
    new: &dyn Object,
    old: Option<&dyn Object>,
) -> Result<Findings, ApiError> {
    let ctx = ValidationContext { gates: &scope.feature_gates, subresource, observe: true };
    if scope.kind == scope.hub || scope.entry.info.validate.is_none() {
        let hub = scope.scheme.get(&scope.hub).map_err(errors::internal)?;
        return Ok(hub.validate(new, old, &ctx));
    }
    let served =
        |object: &dyn Object| scope.scheme.convert(object.deep_copy_object(), &scope.kind).map_err(errors::internal);
    let new = served(new)?;
    let old = old.map(served).transpose()?;
    Ok(scope.entry.validate(new.as_ref(), old.as_deref(), &ctx))
}

/// The errors of both, each once.
pub(crate) fn merge(scope: &ResourceScope, declared: Findings, by_hand: ErrorList) -> ErrorList {
    let Findings { mut errors, observed } = declared;
    let is_missed = |found: &&Error| !by_hand.iter().chain(&errors).any(|error| is_same(found, error));
    let missed = observed.iter().filter(is_missed).count() as u64;
    if missed > 0 {
        scope.metrics.validation_mismatches.inc_by(missed);
    }
    let declared = errors.len();
    for error in by_hand {
        let is_told = |told: &Error| is_same(told, &error) && told.detail == error.detail;
        if !errors.iter().take(declared).any(is_told) {
            errors.push(error);
        }
    }
    errors
}

/// Whether two errors say the same of the same field.
fn is_same(one: &Error, other: &Error) -> bool {
    one.type_ == other.type_ && one.field == other.field
}
