//! Attributes of devices: each has one value.

use kubeforge_api::resource::v1::DeviceAttribute;
use kubeforge_machinery::field::{Error, ErrorList, Path};

use crate::common::shown_internal;

const VALUE_BYTES_MAX: usize = 64;

/// How many values an attribute counts for.
pub(super) fn count(attribute: &DeviceAttribute) -> usize {
    let listed = attribute.ints.len() + attribute.bools.len() + attribute.strings.len() + attribute.versions.len();
    listed.max(1)
}

pub(super) fn check(attribute: &DeviceAttribute, path: &Path<'_>, errors: &mut ErrorList) {
    if let Some(text) = &attribute.string {
        check_length(text, &path.child("string"), errors);
    }
    if let Some(version) = &attribute.version {
        check_version(version, &path.child("version"), errors);
    }
    let strings = path.child("strings");
    for (at, text) in attribute.strings.iter().enumerate() {
        check_length(text, &strings.index(at), errors);
    }
    let versions = path.child("versions");
    for (at, version) in attribute.versions.iter().enumerate() {
        check_version(version, &versions.index(at), errors);
    }
    let given = [
        attribute.bool.is_some(),
        attribute.int.is_some(),
        attribute.string.is_some(),
        attribute.version.is_some(),
        !attribute.bools.is_empty(),
        !attribute.ints.is_empty(),
        !attribute.strings.is_empty(),
        !attribute.versions.is_empty(),
    ];
    let text = "exactly one value must be specified";
    match given.into_iter().filter(|is_given| *is_given).count() {
        0 => errors.push(Error::invalid(path, "", text)),
        1 => {}
        _ => errors.push(Error::invalid(path, shown_internal(attribute), text)),
    }
}

fn check_length(text: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if text.len() > VALUE_BYTES_MAX {
        errors.push(Error::too_long(path, VALUE_BYTES_MAX));
    }
}

fn check_version(version: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if semver::Version::parse(version).is_err() {
        let text = "must be a string compatible with semver.org spec 2.0.0";
        errors.push(Error::invalid(path, version, text));
    }
    check_length(version, path, errors);
}
