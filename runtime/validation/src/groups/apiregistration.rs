//! API services: which server answers for a version of a group.

use kubeforge_api::apiregistration::v1::{APIService, APIServiceSpec, ConditionStatus};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    quote::quote,
    validation::{CheckContext, Checks, NameRule, is_dns1035_label, is_dns1123_subdomain},
};

use crate::{BuiltIn, common::invalid_each};

const GROUP_PRIORITY_MAX: i32 = 20_000;
const VERSION_PRIORITY_MAX: i32 = 1_000;

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|_: &CheckContext<'_>, service: &APIService| validate(service))
        .subresource("status", |_: &CheckContext<'_>, new: &APIService, _: &APIService| check_status(new))
        .names(NameRule::PathSegment);
    all.add("apiregistration.k8s.io", "apiservices", checks);
}

fn validate(service: &APIService) -> ErrorList {
    let mut errors = ErrorList::new();
    let (path, spec) = (Path::new("spec"), &service.spec);
    let (name, wanted) = (&service.metadata.name, format!("{}.{}", spec.version, spec.group));
    if !name.is_empty() && *name != wanted {
        let text = format!("must be `spec.version+\".\"+spec.group`: {}", quote(&wanted));
        errors.push(Error::invalid(&Path::new("metadata.name"), name, text));
    }
    let group = path.child("group");
    if spec.group.is_empty() {
        if spec.version != "v1" {
            let text = "only v1 may have an empty group and it better be legacy kube";
            errors.push(Error::required(&group, text));
        }
    } else {
        invalid_each(&group, &spec.group, is_dns1123_subdomain(&spec.group), &mut errors);
    }
    invalid_each(&path.child("version"), &spec.version, is_dns1035_label(&spec.version), &mut errors);
    for (value, max, name) in [
        (spec.group_priority_minimum, GROUP_PRIORITY_MAX, "groupPriorityMinimum"),
        (spec.version_priority, VERSION_PRIORITY_MAX, "versionPriority"),
    ] {
        if !(1..=max).contains(&value) {
            errors.push(Error::invalid(&path.child(name), value, format!("must be positive and less than {max}")));
        }
    }
    check_server(spec, &path, &mut errors);
    errors
}

/// This server needs no certificate of itself; another one is a service.
fn check_server(spec: &APIServiceSpec, path: &Path<'_>, errors: &mut ErrorList) {
    let insecure = path.child("insecureSkipTLSVerify");
    let Some(service) = &spec.service else {
        if !spec.ca_bundle.is_empty() {
            let shown = format!("{} bytes", spec.ca_bundle.len());
            let text = "local APIServices may not have a caBundle";
            errors.push(Error::invalid(&path.child("caBundle"), shown, text));
        }
        if spec.insecure_skip_tls_verify {
            errors.push(Error::invalid(&insecure, true, "local APIServices may not have insecureSkipTLSVerify"));
        }
        return;
    };
    let own = path.child("service");
    for (value, name) in [(&service.namespace, "namespace"), (&service.name, "name")] {
        if value.is_empty() {
            errors.push(Error::required(&own.child(name), ""));
        }
    }
    if spec.insecure_skip_tls_verify && !spec.ca_bundle.is_empty() {
        errors.push(Error::invalid(&insecure, true, "may not be true if caBundle is present"));
    }
}

fn check_status(service: &APIService) -> ErrorList {
    let mut errors = ErrorList::new();
    let path = Path::new("status.conditions");
    for (at, condition) in service.status.conditions.iter().enumerate() {
        if let ConditionStatus::Other(other) = &condition.status {
            let statuses = ["True", "False", "Unknown"];
            errors.push(Error::not_supported(&path.index(at).child("status"), other, &statuses));
        }
    }
    errors
}
