//! Defaults that the markers cannot say; they follow pkg/apis/storage/v1/defaults.go.

use super::{CSIDriver, FSGroupPolicy, StorageClass, VolumeBindingMode, VolumeLifecycleMode};
use crate::core::v1::PersistentVolumeReclaimPolicy;

/// Volumes are bound at once and deleted with their claims.
pub fn default_storage_class(class: &mut StorageClass) {
    class.reclaim_policy.get_or_insert(PersistentVolumeReclaimPolicy::Delete);
    class.volume_binding_mode.get_or_insert(VolumeBindingMode::Immediate);
}

/// A driver for persistent volumes that are attached before they are mounted, and nothing beyond that.
pub fn default_csi_driver(driver: &mut CSIDriver) {
    let spec = &mut driver.spec;
    spec.attach_required.get_or_insert(true);
    spec.pod_info_on_mount.get_or_insert(false);
    spec.storage_capacity.get_or_insert(false);
    spec.fs_group_policy.get_or_insert(FSGroupPolicy::ReadWriteOnceWithFSType);
    if spec.volume_lifecycle_modes.is_empty() {
        spec.volume_lifecycle_modes.push(VolumeLifecycleMode::Persistent);
    }
    spec.requires_republish.get_or_insert(false);
    spec.se_linux_mount.get_or_insert(false);
}
