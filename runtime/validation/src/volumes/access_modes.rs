//! How a volume can be mounted; volumes and claims check it alike.

use kubeforge_api::core::v1::{PersistentVolumeAccessMode, PersistentVolumeMode};
use kubeforge_machinery::field::{Error, ErrorList, Path};

const MODES: [&str; 4] = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

/// What is wrong with modes; `path` is that of the list.
pub(super) fn access_modes(modes: &[PersistentVolumeAccessMode], path: &Path<'_>, errors: &mut ErrorList) {
    let (mut for_one_pod, mut for_more) = (false, false);
    for mode in modes {
        match mode {
            PersistentVolumeAccessMode::Other(other) => errors.push(Error::not_supported(path, other, &MODES)),
            PersistentVolumeAccessMode::ReadWriteOncePod => for_one_pod = true,
            PersistentVolumeAccessMode::ReadWriteOnce
            | PersistentVolumeAccessMode::ReadOnlyMany
            | PersistentVolumeAccessMode::ReadWriteMany => for_more = true,
        }
    }
    if for_one_pod && for_more {
        errors.push(Error::forbidden(path, "may not use ReadWriteOncePod with other access modes"));
    }
}

/// What is wrong with the mode of a volume's content.
pub(super) fn volume_mode(mode: Option<&PersistentVolumeMode>, path: &Path<'_>, errors: &mut ErrorList) {
    if let Some(PersistentVolumeMode::Other(other)) = mode {
        errors.push(Error::not_supported(path, other, &["Block", "Filesystem"]));
    }
}
