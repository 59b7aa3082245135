//! Policies that change requests.

use kubeforge_api::admissionregistration::v1::{
    MutatingAdmissionPolicy, MutatingAdmissionPolicySpec, Mutation, PatchType, ReinvocationPolicyType,
};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks},
};

use super::{
    GROUP,
    conditions::match_conditions,
    expression::{self, Context},
    policy::{failure_policy, param_kind, variables},
    rules::{match_resources, only_writes},
    validating_policy::Conditions,
    webhook::REINVOCATION_POLICIES,
};
use crate::BuiltIn;

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|_: &CheckContext<'_>, policy: &MutatingAdmissionPolicy| {
        validate(&policy.spec, Conditions::Checked)
    })
    .update(|_: &CheckContext<'_>, new: &MutatingAdmissionPolicy, old: &MutatingAdmissionPolicy| {
        let (new, old) = (&new.spec, &old.spec);
        let is_same = new.param_kind == old.param_kind && new.match_conditions == old.match_conditions;
        validate(new, if is_same { Conditions::Unchanged } else { Conditions::Checked })
    });
    all.add(GROUP, "mutatingadmissionpolicies", checks);
}

fn validate(spec: &MutatingAdmissionPolicySpec, conditions: Conditions) -> ErrorList {
    let mut errors = ErrorList::new();
    let path = Path::new("spec");
    failure_policy(spec.failure_policy.as_ref(), &path.child("failurePolicy"), &mut errors);
    if let Some(kind) = &spec.param_kind {
        param_kind(kind, &path.child("paramKind"), &mut errors);
    }
    let mut context = Context::of_policy(spec.param_kind.as_deref()).with_patches();
    let constraints = path.child("matchConstraints");
    match &spec.match_constraints {
        None => errors.push(Error::required(&constraints, "")),
        Some(resources) => {
            match_resources(resources, &constraints, &mut errors);
            if resources.resource_rules.is_empty() {
                errors.push(Error::required(&constraints.child("resourceRules"), ""));
            }
            only_writes(resources, &constraints, &mut errors);
        }
    }
    if conditions == Conditions::Checked {
        match_conditions(&spec.match_conditions, &context, &path.child("matchConditions"), &mut errors);
    }
    context = context.with_variables();
    variables(&spec.variables, &mut context, &path.child("variables"), &mut errors);
    let mutations = path.child("mutations");
    if spec.mutations.is_empty() {
        errors.push(Error::required(&mutations, "mutations must contain at least one item"));
    }
    for (at, mutation) in spec.mutations.iter().enumerate() {
        check_mutation(mutation, &context, &mutations.index(at), &mut errors);
    }
    let reinvocation = path.child("reinvocationPolicy");
    if let ReinvocationPolicyType::Other(other) = &spec.reinvocation_policy {
        errors.push(if other.is_empty() {
            Error::required(&reinvocation, "")
        } else {
            Error::not_supported(&reinvocation, other, &REINVOCATION_POLICIES)
        });
    }
    errors
}

/// A mutation is a patch of one kind.
fn check_mutation(mutation: &Mutation, context: &Context, path: &Path<'_>, errors: &mut ErrorList) {
    let apply = mutation.apply_configuration.as_ref().map(|it| it.expression.as_str());
    let json = mutation.json_patch.as_ref().map(|it| it.expression.as_str());
    let (own, other, result) = match &mutation.patch_type {
        PatchType::ApplyConfiguration => (("applyConfiguration", apply), ("jsonPatch", json), "Object"),
        PatchType::JSONPatch => (("jsonPatch", json), ("applyConfiguration", apply), "list(JSONPatch)"),
        PatchType::Other(other) => {
            let path = path.child("patchType");
            errors.push(if other.is_empty() {
                Error::required(&path, "")
            } else {
                Error::not_supported(&path, other, &["ApplyConfiguration", "JSONPatch"])
            });
            return;
        }
    };
    let (name, text) = own;
    let patch_type = mutation.patch_type.as_str();
    match text {
        None => {
            errors
                .push(Error::required(&path.child(name), format!("must be specified when patchType is {patch_type}")));
        }
        Some(text) => check_patch(text, context, result, &path.child(name), errors),
    }
    if let (other, Some(_)) = other {
        let text = format!("must not be specified when patchType is {patch_type}");
        errors.push(Error::invalid(&path.child(other), format!("{{{other}}}"), text));
    }
}

fn check_patch(text: &str, context: &Context, result: &str, path: &Path<'_>, errors: &mut ErrorList) {
    let path = path.child("expression");
    let text = text.trim();
    if text.is_empty() {
        errors.push(Error::required(&path, ""));
        return;
    }
    expression::check(text, text, context, &[result], &path, errors);
}
