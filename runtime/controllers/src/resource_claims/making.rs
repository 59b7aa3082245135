//! A claim as a template describes it, and whose it is.

use kubeforge_api::{
    core::v1::Pod,
    resource::v1::{POD_RESOURCE_CLAIM_ANNOTATION, ResourceClaim, ResourceClaimTemplate},
};
use kubeforge_machinery::meta::v1::{ObjectMeta, OwnerReference};

/// Names have 63 characters, of which the server draws five after a hyphen.
const BASE_MAX: usize = 57;

/// The claim that is made for a pod, which calls it `name`.
pub(super) fn claim(pod: &Pod, name: &str, template: &ResourceClaimTemplate) -> ResourceClaim {
    let mut annotations = template.spec.metadata.annotations.clone();
    annotations.insert(POD_RESOURCE_CLAIM_ANNOTATION.to_owned(), name.to_owned());
    let owner = OwnerReference {
        api_version: "v1".to_owned(),
        kind: "Pod".to_owned(),
        name: pod.metadata.name.clone(),
        uid: pod.metadata.uid.clone(),
        controller: Some(true),
        block_owner_deletion: Some(true),
    };
    ResourceClaim {
        metadata: ObjectMeta {
            generate_name: generated_from(&pod.metadata.name, name),
            namespace: pod.metadata.namespace.clone(),
            labels: template.spec.metadata.labels.clone(),
            annotations,
            owner_references: vec![owner],
            ..ObjectMeta::default()
        },
        spec: template.spec.spec.clone(),
        ..ResourceClaim::default()
    }
}

/// What the name begins with: the pod's and the claim's, each cut in proportion where both are too long.
fn generated_from(pod: &str, claim: &str) -> String {
    let whole = format!("{pod}-{claim}-");
    if whole.len() <= BASE_MAX {
        return whole;
    }
    let cut = |text: &str| text.chars().take(text.len() * BASE_MAX / whole.len()).collect::<String>();
    format!("{}-{}", cut(pod), cut(claim))
}

/// The pod that controls the claim.
pub(super) fn owner_of(claim: &ResourceClaim) -> Option<&OwnerReference> {
    let mut owners = claim.metadata.owner_references.iter();
    owners.find(|owner| owner.controller == Some(true) && owner.api_version == "v1" && owner.kind == "Pod")
}

/// Whether the pod controls the claim.
pub(super) fn is_made_for(claim: &ResourceClaim, pod: &Pod) -> bool {
    owner_of(claim).is_some_and(|owner| owner.uid == pod.metadata.uid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_in_proportion() {
        let long = "p".repeat(100);
        for (pod, claim, want) in [
            ("web-0", "gpu", "web-0-gpu-".to_owned()),
            // 104 characters in all
            (&*long, "gp", format!("{}-{}", "p".repeat(54), "g")),
            // 57 in all
            (&long[..45], "ninechars9", format!("{}-ninechars9-", &long[..45])),
        ] {
            assert_eq!(generated_from(pod, claim), want);
        }
    }
}
