//! Config maps: keys that can be files' names, a mebibyte of values, and nothing changes once they are immutable.

use kubeforge_api::core::v1::ConfigMap;
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, MetadataOnUpdate, is_config_map_key},
};

use super::FROZEN;
use crate::{BuiltIn, common::invalid_each};

/// All values together; secrets have the same limit.
const BYTES_MAX: usize = 1024 * 1024;

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(validate).update(validate_update).metadata_on_update(MetadataOnUpdate::Whole);
    all.add("", "configmaps", checks);
}

fn validate(_: &CheckContext<'_>, map: &ConfigMap) -> ErrorList {
    let mut errors = ErrorList::new();
    let mut bytes = 0;
    let data = Path::new("data");
    for (key, value) in &map.data {
        let path = data.key(key);
        invalid_each(&path, key, is_config_map_key(key), &mut errors);
        if map.binary_data.contains_key(key) {
            errors.push(Error::invalid(&path, key, "duplicate of key present in binaryData"));
        }
        bytes += value.len();
    }
    let binary_data = Path::new("binaryData");
    for (key, value) in &map.binary_data {
        invalid_each(&binary_data.key(key), key, is_config_map_key(key), &mut errors);
        bytes += value.len();
    }
    if bytes > BYTES_MAX {
        // not one field is at fault: the path is that of an element without a name
        errors.push(Error::too_long(&Path::NIL.key(""), BYTES_MAX));
    }
    errors
}

fn validate_update(ctx: &CheckContext<'_>, new: &ConfigMap, old: &ConfigMap) -> ErrorList {
    let mut errors = ErrorList::new();
    if old.immutable == Some(true) {
        if new.immutable != Some(true) {
            errors.push(Error::forbidden(&Path::new("immutable"), FROZEN));
        }
        if new.data != old.data {
            errors.push(Error::forbidden(&Path::new("data"), FROZEN));
        }
        if new.binary_data != old.binary_data {
            errors.push(Error::forbidden(&Path::new("binaryData"), FROZEN));
        }
    }
    errors.extend(validate(ctx, new));
    errors
}
