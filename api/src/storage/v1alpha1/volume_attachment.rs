//! Volume attachments: which volume is to be on which node.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Time;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

use crate::core::v1::PersistentVolumeSpec;

/// Says that a volume is to be attached to a node; the driver makes it so.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "v1")]
#[api(introduced = "1.9", deprecated = "1.21", replacement = "storage.k8s.io/v1.VolumeAttachment")]
pub struct VolumeAttachment {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is wanted.
    #[api(tag = 2, required)]
    pub spec: VolumeAttachmentSpec,
    /// What has come of it.
    #[api(tag = 3)]
    pub status: VolumeAttachmentStatus,
}

/// Volume attachments, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "VolumeAttachment")]
#[api(introduced = "1.9", deprecated = "1.21", replacement = "storage.k8s.io/v1.VolumeAttachmentList")]
pub struct VolumeAttachmentList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<VolumeAttachment>,
}

/// Which volume, which node, which driver.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct VolumeAttachmentSpec {
    /// The driver.
    #[api(tag = 1, required)]
    pub attacher: String,
    /// The volume.
    #[api(tag = 2, required)]
    pub source: VolumeAttachmentSource,
    /// The node.
    #[api(tag = 3, required)]
    pub node_name: String,
}

/// The volume: one of these.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct VolumeAttachmentSource {
    /// A persistent volume, by name.
    #[api(tag = 1)]
    pub persistent_volume_name: Option<String>,
    /// A volume of a pod, in full.
    #[api(tag = 2)]
    pub inline_volume_spec: Option<Box<PersistentVolumeSpec>>,
}

/// Whether a volume is attached.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct VolumeAttachmentStatus {
    /// It is attached.
    #[api(tag = 1, required)]
    pub attached: bool,
    /// What the node must know to mount it.
    #[api(tag = 2)]
    pub attachment_metadata: BTreeMap<String, String>,
    /// What went wrong when attaching.
    #[api(tag = 3)]
    pub attach_error: Option<Box<VolumeError>>,
    /// What went wrong when detaching.
    #[api(tag = 4)]
    pub detach_error: Option<Box<VolumeError>>,
}

/// What went wrong with a volume, and when.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct VolumeError {
    /// When.
    #[api(tag = 1)]
    pub time: Time,
    /// What.
    #[api(tag = 2)]
    pub message: String,
    /// The driver's code for it.
    #[api(tag = 3, gate = "MutableCSINodeAllocatableCount")]
    pub error_code: Option<i32>,
}
