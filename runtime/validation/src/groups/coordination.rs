//! Leases and candidates for them.

use kubeforge_api::coordination::{
    v1::{Lease, OLDEST_EMULATION_VERSION},
    v1beta1::{LeaseCandidate, LeaseCandidateSpec},
};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, NameRule, is_config_map_key, is_qualified_name},
};

use crate::{
    BuiltIn,
    common::{immutable, invalid_each},
};

const GROUP: &str = "coordination.k8s.io";

pub(super) fn register(all: &mut BuiltIn) {
    all.add(GROUP, "leases", Checks::new(validate));
    let candidates = Checks::new(|_: &CheckContext<'_>, candidate: &LeaseCandidate| candidate_spec(&candidate.spec))
        .update(|_: &CheckContext<'_>, new: &LeaseCandidate, old: &LeaseCandidate| {
            let mut errors = candidate_spec(&new.spec);
            immutable(&new.spec.lease_name, &old.spec.lease_name, &Path::new("spec.leaseName"), &mut errors);
            errors
        });
    all.add(GROUP, "leasecandidates", candidates.names(NameRule::Custom(is_config_map_key)));
}

fn validate(_: &CheckContext<'_>, lease: &Lease) -> ErrorList {
    let mut errors = ErrorList::new();
    let (path, spec) = (Path::new("spec"), &lease.spec);
    if let Some(seconds) = spec.lease_duration_seconds.filter(|seconds| *seconds <= 0) {
        errors.push(Error::invalid(&path.child("leaseDurationSeconds"), seconds, "must be greater than 0"));
    }
    if let Some(transitions) = spec.lease_transitions.filter(|transitions| *transitions < 0) {
        let text = "must be greater than or equal to 0";
        errors.push(Error::invalid(&path.child("leaseTransitions"), transitions, text));
    }
    if let Some(strategy) = &spec.strategy {
        check_strategy(strategy, &path.child("strategy"), &mut errors);
    }
    let has_strategy = spec.strategy.as_ref().is_some_and(|strategy| !strategy.is_empty());
    if spec.preferred_holder.as_ref().is_some_and(|holder| !holder.is_empty()) && !has_strategy {
        let text = "may only be specified if `strategy` is defined";
        errors.push(Error::forbidden(&path.child("preferredHolder"), text));
    }
    errors
}

/// A strategy of Kubernetes, or another's with a domain. Its error names the field twice, as upstream's does.
fn check_strategy(strategy: &str, path: &Path<'_>, errors: &mut ErrorList) {
    let path = path.child("strategy");
    if strategy.contains('/') {
        invalid_each(&path, strategy, is_qualified_name(strategy), errors);
    } else if strategy != OLDEST_EMULATION_VERSION {
        errors.push(Error::not_supported(&path, strategy, &[OLDEST_EMULATION_VERSION]));
    }
}

fn candidate_spec(spec: &LeaseCandidateSpec) -> ErrorList {
    let mut errors = ErrorList::new();
    let path = Path::new("spec");
    if spec.lease_name.is_empty() {
        errors.push(Error::required(&path.child("leaseName"), ""));
    }
    let emulated = path.child("emulationVersion");
    let emulation = version(&spec.emulation_version, &emulated, &mut errors);
    let binary_path = path.child("binaryVersion");
    if spec.binary_version.is_empty() {
        errors.push(Error::required(&binary_path, ""));
    }
    let binary = version(&spec.binary_version, &binary_path, &mut errors);
    if !spec.binary_version.is_empty() && !spec.emulation_version.is_empty() && binary < emulation {
        let text = "must be greater than or equal to `emulationVersion`";
        errors.push(Error::invalid(&binary_path, &spec.binary_version, text));
    }
    let strategy = path.child("strategy");
    if spec.strategy.is_empty() {
        errors.push(Error::required(&strategy, ""));
        return errors;
    }
    if spec.strategy == OLDEST_EMULATION_VERSION && emulation == semver::Version::new(0, 0, 0) {
        let text = "must be specified when `strategy` is 'OldestEmulationVersion'";
        errors.push(Error::required(&emulated, text));
    }
    check_strategy(&spec.strategy, &strategy, &mut errors);
    errors
}

/// The version; 0.0.0 where there is none or it is malformed, which is told.
fn version(text: &str, path: &Path<'_>, errors: &mut ErrorList) -> semver::Version {
    let none = semver::Version::new(0, 0, 0);
    if text.is_empty() {
        return none;
    }
    semver::Version::parse(text).unwrap_or_else(|_| {
        errors.push(Error::invalid(path, text, "must be a valid semantic version"));
        none
    })
}
