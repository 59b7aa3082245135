//! Taints of devices, and what tolerates them.

use kubeforge_api::resource::v1::{DeviceTaint, DeviceTaintEffect, DeviceToleration, DeviceTolerationOperator};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{is_label_value, is_qualified_name},
};

use crate::common::invalid_each;

const EFFECTS: [&str; 3] = ["NoExecute", "NoSchedule", "None"];

pub(super) fn check_taint(taint: &DeviceTaint, path: &Path<'_>, errors: &mut ErrorList) {
    invalid_each(&path.child("key"), &taint.key, is_qualified_name(&taint.key), errors);
    if !taint.value.is_empty() {
        invalid_each(&path.child("value"), &taint.value, is_label_value(&taint.value), errors);
    }
    if let DeviceTaintEffect::Other(other) = &taint.effect {
        let path = path.child("effect");
        errors.push(if other.is_empty() {
            Error::required(&path, "")
        } else {
            Error::not_supported(&path, other, &EFFECTS)
        });
    }
}

pub(super) fn check_toleration(toleration: &DeviceToleration, path: &Path<'_>, errors: &mut ErrorList) {
    if !toleration.key.is_empty() {
        invalid_each(&path.child("key"), &toleration.key, is_qualified_name(&toleration.key), errors);
    }
    let value = path.child("value");
    match &toleration.operator {
        DeviceTolerationOperator::Exists => {
            if !toleration.value.is_empty() {
                errors.push(Error::invalid(&value, &toleration.value, "must be empty for operator `Exists`"));
            }
        }
        DeviceTolerationOperator::Equal => {
            invalid_each(&value, &toleration.value, is_label_value(&toleration.value), errors);
        }
        DeviceTolerationOperator::Other(other) => {
            let path = path.child("operator");
            errors.push(if other.is_empty() {
                Error::required(&path, "")
            } else {
                Error::not_supported(&path, other, &["Equal", "Exists"])
            });
        }
    }
    if let DeviceTaintEffect::Other(other) = &toleration.effect
        && !other.is_empty()
    {
        errors.push(Error::not_supported(&path.child("effect"), other, &EFFECTS));
    }
}
