//! The claims of a pod's volumes, and what claims and volumes say of each other.

use kubeforge_api::core::v1::{PersistentVolume, PersistentVolumeClaim, Pod};

/// Until classes had a field of their own.
const ANNOTATION_CLASS: &str = "volume.beta.kubernetes.io/storage-class";
/// A claim has it once it and its volume know each other.
const ANNOTATION_BIND_COMPLETED: &str = "pv.kubernetes.io/bind-completed";
/// A volume, or a claim, has it where it was bound by a program and not by a person.
pub const ANNOTATION_BOUND_BY_CONTROLLER: &str = "pv.kubernetes.io/bound-by-controller";
/// Tells the provisioner of a claim's volume from where it must be reached.
pub const ANNOTATION_SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";

/// Whose a claim is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimKind {
    /// The pod names it.
    Named,
    /// It was made for the pod, and goes with it.
    Ephemeral,
}

/// A claim that a volume of a pod stands for, in the pod's namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodClaim {
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub kind: ClaimKind,
}

impl PodClaim {
    /// The claims of all volumes of a pod, in their order.
    pub fn of(pod: &Pod) -> Vec<Self> {
        let claim = |volume: &kubeforge_api::core::v1::Volume| {
            let source = &volume.volume_source;
            if let Some(claim) = &source.persistent_volume_claim {
                return Some(Self { name: claim.claim_name.clone(), kind: ClaimKind::Named });
            }
            source.ephemeral.as_ref()?;
            Some(Self { name: format!("{}-{}", pod.metadata.name, volume.name), kind: ClaimKind::Ephemeral })
        };
        pod.spec.volumes.iter().filter_map(claim).collect()
    }

    /// Whether an object found by the name may be this claim: what was made for a pod must be that pod's.
    ///
    /// # Errors
    /// The text that tells that it is not.
    pub fn check_owner(&self, pod: &Pod, found: &PersistentVolumeClaim) -> Result<(), String> {
        let controller = found.metadata.owner_references.iter().find(|owner| owner.controller == Some(true));
        let is_owned = controller.is_some_and(|owner| owner.uid == pod.metadata.uid);
        if self.kind == ClaimKind::Named || is_owned {
            return Ok(());
        }
        Err(format!(
            "PVC {}/{} was not created for pod {}/{} (pod is not owner)",
            found.metadata.namespace, found.metadata.name, pod.metadata.namespace, pod.metadata.name
        ))
    }
}

/// What the API server says of a claim that is not there.
pub fn claim_not_found(name: &str) -> String {
    format!("persistentvolumeclaim {name:?} not found")
}

/// The class that a claim asks for; empty for none.
pub fn class_of_claim(claim: &PersistentVolumeClaim) -> &str {
    let annotated = claim.metadata.annotations.get(ANNOTATION_CLASS);
    annotated.or(claim.spec.storage_class_name.as_ref()).map_or("", String::as_str)
}

/// The class of a volume; empty for none.
pub fn class_of_volume(volume: &PersistentVolume) -> &str {
    volume.metadata.annotations.get(ANNOTATION_CLASS).unwrap_or(&volume.spec.storage_class_name)
}

/// Whether a claim and its volume know each other.
pub fn is_fully_bound(claim: &PersistentVolumeClaim) -> bool {
    !claim.spec.volume_name.is_empty() && claim.metadata.annotations.contains_key(ANNOTATION_BIND_COMPLETED)
}

/// Whether a volume is bound to a claim, or kept for it.
pub fn is_bound_to(volume: &PersistentVolume, claim: &PersistentVolumeClaim) -> bool {
    volume.spec.claim_ref.as_ref().is_some_and(|reference| {
        reference.name == claim.metadata.name
            && reference.namespace == claim.metadata.namespace
            && (reference.uid.is_empty() || reference.uid == claim.metadata.uid)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn pod() -> Pod {
        let volumes = json!([
            {"name": "a", "persistentVolumeClaim": {"claimName": "data"}},
            {"name": "b", "emptyDir": {}},
            {"name": "c", "ephemeral": {"volumeClaimTemplate": {"spec": {}}}},
        ]);
        let metadata = json!({"name": "p", "namespace": "ns", "uid": "1"});
        serde_json::from_value(json!({"metadata": metadata, "spec": {"volumes": volumes}})).unwrap()
    }

    #[test]
    fn claims_are_named_or_made_for_the_pod() {
        let claims = PodClaim::of(&pod());
        let names: Vec<_> = claims.iter().map(|claim| (claim.name.as_str(), claim.kind)).collect();
        assert_eq!(names, [("data", ClaimKind::Named), ("p-c", ClaimKind::Ephemeral)]);
    }

    #[test]
    fn what_was_made_for_a_pod_is_that_pods() {
        let found = |owners: Value| -> PersistentVolumeClaim {
            let metadata = json!({"name": "p-c", "namespace": "ns", "ownerReferences": owners});
            serde_json::from_value(json!({"metadata": metadata})).unwrap()
        };
        let claim = &PodClaim::of(&pod())[1];
        assert_eq!(claim.check_owner(&pod(), &found(json!([{"uid": "1", "controller": true}]))), Ok(()));
        let refused = claim.check_owner(&pod(), &found(json!([{"uid": "2", "controller": true}])));
        assert_eq!(refused, Err("PVC ns/p-c was not created for pod ns/p (pod is not owner)".to_owned()));
    }
}
