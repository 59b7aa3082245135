//! Claims: what a user wants of storage.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{LabelSelector, ListMeta, ObjectMeta};
use kubeforge_machinery::{Quantity, Time};

use super::{
    ConditionStatus, PersistentVolumeAccessMode, PersistentVolumeMode, TypedLocalObjectReference, TypedObjectReference,
    VolumeResourceRequirements,
};

/// A request for storage, in a namespace; pods use the volume it is bound to by its name.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "persistentvolumeclaims", singular = "persistentvolumeclaim", short = ["pvc"])]
#[api(subresource(status))]
#[api(introduced = "1.0")]
pub struct PersistentVolumeClaim {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is wanted.
    #[api(tag = 2)]
    pub spec: PersistentVolumeClaimSpec,
    /// What has come of it.
    #[api(tag = 3)]
    pub status: PersistentVolumeClaimStatus,
}

/// Persistent volume claims, listed as of one point in the history of the store.
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

/// What kind of volume is wanted, and how much of it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PersistentVolumeClaimSpec {
    /// The ways in which the volume will be used.
    #[api(tag = 1, list = atomic)]
    pub access_modes: Vec<PersistentVolumeAccessMode>,
    /// Labels that the volume must have.
    #[api(tag = 4)]
    pub selector: Option<Box<LabelSelector>>,
    /// How large it must be.
    #[api(tag = 2)]
    pub resources: VolumeResourceRequirements,
    /// The volume that it is bound to.
    #[api(tag = 3)]
    pub volume_name: String,
    /// The class of the volume; empty for none, unset for the default one.
    #[api(tag = 5)]
    pub storage_class_name: Option<String>,
    /// Directory or device.
    #[api(tag = 6)]
    pub volume_mode: Option<PersistentVolumeMode>,
    /// What the volume is filled from: a snapshot or another claim.
    #[api(tag = 7)]
    pub data_source: Option<Box<TypedLocalObjectReference>>,
    /// What the volume is filled from, of any kind and possibly in another namespace.
    #[api(tag = 8)]
    pub data_source_ref: Option<Box<TypedObjectReference>>,
    /// The class of its changeable settings.
    #[api(tag = 9, gate = "VolumeAttributesClass")]
    pub volume_attributes_class_name: Option<String>,
}

/// What a claim got.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PersistentVolumeClaimStatus {
    /// How far it has come.
    #[api(tag = 1)]
    pub phase: PersistentVolumeClaimPhase,
    /// The ways in which the volume can be used.
    #[api(tag = 2, list = atomic)]
    pub access_modes: Vec<PersistentVolumeAccessMode>,
    /// How large the volume is.
    #[api(tag = 3)]
    pub capacity: BTreeMap<String, Quantity>,
    /// What has been reached, and since when.
    #[api(tag = 4, patch = merge, merge_key = "type", list = map("type"))]
    pub conditions: Vec<PersistentVolumeClaimCondition>,
    /// How large the volume is being made.
    #[api(tag = 5)]
    pub allocated_resources: BTreeMap<String, Quantity>,
    /// How far that has got.
    #[api(tag = 7, map = granular)]
    pub allocated_resource_statuses: BTreeMap<String, ClaimResourceStatus>,
    /// The class of settings in force.
    #[api(tag = 8, gate = "VolumeAttributesClass")]
    pub current_volume_attributes_class_name: Option<String>,
    /// How far a change of that class has got.
    #[api(tag = 9, gate = "VolumeAttributesClass")]
    pub modify_volume_status: Option<Box<ModifyVolumeStatus>>,
}

/// How far a claim has come.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum PersistentVolumeClaimPhase {
    /// It has no volume yet.
    Pending,
    /// It has a volume.
    Bound,
    /// Its volume is gone, and the data with it.
    Lost,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Something that happens to a claim, or not.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PersistentVolumeClaimCondition {
    /// What it is about.
    #[api(tag = 1, required)]
    pub type_: String,
    /// Whether it holds.
    #[api(tag = 2, required)]
    pub status: ConditionStatus,
    /// When it was last looked at.
    #[api(tag = 3)]
    pub last_probe_time: Time,
    /// Since when it is so.
    #[api(tag = 4)]
    pub last_transition_time: Time,
    /// Why, for programs.
    #[api(tag = 5)]
    pub reason: String,
    /// Why, for people.
    #[api(tag = 6)]
    pub message: String,
}

/// How far a change of a claim's size has got.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum ClaimResourceStatus {
    /// The storage system is at it.
    ControllerResizeInProgress,
    /// The storage system can never do it.
    ControllerResizeInfeasible,
    /// The node has yet to do its part.
    NodeResizePending,
    /// The node is at it.
    NodeResizeInProgress,
    /// The node can never do it.
    NodeResizeInfeasible,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// How far a change of a volume's attributes has got.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ModifyVolumeStatus {
    /// The class that is wanted.
    #[api(tag = 1)]
    pub target_volume_attributes_class_name: String,
    /// How far it has got.
    #[api(tag = 2, required)]
    pub status: PersistentVolumeClaimModifyVolumeStatus,
}

/// How far a change of a volume's attributes has got.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum PersistentVolumeClaimModifyVolumeStatus {
    /// The wanted class does not exist.
    Pending,
    /// The storage system is at it.
    InProgress,
    /// The storage system refused it.
    Infeasible,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

// Values of PersistentVolumeClaimConditionType, which is a plain text because others may add their own.
/// The storage system is making the volume larger.
pub const PERSISTENT_VOLUME_CLAIM_RESIZING: &str = "Resizing";
/// The volume is larger; its file system will be when a node mounts it.
pub const PERSISTENT_VOLUME_CLAIM_FILE_SYSTEM_RESIZE_PENDING: &str = "FileSystemResizePending";
/// The storage system could not make the volume larger.
pub const PERSISTENT_VOLUME_CLAIM_CONTROLLER_RESIZE_ERROR: &str = "ControllerResizeError";
/// The node could not make the file system larger.
pub const PERSISTENT_VOLUME_CLAIM_NODE_RESIZE_ERROR: &str = "NodeResizeError";
/// The volume's attributes could not be changed.
pub const PERSISTENT_VOLUME_CLAIM_VOLUME_MODIFY_VOLUME_ERROR: &str = "ModifyVolumeError";
/// The volume's attributes are being changed.
pub const PERSISTENT_VOLUME_CLAIM_VOLUME_MODIFYING_VOLUME: &str = "ModifyingVolume";
/// No pod uses it.
pub const PERSISTENT_VOLUME_CLAIM_UNUSED: &str = "Unused";
