//! Bindings of policies: to what, with which parameters, and what comes of it.

use std::collections::BTreeSet;

use kubeforge_api::admissionregistration::v1::{
    MutatingAdmissionPolicyBinding, MutatingAdmissionPolicyBindingSpec, ValidatingAdmissionPolicyBinding,
    ValidatingAdmissionPolicyBindingSpec, ValidationAction,
};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks},
};

use super::{
    GROUP,
    policy::{param_ref, policy_name},
    rules::{match_resources, only_writes},
};
use crate::{BuiltIn, common::shown};

pub(super) fn register(all: &mut BuiltIn) {
    let validating =
        Checks::new(|_: &CheckContext<'_>, binding: &ValidatingAdmissionPolicyBinding| validating(&binding.spec));
    all.add(GROUP, "validatingadmissionpolicybindings", validating);
    let mutating =
        Checks::new(|_: &CheckContext<'_>, binding: &MutatingAdmissionPolicyBinding| mutating(&binding.spec));
    all.add(GROUP, "mutatingadmissionpolicybindings", mutating);
}

fn validating(spec: &ValidatingAdmissionPolicyBindingSpec) -> ErrorList {
    let mut errors = ErrorList::new();
    let path = Path::new("spec");
    policy_name(&spec.policy_name, &path.child("policyName"), &mut errors);
    param_ref(spec.param_ref.as_deref(), &path.child("paramRef"), &mut errors);
    if let Some(resources) = &spec.match_resources {
        match_resources(resources, &path.child("matchResources"), &mut errors);
    }
    actions(&spec.validation_actions, &path.child("validationActions"), &mut errors);
    errors
}

fn actions(actions: &Vec<ValidationAction>, path: &Path<'_>, errors: &mut ErrorList) {
    let mut seen = BTreeSet::new();
    for (at, action) in actions.iter().enumerate() {
        let path = path.index(at);
        if let ValidationAction::Other(other) = action {
            errors.push(Error::not_supported(&path, other, &["Audit", "Deny", "Warn"]));
        }
        if !seen.insert(action) {
            errors.push(Error::duplicate(&path, action.as_str()));
        }
    }
    if seen.contains(&ValidationAction::Deny) && seen.contains(&ValidationAction::Warn) {
        let text = "must not contain both Deny and Warn (repeating the same validation failure information in the API \
                    response and headers serves no purpose)";
        errors.push(Error::invalid(path, shown(actions), text));
    }
    if seen.is_empty() {
        errors.push(Error::required(path, "at least one validation action is required"));
    }
}

fn mutating(spec: &MutatingAdmissionPolicyBindingSpec) -> ErrorList {
    let mut errors = ErrorList::new();
    let path = Path::new("spec");
    policy_name(&spec.policy_name, &path.child("policyName"), &mut errors);
    param_ref(spec.param_ref.as_deref(), &path.child("paramRef"), &mut errors);
    if let Some(resources) = &spec.match_resources {
        let path = path.child("matchResources");
        match_resources(resources, &path, &mut errors);
        only_writes(resources, &path, &mut errors);
    }
    errors
}
