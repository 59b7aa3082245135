//! Between our metadata and k8s-openapi's. What is empty there is `None` here, as it is left out on the wire.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1 as theirs;

use crate::{
    FieldsV1, Time,
    meta::v1::{ManagedFieldsEntry, ManagedFieldsOperationType, ObjectMeta, OwnerReference},
};

/// Our metadata in their form.
pub(super) fn to_theirs(meta: &ObjectMeta) -> theirs::ObjectMeta {
    let list = |values: &[String]| (!values.is_empty()).then(|| values.to_vec());
    let map = |entries: &BTreeMap<String, String>| (!entries.is_empty()).then(|| entries.clone());
    theirs::ObjectMeta {
        name: text(&meta.name),
        generate_name: text(&meta.generate_name),
        namespace: text(&meta.namespace),
        self_link: text(&meta.self_link),
        uid: text(&meta.uid),
        resource_version: text(&meta.resource_version),
        generation: (meta.generation != 0).then_some(meta.generation),
        creation_timestamp: (!meta.creation_timestamp.is_zero()).then(|| meta.creation_timestamp.into()),
        deletion_timestamp: meta.deletion_timestamp.map(Into::into),
        deletion_grace_period_seconds: meta.deletion_grace_period_seconds,
        labels: map(&meta.labels),
        annotations: map(&meta.annotations),
        owner_references: all(&meta.owner_references),
        finalizers: list(&meta.finalizers),
        managed_fields: all(&meta.managed_fields),
    }
}

fn text(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn all<T: Clone + Into<U>, U>(values: &[T]) -> Option<Vec<U>> {
    (!values.is_empty()).then(|| values.iter().cloned().map(Into::into).collect())
}

/// What has become of metadata in their form.
pub(super) struct Change<'a> {
    pub(super) before: &'a theirs::ObjectMeta,
    pub(super) now: &'a theirs::ObjectMeta,
}

impl Change<'_> {
    /// Makes the same change to ours. Fields that were left alone keep what they have, to the byte.
    pub(super) fn apply(&self, meta: &mut ObjectMeta) {
        let Self { before, now } = *self;
        macro_rules! take {
            ($($field:ident),*) => {
                $(if now.$field != before.$field {
                    meta.$field = now.$field.clone().into_ours();
                })*
            };
        }
        take!(name, generate_name, namespace, self_link, uid, resource_version, generation);
        take!(creation_timestamp, deletion_timestamp, deletion_grace_period_seconds);
        take!(labels, annotations, owner_references, finalizers, managed_fields);
    }
}

/// A field of theirs as one of ours.
trait IntoOurs<T> {
    fn into_ours(self) -> T;
}

macro_rules! empty_unless_given {
    ($($type:ty),*) => {
        $(impl IntoOurs<$type> for Option<$type> {
            fn into_ours(self) -> $type {
                self.unwrap_or_default()
            }
        })*
    };
}

empty_unless_given!(String, i64, Vec<String>, BTreeMap<String, String>);

impl IntoOurs<Self> for Option<i64> {
    fn into_ours(self) -> Self {
        self
    }
}

impl IntoOurs<Time> for Option<theirs::Time> {
    fn into_ours(self) -> Time {
        self.map(Into::into).unwrap_or_default()
    }
}

impl IntoOurs<Option<Time>> for Option<theirs::Time> {
    fn into_ours(self) -> Option<Time> {
        self.map(Into::into)
    }
}

impl IntoOurs<Vec<OwnerReference>> for Option<Vec<theirs::OwnerReference>> {
    fn into_ours(self) -> Vec<OwnerReference> {
        self.into_iter().flatten().map(Into::into).collect()
    }
}

impl IntoOurs<Vec<ManagedFieldsEntry>> for Option<Vec<theirs::ManagedFieldsEntry>> {
    fn into_ours(self) -> Vec<ManagedFieldsEntry> {
        self.into_iter().flatten().map(Into::into).collect()
    }
}

impl From<ObjectMeta> for theirs::ObjectMeta {
    fn from(mut meta: ObjectMeta) -> Self {
        meta.settle();
        to_theirs(&meta)
    }
}

impl From<theirs::ObjectMeta> for ObjectMeta {
    fn from(meta: theirs::ObjectMeta) -> Self {
        let mut ours = Self::default();
        Change { before: &theirs::ObjectMeta::default(), now: &meta }.apply(&mut ours);
        ours
    }
}

impl From<Time> for theirs::Time {
    fn from(time: Time) -> Self {
        Self(time.to_jiff())
    }
}

impl From<theirs::Time> for Time {
    fn from(time: theirs::Time) -> Self {
        time.0.into()
    }
}

impl From<OwnerReference> for theirs::OwnerReference {
    fn from(owner: OwnerReference) -> Self {
        let OwnerReference { api_version, kind, name, uid, controller, block_owner_deletion } = owner;
        Self { api_version, kind, name, uid, controller, block_owner_deletion }
    }
}

impl From<theirs::OwnerReference> for OwnerReference {
    fn from(owner: theirs::OwnerReference) -> Self {
        let theirs::OwnerReference { api_version, kind, name, uid, controller, block_owner_deletion } = owner;
        Self { api_version, kind, name, uid, controller, block_owner_deletion }
    }
}

impl From<ManagedFieldsEntry> for theirs::ManagedFieldsEntry {
    fn from(entry: ManagedFieldsEntry) -> Self {
        Self {
            manager: text(&entry.manager),
            operation: text(entry.operation.as_str()),
            api_version: text(&entry.api_version),
            time: entry.time.map(Into::into),
            fields_type: text(&entry.fields_type),
            // bytes that are no JSON have no form there; only an entry that is changed is ever written from it
            fields_v1: entry.fields_v1.and_then(|fields| fields.to_value().ok()).map(theirs::FieldsV1),
            subresource: text(&entry.subresource),
        }
    }
}

impl From<theirs::ManagedFieldsEntry> for ManagedFieldsEntry {
    fn from(entry: theirs::ManagedFieldsEntry) -> Self {
        let theirs::ManagedFieldsEntry { manager, operation, api_version, time, fields_type, fields_v1, subresource } =
            entry;
        Self {
            manager: manager.unwrap_or_default(),
            operation: operation.map(ManagedFieldsOperationType::from).unwrap_or_default(),
            api_version: api_version.unwrap_or_default(),
            time: time.map(Into::into),
            fields_type: fields_type.unwrap_or_default(),
            fields_v1: fields_v1.map(|fields| FieldsV1::from_value(&fields.0)),
            subresource: subresource.unwrap_or_default(),
        }
    }
}
