//! What validating and mutating policies, and their bindings, have in common.

use kubeforge_api::admissionregistration::v1::{
    FailurePolicyType, ParamKind, ParamRef, ParameterNotFoundActionType, Variable,
};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{is_dns1035_label, is_dns1123_subdomain, is_path_segment_name},
};

use super::expression::{self, Context};
use crate::common::{SelectorOptions, invalid_each, label_selector};

pub(super) const FAILURE_POLICIES: [&str; 2] = ["Fail", "Ignore"];

/// What becomes of requests that a policy cannot decide.
pub(super) fn failure_policy(policy: Option<&FailurePolicyType>, path: &Path<'_>, errors: &mut ErrorList) {
    match policy {
        None => errors.push(Error::required(path, "")),
        Some(FailurePolicyType::Other(other)) => errors.push(Error::not_supported(path, other, &FAILURE_POLICIES)),
        Some(_) => {}
    }
}

/// The kind of a policy's parameters.
pub(super) fn param_kind(kind: &ParamKind, path: &Path<'_>, errors: &mut ErrorList) {
    api_version(&kind.api_version, &path.child("apiVersion"), errors);
    let own = path.child("kind");
    if kind.kind.is_empty() {
        errors.push(Error::required(&own, ""));
        return;
    }
    let wrong = is_dns1035_label(&kind.kind.to_lowercase());
    if !wrong.is_empty() {
        let text = format!("may have mixed case, but should otherwise match: {}", wrong.join(","));
        errors.push(Error::invalid(&own, &kind.kind, text));
    }
}

fn api_version(text: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if text.is_empty() {
        errors.push(Error::required(path, ""));
        return;
    }
    if text.matches('/').count() > 1 {
        errors.push(Error::invalid(path, text, format!("unexpected GroupVersion string: {text}")));
        return;
    }
    let (group, version) = text.split_once('/').unwrap_or(("", text));
    let mut joined = |value: &str, wrong: Vec<String>| {
        if !wrong.is_empty() {
            errors.push(Error::invalid(path, value, wrong.join(",")));
        }
    };
    if !group.is_empty() {
        joined(group, is_dns1123_subdomain(group));
    }
    if version.is_empty() {
        errors.push(Error::invalid(path, text, "version must be specified"));
    } else {
        joined(version, is_dns1035_label(version));
    }
}

/// Variables that expressions share: each can use those before it.
pub(super) fn variables(variables: &[Variable], context: &mut Context, path: &Path<'_>, errors: &mut ErrorList) {
    for (at, variable) in variables.iter().enumerate() {
        let path = path.index(at);
        let name = path.child("name");
        if variable.name.trim().is_empty() {
            errors.push(Error::required(&name, "name is not specified"));
        } else if !expression::is_identifier(&variable.name) {
            errors.push(Error::invalid(&name, &variable.name, "name is not a valid CEL identifier"));
        }
        let own = path.child("expression");
        let text = &variable.expression;
        let type_ = if text.trim().is_empty() {
            errors.push(Error::required(&own, "expression is not specified"));
            None
        } else {
            expression::check(text, text, context, &[], &own, errors)
        };
        context.define(&variable.name, type_);
    }
}

/// The policy that a binding binds.
pub(super) fn policy_name(name: &str, path: &Path<'_>, errors: &mut ErrorList) {
    if name.is_empty() {
        errors.push(Error::required(path, ""));
    } else {
        invalid_each(path, name, is_dns1123_subdomain(name), errors);
    }
}

/// The parameters that a binding gives: an object's name, or a selector of objects.
pub(super) fn param_ref(reference: Option<&ParamRef>, path: &Path<'_>, errors: &mut ErrorList) {
    const EXCLUSIVE: &str = "name and selector are mutually exclusive";
    let Some(reference) = reference else { return };
    let (name, selector) = (path.child("name"), path.child("selector"));
    let has_name = !reference.name.is_empty();
    let has_selector = reference.selector.is_some();
    if has_name {
        invalid_each(&name, &reference.name, is_path_segment_name(&reference.name), errors);
    }
    if has_name && has_selector {
        errors.push(Error::forbidden(&name, EXCLUSIVE));
    }
    label_selector(reference.selector.as_deref(), SelectorOptions::Strict, &selector, errors);
    if has_name && has_selector {
        errors.push(Error::forbidden(&selector, EXCLUSIVE));
    }
    if !has_name && !has_selector {
        errors.push(Error::required(path, "one of name or selector must be specified"));
    }
    let action = path.child("parameterNotFoundAction");
    match &reference.parameter_not_found_action {
        None => errors.push(Error::required(&action, "")),
        Some(ParameterNotFoundActionType::Other(other)) if other.is_empty() => {
            errors.push(Error::required(&action, ""));
        }
        Some(ParameterNotFoundActionType::Other(other)) => {
            errors.push(Error::not_supported(&action, other, &["Deny", "Allow"]));
        }
        Some(_) => {}
    }
}
