//! Volumes that are claimed for a pod and go with it.

use kubeforge_api::core::v1::EphemeralVolumeSource;
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    meta::v1::ObjectMeta,
    quote::quote,
    validation::{annotations, is_dns1123_subdomain, labels},
};

use crate::volumes::{ClaimOptions, claim_spec};

pub(super) fn ephemeral(source: &EphemeralVolumeSource, path: &Path<'_>, errors: &mut ErrorList) {
    let path = path.child("volumeClaimTemplate");
    let Some(template) = &source.volume_claim_template else {
        errors.push(Error::required(&path, ""));
        return;
    };
    template_metadata(&template.metadata, &path.child("metadata"), errors);
    claim_spec(&template.spec, ClaimOptions::default(), &path.child("spec"), errors);
}

/// The claim is named after pod and volume; what is wrong with that name is the volume's fault.
pub(super) fn claim_name(pod_name: Option<&str>, volume: &str, path: &Path<'_>, errors: &mut ErrorList) {
    let Some(pod) = pod_name.filter(|_| !volume.is_empty()) else { return };
    let claim = format!("{pod}-{volume}");
    let name = quote(&claim);
    let wrong = is_dns1123_subdomain(&claim).into_iter();
    errors.extend(wrong.map(|text| Error::invalid(path, volume, format!("PVC name {name}: {text}"))));
}

/// Of a template's metadata only labels and annotations are used, so nothing else may be given. The names are those of
/// the fields in Go with a small first letter.
fn template_metadata(metadata: &ObjectMeta, path: &Path<'_>, errors: &mut ErrorList) {
    annotations(&metadata.annotations, &path.child("annotations"), errors);
    labels(&metadata.labels, &path.child("labels"), errors);
    for (name, is_set) in [
        ("name", !metadata.name.is_empty()),
        ("generateName", !metadata.generate_name.is_empty()),
        ("namespace", !metadata.namespace.is_empty()),
        ("selfLink", !metadata.self_link.is_empty()),
        ("uID", !metadata.uid.is_empty()),
        ("resourceVersion", !metadata.resource_version.is_empty()),
        ("generation", metadata.generation != 0),
        ("creationTimestamp", metadata.creation_timestamp != ObjectMeta::default().creation_timestamp),
        ("deletionTimestamp", metadata.deletion_timestamp.is_some()),
        ("deletionGracePeriodSeconds", metadata.deletion_grace_period_seconds.is_some()),
        ("ownerReferences", !metadata.owner_references.is_empty()),
        ("finalizers", !metadata.finalizers.is_empty()),
        ("managedFields", !metadata.managed_fields.is_empty()),
    ] {
        if is_set {
            errors.push(Error::forbidden(&path.child(name), "cannot be set"));
        }
    }
}
