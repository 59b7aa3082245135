//! CSI drivers: what they ask of Kubernetes.

use std::collections::BTreeSet;

use kubeforge_api::storage::v1::{CSIDriver, CSIDriverSpec, FSGroupPolicy, TokenRequest, VolumeLifecycleMode};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, NameRule},
};

use super::GROUP;
use crate::{BuiltIn, common::immutable, volumes::driver_name};

const UPDATE_PERIOD_SECONDS_MIN: i64 = 10;
const TOKEN_SECONDS_MIN: i64 = 600;
const TOKEN_SECONDS_MAX: i64 = 1 << 32;

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|_: &CheckContext<'_>, driver: &CSIDriver| validate(driver))
        .update(|_: &CheckContext<'_>, new: &CSIDriver, old: &CSIDriver| validate_update(new, old))
        .names(NameRule::Unchecked)
        .warnings(|_: &CheckContext<'_>, driver: &CSIDriver, _| warnings(&driver.spec));
    all.add(GROUP, "csidrivers", checks);
}

/// The object's name is the driver's, and is checked as such.
fn validate(driver: &CSIDriver) -> ErrorList {
    let mut errors = ErrorList::new();
    driver_name(&driver.metadata.name, &Path::new("name"), &mut errors);
    let spec = &driver.spec;
    let path = Path::new("spec");
    // this field's name is misspelt upstream
    for (value, name) in [
        (spec.attach_required, "attachedRequired"),
        (spec.pod_info_on_mount, "podInfoOnMount"),
        (spec.storage_capacity, "storageCapacity"),
    ] {
        required_flag(value, &path.child(name), &mut errors);
    }
    if let Some(FSGroupPolicy::Other(other)) = &spec.fs_group_policy {
        let policies = ["File", "None", "ReadWriteOnceWithFSType"];
        errors.push(Error::not_supported(&path.child("fsGroupPolicy"), other, &policies));
    }
    token_requests(&spec.token_requests, &path.child("tokenRequests"), &mut errors);
    for mode in &spec.volume_lifecycle_modes {
        if let VolumeLifecycleMode::Other(other) = mode {
            let modes = ["Persistent", "Ephemeral"];
            errors.push(Error::not_supported(&path.child("volumeLifecycleModes"), other, &modes));
        }
    }
    required_flag(spec.se_linux_mount, &path.child("seLinuxMount"), &mut errors);
    if let Some(period) = spec.node_allocatable_update_period_seconds.filter(|it| *it < UPDATE_PERIOD_SECONDS_MIN) {
        let path = path.child("nodeAllocatableUpdatePeriodSeconds");
        errors.push(Error::invalid(&path, period, "must be greater than or equal to 10 seconds"));
    }
    if let Some(in_secrets) = spec.service_account_token_in_secrets
        && spec.token_requests.is_empty()
    {
        let text = "serviceAccountTokenInSecrets is set but no tokenRequests are specified";
        errors.push(Error::invalid(&path.child("serviceAccountTokenInSecrets"), in_secrets, text));
    }
    errors
}

fn required_flag(value: Option<bool>, path: &Path<'_>, errors: &mut ErrorList) {
    if value.is_none() {
        errors.push(Error::required(path, ""));
    }
}

/// Audiences are unique; one may be empty.
fn token_requests(requests: &[TokenRequest], path: &Path<'_>, errors: &mut ErrorList) {
    let mut audiences = BTreeSet::new();
    for (at, request) in requests.iter().enumerate() {
        let path = path.index(at);
        if !audiences.insert(&request.audience) {
            errors.push(Error::duplicate(&path.child("audience"), &request.audience));
            continue;
        }
        let Some(seconds) = request.expiration_seconds else { continue };
        let expiration = path.child("expirationSeconds");
        if seconds < TOKEN_SECONDS_MIN {
            errors.push(Error::invalid(&expiration, seconds, "may not specify a duration less than 10 minutes"));
        }
        if seconds > TOKEN_SECONDS_MAX {
            errors.push(Error::invalid(&expiration, seconds, "may not specify a duration larger than 2^32 seconds"));
        }
    }
}

fn validate_update(new: &CSIDriver, old: &CSIDriver) -> ErrorList {
    let mut errors = validate(new);
    let (new, old) = (&new.spec, &old.spec);
    let path = Path::new("spec");
    immutable(&new.attach_required, &old.attach_required, &path.child("attachedRequired"), &mut errors);
    let modes = path.child("volumeLifecycleModes");
    immutable(&new.volume_lifecycle_modes, &old.volume_lifecycle_modes, &modes, &mut errors);
    errors
}

fn warnings(spec: &CSIDriverSpec) -> Vec<String> {
    let mut warnings = Vec::new();
    if !spec.token_requests.is_empty() && spec.service_account_token_in_secrets.is_none() {
        warnings.push(
            "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent \
             possible logging of tokens in volume attributes"
                .to_owned(),
        );
    }
    warnings
}
