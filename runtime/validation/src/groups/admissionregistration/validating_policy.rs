//! Policies that refuse requests.

use std::collections::BTreeSet;

use kubeforge_api::admissionregistration::v1::{
    AuditAnnotation, ExpressionWarning, ValidatingAdmissionPolicy, ValidatingAdmissionPolicySpec,
    ValidatingAdmissionPolicyStatus, Validation,
};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, is_qualified_name},
};

use super::{
    GROUP,
    conditions::match_conditions,
    expression::{self, Context},
    policy::{failure_policy, param_kind, variables},
    rules::match_resources,
};
use crate::{
    BuiltIn,
    common::{conditions, invalid_each, shown_structs},
};

const AUDIT_ANNOTATIONS_MAX: usize = 20;
const VALUE_EXPRESSION_BYTES_MAX: usize = 5 * 1024;

/// Whether conditions are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Conditions {
    Checked,
    /// They, and what they can refer to, are as they were.
    Unchanged,
}

pub(super) fn register(all: &mut BuiltIn) {
    let checks =
        Checks::new(|_: &CheckContext<'_>, policy: &ValidatingAdmissionPolicy| validate(policy, Conditions::Checked))
            .update(|_: &CheckContext<'_>, new: &ValidatingAdmissionPolicy, old: &ValidatingAdmissionPolicy| {
                let (new_spec, old_spec) = (&new.spec, &old.spec);
                let is_same = new_spec.param_kind == old_spec.param_kind
                    && new_spec.match_conditions == old_spec.match_conditions;
                validate(new, if is_same { Conditions::Unchanged } else { Conditions::Checked })
            })
            .subresource(
                "status",
                |_: &CheckContext<'_>, new: &ValidatingAdmissionPolicy, _: &ValidatingAdmissionPolicy| {
                    check_status(&new.status)
                },
            );
    all.add(GROUP, "validatingadmissionpolicies", checks);
}

fn validate(policy: &ValidatingAdmissionPolicy, conditions: Conditions) -> ErrorList {
    let mut errors = ErrorList::new();
    let (path, spec) = (Path::new("spec"), &policy.spec);
    failure_policy(spec.failure_policy.as_ref(), &path.child("failurePolicy"), &mut errors);
    if let Some(kind) = &spec.param_kind {
        param_kind(kind, &path.child("paramKind"), &mut errors);
    }
    let mut context = Context::of_policy(spec.param_kind.as_deref());
    let constraints = path.child("matchConstraints");
    match &spec.match_constraints {
        None => errors.push(Error::required(&constraints, "")),
        Some(resources) => {
            match_resources(resources, &constraints, &mut errors);
            if resources.resource_rules.is_empty() {
                errors.push(Error::required(&constraints.child("resourceRules"), ""));
            }
        }
    }
    if conditions == Conditions::Checked {
        match_conditions(&spec.match_conditions, &context, &path.child("matchConditions"), &mut errors);
    }
    if !spec.variables.is_empty() {
        context = context.with_variables();
    }
    variables(&spec.variables, &mut context, &path.child("variables"), &mut errors);
    check_effects(&policy.metadata.name, spec, &context, &path, &mut errors);
    errors
}

/// A policy validates, or annotates audit events, or both.
fn check_effects(
    name: &str,
    spec: &ValidatingAdmissionPolicySpec,
    context: &Context,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let (validations, annotations) = (path.child("validations"), path.child("auditAnnotations"));
    if spec.validations.is_empty() && spec.audit_annotations.is_empty() {
        let text = "validations or auditAnnotations must contain at least one item";
        errors.push(Error::required(&validations, text));
        errors.push(Error::required(&annotations, text));
        return;
    }
    for (at, validation) in spec.validations.iter().enumerate() {
        check_validation(validation, context, &validations.index(at), errors);
    }
    if spec.audit_annotations.len() > AUDIT_ANNOTATIONS_MAX {
        let text = format!("must not have more than {AUDIT_ANNOTATIONS_MAX} auditAnnotations");
        errors.push(Error::invalid(&annotations, shown_structs(&spec.audit_annotations), text));
    }
    let mut keys = BTreeSet::new();
    for (at, annotation) in spec.audit_annotations.iter().enumerate() {
        let path = annotations.index(at);
        check_annotation(name, annotation, context, &path, errors);
        if !keys.insert(&annotation.key) {
            errors.push(Error::duplicate(&path.child("key"), &annotation.key));
        }
    }
}

fn check_validation(validation: &Validation, context: &Context, path: &Path<'_>, errors: &mut ErrorList) {
    let own = path.child("expression");
    if validation.expression.trim().is_empty() {
        errors.push(Error::required(&own, "expression is not specified"));
    } else {
        expression::check(&validation.expression, &validation.expression, context, &["bool"], &own, errors);
    }
    let by_expression = &validation.message_expression;
    let own = path.child("messageExpression");
    if !by_expression.trim().is_empty() {
        expression::check(by_expression, by_expression, context, &["string"], &own, errors);
    } else if !by_expression.is_empty() {
        errors.push(Error::invalid(&own, by_expression, "must be non-empty if specified"));
    }
    let message = path.child("message");
    if !validation.message.is_empty() && validation.message.trim().is_empty() {
        errors.push(Error::invalid(&message, &validation.message, "message must be non-empty if specified"));
    } else if validation.message.trim().contains(['\n', '\r']) {
        errors.push(Error::invalid(&message, &validation.message, "message must not contain line breaks"));
    }
    if let Some(reason) = &validation.reason {
        let reasons = ["Forbidden", "Invalid", "RequestEntityTooLarge"];
        if !reasons.contains(&reason.as_str()) {
            errors.push(Error::not_supported(&path.child("reason"), reason.as_str(), &reasons));
        }
    }
}

fn check_annotation(
    name: &str,
    annotation: &AuditAnnotation,
    context: &Context,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let key = path.child("key");
    if name.is_empty() {
        errors.push(Error::invalid(&key, &annotation.key, "requires metadata.name be non-empty"));
    } else {
        let whole = format!("{name}/{}", annotation.key);
        invalid_each(&key, &whole, is_qualified_name(&whole), errors);
    }
    let own = path.child("valueExpression");
    match annotation.value_expression.trim() {
        "" => errors.push(Error::required(&own, "valueExpression is not specified")),
        text if text.len() > VALUE_EXPRESSION_BYTES_MAX => {
            errors.push(Error::required(&own, format!("must not exceed {VALUE_EXPRESSION_BYTES_MAX} bytes in length")));
        }
        text => {
            let results = ["string", "null_type"];
            expression::check(text, &annotation.value_expression, context, &results, &own, errors);
        }
    }
}

fn check_status(status: &ValidatingAdmissionPolicyStatus) -> ErrorList {
    let mut errors = ErrorList::new();
    let path = Path::new("status");
    let warnings = Path::new("status.typeChecking.expressionWarnings");
    for (at, warning) in status.type_checking.iter().flat_map(|it| &it.expression_warnings).enumerate() {
        check_warning(warning, &warnings.index(at), &mut errors);
    }
    conditions(&status.conditions, &path.child("conditions"), &mut errors);
    errors
}

fn check_warning(warning: &ExpressionWarning, path: &Path<'_>, errors: &mut ErrorList) {
    if warning.warning.is_empty() {
        errors.push(Error::required(&path.child("warning"), ""));
    }
    if warning.field_ref.trim().is_empty() {
        errors.push(Error::required(&path.child("fieldRef"), ""));
    }
}
