//! The types of `meta.k8s.io/v1`: what every kind carries, what every list carries, and what the API answers
//! about itself.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod condition;
mod discovery;
mod group_version;
mod list;
mod list_meta;
mod object_meta;
mod options;
mod partial_object_metadata;
mod selector;
mod status;
mod table;
mod watch_event;
mod well_known;

#[rustfmt::skip]
pub mod generated;

pub use condition::{Condition, ConditionStatus};
pub use discovery::{
    APIGroup, APIGroupList, APIResource, APIResourceList, APIVersions, GroupVersionForDiscovery, RootPaths,
    ServerAddressByClientCIDR,
};
pub use group_version::{GroupKind, GroupResource, GroupVersion, GroupVersionKind, GroupVersionResource};
pub use list::List;
pub use list_meta::{ListMeta, ShardInfo};
pub use object_meta::{ManagedFieldsEntry, ManagedFieldsOperationType, ObjectMeta, OwnerReference};
pub use options::{
    ApplyOptions, CreateOptions, DeleteOptions, DeletionPropagation, GetOptions, ListOptions, PatchOptions,
    Preconditions, ResourceVersionMatch, UpdateOptions,
};
pub use partial_object_metadata::{PartialObjectMetadata, PartialObjectMetadataList};
pub use selector::{
    FieldSelectorOperator, FieldSelectorRequirement, LabelSelector, LabelSelectorOperator, LabelSelectorRequirement,
};
pub use status::{CauseType, Status, StatusCause, StatusDetails, StatusReason};
pub use table::{
    IncludeObjectPolicy, ROW_COMPLETED, Table, TableColumnDefinition, TableOptions, TableRow, TableRowCondition,
};
pub use watch_event::WatchEvent;
pub use well_known::{
    DRY_RUN_ALL, FIELD_VALIDATION_IGNORE, FIELD_VALIDATION_STRICT, FIELD_VALIDATION_WARN, FINALIZER_DELETE_DEPENDENTS,
    FINALIZER_ORPHAN_DEPENDENTS, INITIAL_EVENTS_ANNOTATION_KEY, NAMESPACE_ALL, NAMESPACE_DEFAULT, NAMESPACE_NONE,
    NAMESPACE_PUBLIC, NAMESPACE_SYSTEM, OBJECT_NAME_FIELD, STATUS_FAILURE, STATUS_SUCCESS, WATCH_EVENT_KIND,
};
