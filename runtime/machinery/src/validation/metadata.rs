//! Labels and annotations, of objects and of the templates in them. Follows apimachinery pkg/api/validation/objectmeta.go.

use std::collections::BTreeMap;

use super::{is_label_value, is_qualified_name};
use crate::field::{Error, ErrorList, Path};

/// All annotations of an object together.
pub const ANNOTATIONS_BYTES_MAX: usize = 256 * 1024;

/// What is wrong with labels.
pub fn labels(labels: &BTreeMap<String, String>, field: &Path<'_>, errors: &mut ErrorList) {
    for (key, value) in labels {
        for message in is_qualified_name(key) {
            errors.push(Error::invalid(field, key.as_str(), message));
        }
        for message in is_label_value(value) {
            errors.push(Error::invalid(field, value.as_str(), message));
        }
    }
}

/// What is wrong with annotations.
pub fn annotations(annotations: &BTreeMap<String, String>, field: &Path<'_>, errors: &mut ErrorList) {
    let mut bytes = 0;
    for (key, value) in annotations {
        bytes += key.len() + value.len();
        for message in is_qualified_name(&key.to_lowercase()) {
            errors.push(Error::invalid(field, key.as_str(), message));
        }
    }
    if bytes > ANNOTATIONS_BYTES_MAX {
        errors.push(Error::too_long(field, ANNOTATIONS_BYTES_MAX));
    }
}
