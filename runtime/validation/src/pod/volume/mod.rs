//! Volumes of pods. Persistent volumes use the checks of the sources that they share with pods.

pub(crate) mod cloud;
pub(crate) mod csi;
mod ephemeral;
mod files;
pub(crate) mod host_path;
mod image;
pub(crate) mod iscsi;
pub(crate) mod network;
mod paths;
mod pod_certificate;
mod projected;
mod source;
mod trust_bundle;

use std::collections::{BTreeMap, BTreeSet};

use kubeforge_api::core::v1::{Volume, VolumeSource};
use kubeforge_machinery::field::{Error, ErrorList, Path};

pub(crate) use paths::{has_backsteps, local_descending, local_non_reserved, no_backsteps};

use super::{allowances::Allowances, basics::dns_label};

/// The volumes that containers may mount: the valid ones, by name.
pub(crate) type Volumes<'a> = BTreeMap<&'a str, &'a VolumeSource>;

/// Checks volumes and returns the valid ones. Without the name of a pod, as in templates, the names of the claims that
/// ephemeral volumes make are unknown and not checked.
pub(crate) fn volumes<'a>(
    volumes: &'a [Volume],
    pod_name: Option<&str>,
    allowed: Allowances,
    path: &Path<'_>,
    errors: &mut ErrorList,
) -> Volumes<'a> {
    let pod_name = pod_name.filter(|name| !name.is_empty());
    let made_claims = claims_made(volumes, pod_name);
    let mut valid = Volumes::new();
    for (at, volume) in volumes.iter().enumerate() {
        let path = path.index(at);
        let errors_before = errors.len();
        source::volume_source(volume, pod_name, allowed, &path, errors);
        name(&volume.name, &valid, &path.child("name"), errors);
        if errors.len() == errors_before {
            valid.insert(&volume.name, &volume.volume_source);
        }
        if let Some(claim) = volume.volume_source.persistent_volume_claim.as_deref()
            && made_claims.contains(&claim.claim_name)
        {
            let text = "must not reference a PVC that gets created for an ephemeral volume";
            let path = path.child("persistentVolumeClaim");
            errors.push(Error::invalid(&path.child("claimName"), &claim.claim_name, text));
        }
    }
    valid
}

/// The names of the claims that are made for a pod's ephemeral volumes.
fn claims_made(volumes: &[Volume], pod_name: Option<&str>) -> BTreeSet<String> {
    let Some(pod) = pod_name else { return BTreeSet::new() };
    let ephemeral = volumes.iter().filter(|volume| volume.volume_source.ephemeral.is_some());
    ephemeral.map(|volume| format!("{pod}-{}", volume.name)).collect()
}

fn name(name: &str, valid: &Volumes<'_>, path: &Path<'_>, errors: &mut ErrorList) {
    if name.is_empty() {
        errors.push(Error::required(path, ""));
    } else {
        dns_label(name, path, errors);
    }
    if valid.contains_key(name) {
        errors.push(Error::duplicate(path, name));
    }
}

#[cfg(test)]
mod tests;
