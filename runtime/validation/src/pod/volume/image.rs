//! Files of container images.

use kubeforge_api::core::v1::ImageVolumeSource;
use kubeforge_machinery::field::{ErrorList, Path};

use super::super::{allowances::Allowances, basics::required, container::pull_policy};

pub(super) fn image(source: &ImageVolumeSource, allowed: Allowances, path: &Path<'_>, errors: &mut ErrorList) {
    if !allowed.images_without_name {
        required(&source.reference, &path.child("reference"), errors);
    }
    pull_policy(&source.pull_policy, &path.child("pullPolicy"), errors);
}
