//! What every object says of itself, whatever its kind.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;

use crate::{FieldsV1, Time, codec::WireForm, kube::View};

/// What every object carries, whatever its kind: its identity, its labels, who owns it, and when it ends.
// with the feature `kube`, module `kube` says what is equal
#[derive(Clone, Debug, Default, ApiSource)]
#[cfg_attr(not(feature = "kube"), derive(PartialEq))]
#[api(crd_schema = false)]
pub struct ObjectMeta {
    /// Unique among the objects of the resource in the namespace; fixed once the object exists.
    #[api(tag = 1)]
    pub name: String,
    /// Where no name is given, the server makes one by adding five characters to this.
    #[api(tag = 2)]
    pub generate_name: String,
    /// The namespace that the object is in; empty for objects of the cluster.
    #[api(tag = 3)]
    pub namespace: String,
    /// No longer filled in.
    #[api(tag = 4, deprecated)]
    pub self_link: String,
    /// Told apart from all objects that ever had the same name; given by the server.
    #[api(tag = 5)]
    pub uid: String,
    /// Changes with every write. To be compared for equality only, and sent back to update just this state.
    #[api(tag = 6)]
    pub resource_version: String,
    /// Counts the changes of what is wanted, that is of everything but metadata and status.
    #[api(tag = 7)]
    pub generation: i64,
    /// When the server accepted the object.
    #[api(tag = 8, omit_zero)]
    pub creation_timestamp: Time,
    /// When the object was asked to go; it is gone once this is past and no finalizer is left.
    #[api(tag = 9)]
    pub deletion_timestamp: Option<Time>,
    /// How long the object was given to end, from the request on.
    #[api(tag = 10)]
    pub deletion_grace_period_seconds: Option<i64>,
    /// Short texts that selectors find objects by.
    #[api(tag = 11)]
    pub labels: BTreeMap<String, String>,
    /// Texts for tools and people; nothing selects by them.
    #[api(tag = 12)]
    pub annotations: BTreeMap<String, String>,
    /// Objects that this one belongs to. When none of them is left it is collected as garbage.
    #[api(tag = 13, patch = merge, merge_key = "uid", list = map("uid"))]
    pub owner_references: Vec<OwnerReference>,
    /// Who still has to clean up before the object may vanish; each removes its own name.
    #[api(tag = 14, patch = merge, list = set)]
    pub finalizers: Vec<String>,
    /// Which manager wrote which fields, for server-side apply.
    #[api(tag = 17, list = atomic)]
    pub managed_fields: Vec<ManagedFieldsEntry>,
    /// The same as kube-rs sees it; see [`kube`](crate::kube). Leave it to `Default`.
    #[doc(hidden)]
    #[api(transient)]
    pub kube: View,
}

impl WireForm for ObjectMeta {
    fn wire_form(&self) -> Option<Self> {
        self.kube.settled(self)
    }
}

/// An object in the same namespace, or of the cluster, that this one belongs to.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct OwnerReference {
    /// Group and version of the owner.
    #[api(tag = 5, required)]
    pub api_version: String,
    /// Kind of the owner.
    #[api(tag = 1, required)]
    pub kind: String,
    /// Name of the owner.
    #[api(tag = 3, required)]
    pub name: String,
    /// UID of the owner: one that was deleted and made again is another owner.
    #[api(tag = 4, required)]
    pub uid: String,
    /// Whether this is the controller of the object; at most one owner is.
    #[api(tag = 6)]
    pub controller: Option<bool>,
    /// Whether the owner has to wait for this object when it is deleted in the foreground.
    #[api(tag = 7)]
    pub block_owner_deletion: Option<bool>,
}

/// The fields that one manager wrote with one operation.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ManagedFieldsEntry {
    /// Who wrote: what the client calls itself.
    #[api(tag = 1)]
    pub manager: String,
    /// Whether it applied or updated.
    #[api(tag = 2)]
    pub operation: ManagedFieldsOperationType,
    /// The version in which the fields are named.
    #[api(tag = 3)]
    pub api_version: String,
    /// When the manager's set of fields last changed.
    #[api(tag = 4)]
    pub time: Option<Time>,
    /// The format of the fields; `FieldsV1` is the only one.
    #[api(tag = 6)]
    pub fields_type: String,
    /// The fields, as a tree of keys.
    #[api(tag = 7)]
    pub fields_v1: Option<FieldsV1>,
    /// The subresource that was written through; empty for the object itself.
    #[api(tag = 8)]
    pub subresource: String,
}

/// How a manager came to own fields.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ManagedFieldsOperationType {
    /// By server-side apply: it owns what its configuration holds.
    Apply,
    /// By any other write: it owns what it changed.
    Update,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
