//! Claims of devices that a controller would make for pods from templates.

use std::{collections::BTreeMap, sync::Arc};

use kubeforge_api::{
    core::v1::{Pod, PodResourceClaimStatus},
    resource::v1::{POD_RESOURCE_CLAIM_ANNOTATION, ResourceClaim, ResourceClaimTemplate},
};
use kubeforge_machinery::meta::v1::OwnerReference;

use crate::framework::ClusterObject;

/// Templates by namespace and name.
pub(super) type Templates = BTreeMap<(String, String), ResourceClaimTemplate>;

/// What the API server adds to a claim, where it is not there yet: namespace and uid.
pub(super) fn admit(mut claim: ResourceClaim) -> ResourceClaim {
    let meta = &mut claim.metadata;
    if meta.namespace.is_empty() {
        "default".clone_into(&mut meta.namespace);
    }
    if meta.uid.is_empty() {
        meta.uid = format!("{}/{}", meta.namespace, meta.name);
    }
    claim
}

/// The claims that a pod has no claim for yet, made from its templates. The pod's status names them then.
pub(super) fn make(pod: &mut Pod, templates: &Templates) -> Vec<ClusterObject> {
    let mut made = Vec::new();
    for reference in &pod.spec.resource_claims {
        let mut statuses = pod.status.resource_claim_statuses.iter();
        let template = reference
            .resource_claim_template_name
            .clone()
            .filter(|_| statuses.all(|status| status.name != reference.name));
        let template = template.and_then(|name| templates.get(&(pod.metadata.namespace.clone(), name)));
        let Some(template) = template else { continue };
        let claim = claim_of(pod, &reference.name, template);
        pod.status.resource_claim_statuses.push(PodResourceClaimStatus {
            name: reference.name.clone(),
            resource_claim_name: Some(claim.metadata.name.clone()),
        });
        made.push(Arc::new(claim).into());
    }
    made
}

fn claim_of(pod: &Pod, name: &str, template: &ResourceClaimTemplate) -> ResourceClaim {
    let mut claim = ResourceClaim {
        metadata: template.spec.metadata.clone(),
        spec: template.spec.spec.clone(),
        ..Default::default()
    };
    claim.metadata.name = format!("{}-{name}", pod.metadata.name);
    claim.metadata.namespace.clone_from(&pod.metadata.namespace);
    claim.metadata.annotations.insert(POD_RESOURCE_CLAIM_ANNOTATION.to_owned(), name.to_owned());
    claim.metadata.owner_references = vec![OwnerReference {
        api_version: "v1".to_owned(),
        kind: "Pod".to_owned(),
        name: pod.metadata.name.clone(),
        uid: pod.metadata.uid.clone(),
        controller: Some(true),
        ..Default::default()
    }];
    admit(claim)
}
