//! Defaults that the markers cannot say: those of v1.

use super::{CSIDriver, FSGroupPolicy, StorageClass, VolumeBindingMode, VolumeLifecycleMode};
use crate::{core::v1::PersistentVolumeReclaimPolicy, storage::defaults::attach_only};

/// Volumes are bound at once and deleted with their claims.
pub fn default_storage_class(class: &mut StorageClass) {
    class.reclaim_policy.get_or_insert(PersistentVolumeReclaimPolicy::Delete);
    class.volume_binding_mode.get_or_insert(VolumeBindingMode::Immediate);
}

/// A driver for persistent volumes that are attached before they are mounted, and nothing beyond that.
pub fn default_csi_driver(driver: &mut CSIDriver) {
    let spec = &mut driver.spec;
    attach_only(
        &mut spec.attach_required,
        [
            &mut spec.pod_info_on_mount,
            &mut spec.storage_capacity,
            &mut spec.requires_republish,
            &mut spec.se_linux_mount,
        ],
    );
    spec.fs_group_policy.get_or_insert(FSGroupPolicy::ReadWriteOnceWithFSType);
    if spec.volume_lifecycle_modes.is_empty() {
        spec.volume_lifecycle_modes.push(VolumeLifecycleMode::Persistent);
    }
}
