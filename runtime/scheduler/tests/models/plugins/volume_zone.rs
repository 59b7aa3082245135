use serde_json::Value;

use super::{Model, PreFilter, Refusal, volumes};
use crate::{
    json::{label, namespace, text},
    world::{View, World},
};

pub(crate) struct VolumeZone;

const ZONE: &str = "topology.kubernetes.io/zone";

/// What is wrong with the pod's claims, or else the zones, as far as their volumes say them; several in one text are
/// alternatives.
fn zones<'a>(world: &'a World, pod: &Value) -> Result<Vec<&'a str>, String> {
    let mut zones = Vec::new();
    for name in volumes::claim_names(pod) {
        let Some(claim) = world.get("PersistentVolumeClaim", namespace(pod), name) else { continue };
        let volume = text(&claim["spec"]["volumeName"]);
        if !volume.is_empty() {
            let found = volumes::volume_of(world, claim);
            zones.extend(label(found.ok_or_else(|| format!("persistentvolume \"{volume}\" not found"))?, ZONE));
            continue;
        }
        let class = text(&claim["spec"]["storageClassName"]);
        if class.is_empty() {
            return Err("PersistentVolumeClaim had no pv name and storageClass name".to_owned());
        }
        let Some(found) = volumes::class_of(world, claim) else {
            return Err(format!("storageclass.storage.k8s.io \"{class}\" not found"));
        };
        if found["volumeBindingMode"] != "WaitForFirstConsumer" {
            return Err("PersistentVolume had no name".to_owned());
        }
    }
    Ok(zones)
}

impl Model for VolumeZone {
    fn name(&self) -> &'static str {
        "VolumeZone"
    }

    fn pre_filter(&self, world: &World, pod: &Value) -> PreFilter {
        match zones(world, pod) {
            Err(reason) => PreFilter::Refused(Refusal::unresolvable(reason)),
            Ok(zones) if zones.is_empty() => PreFilter::Skip,
            Ok(_) => PreFilter::All,
        }
    }

    fn filter(&self, view: &View<'_>, pod: &Value, node: &Value) -> Result<(), Refusal> {
        let Some(here) = label(node, ZONE) else { return Ok(()) };
        let is_here = |zones: &&str| zones.split("__").any(|zone| zone == here);
        if zones(view.world, pod).unwrap_or_default().iter().all(is_here) {
            return Ok(());
        }
        Err(Refusal::unresolvable("node(s) had no available volume zone"))
    }
}
