//! What is wrong with a review. Follows pkg/apis/authorization/validation.

use kubeforge_api::authorization::v1::{
    FieldSelectorAttributes, LabelSelectorAttributes, LocalSubjectAccessReview, NonResourceAttributes,
    ResourceAttributes, SelfSubjectAccessReview, SubjectAccessReview, SubjectAccessReviewSpec,
};
use kubeforge_machinery::{
    field::{BadValue, Error, ErrorList, Path},
    meta::v1::{FieldSelectorOperator, LabelSelectorOperator, ObjectMeta},
    quote::quote,
    validation::{is_label_value, is_qualified_name},
};

const SPEC: Path<'static> = Path::new("spec");

pub(super) fn subject_access_review(review: &SubjectAccessReview) -> ErrorList {
    let mut errors = spec(&review.spec);
    metadata(&review.metadata, &ObjectMeta::default(), "must be empty", &mut errors);
    errors
}

pub(super) fn self_subject_access_review(review: &SelfSubjectAccessReview) -> ErrorList {
    let mut errors = ErrorList::new();
    let (resource, path) = (review.spec.resource_attributes.as_deref(), review.spec.non_resource_attributes.as_deref());
    exactly_one(resource, path, &mut errors);
    resource_attributes(resource, &mut errors);
    metadata(&review.metadata, &ObjectMeta::default(), "must be empty", &mut errors);
    errors
}

pub(super) fn local_subject_access_review(review: &LocalSubjectAccessReview) -> ErrorList {
    let mut errors = spec(&review.spec);
    let allowed = ObjectMeta { namespace: review.metadata.namespace.clone(), ..ObjectMeta::default() };
    metadata(&review.metadata, &allowed, "must be empty except for namespace", &mut errors);
    if let Some(resource) = &review.spec.resource_attributes
        && resource.namespace != review.metadata.namespace
    {
        let path = Path::new("spec.resourceAttributes.namespace");
        errors.push(Error::invalid(&path, &resource.namespace, "must match metadata.namespace"));
    }
    if let Some(path) = &review.spec.non_resource_attributes {
        let text = "disallowed on this kind of request";
        errors.push(Error::invalid(&Path::new("spec.nonResourceAttributes"), shown(path), text));
    }
    errors
}

fn spec(spec: &SubjectAccessReviewSpec) -> ErrorList {
    let mut errors = ErrorList::new();
    exactly_one(spec.resource_attributes.as_deref(), spec.non_resource_attributes.as_deref(), &mut errors);
    if spec.user.is_empty() && spec.groups.is_empty() {
        let text = "at least one of user or group must be specified";
        errors.push(Error::invalid(&SPEC.child("user"), &spec.user, text));
    }
    resource_attributes(spec.resource_attributes.as_deref(), &mut errors);
    errors
}

fn exactly_one(resource: Option<&ResourceAttributes>, path: Option<&NonResourceAttributes>, errors: &mut ErrorList) {
    match (resource, path) {
        (Some(_), Some(path)) => errors.push(Error::invalid(
            &SPEC.child("nonResourceAttributes"),
            shown(path),
            "cannot be specified in combination with resourceAttributes",
        )),
        (None, None) => errors.push(Error::invalid(
            &SPEC.child("resourceAttributes"),
            BadValue::Null,
            "exactly one of nonResourceAttributes or resourceAttributes must be specified",
        )),
        _ => {}
    }
}

/// As upstream's internal type is shown, whose fields have no JSON names.
fn shown(path: &NonResourceAttributes) -> BadValue {
    BadValue::Plain(format!("{{\"Path\":{},\"Verb\":{}}}", quote(&path.path), quote(&path.verb)))
}

fn metadata(meta: &ObjectMeta, allowed: &ObjectMeta, text: &str, errors: &mut ErrorList) {
    let bare = ObjectMeta { managed_fields: Vec::new(), ..meta.clone() };
    if bare != *allowed {
        errors.push(Error::invalid(&Path::new("metadata"), BadValue::json(meta), text));
    }
}

fn resource_attributes(resource: Option<&ResourceAttributes>, errors: &mut ErrorList) {
    let Some(resource) = resource else { return };
    let path = SPEC.child("resourceAttributes");
    if let Some(selector) = resource.field_selector.as_deref() {
        field_selector(selector, &path.child("fieldSelector"), errors);
    }
    if let Some(selector) = resource.label_selector.as_deref() {
        label_selector(selector, &path.child("labelSelector"), errors);
    }
}

fn one_form(raw: &str, requirements: usize, path: &Path<'_>, errors: &mut ErrorList) {
    if !raw.is_empty() && requirements > 0 {
        let text = "may not specified at the same time as requirements";
        errors.push(Error::invalid(&path.child("rawSelector"), raw, text));
    }
    if raw.is_empty() && requirements == 0 {
        let text = format!("when {path} is specified, requirements or rawSelector is required");
        errors.push(Error::required(&path.child("requirements"), text));
    }
}

const NEEDS_VALUES: &str = "must be specified when `operator` is 'In' or 'NotIn'";
const NEEDS_NO_VALUES: &str = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";

/// Unknown operators pass: clients may be newer than the server.
fn field_selector(selector: &FieldSelectorAttributes, path: &Path<'_>, errors: &mut ErrorList) {
    one_form(&selector.raw_selector, selector.requirements.len(), path, errors);
    let path = path.child("requirements");
    for (at, requirement) in selector.requirements.iter().enumerate() {
        let path = path.index(at);
        if requirement.key.is_empty() {
            errors.push(Error::required(&path.child("key"), "must be specified"));
        }
        match requirement.operator {
            FieldSelectorOperator::In | FieldSelectorOperator::NotIn if requirement.values.is_empty() => {
                errors.push(Error::required(&path.child("values"), NEEDS_VALUES));
            }
            FieldSelectorOperator::Exists | FieldSelectorOperator::DoesNotExist if !requirement.values.is_empty() => {
                errors.push(Error::forbidden(&path.child("values"), NEEDS_NO_VALUES));
            }
            _ => {}
        }
    }
}

fn label_selector(selector: &LabelSelectorAttributes, path: &Path<'_>, errors: &mut ErrorList) {
    one_form(&selector.raw_selector, selector.requirements.len(), path, errors);
    let path = path.child("requirements");
    for (at, requirement) in selector.requirements.iter().enumerate() {
        let path = path.index(at);
        match requirement.operator {
            LabelSelectorOperator::In | LabelSelectorOperator::NotIn if requirement.values.is_empty() => {
                errors.push(Error::required(&path.child("values"), NEEDS_VALUES));
            }
            LabelSelectorOperator::Exists | LabelSelectorOperator::DoesNotExist if !requirement.values.is_empty() => {
                errors.push(Error::forbidden(&path.child("values"), NEEDS_NO_VALUES));
            }
            _ => {}
        }
        let key = path.child("key");
        errors.extend(
            is_qualified_name(&requirement.key).into_iter().map(|text| Error::invalid(&key, &requirement.key, text)),
        );
        let values = path.child("values");
        for (at, value) in requirement.values.iter().enumerate() {
            errors.extend(is_label_value(value).into_iter().map(|text| Error::invalid(&values.index(at), value, text)));
        }
    }
}
