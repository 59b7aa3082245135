//! Attachments of volumes to nodes: what is attached where never changes.

use kubeforge_api::storage::v1::{
    VolumeAttachment, VolumeAttachmentSource, VolumeAttachmentSpec, VolumeAttachmentStatus, VolumeError,
};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, is_dns1123_subdomain, is_in_range},
};

use super::GROUP;
use crate::{
    BuiltIn,
    common::{IMMUTABLE, invalid_each, shown_internal},
    volumes::{driver::driver_name, persistent_volume},
};

const METADATA_BYTES_MAX: usize = 256 * 1024;
const MESSAGE_BYTES_MAX: usize = 1024;

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|_: &CheckContext<'_>, attachment: &VolumeAttachment| {
        let mut errors = validate(attachment);
        of_new_ones(&attachment.spec, &mut errors);
        errors
    })
    .update(|_: &CheckContext<'_>, new: &VolumeAttachment, old: &VolumeAttachment| {
        if new.spec == old.spec {
            return validate(new);
        }
        // a spec that may not be there is not looked at
        let mut errors = vec![Error::invalid(&Path::new("spec"), shown_internal(&new.spec), IMMUTABLE)];
        check_status(&new.status, &Path::new("status"), &mut errors);
        errors
    });
    all.add(GROUP, "volumeattachments", checks);
}

fn validate(attachment: &VolumeAttachment) -> ErrorList {
    let mut errors = ErrorList::new();
    let (path, spec) = (Path::new("spec"), &attachment.spec);
    if spec.attacher.is_empty() {
        errors.push(Error::required(&path.child("attacher"), ""));
    }
    check_source(&spec.source, &path.child("source"), &mut errors);
    invalid_each(&path.child("nodeName"), &spec.node_name, is_dns1123_subdomain(&spec.node_name), &mut errors);
    check_status(&attachment.status, &Path::new("status"), &mut errors);
    errors
}

/// Rules that are younger than the kind: what exists need not keep to them.
fn of_new_ones(spec: &VolumeAttachmentSpec, errors: &mut ErrorList) {
    if !spec.attacher.is_empty() {
        driver_name(&spec.attacher, &Path::new("spec.attacher"), errors);
    }
    if let Some(name) = &spec.source.persistent_volume_name {
        let path = Path::new("spec.source.persistentVolumeName");
        invalid_each(&path, name, is_dns1123_subdomain(name), errors);
    }
}

fn check_source(source: &VolumeAttachmentSource, path: &Path<'_>, errors: &mut ErrorList) {
    let text = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
    match (&source.inline_volume_spec, &source.persistent_volume_name) {
        (None, None) => errors.push(Error::required(path, text)),
        (Some(_), Some(_)) => errors.push(Error::forbidden(path, text)),
        (None, Some(name)) => {
            if name.is_empty() {
                let text = "must specify non empty persistentVolumeName";
                errors.push(Error::required(&path.child("persistentVolumeName"), text));
            }
        }
        (Some(spec), None) => persistent_volume::inline_spec(spec, &path.child("inlineVolumeSpec"), errors),
    }
}

fn check_status(status: &VolumeAttachmentStatus, path: &Path<'_>, errors: &mut ErrorList) {
    let bytes: usize = status.attachment_metadata.iter().map(|(key, value)| key.len() + value.len()).sum();
    if bytes > METADATA_BYTES_MAX {
        errors.push(Error::too_long(&path.child("attachmentMetadata"), METADATA_BYTES_MAX));
    }
    check_error(status.attach_error.as_deref(), &path.child("attachError"), errors);
    check_error(status.detach_error.as_deref(), &path.child("detachError"), errors);
}

fn check_error(error: Option<&VolumeError>, path: &Path<'_>, errors: &mut ErrorList) {
    let Some(error) = error else { return };
    if error.message.len() > MESSAGE_BYTES_MAX {
        // upstream tells the limit of another field here
        errors.push(Error::too_long(&path.child("message"), METADATA_BYTES_MAX));
    }
    if let Some(code) = error.error_code {
        let wrong = is_in_range(code.into(), 0, i32::MAX.into());
        invalid_each(&path.child("errorCode"), code, wrong, errors);
    }
}
