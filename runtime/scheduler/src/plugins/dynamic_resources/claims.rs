//! The claims of a pod.

use std::sync::Arc;

use kubeforge_api::{core::v1::Pod, core::v1::PodResourceClaim, resource::v1::ResourceClaim};

use crate::framework::Objects;

/// A claim's name, and whether it must have been made for the pod.
struct Named<'a> {
    name: &'a str,
    is_made_for_pod: bool,
}

/// The claims of a pod, those left out that it turned out not to need.
///
/// # Errors
/// Why it has to wait.
pub(super) fn of_pod(objects: &Objects, pod: &Pod) -> Result<Vec<Arc<ResourceClaim>>, String> {
    let namespace = &pod.metadata.namespace;
    let mut claims = Vec::new();
    for reference in &pod.spec.resource_claims {
        let Some(Named { name, is_made_for_pod }) = named(pod, reference)? else { continue };
        let claim =
            objects.devices.allocations.claim(objects, namespace, name).ok_or_else(|| missing(namespace, name))?;
        if claim.metadata.deletion_timestamp.is_some() {
            return Err(format!("resourceclaim {name:?} is being deleted"));
        }
        if is_made_for_pod && !is_made_for(&claim, pod) {
            return Err(format!(
                "ResourceClaim {namespace}/{name} was not created for pod {namespace}/{} (pod is not owner)",
                pod.metadata.name
            ));
        }
        claims.push(claim);
    }
    Ok(claims)
}

/// There is no such claim.
pub(super) fn missing(namespace: &str, name: &str) -> String {
    format!("could not find ResourceClaim \"{namespace}/{name}\"")
}

fn named<'a>(pod: &'a Pod, reference: &'a PodResourceClaim) -> Result<Option<Named<'a>>, String> {
    let (namespace, pod_name) = (&pod.metadata.namespace, &pod.metadata.name);
    if let Some(name) = &reference.resource_claim_name {
        return Ok(Some(Named { name, is_made_for_pod: false }));
    }
    if reference.resource_claim_template_name.is_none() {
        return Err(format!(
            "pod \"{namespace}/{pod_name}\", spec.resourceClaim {:?}: none of the supported fields are set",
            reference.name
        ));
    }
    let mut statuses = pod.status.resource_claim_statuses.iter();
    let status = statuses.find(|status| status.name == reference.name);
    let status = status.ok_or_else(|| format!("pod \"{namespace}/{pod_name}\": ResourceClaim not created yet"))?;
    Ok(status.resource_claim_name.as_deref().map(|name| Named { name, is_made_for_pod: true }))
}

/// Whether the pod controls the claim.
pub(super) fn is_made_for(claim: &ResourceClaim, pod: &Pod) -> bool {
    let mut owners = claim.metadata.owner_references.iter();
    claim.metadata.namespace == pod.metadata.namespace
        && owners.any(|owner| owner.controller == Some(true) && owner.uid == pod.metadata.uid)
}

/// Whether the claim may be used by the pod.
pub(super) fn is_reserved_for(claim: &ResourceClaim, pod: &Pod) -> bool {
    claim.status.reserved_for.iter().any(|consumer| consumer.uid == pod.metadata.uid)
}
