use std::collections::BTreeSet;

use serde_json::Value;

use super::{Model, Refusal, volumes};
use crate::{
    json::{list, name, text},
    world::{View, World},
};

pub(crate) struct NodeVolumeLimits;

/// Drivers and handles of what is attached to a node, whoever uses it.
fn attachments(world: &World, node: &Value) -> BTreeSet<(String, String)> {
    let here = world.all("VolumeAttachment").filter(|it| it["spec"]["nodeName"] == name(node));
    let volume = |it: &Value| {
        let volume = world.get("PersistentVolume", "", text(&it["spec"]["source"]["persistentVolumeName"]))?;
        // only what a driver calls its own
        let volume = Some(volume).filter(|volume| !volume["spec"]["csi"].is_null())?;
        Some((text(&it["spec"]["attacher"]).to_owned(), text(&volume["spec"]["csi"]["volumeHandle"]).to_owned()))
    };
    here.filter_map(volume).collect()
}

impl Model for NodeVolumeLimits {
    fn name(&self) -> &'static str {
        "NodeVolumeLimits"
    }

    fn filter(&self, view: &View<'_>, pod: &Value, node: &Value) -> Result<(), Refusal> {
        let csi_node = view.world.get("CSINode", "", name(node));
        let in_pods: BTreeSet<_> =
            view.on(node).into_iter().flat_map(|it| volumes::attached(view.world, it, node)).collect();
        let there: BTreeSet<_> = in_pods.union(&attachments(view.world, node)).cloned().collect();
        let wanted: BTreeSet<_> = volumes::attached(view.world, pod, node).into_iter().collect();
        let new: BTreeSet<_> = wanted.difference(&in_pods).cloned().collect();
        for driver in csi_node.map_or(&[][..], |csi_node| list(&csi_node["spec"]["drivers"])) {
            let Some(limit) = driver["allocatable"]["count"].as_i64() else { continue };
            let count = |volumes: &BTreeSet<(String, String)>| {
                volumes.iter().filter(|(other, _)| driver["name"] == **other).count() as i64
            };
            if count(&new) > 0 && count(&there) + count(&new) > limit {
                return Err(Refusal::unschedulable("node(s) exceed max volume count"));
            }
        }
        Ok(())
    }
}
