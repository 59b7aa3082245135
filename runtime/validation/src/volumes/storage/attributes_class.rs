//! Classes of volume attributes: a driver, and parameters that it can change while volumes are in use.

use kubeforge_api::storage::v1::VolumeAttributesClass;
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks},
};

use super::{
    GROUP,
    parameters::{parameters, provisioner},
};
use crate::BuiltIn;

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|_: &CheckContext<'_>, class: &VolumeAttributesClass| validate(class)).update(
        |_: &CheckContext<'_>, new: &VolumeAttributesClass, old: &VolumeAttributesClass| validate_update(new, old),
    );
    all.add(GROUP, "volumeattributesclasses", checks);
}

fn validate(class: &VolumeAttributesClass) -> ErrorList {
    let mut errors = ErrorList::new();
    provisioner(&class.driver_name, &Path::new("driverName"), &mut errors);
    let path = Path::new("parameters");
    parameters(&class.parameters, &path, &mut errors);
    if class.parameters.is_empty() {
        errors.push(Error::required(&path, "must contain at least one key/value pair"));
    }
    errors
}

fn validate_update(new: &VolumeAttributesClass, old: &VolumeAttributesClass) -> ErrorList {
    let mut errors = ErrorList::new();
    if new.driver_name != old.driver_name {
        errors.push(Error::forbidden(&Path::new("driverName"), "updates to driverName are forbidden."));
    }
    if new.parameters != old.parameters {
        errors.push(Error::forbidden(&Path::new("parameters"), "updates to parameters are forbidden."));
    }
    errors.extend(validate(new));
    errors
}
