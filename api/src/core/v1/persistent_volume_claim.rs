use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{LabelSelector, ListMeta, ObjectMeta};
use kubeforge_machinery::{Quantity, Time};

use super::{
    ConditionStatus, PersistentVolumeAccessMode, PersistentVolumeMode, TypedLocalObjectReference, TypedObjectReference,
    VolumeResourceRequirements,
};

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "persistentvolumeclaims", singular = "persistentvolumeclaim", short = ["pvc"])]
#[api(subresource(status))]
#[api(introduced = "1.0")]
pub struct PersistentVolumeClaim {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    #[api(tag = 2)]
    pub spec: PersistentVolumeClaimSpec,
    #[api(tag = 3)]
    pub status: PersistentVolumeClaimStatus,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "PersistentVolumeClaim")]
#[api(introduced = "1.0")]
pub struct PersistentVolumeClaimList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<PersistentVolumeClaim>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PersistentVolumeClaimSpec {
    #[api(tag = 1, list = atomic)]
    pub access_modes: Vec<PersistentVolumeAccessMode>,
    #[api(tag = 4)]
    pub selector: Option<Box<LabelSelector>>,
    #[api(tag = 2)]
    pub resources: VolumeResourceRequirements,
    #[api(tag = 3)]
    pub volume_name: String,
    #[api(tag = 5)]
    pub storage_class_name: Option<String>,
    #[api(tag = 6)]
    pub volume_mode: Option<PersistentVolumeMode>,
    #[api(tag = 7)]
    pub data_source: Option<Box<TypedLocalObjectReference>>,
    #[api(tag = 8)]
    pub data_source_ref: Option<Box<TypedObjectReference>>,
    #[api(tag = 9, gate = "VolumeAttributesClass")]
    pub volume_attributes_class_name: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PersistentVolumeClaimStatus {
    #[api(tag = 1)]
    pub phase: PersistentVolumeClaimPhase,
    #[api(tag = 2, list = atomic)]
    pub access_modes: Vec<PersistentVolumeAccessMode>,
    #[api(tag = 3)]
    pub capacity: BTreeMap<String, Quantity>,
    #[api(tag = 4, patch = merge, merge_key = "type", list = map("type"))]
    pub conditions: Vec<PersistentVolumeClaimCondition>,
    #[api(tag = 5)]
    pub allocated_resources: BTreeMap<String, Quantity>,
    #[api(tag = 7, map = granular)]
    pub allocated_resource_statuses: BTreeMap<String, ClaimResourceStatus>,
    #[api(tag = 8, gate = "VolumeAttributesClass")]
    pub current_volume_attributes_class_name: Option<String>,
    #[api(tag = 9, gate = "VolumeAttributesClass")]
    pub modify_volume_status: Option<Box<ModifyVolumeStatus>>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum PersistentVolumeClaimPhase {
    Pending,
    Bound,
    Lost,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PersistentVolumeClaimCondition {
    #[api(tag = 1, required)]
    pub type_: String,
    #[api(tag = 2, required)]
    pub status: ConditionStatus,
    #[api(tag = 3)]
    pub last_probe_time: Time,
    #[api(tag = 4)]
    pub last_transition_time: Time,
    #[api(tag = 5)]
    pub reason: String,
    #[api(tag = 6)]
    pub message: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum ClaimResourceStatus {
    ControllerResizeInProgress,
    ControllerResizeInfeasible,
    NodeResizePending,
    NodeResizeInProgress,
    NodeResizeInfeasible,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ModifyVolumeStatus {
    #[api(tag = 1)]
    pub target_volume_attributes_class_name: String,
    #[api(tag = 2, required)]
    pub status: PersistentVolumeClaimModifyVolumeStatus,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum PersistentVolumeClaimModifyVolumeStatus {
    Pending,
    InProgress,
    Infeasible,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

// Values of PersistentVolumeClaimConditionType, which is a plain text because others may add their own.
pub const PERSISTENT_VOLUME_CLAIM_RESIZING: &str = "Resizing";
pub const PERSISTENT_VOLUME_CLAIM_FILE_SYSTEM_RESIZE_PENDING: &str = "FileSystemResizePending";
pub const PERSISTENT_VOLUME_CLAIM_CONTROLLER_RESIZE_ERROR: &str = "ControllerResizeError";
pub const PERSISTENT_VOLUME_CLAIM_NODE_RESIZE_ERROR: &str = "NodeResizeError";
pub const PERSISTENT_VOLUME_CLAIM_VOLUME_MODIFY_VOLUME_ERROR: &str = "ModifyVolumeError";
pub const PERSISTENT_VOLUME_CLAIM_VOLUME_MODIFYING_VOLUME: &str = "ModifyingVolume";
pub const PERSISTENT_VOLUME_CLAIM_UNUSED: &str = "Unused";
