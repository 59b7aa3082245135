//! What may help a pod whose volumes could not be had.

use kubeforge_api::core::v1::PersistentVolumeClaim;
use kubeforge_api::storage::v1::{CSIDriver, CSIStorageCapacity};
use kubeforge_machinery::Quantity;

use super::provisioning::volume_limit;
use crate::{
    framework::{Action, Change, ChangeKind, Changes, ClusterObject, ObjectKind, PodInfo, QueueingHint},
    volumes::in_tree,
};

/// The kinds of change that may help.
pub(super) const EVENTS: Changes = Changes::of(&[
    ChangeKind::Object(ObjectKind::StorageClass, Action::Added),
    ChangeKind::Object(ObjectKind::StorageClass, Action::Updated),
    ChangeKind::Object(ObjectKind::PersistentVolumeClaim, Action::Added),
    ChangeKind::Object(ObjectKind::PersistentVolumeClaim, Action::Updated),
    ChangeKind::Object(ObjectKind::PersistentVolume, Action::Added),
    ChangeKind::Object(ObjectKind::PersistentVolume, Action::Updated),
    ChangeKind::NodeAdded,
    ChangeKind::NodeUpdated,
    ChangeKind::Object(ObjectKind::CSINode, Action::Added),
    ChangeKind::Object(ObjectKind::CSINode, Action::Updated),
    ChangeKind::Object(ObjectKind::CSIDriver, Action::Updated),
    ChangeKind::Object(ObjectKind::CSIStorageCapacity, Action::Added),
    ChangeKind::Object(ObjectKind::CSIStorageCapacity, Action::Updated),
]);

/// Whether this one may help this pod.
pub(super) fn hint(pod: &PodInfo, change: &Change<'_>) -> QueueingHint {
    use ClusterObject as Of;
    let helps = match change {
        Change::NodeUpdated { what, .. } => what.labels,
        Change::ObjectAdded(Of::PersistentVolumeClaim(claim))
        | Change::ObjectUpdated { new: Of::PersistentVolumeClaim(claim), .. } => is_its(pod, claim),
        Change::ObjectUpdated { old: Of::StorageClass(old), new: Of::StorageClass(new) } => {
            old.allowed_topologies != new.allowed_topologies
        }
        Change::ObjectUpdated { old: Of::CSINode(old), new: Of::CSINode(new) } => in_tree::migration_changed(old, new),
        Change::ObjectUpdated { old: Of::CSIDriver(old), new: Of::CSIDriver(new) } => {
            checks_storage(old) && !checks_storage(new) && names(pod, new)
        }
        Change::ObjectUpdated { old: Of::CSIStorageCapacity(old), new: Of::CSIStorageCapacity(new) } => {
            has_more(old, new)
        }
        _ => true,
    };
    if helps { QueueingHint::Queue } else { QueueingHint::QueueSkip }
}

fn is_its(pod: &PodInfo, claim: &PersistentVolumeClaim) -> bool {
    claim.metadata.namespace == pod.key().namespace() && pod.claims().iter().any(|own| own.name == claim.metadata.name)
}

fn checks_storage(driver: &CSIDriver) -> bool {
    driver.spec.storage_capacity == Some(true)
}

/// Whether the pod names the driver; kube-scheduler does not look at those of its claims, so neither does this.
fn names(pod: &PodInfo, driver: &CSIDriver) -> bool {
    let mut inline = pod.pod().spec.volumes.iter().filter_map(|volume| volume.volume_source.csi.as_ref());
    inline.any(|volume| volume.driver == driver.metadata.name)
}

fn has_more(old: &CSIStorageCapacity, new: &CSIStorageCapacity) -> bool {
    let (old, new) = (volume_limit(old).map(Quantity::value), volume_limit(new).map(Quantity::value));
    new.is_some() && new > old
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::plugins::testing::{objects, pod};

    #[track_caller]
    fn check(kind: &str, old: Value, new: Value, want: QueueingHint) {
        let object = |fields: Value| {
            let mut object = json!({"kind": kind, "metadata": {"name": "c", "namespace": "ns"}});
            object.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            objects(&[object]).remove(0)
        };
        let claimed = json!({"name": "v", "persistentVolumeClaim": {"claimName": "c"}});
        let pod = pod(json!({"volumes": [claimed, {"name": "w", "csi": {"driver": "c"}}]}));
        let (old, new) = (object(old), object(new));
        let change = Change::ObjectUpdated { old: &old, new: &new };
        assert!(EVENTS.contains(change.kind()));
        assert_eq!(hint(&pod, &change), want, "{kind}");
    }

    #[test]
    fn only_what_changes_the_answer_wakes() {
        use QueueingHint::{Queue, QueueSkip};
        check("PersistentVolumeClaim", json!({}), json!({}), Queue);
        check("PersistentVolumeClaim", json!({}), json!({"metadata": {"name": "d", "namespace": "ns"}}), QueueSkip);
        check("StorageClass", json!({}), json!({"provisioner": "p"}), QueueSkip);
        check("StorageClass", json!({}), json!({"allowedTopologies": [{}]}), Queue);
        check("CSIStorageCapacity", json!({"capacity": "1Gi"}), json!({"capacity": "2Gi"}), Queue);
        check("CSIStorageCapacity", json!({"capacity": "2Gi"}), json!({"capacity": "1Gi"}), QueueSkip);
        check("CSIStorageCapacity", json!({"capacity": "2Gi"}), json!({}), QueueSkip);
        let storage = |checks: bool| json!({"spec": {"storageCapacity": checks}});
        check("CSIDriver", storage(true), storage(false), Queue);
        check("CSIDriver", storage(false), storage(true), QueueSkip);
        let other = |checks: bool| json!({"metadata": {"name": "other"}, "spec": {"storageCapacity": checks}});
        check("CSIDriver", other(true), other(false), QueueSkip);
        let migrated = json!({"metadata": {"name": "c", "annotations": {
            "storage.alpha.kubernetes.io/migrated-plugins": "kubernetes.io/aws-ebs"}}});
        check("CSINode", json!({}), migrated, Queue);
        check("CSINode", json!({}), json!({"spec": {"drivers": []}}), QueueSkip);
    }
}
