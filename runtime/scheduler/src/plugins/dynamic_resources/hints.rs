//! What may help a pod whose claims could not be met.

use kubeforge_api::{
    core::v1::Pod,
    resource::v1::{DeviceClass, ResourceClaim},
};

use super::claims;
use crate::devices::extended::resources_of;
use crate::framework::{
    Action, Change, ChangeKind, Changes, ClusterObject, ObjectKind, Objects, PodInfo, QueueingHint,
};

/// The kinds of change that may help.
pub(super) const EVENTS: Changes = Changes::of(&[
    ChangeKind::NodeAdded,
    ChangeKind::NodeUpdated,
    ChangeKind::PodUpdated,
    ChangeKind::Object(ObjectKind::ResourceClaim, Action::Added),
    ChangeKind::Object(ObjectKind::ResourceClaim, Action::Updated),
    ChangeKind::Object(ObjectKind::ResourceClaim, Action::Deleted),
    ChangeKind::Object(ObjectKind::DeviceClass, Action::Added),
    ChangeKind::Object(ObjectKind::DeviceClass, Action::Updated),
    ChangeKind::Object(ObjectKind::ResourceSlice, Action::Added),
    ChangeKind::Object(ObjectKind::ResourceSlice, Action::Updated),
    // they change what is known of devices
    ChangeKind::Object(ObjectKind::DeviceTaintRule, Action::Updated),
    ChangeKind::Object(ObjectKind::DeviceTaintRule, Action::Deleted),
]);

/// Whether this one may help this pod.
pub(super) fn hint(objects: &Objects, pod: &PodInfo, change: &Change<'_>) -> QueueingHint {
    use ClusterObject as Of;
    let helps = match change {
        Change::NodeUpdated { what, .. } => what.labels || what.allocatable,
        Change::PodUpdated { old, new } => has_new_claims(old, new) && claims::of_pod(objects, new).is_ok(),
        Change::ObjectAdded(Of::ResourceClaim(claim)) => uses(objects, pod, claim) == Some(true),
        Change::ObjectUpdated { old: Of::ResourceClaim(old), new: Of::ResourceClaim(new) } => {
            let is_given_up = old.status.allocation.is_some() && new.status.allocation.is_none();
            match uses(objects, pod, new) {
                None => false,
                Some(uses) => is_given_up || uses && old.status != new.status,
            }
        }
        // its devices are free, or the pod waits until it is gone, as it was made up for another node
        Change::ObjectDeleted(Of::ResourceClaim(claim)) => {
            claim.status.allocation.is_some() || claims::is_made_for(claim, pod.pod())
        }
        _ => true,
    };
    if helps { QueueingHint::Queue } else { QueueingHint::QueueSkip }
}

fn has_new_claims(old: &Pod, new: &Pod) -> bool {
    old.status.resource_claim_statuses != new.status.resource_claim_statuses
        || old.status.extended_resource_claim_status != new.status.extended_resource_claim_status
}

/// Whether the pod uses the claim; none where it has to wait for others.
fn uses(objects: &Objects, pod: &PodInfo, claim: &ResourceClaim) -> Option<bool> {
    let claims = claims::of_pod(objects, pod.pod()).ok()?;
    Some(claims.iter().any(|other| other.metadata.uid == claim.metadata.uid))
}

/// Whether a class that came, or changed, stands for an extended resource that the pod asks for. For NodeResourcesFit.
pub(in crate::plugins) fn stands_for(pod: &PodInfo, old: Option<&DeviceClass>, new: &DeviceClass) -> bool {
    if old.is_some_and(|old| old.spec.extended_resource_name == new.spec.extended_resource_name) {
        return false;
    }
    // a change of a class does not change its own name
    let names = match old {
        None => resources_of(new),
        Some(_) => new.spec.extended_resource_name.iter().cloned().collect(),
    };
    names.iter().any(|name| pod.resources().requests.scalar.contains_key(name.as_str()))
}
