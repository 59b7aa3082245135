//! From a review's question to what authorizers are asked.

use kubeforge_api::authorization::v1::{FieldSelectorAttributes, NonResourceAttributes, ResourceAttributes};
use kubeforge_apiserver::auth::AuthorizationAttributes;
use kubeforge_machinery::{
    fields::{Operator, Requirement, Selector},
    labels,
    meta::v1::{FieldSelectorOperator, FieldSelectorRequirement, LabelSelector},
};

/// A question, with its selectors read.
pub(super) struct Question<'a> {
    resource: Option<&'a ResourceAttributes>,
    path: Option<&'a NonResourceAttributes>,
    fields: Vec<Requirement>,
    /// What of the selectors could not be read: upstream's words.
    pub(super) errors: Vec<&'static str>,
}

impl<'a> Question<'a> {
    pub(super) fn new(resource: Option<&'a ResourceAttributes>, path: Option<&'a NonResourceAttributes>) -> Self {
        let (mut fields, mut errors) = (Vec::new(), Vec::new());
        if let Some(selector) = resource.and_then(|resource| resource.field_selector.as_deref()) {
            let is_whole = read_fields(selector, &mut fields);
            if !is_whole {
                errors.push(if fields.is_empty() {
                    "spec.resourceAttributes.fieldSelector ignored due to parse error"
                } else {
                    "spec.resourceAttributes.fieldSelector partially ignored due to parse error"
                });
            }
        }
        if let Some(selector) = resource.and_then(|resource| resource.label_selector.as_deref()) {
            // no authorizer here looks at labels; only whether they can be read is told
            let is_fine = |requirement| {
                let selector = LabelSelector { match_expressions: vec![requirement], ..LabelSelector::default() };
                labels::Selector::from_label_selector(Some(&selector)).is_ok()
            };
            let (read, unread): (Vec<_>, Vec<_>) =
                selector.requirements.iter().cloned().partition(|it| is_fine(it.clone()));
            let raw_fails = !selector.raw_selector.is_empty()
                && selector.requirements.is_empty()
                && labels::Selector::parse(&selector.raw_selector).is_err();
            if raw_fails || !unread.is_empty() {
                errors.push(if read.is_empty() {
                    "spec.resourceAttributes.labelSelector ignored due to parse error"
                } else {
                    "spec.resourceAttributes.labelSelector partially ignored due to parse error"
                });
            }
        }
        Self { resource, path, fields, errors }
    }

    pub(super) fn attributes(&self) -> AuthorizationAttributes<'_> {
        if let Some(resource) = self.resource {
            return AuthorizationAttributes {
                verb: &resource.verb,
                is_resource: true,
                group: &resource.group,
                version: if resource.version.is_empty() { "*" } else { &resource.version },
                resource: &resource.resource,
                subresource: &resource.subresource,
                namespace: &resource.namespace,
                name: &resource.name,
                path: "",
                fields: &self.fields,
            };
        }
        let path = self.path;
        AuthorizationAttributes {
            verb: path.map_or("", |path| &path.verb),
            path: path.map_or("", |path| &path.path),
            ..AuthorizationAttributes::default()
        }
    }
}

/// Reads conditions on fields; false where some could not be read.
fn read_fields(selector: &FieldSelectorAttributes, into: &mut Vec<Requirement>) -> bool {
    if selector.requirements.is_empty() {
        return match Selector::parse(&selector.raw_selector) {
            Ok(parsed) => {
                into.extend_from_slice(parsed.requirements());
                true
            }
            Err(_) => false,
        };
    }
    let read: Vec<Option<Requirement>> = selector.requirements.iter().map(read_field).collect();
    let is_whole = read.iter().all(Option::is_some);
    into.extend(read.into_iter().flatten());
    is_whole
}

/// One value is all that authorizers understand so far.
fn read_field(requirement: &FieldSelectorRequirement) -> Option<Requirement> {
    let operator = match requirement.operator {
        FieldSelectorOperator::In => Operator::Equals,
        FieldSelectorOperator::NotIn => Operator::NotEquals,
        _ => return None,
    };
    let [value] = requirement.values.as_slice() else { return None };
    Some(Requirement { field: requirement.key.clone(), operator, value: value.clone() })
}
