//! Names of drivers, of storage and of devices.

use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::is_dns1123_subdomain,
};

use crate::common::invalid_each;

const BYTES_MAX: usize = 63;

/// A short domain name, whatever its letters' case. Nothing more is said of one that is missing.
pub(crate) fn driver_name(name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if name.is_empty() {
        errors.push(Error::required(path, ""));
        return;
    }
    if name.len() > BYTES_MAX {
        errors.push(Error::too_long(path, BYTES_MAX));
    }
    invalid_each(path, name, is_dns1123_subdomain(&name.to_lowercase()), errors);
}
