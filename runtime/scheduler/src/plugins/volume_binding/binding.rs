//! Having the volumes bound that were taken for a pod.
//!
//! The API server is told which volume is for which claim, and from which node the volumes must be reached that are to be
//! made. The rest is done by the volume controller and by provisioners; it is waited for until claims and volumes know each
//! other.

use std::{sync::Arc, time::Duration};

use kubeforge_api::core::v1::{Node, ObjectReference, PersistentVolume, PersistentVolumeClaim};
use kubeforge_machinery::meta::v1::UpdateOptions;

use super::{
    affinity,
    volumes::{Bindings, Match},
};
use crate::{
    assumed::version,
    framework::{BindContext, Objects},
    volumes::claims::{ANNOTATION_BOUND_BY_CONTROLLER, ANNOTATION_SELECTED_NODE, is_bound_to, is_fully_bound},
};

/// How often it is looked whether the volumes are bound: it costs a few look-ups in memory.
const PERIOD: Duration = Duration::from_millis(100);

/// What was taken for a pod, as it will be.
#[derive(Debug)]
pub(super) struct Reserved {
    matches: Vec<Match>,
    provisions: Vec<Arc<PersistentVolumeClaim>>,
    node: Arc<Node>,
    objects: Arc<Objects>,
}

impl Reserved {
    pub(super) fn new(bindings: Bindings, node: Arc<Node>, objects: Arc<Objects>) -> Self {
        let Bindings { matches, provisions } = bindings;
        let matches = matches.into_iter().map(|found| Match { volume: bind_to(&found), ..found }).collect();
        let name = &node.metadata.name;
        let provisions = provisions.iter().map(|claim| select_node(claim, name)).collect();
        Self { matches, provisions, node, objects }
    }

    /// Lets them count as taken from now on.
    pub(super) fn assume(&self) {
        self.volumes().for_each(|volume| self.objects.assumed_volumes.assume(Arc::clone(volume)));
        self.claims().for_each(|claim| self.objects.assumed_claims.assume(Arc::clone(claim)));
    }

    /// Lets them count as what the API server says.
    pub(super) fn give_up(&self) {
        self.volumes().for_each(|volume| self.objects.assumed_volumes.restore(volume));
        self.claims().for_each(|claim| self.objects.assumed_claims.restore(claim));
    }

    /// The volumes that were taken.
    pub(super) fn volumes(&self) -> impl Iterator<Item = &Arc<PersistentVolume>> {
        self.matches.iter().map(|found| &found.volume)
    }

    /// The claims for which volumes are to be made.
    pub(super) fn claims(&self) -> impl Iterator<Item = &Arc<PersistentVolumeClaim>> {
        self.provisions.iter()
    }
}

/// The volume as it is once it is the claim's.
fn bind_to(found: &Match) -> Arc<PersistentVolume> {
    let Match { volume, claim } = found;
    let mut volume = PersistentVolume::clone(volume);
    if !is_bound_to(&volume, claim) {
        let annotations = &mut volume.metadata.annotations;
        annotations.entry(ANNOTATION_BOUND_BY_CONTROLLER.to_owned()).or_insert_with(|| "yes".to_owned());
    }
    if volume.spec.claim_ref.as_ref().is_none_or(|reference| reference.uid != claim.metadata.uid) {
        volume.spec.claim_ref = Some(Box::new(ObjectReference {
            kind: "PersistentVolumeClaim".to_owned(),
            namespace: claim.metadata.namespace.clone(),
            name: claim.metadata.name.clone(),
            uid: claim.metadata.uid.clone(),
            api_version: "v1".to_owned(),
            resource_version: claim.metadata.resource_version.clone(),
            field_path: String::new(),
        }));
    }
    Arc::new(volume)
}

fn select_node(claim: &PersistentVolumeClaim, node: &str) -> Arc<PersistentVolumeClaim> {
    let mut claim = claim.clone();
    claim.metadata.annotations.insert(ANNOTATION_SELECTED_NODE.to_owned(), node.to_owned());
    Arc::new(claim)
}

/// What the API server answered: what is waited for is at least as new.
struct Written {
    volumes: Vec<PersistentVolume>,
    claims: Vec<PersistentVolumeClaim>,
}

