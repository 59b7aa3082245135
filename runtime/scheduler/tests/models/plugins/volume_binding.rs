use serde_json::Value;

use super::{Code, Model, PreFilter, Refusal, volumes};
use crate::{
    json::{key, label, labels, list, name, namespace, text, whole},
    selectors::selects,
    world::{View, World},
};

pub(crate) struct VolumeBinding;

const NODE_CONFLICT: &str = "node(s) didn't match PersistentVolume's node affinity";
const BIND_CONFLICT: &str = "node(s) didn't find available persistent volumes to bind";
const TOO_LITTLE_STORAGE: &str = "node(s) did not have enough free storage";
const VOLUME_MISSING: &str = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)";

fn asked(claim: &Value) -> i64 {
    whole(&claim["spec"]["resources"]["requests"]["storage"])
}

fn size(volume: &Value) -> i64 {
    whole(&volume["spec"]["capacity"]["storage"])
}

/// Whether a volume is bound to the claim, or kept for it.
fn is_kept_for(volume: &Value, claim: &Value) -> bool {
    let reference = &volume["spec"]["claimRef"];
    !reference.is_null() && format!("{}/{}", text(&reference["namespace"]), text(&reference["name"])) == key(claim)
}

/// The volume for a claim on a node: the one that is kept for it, or the smallest that is large enough.
fn find<'a>(world: &'a World, claim: &Value, node: &Value, chosen: &[&Value]) -> Option<&'a Value> {
    let is_fit = |volume: &&Value| {
        text(&volume["spec"]["storageClassName"]) == text(&claim["spec"]["storageClassName"])
            && size(volume) >= asked(claim)
    };
    let fitting: Vec<&Value> = world.all("PersistentVolume").filter(is_fit).collect();
    let is_left = |volume: &Value| !chosen.iter().any(|other| name(other) == name(volume));
    if let Some(kept) = fitting.iter().copied().find(|volume| is_left(volume) && is_kept_for(volume, claim)) {
        return volumes::is_offered(kept, node).then_some(kept);
    }
    let free = fitting.into_iter().filter(|volume| {
        volume["spec"]["claimRef"].is_null()
            && volume["status"]["phase"] == "Available"
            && volumes::is_offered(volume, node)
            && is_left(volume)
    });
    free.min_by_key(|volume| (size(volume), name(volume).to_owned()))
}

/// What a node says to the claims that wait for a pod: the volumes that they get there, none for those that are made.
///
/// # Errors
/// The reason why they get none.
pub(crate) fn matches<'a>(
    world: &'a World,
    pod: &Value,
    node: &Value,
) -> Result<Vec<(&'a Value, Option<&'a Value>)>, &'static str> {
    let waiting = volumes::claims(world, pod).into_iter().filter(|claim| !volumes::is_bound(claim));
    let mut waiting: Vec<&Value> = waiting.collect();
    waiting.sort_by_key(|claim| asked(claim));
    let mut found = Vec::new();
    let mut chosen = Vec::new();
    for claim in waiting {
        let volume = find(world, claim, node, &chosen);
        chosen.extend(volume);
        found.push((claim, volume));
    }
    for (claim, _) in found.iter().filter(|(_, volume)| volume.is_none()) {
        can_be_made(world, claim, node)?;
    }
    Ok(found)
}

fn can_be_made(world: &World, claim: &Value, node: &Value) -> Result<(), &'static str> {
    let class = volumes::class_of(world, claim).ok_or(BIND_CONFLICT)?;
    if class["provisioner"] == "kubernetes.io/no-provisioner" {
        return Err(BIND_CONFLICT);
    }
    let topologies = list(&class["allowedTopologies"]);
    let holds = |term: &Value| {
        let mut conditions = list(&term["matchLabelExpressions"]).iter();
        conditions.all(|it| label(node, text(&it["key"])).is_some_and(|is| list(&it["values"]).iter().any(|v| v == is)))
    };
    if !topologies.is_empty() && !topologies.iter().any(holds) {
        return Err(BIND_CONFLICT);
    }
    let driver = world.get("CSIDriver", "", text(&class["provisioner"]));
    if driver.is_none_or(|driver| driver["spec"]["storageCapacity"] != true) {
        return Ok(());
    }
    let is_enough = |report: &Value| {
        report["storageClassName"] == name(class)
            && whole(&report["capacity"]) >= asked(claim)
            && selects(&report["nodeTopology"], labels(node))
    };
    if world.all("CSIStorageCapacity").any(is_enough) { Ok(()) } else { Err(TOO_LITTLE_STORAGE) }
}

/// What is wrong with a claim before its volume is looked for.
fn wrong_with(world: &World, pod: &Value, name: &str, is_made: bool) -> Option<String> {
    let Some(claim) = world.get("PersistentVolumeClaim", namespace(pod), name) else {
        let reason = format!("waiting for ephemeral volume controller to create the persistentvolumeclaim {name:?}");
        return is_made.then_some(reason);
    };
    if claim["status"]["phase"] == "Lost" {
        let volume = text(&claim["spec"]["volumeName"]);
        return Some(format!("persistentvolumeclaim {name:?} bound to non-existent persistentvolume {volume:?}"));
    }
    let reason = || format!("PVC {} was not created for pod {} (pod is not owner)", key(claim), key(pod));
    (is_made && !volumes::is_its(claim, pod)).then(reason)
}

impl Model for VolumeBinding {
    fn name(&self) -> &'static str {
        "VolumeBinding"
    }

    fn pre_filter(&self, world: &World, pod: &Value) -> PreFilter {
        let named = volumes::all_claims(pod);
        if named.is_empty() {
            return PreFilter::Skip;
        }
        if let Some(reason) = named.iter().find_map(|(name, is_made)| wrong_with(world, pod, name, *is_made)) {
            return PreFilter::Refused(Refusal::unresolvable(reason));
        }
        let claims = volumes::claims(world, pod);
        let may_wait = |claim: &Value| {
            let class = volumes::class_of(world, claim);
            text(&claim["spec"]["volumeName"]).is_empty()
                && class.is_some_and(|class| class["volumeBindingMode"] == "WaitForFirstConsumer")
        };
        match claims.iter().all(|claim| volumes::is_bound(claim) || may_wait(claim)) {
            true => PreFilter::All,
            false => PreFilter::Refused(Refusal::unresolvable("pod has unbound immediate PersistentVolumeClaims")),
        }
    }

    fn filter(&self, view: &View<'_>, pod: &Value, node: &Value) -> Result<(), Refusal> {
        let bound = volumes::claims(view.world, pod).into_iter().filter(|claim| volumes::is_bound(claim));
        let wrong = bound.map(|claim| volumes::volume_of(view.world, claim)).find_map(|volume| match volume {
            None => Some(VOLUME_MISSING),
            Some(volume) => (!volumes::is_reached(view.world, volume, node)).then_some(NODE_CONFLICT),
        });
        let waiting = matches(view.world, pod, node).err();
        let reasons: Vec<_> = wrong.into_iter().chain(waiting).map(str::to_owned).collect();
        if reasons.is_empty() { Ok(()) } else { Err(Refusal { code: Code::Unresolvable, reasons }) }
    }
}
