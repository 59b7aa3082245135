//! Which CSI drivers run on a node: a driver's entry changes only in how many volumes it can attach.

use std::collections::BTreeSet;

use kubeforge_api::storage::v1::{CSINode, CSINodeDriver};
use kubeforge_machinery::{
    field::{BadValue, Error, ErrorList, Path},
    validation::{CheckContext, Checks, is_qualified_name},
};

use super::GROUP;
use crate::{
    BuiltIn,
    common::{IMMUTABLE, non_negative, shown_internal},
    volumes::driver::driver_name,
};

/// The CSI specification's limit.
const NODE_ID_BYTES_MAX: usize = 256;

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|_: &CheckContext<'_>, node: &CSINode| validate(node))
        .update(|_: &CheckContext<'_>, new: &CSINode, old: &CSINode| validate_update(new, old));
    all.add(GROUP, "csinodes", checks);
}

fn validate(node: &CSINode) -> ErrorList {
    let mut errors = ErrorList::new();
    let drivers = Path::new("spec.drivers");
    let mut names = BTreeSet::new();
    for (at, driver) in node.spec.drivers.iter().enumerate() {
        check_driver(driver, &mut names, &drivers.index(at), &mut errors);
    }
    errors
}

fn check_driver<'a>(driver: &'a CSINodeDriver, names: &mut BTreeSet<&'a str>, path: &Path<'_>, errors: &mut ErrorList) {
    let name = path.child("name");
    driver_name(&driver.name, &name, errors);
    let id = path.child("nodeID");
    if driver.node_id.is_empty() {
        errors.push(Error::required(&id, ""));
    }
    if driver.node_id.len() > NODE_ID_BYTES_MAX {
        errors.push(Error::invalid(&id, &driver.node_id, format!("must be {NODE_ID_BYTES_MAX} characters or less")));
    }
    if let Some(count) = driver.allocatable.as_ref().and_then(|allocatable| allocatable.count) {
        non_negative(count.into(), &path.child("allocatable").child("count"), errors);
    }
    if !names.insert(&driver.name) {
        errors.push(Error::duplicate(&name, &driver.name));
    }
    let mut keys = BTreeSet::new();
    for key in &driver.topology_keys {
        if key.is_empty() {
            errors.push(Error::required(path, ""));
        }
        if !keys.insert(key) {
            errors.push(Error::duplicate(path, key));
        }
        for message in is_qualified_name(key) {
            errors.push(Error::invalid(path, BadValue::json(&driver.topology_keys), message));
        }
    }
}

fn validate_update(new: &CSINode, old: &CSINode) -> ErrorList {
    let mut errors = validate(new);
    for old in &old.spec.drivers {
        for new in new.spec.drivers.iter().filter(|new| new.name == old.name) {
            let without_count = |driver: &CSINodeDriver| CSINodeDriver { allocatable: None, ..driver.clone() };
            let (new, old) = (without_count(new), without_count(old));
            if new != old {
                errors.push(Error::invalid(&Path::new("spec.drivers"), shown_internal(&new), IMMUTABLE));
            }
        }
    }
    errors
}
