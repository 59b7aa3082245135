//! Which volume of which CSI driver is behind each volume of a pod: what counts against a node's limits.

use kubeforge_api::core::v1::PersistentVolumeClaim;
use kubeforge_api::storage::v1::CSINode;

use super::{
    claims::{self, PodClaim},
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
    /// The volume.
    pub volume: CsiVolume,
    /// Of an old type: then only on nodes where the driver serves that.
    pub migrated: Option<&'static InTreeType>,
}

impl Attachable {
    /// Whether the driver attaches it on a node.
    pub fn is_attached_on(&self, node: Option<&CSINode>) -> bool {
        self.migrated.is_none_or(|type_| type_.is_migrated_on(node))
    }

    fn migrated(volume: InTreeVolume) -> Option<Self> {
        let InTreeVolume { type_, handle } = volume;
        let volume = CsiVolume { driver: type_.driver.to_owned(), handle: handle.filter(|handle| !handle.is_empty())? };
        Some(Self { volume, migrated: Some(type_) })
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
pub fn of_placed_pod(objects: &Objects, pod: &PodInfo) -> Vec<Attachable> {
    let found = |claim: &PodClaim| {
        let found = objects.persistent_volume_claims.get(pod.key().namespace(), &claim.name)?;
        claim.check_owner(pod.pod(), &found).ok()?;
        of_claim(objects, &found)
    };
    let mut volumes = inline(pod);
    volumes.extend(pod.claims().iter().filter_map(found));
    volumes
}

fn inline(pod: &PodInfo) -> Vec<Attachable> {
    if !pod.attaches_volumes() {
        return Vec::new();
    }
    let sources = pod.pod().spec.volumes.iter().map(|volume| &volume.volume_source);
    sources.filter_map(in_tree::of_source).filter_map(Attachable::migrated).collect()
}

/// The volume behind a claim: the one that it is bound to, or the one that will be made for it.
fn of_claim(objects: &Objects, claim: &PersistentVolumeClaim) -> Option<Attachable> {
    let bound = Some(claim.spec.volume_name.as_str()).filter(|name| !name.is_empty());
    let Some(volume) = bound.and_then(|name| objects.persistent_volumes.get("", name)) else {
        return to_be_made(objects, claim);
    };
    match &volume.spec.persistent_volume_source.csi {
        Some(csi) if csi.driver.is_empty() || csi.volume_handle.is_empty() => None,
        Some(csi) => {
            let volume = CsiVolume { driver: csi.driver.clone(), handle: csi.volume_handle.clone() };
            Some(Attachable { volume, migrated: None })
        }
        None => Attachable::migrated(in_tree::of_persistent(&volume)?),
    }
}

fn to_be_made(objects: &Objects, claim: &PersistentVolumeClaim) -> Option<Attachable> {
    let class = claims::class_of_claim(claim);
    if class.is_empty() {
        return None;
    }
    let class = objects.storage_classes.get("", class)?;
    let migrated = InTreeType::by_name(&class.provisioner);
    let driver = migrated.map_or(class.provisioner.as_str(), |type_| type_.driver).to_owned();
    // no driver names a volume like that
    let handle = format!("\0{}/{}", claim.metadata.namespace, claim.metadata.name);
    Some(Attachable { volume: CsiVolume { driver, handle }, migrated })
}
