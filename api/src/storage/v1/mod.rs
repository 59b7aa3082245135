//! Version v1 of the `storage.k8s.io` group: storage classes, CSI drivers, attachments.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod storage_class;
#[allow(missing_docs)] // field docs come with the toolchain issue
mod volume_attachment;
#[allow(missing_docs)] // field docs come with the toolchain issue
mod csi_driver;
#[allow(missing_docs)] // field docs come with the toolchain issue
mod csi_node;
mod csi_storage_capacity;
mod volume_attributes_class;
pub mod defaults;

pub mod generated;

pub use storage_class::{StorageClass, StorageClassList, VolumeBindingMode};
pub use volume_attachment::{VolumeAttachment, VolumeAttachmentList, VolumeAttachmentSource, VolumeAttachmentSpec, VolumeAttachmentStatus, VolumeError};
pub use csi_driver::{CSIDriver, CSIDriverList, CSIDriverSpec, FSGroupPolicy, TokenRequest, VolumeLifecycleMode};
pub use csi_node::{CSINode, CSINodeDriver, CSINodeList, CSINodeSpec, VolumeNodeResources};
pub use csi_storage_capacity::{CSIStorageCapacity, CSIStorageCapacityList};
pub use volume_attributes_class::{VolumeAttributesClass, VolumeAttributesClassList};
