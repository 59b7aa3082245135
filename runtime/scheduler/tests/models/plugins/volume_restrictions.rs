use serde_json::Value;

use super::{Model, PreFilter, Refusal, volumes};
use crate::{
    json::{list, namespace, text},
    world::{View, World},
};

pub(crate) struct VolumeRestrictions;

fn disks<'a>(pod: &'a Value, kind: &'static str) -> impl Iterator<Item = &'a Value> {
    list(&pod["spec"]["volumes"]).iter().map(move |volume| &volume[kind]).filter(|disk| !disk.is_null())
}

/// The pod's claims that are for one pod.
fn exclusive<'a>(world: &World, pod: &'a Value) -> Vec<&'a str> {
    let mut names = volumes::claim_names(pod);
    names.dedup();
    let is_for_one = |name: &&str| {
        let claim = world.get("PersistentVolumeClaim", namespace(pod), name);
        claim.is_some_and(|claim| list(&claim["spec"]["accessModes"]).iter().any(|mode| mode == "ReadWriteOncePod"))
    };
    names.retain(is_for_one);
    names
}

fn uses(pod: &Value, owner: &Value, claim: &str) -> i64 {
    let names = volumes::claim_names(pod);
    if namespace(pod) != namespace(owner) { 0 } else { names.into_iter().filter(|name| *name == claim).count() as i64 }
}

/// How often others use the pod's claims that are for one pod: each once however many there are at first, then every
/// pod that is moved in thought.
fn in_use(view: &View<'_>, pod: &Value) -> i64 {
    let at_first = |claim: &str| {
        let placed = view.world.view().placed();
        i64::from(placed.into_iter().any(|(other, _)| uses(other, pod, claim) > 0))
    };
    let moved = |claim: &str| view.moves().into_iter().map(|(other, _, by)| by * uses(other, pod, claim)).sum::<i64>();
    exclusive(view.world, pod).into_iter().map(|claim| at_first(claim) + moved(claim)).sum()
}

impl Model for VolumeRestrictions {
    fn name(&self) -> &'static str {
        "VolumeRestrictions"
    }

    fn pre_filter(&self, world: &World, pod: &Value) -> PreFilter {
        for name in volumes::claim_names(pod) {
            if world.get("PersistentVolumeClaim", namespace(pod), name).is_none() {
                let reason = format!("persistentvolumeclaim \"{name}\" not found");
                return PreFilter::Refused(Refusal::unresolvable(reason));
            }
        }
        let mut all = disks(pod, "gcePersistentDisk").chain(disks(pod, "awsElasticBlockStore"));
        match all.next().is_none() && in_use(&world.view(), pod) == 0 {
            true => PreFilter::Skip,
            false => PreFilter::All,
        }
    }

    fn filter(&self, view: &View<'_>, pod: &Value, node: &Value) -> Result<(), Refusal> {
        let conflict = |a: &Value, b: &Value| {
            text(&a["pdName"]) == text(&b["pdName"]) && !(a["readOnly"] == true && b["readOnly"] == true)
        };
        let shares = |other: &Value, kind: &'static str, conflict: fn(&Value, &Value) -> bool| {
            disks(pod, kind).any(|disk| disks(other, kind).any(|used| conflict(disk, used)))
        };
        let has_conflict = |other: &Value| {
            shares(other, "gcePersistentDisk", conflict)
                || shares(other, "awsElasticBlockStore", |a, b| a["volumeID"] == b["volumeID"])
        };
        if view.on(node).into_iter().any(has_conflict) {
            return Err(Refusal::unschedulable("node(s) had no available disk"));
        }
        if in_use(view, pod) > 0 {
            let reason = "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already \
                          in-use by another pod";
            return Err(Refusal::unschedulable(reason));
        }
        Ok(())
    }
}