/// Tells the API server, and waits until the volumes are bound.
///
/// # Errors
/// Why they are not.
pub(super) async fn bind(context: &BindContext, reserved: &Reserved, timeout: Duration) -> Result<(), String> {
    let written = write(context, reserved).await?;
    let bound = async {
        loop {
            tokio::time::sleep(PERIOD).await;
            if are_bound(reserved, &written)? {
                return Ok::<(), String>(());
            }
        }
    };
    let result = tokio::select! {
        result = tokio::time::timeout(timeout, bound) => {
            result.unwrap_or_else(|_| Err("context deadline exceeded".to_owned()))
        }
        reason = context.interruption.interrupted() => Err(reason),
    };
    result.map_err(|reason| format!("binding volumes: {reason}"))
}

async fn write(context: &BindContext, reserved: &Reserved) -> Result<Written, String> {
    let core = context.clientset.core_v1();
    let options = UpdateOptions::default();
    let mut written = Written { volumes: Vec::new(), claims: Vec::new() };
    for volume in reserved.volumes() {
        let volume = core.persistent_volumes().update(volume, &options).await;
        written.volumes.push(volume.map_err(|error| error.to_string())?);
    }
    for claim in reserved.claims() {
        let claims = core.persistent_volume_claims(&claim.metadata.namespace);
        written.claims.push(claims.update(claim, &options).await.map_err(|error| error.to_string())?);
    }
    Ok(written)
}

/// Whether all is bound.
///
/// # Errors
/// Where it never will be.
fn are_bound(reserved: &Reserved, written: &Written) -> Result<bool, String> {
    for (found, written) in reserved.matches.iter().zip(&written.volumes) {
        if !is_bound(reserved, found, written)? {
            return Ok(false);
        }
    }
    for written in &written.claims {
        if !is_provisioned(reserved, written)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_bound(reserved: &Reserved, found: &Match, written: &PersistentVolume) -> Result<bool, String> {
    let name = &written.metadata.name;
    let volume = reserved.objects.persistent_volumes.get("", name);
    let volume = volume.ok_or_else(|| format!("failed to check binding: {}", volume_missing(name)))?;
    let claim = &found.claim.metadata;
    let claim = reserved
        .objects
        .persistent_volume_claims
        .get(&claim.namespace, &claim.name)
        .ok_or_else(|| format!("failed to check binding: {}", claim_missing(&claim.namespace, &claim.name)))?;
    if version(&*volume) < version(written) {
        return Ok(false);
    }
    check_affinity(reserved, &volume, "failed to translate pv to csi: ")?;
    if volume.spec.claim_ref.as_ref().is_none_or(|reference| reference.uid.is_empty()) {
        return Err(format!("ClaimRef got reset for pv {name:?}"));
    }
    Ok(is_fully_bound(&claim))
}

fn is_provisioned(reserved: &Reserved, written: &PersistentVolumeClaim) -> Result<bool, String> {
    let (namespace, name) = (&written.metadata.namespace, &written.metadata.name);
    let claim = reserved
        .objects
        .persistent_volume_claims
        .get(namespace, name)
        .ok_or_else(|| format!("failed to check provisioning pvc: {}", claim_missing(namespace, name)))?;
    if version(&*claim) < version(written) {
        return Ok(false);
    }
    let annotations = &claim.metadata.annotations;
    if annotations.is_empty() {
        return Err(format!("selectedNode annotation reset for PVC {name:?}"));
    }
    // a provisioner that fails takes the node away, so that the pod may go elsewhere
    if annotations.get(ANNOTATION_SELECTED_NODE) != Some(&reserved.node.metadata.name) {
        return Err(format!("provisioning failed for PVC {name:?}"));
    }
    if !claim.spec.volume_name.is_empty() {
        // the volume may be heard of later than the claim
        let Some(volume) = reserved.objects.persistent_volumes.get("", &claim.spec.volume_name) else {
            return Ok(false);
        };
        check_affinity(reserved, &volume, "")?;
    }
    Ok(is_fully_bound(&claim))
}

/// `context` is what is put before the reason for which it can't be told.
fn check_affinity(reserved: &Reserved, volume: &PersistentVolume, context: &str) -> Result<(), String> {
    let node = &reserved.node.metadata;
    let csi_node = reserved.objects.csi_nodes.get("", &node.name);
    let is_reached = affinity::reaches(volume, csi_node.as_deref(), &node.labels);
    if is_reached.map_err(|failure| format!("{context}{failure}"))? {
        return Ok(());
    }
    let (volume, node) = (&volume.metadata.name, &node.name);
    Err(format!("pv {volume:?} node affinity doesn't match node {node:?}: no matching NodeSelectorTerms"))
}

fn volume_missing(name: &str) -> String {
    format!("could not find v1.PersistentVolume {name:?}")
}

fn claim_missing(namespace: &str, name: &str) -> String {
    format!("could not find v1.PersistentVolumeClaim \"{namespace}/{name}\"")
}
