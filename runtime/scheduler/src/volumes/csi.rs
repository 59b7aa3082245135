//! Which volume of which CSI driver is behind each volume of a pod: what counts against a node's limits.

use kubeforge_api::core::v1::{PersistentVolumeClaim, Volume};
use kubeforge_api::storage::v1::CSINode;

use super::{
    claims,
    in_tree::{self, InTreeType, InTreeVolume},
};
use crate::framework::{Objects, PodInfo, Status};

/// A volume, named as its driver names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CsiVolume {
    /// The driver.
    pub driver: String,
    /// The volume.
    pub handle: String,
}

/// A volume of a pod that a driver attaches to the pod's node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachable {
    /// The volume, or why it can't be said how the driver names it.
    pub volume: Result<CsiVolume, String>,
    /// Of an old type: then only on nodes where the driver serves that.
    pub migrated: Option<&'static InTreeType>,
}

impl Attachable {
    /// Whether the driver attaches it on a node.
    pub fn is_attached_on(&self, node: Option<&CSINode>) -> bool {
        self.migrated.is_none_or(|type_| type_.is_migrated_on(node))
    }

    /// The driver that attaches it, if it is of none of the old types.
    fn of_driver(driver: &str, handle: &str) -> Option<Self> {
        let volume = CsiVolume { driver: driver.to_owned(), handle: handle.to_owned() };
        (!driver.is_empty() && !handle.is_empty()).then_some(Self { volume: Ok(volume), migrated: None })
    }

    fn migrated(type_: &'static InTreeType, handle: Result<String, String>) -> Self {
        let volume = handle.map(|handle| CsiVolume { driver: type_.driver.to_owned(), handle });
        Self { volume, migrated: Some(type_) }
    }
}

/// What a pod that is to be placed needs attached.
///
/// # Errors
/// Where one of its claims is not there, or is another pod's.
pub fn of_new_pod(objects: &Objects, pod: &PodInfo) -> Result<Vec<Attachable>, Status> {
    let mut volumes = inline(pod);
    for claim in pod.claims() {
        let Some(found) = objects.persistent_volume_claims.get(pod.key().namespace(), &claim.name) else {
            let (namespace, missing) = (pod.key().namespace(), claims::claim_not_found(&claim.name));
            return Err(Status::unresolvable(format!("looking up PVC {namespace}/{}: {missing}", claim.name)));
        };
        claim.check_owner(pod.pod(), &found).map_err(Status::error)?;
        volumes.extend(of_claim(objects, &found));
    }
    Ok(volumes)
}

/// What a placed pod has attached, as far as its claims are there.
///
/// # Errors
/// Where one of its claims is another pod's.
pub fn of_placed_pod(objects: &Objects, pod: &PodInfo) -> Result<Vec<Attachable>, String> {
    let mut volumes = inline(pod);
    for claim in pod.claims() {
        let found = objects.persistent_volume_claims.get(pod.key().namespace(), &claim.name);
        let Some(found) = found else { continue };
        claim.check_owner(pod.pod(), &found)?;
        volumes.extend(of_claim(objects, &found));
    }
    Ok(volumes)
}

fn inline(pod: &PodInfo) -> Vec<Attachable> {
    if !pod.attaches_volumes() {
        return Vec::new();
    }
    let migrated = |volume: &Volume| {
        let InTreeVolume { type_, handle } = in_tree::of_source(&volume.volume_source)?;
        let named = |error| format!("converting volume({}) from inline to csi: {error}", volume.name);
        Some(Attachable::migrated(type_, handle.map_err(named)))
    };
    pod.pod().spec.volumes.iter().filter_map(migrated).collect()
}

/// The volume behind a claim: the one that it is bound to, or the one that will be made for it. One of which it can't be said
/// how its driver names it does not count.
fn of_claim(objects: &Objects, claim: &PersistentVolumeClaim) -> Option<Attachable> {
    let bound = Some(claim.spec.volume_name.as_str()).filter(|name| !name.is_empty());
    let Some(volume) = bound.and_then(|name| objects.persistent_volumes.get("", name)) else {
        return to_be_made(objects, claim);
    };
    if let Some(csi) = &volume.spec.persistent_volume_source.csi {
        return Attachable::of_driver(&csi.driver, &csi.volume_handle);
    }
    let InTreeVolume { type_, handle } = in_tree::of_persistent(&volume)?;
    Some(Attachable::migrated(type_, Ok(handle.ok().filter(|handle| !handle.is_empty())?)))
}

fn to_be_made(objects: &Objects, claim: &PersistentVolumeClaim) -> Option<Attachable> {
    let class = claims::class_of_claim(claim);
    if class.is_empty() {
        return None;
    }
    let class = objects.storage_classes.get("", class)?;
    // no driver names a volume like that
    let handle = format!("\0{}/{}", claim.metadata.namespace, claim.metadata.name);
    match InTreeType::by_name(&class.provisioner) {
        Some(type_) => Some(Attachable::migrated(type_, Ok(handle))),
        None => Attachable::of_driver(&class.provisioner, &handle),
    }
}
