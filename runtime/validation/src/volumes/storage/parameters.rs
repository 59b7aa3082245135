//! What classes of several kinds share: a driver, and parameters that only the driver understands.

use std::collections::BTreeMap;

use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::is_qualified_name,
};

use crate::common::invalid_each;

const COUNT_MAX: usize = 512;
/// Keys and values together.
const BYTES_MAX: usize = 256 * 1024;

/// The driver's name, whatever its letters' case.
pub(super) fn provisioner(name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if name.is_empty() {
        errors.push(Error::required(path, ""));
        return;
    }
    let name = name.to_lowercase();
    invalid_each(path, &name, is_qualified_name(&name), errors);
}

/// Parameters, of which there may be none.
pub(super) fn parameters(parameters: &BTreeMap<String, String>, path: &Path<'_>, errors: &mut ErrorList) {
    if parameters.len() > COUNT_MAX {
        errors.push(Error::too_long(path, COUNT_MAX));
        return;
    }
    if parameters.contains_key("") {
        errors.push(Error::invalid(path, "", "field can not be empty."));
    }
    if parameters.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>() > BYTES_MAX {
        errors.push(Error::too_long(path, BYTES_MAX));
    }
}
