//! Where a deployment of an old version keeps the revision to go back to: in v1, it is an annotation.
//!
//! Used by the conversions of apps/v1beta1 and extensions/v1beta1. Follows pkg/apis/apps/v1/conversion.go.

use std::{collections::BTreeMap, num::IntErrorKind};

use kubeforge_machinery::{ConversionError, quote::quote};

use super::v1::DEPRECATED_ROLLBACK_TO;

/// Puts the revision into the annotation; without one, there is no annotation either.
pub(crate) fn write(annotations: &mut BTreeMap<String, String>, revision: Option<i64>) {
    match revision {
        Some(revision) => annotations.insert(DEPRECATED_ROLLBACK_TO.to_owned(), revision.to_string()),
        None => annotations.remove(DEPRECATED_ROLLBACK_TO),
    };
}

/// Takes the revision out of the annotation. An empty annotation says nothing, and stays.
///
/// # Errors
/// Where it is no number of 64 bits.
pub(crate) fn take(annotations: &mut BTreeMap<String, String>) -> Result<Option<i64>, ConversionError> {
    let Some(text) = annotations.get(DEPRECATED_ROLLBACK_TO).filter(|text| !text.is_empty()) else { return Ok(None) };
    let revision = parse_i64(text).map_err(|ConversionError(why)| {
        ConversionError(format!("failed to parse annotation[{DEPRECATED_ROLLBACK_TO}]={text} as int64: {why}"))
    })?;
    annotations.remove(DEPRECATED_ROLLBACK_TO);
    Ok(Some(revision))
}

/// Reads a decimal number.
///
/// # Errors
/// Where it is none, or not of 64 bits; in the words of Go's strconv.
pub(crate) fn parse_i64(text: &str) -> Result<i64, ConversionError> {
    text.parse().map_err(|error: std::num::ParseIntError| {
        let why = match error.kind() {
            IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => "value out of range",
            _ => "invalid syntax",
        };
        ConversionError(format!("strconv.ParseInt: parsing {}: {why}", quote(text)))
    })
}
