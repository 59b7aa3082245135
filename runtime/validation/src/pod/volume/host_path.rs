//! Files and directories of the node.

use kubeforge_api::core::v1::HostPathVolumeSource;
use kubeforge_machinery::field::{Error, ErrorList, Path};

use super::paths::no_backsteps;
use crate::common::shown;

/// What may be asked of the path; nothing by default.
const TYPES: [&str; 8] =
    ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"];

/// Checks a path of the node.
pub(crate) fn host_path(source: &HostPathVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    if source.path.is_empty() {
        errors.push(Error::required(&path.child("path"), ""));
        return;
    }
    no_backsteps(&source.path, &path.child("path"), errors);
    if let Some(type_) = source.type_.as_ref().filter(|type_| !TYPES.contains(&type_.as_str())) {
        errors.push(Error::not_supported(&path.child("type"), shown(type_), &TYPES));
    }
}
