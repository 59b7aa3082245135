//! Requests of a claim: one kind of device, or several to choose from.

use std::collections::{BTreeMap, BTreeSet};

use kubeforge_api::resource::v1::{
    DeviceAllocationMode, DeviceClaim, DeviceRequest, DeviceSelector, DeviceSubRequest, DeviceToleration,
    ExactDeviceRequest,
};
use kubeforge_cel::{Type, compile, device};
use kubeforge_machinery::field::{BadValue, Error, ErrorList, Path};

use super::{
    lists::{each, each_unique},
    names::{class_name, label},
    taint::check_toleration,
};

const ALTERNATIVES_MAX: usize = 8;
pub(super) const SELECTORS_MAX: usize = 32;
const EXPRESSION_BYTES_MAX: usize = 10 * 1024;

/// Names of requests, and of the alternatives that each has.
pub(super) struct RequestNames<'a>(BTreeMap<&'a str, BTreeSet<&'a str>>);

impl<'a> RequestNames<'a> {
    pub(super) fn of(claim: &'a DeviceClaim) -> Self {
        let alternatives =
            |request: &'a DeviceRequest| request.first_available.iter().map(|it| it.name.as_str()).collect();
        Self(claim.requests.iter().map(|request| (request.name.as_str(), alternatives(request))).collect())
    }

    fn has(&self, reference: &str) -> bool {
        match reference.split_once('/') {
            None => self.0.contains_key(reference),
            Some((request, alternative)) => self.0.get(request).is_some_and(|names| names.contains(alternative)),
        }
    }

    /// What is wrong with a reference to a request or to one of its alternatives.
    pub(super) fn check_reference(&self, reference: &str, path: &Path<'_>, errors: &mut ErrorList) {
        let text = "must be the name of a request in the claim or the name of a request and a subrequest separated by \
                    '/'";
        if reference.matches('/').count() > 1 {
            errors.push(Error::invalid(path, reference, text));
            return;
        }
        for segment in reference.split('/') {
            label(segment, path, errors);
        }
        if !self.has(reference) {
            errors.push(Error::invalid(path, reference, text));
        }
    }
}

pub(super) fn check(request: &DeviceRequest, path: &Path<'_>, errors: &mut ErrorList) {
    label(&request.name, &path.child("name"), errors);
    match (&request.exactly, request.first_available.is_empty()) {
        (None, true) => {
            errors.push(Error::required(path, "exactly one of `exactly` or `firstAvailable` is required"));
        }
        (Some(_), false) => {
            let text = "exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set";
            errors.push(Error::invalid(path, BadValue::Null, text));
        }
        (Some(exactly), true) => check_exact(exactly, &path.child("exactly"), errors),
        (None, false) => {
            let list = &request.first_available;
            let path = path.child("firstAvailable");
            each_unique(list, ALTERNATIVES_MAX, |it| it.name.clone(), &path, errors, check_alternative);
        }
    }
}

fn check_exact(request: &ExactDeviceRequest, path: &Path<'_>, errors: &mut ErrorList) {
    class_name(&request.device_class_name, &path.child("deviceClassName"), errors);
    selectors(&request.selectors, &path.child("selectors"), errors);
    how_many(&request.allocation_mode, request.count, path, errors);
    tolerations(&request.tolerations, path, errors);
}

fn check_alternative(request: &DeviceSubRequest, path: &Path<'_>, errors: &mut ErrorList) {
    label(&request.name, &path.child("name"), errors);
    class_name(&request.device_class_name, &path.child("deviceClassName"), errors);
    selectors(&request.selectors, &path.child("selectors"), errors);
    how_many(&request.allocation_mode, request.count, path, errors);
    tolerations(&request.tolerations, path, errors);
}

fn tolerations(tolerations: &[DeviceToleration], path: &Path<'_>, errors: &mut ErrorList) {
    let path = path.child("tolerations");
    for (at, toleration) in tolerations.iter().enumerate() {
        check_toleration(toleration, &path.index(at), errors);
    }
}

fn how_many(mode: &DeviceAllocationMode, count: i64, path: &Path<'_>, errors: &mut ErrorList) {
    let count_path = path.child("count");
    match mode {
        DeviceAllocationMode::All => {
            if count != 0 {
                let text = "must not be specified when allocationMode is 'All'";
                errors.push(Error::invalid(&count_path, count, text));
            }
        }
        DeviceAllocationMode::ExactCount => {
            if count <= 0 {
                errors.push(Error::invalid(&count_path, count, "must be greater than zero"));
            }
        }
        DeviceAllocationMode::Other(other) => {
            errors.push(Error::not_supported(&path.child("allocationMode"), other, &["All", "ExactCount"]));
        }
    }
}

/// Expressions that choose devices.
pub(super) fn selectors(selectors: &[DeviceSelector], path: &Path<'_>, errors: &mut ErrorList) {
    each(selectors, SELECTORS_MAX, path, errors, |selector, path, errors| {
        let path = path.child("cel");
        match &selector.cel {
            None => errors.push(Error::required(&path, "")),
            Some(cel) => expression(&cel.expression, &path.child("expression"), errors),
        }
    });
}

fn expression(text: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if text.len() > EXPRESSION_BYTES_MAX {
        errors.push(Error::too_long(path, EXPRESSION_BYTES_MAX));
        return;
    }
    let found = match compile(text, &device::env()) {
        Err(wrong) => {
            errors.push(Error::invalid(path, text, format!("compilation failed: {wrong}")));
            return;
        }
        Ok(program) => program.result_type().clone(),
    };
    if !matches!(found, Type::Bool | Type::Dyn) {
        let wrong = format!("must evaluate to bool or the unknown type, not {found}");
        errors.push(Error::invalid(path, text, wrong));
    }
}
