//! What several plugins want to know of volumes.

use serde_json::Value;

use crate::{
    json::{list, name, namespace, text},
    selectors::selects_node,
    world::World,
};

/// The names of the claims that a pod's volumes stand for.
pub(super) fn claim_names(pod: &Value) -> Vec<&str> {
    let claims = list(&pod["spec"]["volumes"]).iter().map(|volume| &volume["persistentVolumeClaim"]);
    claims.filter(|claim| !claim.is_null()).map(|claim| text(&claim["claimName"])).collect()
}

/// A pod's claims, as far as they are there.
pub(super) fn claims<'a>(world: &'a World, pod: &Value) -> Vec<&'a Value> {
    let names = claim_names(pod);
    names.into_iter().filter_map(|name| world.get("PersistentVolumeClaim", namespace(pod), name)).collect()
}

/// The volume that a claim names; none where it names none, or one that is not there.
pub(super) fn volume_of<'a>(world: &'a World, claim: &Value) -> Option<&'a Value> {
    world.get("PersistentVolume", "", text(&claim["spec"]["volumeName"]))
}

pub(super) fn is_bound(claim: &Value) -> bool {
    !text(&claim["spec"]["volumeName"]).is_empty()
        && !claim["metadata"]["annotations"]["pv.kubernetes.io/bind-completed"].is_null()
}

pub(super) fn class_of<'a>(world: &'a World, claim: &Value) -> Option<&'a Value> {
    world.get("StorageClass", "", text(&claim["spec"]["storageClassName"]))
}

/// Whether a volume can be reached from a node.
pub(super) fn is_reached(volume: &Value, node: &Value) -> bool {
    let required = &volume["spec"]["nodeAffinity"]["required"];
    required.is_null() || selects_node(required, node)
}

/// Driver and handle of the volume behind a claim: the one that there is, or the one that will be made.
pub(super) fn attached(world: &World, claim: &Value) -> Option<(String, String)> {
    if let Some(volume) = volume_of(world, claim) {
        let csi = &volume["spec"]["csi"];
        return Some((text(&csi["driver"]).to_owned(), text(&csi["volumeHandle"]).to_owned()));
    }
    let class = class_of(world, claim)?;
    Some((text(&class["provisioner"]).to_owned(), format!("to be made for {}/{}", namespace(claim), name(claim))))
}
