//! Configuration that only a driver understands.

use kubeforge_api::resource::v1::{
    AllocationConfigSource, DeviceAllocationConfiguration, DeviceClaimConfiguration, DeviceConfiguration,
};
use kubeforge_machinery::{
    RawExtension,
    field::{Error, ErrorList, Path},
};

use super::{claim::REQUESTS_MAX, lists::each_unique, request::RequestNames};
use crate::volumes::driver_name;

const PARAMETERS_BYTES_MAX: usize = 10 * 1024;
const HIDDEN: &str = "<value omitted>";

/// Whether parameters are new; those that are stored may be longer than is allowed now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    New,
    Stored,
}

pub(super) fn configuration(configuration: &DeviceConfiguration, age: Age, path: &Path<'_>, errors: &mut ErrorList) {
    let path = path.child("opaque");
    let Some(opaque) = &configuration.opaque else {
        errors.push(Error::required(&path, ""));
        return;
    };
    driver_name(&opaque.driver, &path.child("driver"), errors);
    raw_object(&opaque.parameters, age, PARAMETERS_BYTES_MAX, &path.child("parameters"), errors);
}

pub(super) fn claim_configuration(
    it: &DeviceClaimConfiguration,
    names: &RequestNames<'_>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    references(&it.requests, names, path, errors);
    configuration(&it.device_configuration, Age::New, path, errors);
}

pub(super) fn allocation_configuration(
    it: &DeviceAllocationConfiguration,
    names: &RequestNames<'_>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    if let AllocationConfigSource::Other(other) = &it.source {
        let source = path.child("source");
        errors.push(if other.is_empty() {
            Error::required(&source, "")
        } else {
            Error::not_supported(&source, other, &["FromClaim", "FromClass"])
        });
    }
    references(&it.requests, names, path, errors);
    configuration(&it.device_configuration, Age::New, path, errors);
}

fn references(requests: &[String], names: &RequestNames<'_>, path: &Path<'_>, errors: &mut ErrorList) {
    each_unique(requests, REQUESTS_MAX, Clone::clone, &path.child("requests"), errors, |it, path, errors| {
        names.check_reference(it, path, errors);
    });
}

/// A JSON object.
pub(super) fn raw_object(raw: &RawExtension, age: Age, bytes_max: usize, path: &Path<'_>, errors: &mut ErrorList) {
    if raw.is_null() {
        errors.push(Error::required(path, ""));
        return;
    }
    if age == Age::New && raw.raw().len() > bytes_max {
        errors.push(Error::too_long(path, bytes_max));
        return;
    }
    match raw.to_value() {
        Err(wrong) => {
            errors.push(Error::invalid(path, HIDDEN, format!("error parsing data as JSON: {wrong}")));
        }
        Ok(serde_json::Value::Null) => errors.push(Error::required(path, "")),
        Ok(serde_json::Value::Object(_)) => {}
        Ok(_) => errors.push(Error::invalid(path, HIDDEN, "must be a valid JSON object")),
    }
}
