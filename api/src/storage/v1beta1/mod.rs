//! Version v1beta1 of the `storage.k8s.io` group: storage classes, CSI drivers, attachments.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod csi_driver;
mod csi_node;
mod csi_storage_capacity;
pub mod defaults;
mod storage_class;
mod volume_attachment;
mod volume_attributes_class;

#[rustfmt::skip]
pub mod generated;

pub use csi_driver::{CSIDriver, CSIDriverList, CSIDriverSpec, FSGroupPolicy, TokenRequest, VolumeLifecycleMode};
pub use csi_node::{CSINode, CSINodeDriver, CSINodeList, CSINodeSpec, VolumeNodeResources};
pub use csi_storage_capacity::{CSIStorageCapacity, CSIStorageCapacityList};
pub use storage_class::{StorageClass, StorageClassList, VolumeBindingMode};
pub use volume_attachment::{
    VolumeAttachment, VolumeAttachmentList, VolumeAttachmentSource, VolumeAttachmentSpec, VolumeAttachmentStatus,
    VolumeError,
};
pub use volume_attributes_class::{VolumeAttributesClass, VolumeAttributesClassList};
