//! Subject access reviews: may they do it.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{FieldSelectorRequirement, LabelSelectorRequirement, ObjectMeta};

/// Asks the server whether somebody may do something.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, cluster, plural = "subjectaccessreviews", singular = "subjectaccessreview", verbs = ["create"])]
#[api(hub)]
#[api(introduced = "1.6")]
pub struct SubjectAccessReview {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The question.
    #[api(tag = 2, required)]
    pub spec: SubjectAccessReviewSpec,
    /// The answer of the server.
    #[api(tag = 3)]
    pub status: SubjectAccessReviewStatus,
}

/// Who wants to do what; exactly one of the two kinds of attributes is set.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SubjectAccessReviewSpec {
    /// What is to be done, if it is to objects.
    #[api(tag = 1)]
    pub resource_attributes: Option<Box<ResourceAttributes>>,
    /// What is to be done, if it is to a path that is no resource.
    #[api(tag = 2)]
    pub non_resource_attributes: Option<Box<NonResourceAttributes>>,
    /// Who wants to do it; with groups but no user, only rights of the groups count.
    #[api(tag = 3)]
    pub user: String,
    /// The groups of the user; groups not given here do not count.
    #[api(tag = 4, list = atomic)]
    pub groups: Vec<String>,
    /// Whatever else is known of the user.
    #[api(tag = 5, wire = "list")]
    pub extra: BTreeMap<String, Vec<String>>,
    /// The uid of the user.
    #[api(tag = 6)]
    pub uid: String,
}

/// Something done to objects.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceAttributes {
    /// In which namespace; empty for cluster scope, or for all namespaces where there are any.
    #[api(tag = 1)]
    pub namespace: String,
    /// The verb, like `get` or `create`; `*` for all.
    #[api(tag = 2)]
    pub verb: String,
    /// The group of the resource; `*` for all.
    #[api(tag = 3)]
    pub group: String,
    /// The version of the resource; `*` for all.
    #[api(tag = 4)]
    pub version: String,
    /// The resource; `*` for all.
    #[api(tag = 5)]
    pub resource: String,
    /// The part of the resource, like `status`; empty for the resource itself.
    #[api(tag = 6)]
    pub subresource: String,
    /// Only this object; empty for all of them.
    #[api(tag = 7)]
    pub name: String,
    /// Only objects with such fields, on a list, a watch or a delete of many.
    #[api(tag = 8)]
    pub field_selector: Option<Box<FieldSelectorAttributes>>,
    /// Only objects with such labels, on a list, a watch or a delete of many.
    #[api(tag = 9)]
    pub label_selector: Option<Box<LabelSelectorAttributes>>,
}

/// What a request asks of the fields of objects: as text or taken apart, not both.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct FieldSelectorAttributes {
    /// The selector as the query of the request has it.
    #[api(tag = 1)]
    pub raw_selector: String,
    /// The selector taken apart; objects meet all of these.
    #[api(tag = 2, list = atomic)]
    pub requirements: Vec<FieldSelectorRequirement>,
}

/// What a request asks of the labels of objects: as text or taken apart, not both.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct LabelSelectorAttributes {
    /// The selector as the query of the request has it.
    #[api(tag = 1)]
    pub raw_selector: String,
    /// The selector taken apart; objects meet all of these.
    #[api(tag = 2, list = atomic)]
    pub requirements: Vec<LabelSelectorRequirement>,
}

/// Something done to a path that is no resource.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NonResourceAttributes {
    /// The path, like `/healthz`.
    #[api(tag = 1)]
    pub path: String,
    /// The verb of HTTP, in lower case.
    #[api(tag = 2)]
    pub verb: String,
}

/// Whether it may be done.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SubjectAccessReviewStatus {
    /// Whether it is allowed.
    #[api(tag = 1, required)]
    pub allowed: bool,
    /// Whether it is ruled out, whatever others say; never true along with `allowed`.
    #[api(tag = 4)]
    pub denied: bool,
    /// Why, for people to read.
    #[api(tag = 2)]
    pub reason: String,
    /// What went wrong on the way; the answer may hold nevertheless.
    #[api(tag = 3)]
    pub evaluation_error: String,
}
