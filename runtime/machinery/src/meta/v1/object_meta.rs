use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;

use crate::{FieldsV1, Time};

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ObjectMeta {
    #[api(tag = 1)]
    pub name: String,
    #[api(tag = 2)]
    pub generate_name: String,
    #[api(tag = 3)]
    pub namespace: String,
    #[api(tag = 4, deprecated)]
    pub self_link: String,
    #[api(tag = 5)]
    pub uid: String,
    #[api(tag = 6)]
    pub resource_version: String,
    #[api(tag = 7)]
    pub generation: i64,
    #[api(tag = 8, omit_zero)]
    pub creation_timestamp: Time,
    #[api(tag = 9)]
    pub deletion_timestamp: Option<Time>,
    #[api(tag = 10)]
    pub deletion_grace_period_seconds: Option<i64>,
    #[api(tag = 11)]
    pub labels: BTreeMap<String, String>,
    #[api(tag = 12)]
    pub annotations: BTreeMap<String, String>,
    #[api(tag = 13, patch = merge, merge_key = "uid", list = map("uid"))]
    pub owner_references: Vec<OwnerReference>,
    #[api(tag = 14, patch = merge, list = set)]
    pub finalizers: Vec<String>,
    #[api(tag = 17, list = atomic)]
    pub managed_fields: Vec<ManagedFieldsEntry>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct OwnerReference {
    #[api(tag = 5, required)]
    pub api_version: String,
    #[api(tag = 1, required)]
    pub kind: String,
    #[api(tag = 3, required)]
    pub name: String,
    #[api(tag = 4, required)]
    pub uid: String,
    #[api(tag = 6)]
    pub controller: Option<bool>,
    #[api(tag = 7)]
    pub block_owner_deletion: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ManagedFieldsEntry {
    #[api(tag = 1)]
    pub manager: String,
    #[api(tag = 2)]
    pub operation: ManagedFieldsOperationType,
    #[api(tag = 3)]
    pub api_version: String,
    #[api(tag = 4)]
    pub time: Option<Time>,
    #[api(tag = 6)]
    pub fields_type: String,
    #[api(tag = 7)]
    pub fields_v1: Option<FieldsV1>,
    #[api(tag = 8)]
    pub subresource: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ManagedFieldsOperationType {
    Apply,
    Update,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
