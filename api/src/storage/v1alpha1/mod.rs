//! Version v1alpha1 of the `storage.k8s.io` group: attachments, storage capacities, attributes of volumes.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod csi_storage_capacity;
mod volume_attachment;
mod volume_attributes_class;

#[rustfmt::skip]
pub mod generated;

pub use csi_storage_capacity::{CSIStorageCapacity, CSIStorageCapacityList};
pub use volume_attachment::{
    VolumeAttachment, VolumeAttachmentList, VolumeAttachmentSource, VolumeAttachmentSpec, VolumeAttachmentStatus,
    VolumeError,
};
pub use volume_attributes_class::{VolumeAttributesClass, VolumeAttributesClassList};
