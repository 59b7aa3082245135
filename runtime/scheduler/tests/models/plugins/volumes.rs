//! What several plugins want to know of volumes.

use serde_json::Value;

use crate::{
    json::{label, list, name, namespace, text},
    selectors::selects_node,
    world::World,
};

/// A type of volumes that a driver took over, the driver, and the labels in which nodes say their zone to it and to all.
const OLD_TYPE: &str = "kubernetes.io/aws-ebs";
const OLD_DRIVER: &str = "ebs.csi.aws.com";
const OLD_ZONE: &str = "topology.ebs.csi.aws.com/zone";
const ZONE: &str = "topology.kubernetes.io/zone";

fn sources(pod: &Value) -> &[Value] {
    list(&pod["spec"]["volumes"])
}

/// The names of the claims that a pod names.
pub(super) fn claim_names(pod: &Value) -> Vec<&str> {
    let claims = sources(pod).iter().map(|volume| &volume["persistentVolumeClaim"]);
    claims.filter(|claim| !claim.is_null()).map(|claim| text(&claim["claimName"])).collect()
}

/// The claims of all volumes of a pod, in their order, and whether they are made for it.
pub(crate) fn all_claims(pod: &Value) -> Vec<(String, bool)> {
    let claim = |volume: &Value| match &volume["persistentVolumeClaim"] {
        Value::Null if volume["ephemeral"].is_null() => None,
        Value::Null => Some((format!("{}-{}", name(pod), text(&volume["name"])), true)),
        claim => Some((text(&claim["claimName"]).to_owned(), false)),
    };
    sources(pod).iter().filter_map(claim).collect()
}

/// A pod's claims, as far as they are there.
pub(super) fn claims<'a>(world: &'a World, pod: &Value) -> Vec<&'a Value> {
    let claims = all_claims(pod).into_iter();
    claims.filter_map(|(name, _)| world.get("PersistentVolumeClaim", namespace(pod), &name)).collect()
}

/// Whether a claim that was made for a pod was made for this one.
pub(super) fn is_its(claim: &Value, pod: &Value) -> bool {
    list(&claim["metadata"]["ownerReferences"]).iter().any(|owner| owner["uid"] == pod["metadata"]["uid"])
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

/// Whether the driver serves volumes of the old type on a node.
fn is_served(world: &World, node: &Value) -> bool {
    let csi_node = world.get("CSINode", "", name(node)).map(|it| &it["metadata"]["annotations"]);
    csi_node.is_some_and(|it| it["storage.alpha.kubernetes.io/migrated-plugins"] == OLD_TYPE)
}

/// Whether a volume says that it can be reached from a node.
pub(super) fn is_offered(volume: &Value, node: &Value) -> bool {
    let required = &volume["spec"]["nodeAffinity"]["required"];
    required.is_null() || selects_node(required, node)
}

/// Whether a volume that a claim has can be reached from a node: one of the old type is looked for by the driver's labels
/// where that serves it.
pub(super) fn is_reached(world: &World, volume: &Value, node: &Value) -> bool {
    if volume["spec"]["awsElasticBlockStore"].is_null() || !is_served(world, node) {
        return is_offered(volume, node);
    }
    let mut required = volume["spec"]["nodeAffinity"]["required"].clone();
    let labelled = label(volume, ZONE);
    if required.is_null() && labelled.is_none() {
        return true;
    }
    if required.is_null() {
        required = serde_json::json!({"nodeSelectorTerms": [{"matchExpressions": []}]});
    }
    let terms = required["nodeSelectorTerms"].as_array_mut().into_iter().flatten();
    let conditions: Vec<&mut Value> = terms.map(|term| &mut term["matchExpressions"]).collect();
    let names_zone = conditions.iter().any(|it| list(it).iter().any(|condition| condition["key"] == ZONE));
    for conditions in conditions.into_iter().filter_map(Value::as_array_mut) {
        match labelled {
            Some(zones) if !names_zone => {
                let zones: Vec<&str> = zones.split("__").collect();
                conditions.push(serde_json::json!({"key": OLD_ZONE, "operator": "In", "values": zones}));
            }
            _ => conditions.iter_mut().filter(|it| it["key"] == ZONE).for_each(|it| it["key"] = OLD_ZONE.into()),
        }
    }
    selects_node(&required, node)
}

/// Drivers and handles of what a pod has attached on a node.
pub(super) fn attached(world: &World, pod: &Value, node: &Value) -> Vec<(String, String)> {
    let served = is_served(world, node);
    let old = |handle: &str| served.then(|| (OLD_DRIVER.to_owned(), handle.to_owned()));
    let inline = sources(pod).iter().map(|volume| &volume["awsElasticBlockStore"]).filter(|disk| !disk.is_null());
    let inline = inline.filter_map(|disk| old(text(&disk["volumeID"])));
    let claimed = claims(world, pod).into_iter().filter_map(|claim| {
        if let Some(volume) = volume_of(world, claim) {
            let spec = &volume["spec"];
            let csi = (text(&spec["csi"]["driver"]).to_owned(), text(&spec["csi"]["volumeHandle"]).to_owned());
            return if spec["csi"].is_null() {
                old(text(&spec["awsElasticBlockStore"]["volumeID"]))
            } else {
                Some(csi)
            };
        }
        let (class, handle) = (class_of(world, claim)?, format!("to be made for {}/{}", namespace(claim), name(claim)));
        if class["provisioner"] == OLD_TYPE {
            old(&handle)
        } else {
            Some((text(&class["provisioner"]).to_owned(), handle))
        }
    });
    inline.chain(claimed).collect()
}
