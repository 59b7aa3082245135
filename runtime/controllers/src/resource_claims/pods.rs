//! What pods need: claims made from templates, and the reservation of claims for pods that nobody scheduled.

use std::{collections::HashMap, sync::Arc};

use kubeforge_api::{
    core::v1::Pod,
    resource::v1::{
        POD_RESOURCE_CLAIM_ANNOTATION, ResourceClaim, ResourceClaimConsumerReference, ResourceClaimTemplate,
    },
};
use kubeforge_client::{
    Client, ClientError, InformerFactory, Lister, ObjectKey,
    controller::{Action, Reconciler},
    events::{EventRecorder, EventType, ObjectReference},
};
use kubeforge_client_set::{
    Clientset,
    apply_configurations::core_v1::{PodApply, PodResourceClaimStatusApply, PodStatusApply},
};
use kubeforge_machinery::meta::v1::{ApplyOptions, CreateOptions, UpdateOptions};
use parking_lot::Mutex;

use super::{
    BY_POD, making,
    reference::{self, Reference},
};

/// Whose the pods' statuses are, as far as they name claims.
const MANAGER: &str = "ResourceClaimController";

/// A claim can be used by so many (resource/v1, ResourceClaimReservedForMaxSize).
const RESERVED_MAX: usize = 256;

/// Makes what pods need.
pub(super) struct Maker {
    clients: Clientset,
    pods: Lister<Pod>,
    claims: Lister<ResourceClaim>,
    templates: Lister<ResourceClaimTemplate>,
    recorder: EventRecorder,
    /// What was made and may not be in the local copy yet, by pod and by the name of the claim in the pod. Without this
    /// a second claim would be made where the pod's status can't be written at first.
    made: Mutex<HashMap<ObjectKey, HashMap<String, ResourceClaim>>>,
}

/// Why a pod lacks what it needs.
#[derive(Debug, thiserror::Error)]
pub(super) enum MakeError {
    #[error("pod {pod}, PodResourceClaim {claim}: {reason}")]
    Claim { pod: ObjectKey, claim: String, reason: String },
    #[error("update pod {0} ResourceClaimStatuses: {1}")]
    Status(ObjectKey, ClientError),
    #[error("reserve claim {0} for pod: {1}")]
    Reserve(ObjectKey, ClientError),
}

impl Reconciler for Maker {
    type Error = MakeError;

    async fn reconcile(&self, key: &ObjectKey) -> Result<Action, MakeError> {
        let Ok(pod) = self.pods.namespace(&key.namespace).get(&key.name) else {
            self.made.lock().remove(key);
            return Ok(Action::Done);
        };
        self.forget_known(key);
        if pod.metadata.deletion_timestamp.is_none() && !pod.spec.resource_claims.is_empty() {
            self.make_all(&pod).await?;
            if !pod.spec.node_name.is_empty() {
                self.reserve_all(&pod).await?;
            }
        }
        Ok(Action::Done)
    }
}

impl Maker {
    pub(super) fn new(client: Client, factory: &InformerFactory, recorder: EventRecorder) -> Self {
        Self {
            clients: Clientset::new(client),
            pods: factory.lister(),
            claims: factory.lister(),
            templates: factory.lister(),
            recorder,
            made: Mutex::default(),
        }
    }

    /// Claims that the local copy has need not be remembered: they may be taken away, and are to be made again then.
    fn forget_known(&self, pod: &ObjectKey) {
        let mut made = self.made.lock();
        let Some(claims) = made.get_mut(pod) else { return };
        claims.retain(|_, claim| self.claims.namespace(&pod.namespace).get(&claim.metadata.name).is_err());
        if claims.is_empty() {
            made.remove(pod);
        }
    }

    /// Makes the claims that are not there, and tells the pod of them.
    async fn make_all(&self, pod: &Pod) -> Result<(), MakeError> {
        let key = ObjectKey::of(pod);
        // those that are there are named, too: what an apply leaves out that it said before is taken away
        let (mut named, mut is_new) = (Vec::new(), false);
        let named_so = |wanted: &str, claim: &str| {
            PodResourceClaimStatusApply::default().with_name(wanted).with_resource_claim_name(claim)
        };
        for wanted in &pod.spec.resource_claims {
            let template = match reference::of(pod, wanted) {
                Reference::Wanted(template) => template,
                Reference::Made(name) => match &wanted.resource_claim_template_name {
                    // somebody took it away
                    Some(template) if !self.is_there(pod, name) => template,
                    _ => {
                        named.push(named_so(&wanted.name, name));
                        continue;
                    }
                },
                Reference::Given(_) | Reference::NotNeeded | Reference::Unknown => continue,
            };
            let claim = match self.find(pod, &wanted.name) {
                Some(claim) => Ok(claim),
                None => self.make(pod, &wanted.name, template).await,
            };
            let claim = claim.map_err(|reason| {
                let message = format!("PodResourceClaim {}: {reason}", wanted.name);
                let regarding = ObjectReference::of(pod);
                self.recorder.event(regarding, EventType::Warning, "FailedResourceClaimCreation", message);
                MakeError::Claim { pod: key.clone(), claim: wanted.name.clone(), reason }
            })?;
            named.push(named_so(&wanted.name, &claim));
            is_new = true;
        }
        if !is_new {
            return Ok(());
        }
        let status = PodStatusApply::default().with_resource_claim_statuses(named);
        let config = PodApply::new(&*key.name, &*key.namespace).with_status(status);
        let options = ApplyOptions { force: true, field_manager: MANAGER.to_owned(), ..ApplyOptions::default() };
        let applied = self.clients.core_v1().pods(&key.namespace).apply_status(&config, &options).await;
        applied.map(drop).map_err(|err| MakeError::Status(key, err))
    }

    fn is_there(&self, pod: &Pod, name: &str) -> bool {
        let found = self.claims.namespace(&pod.metadata.namespace).get(name);
        found.is_ok_and(|claim| making::is_made_for(&claim, pod))
    }

    /// A claim that was made for a pod which does not know of it yet.
    fn find(&self, pod: &Pod, name: &str) -> Option<String> {
        let claims = self.claims.by_index(BY_POD, &pod.metadata.uid);
        let is_meant = |claim: &&Arc<ResourceClaim>| {
            claim.metadata.annotations.get(POD_RESOURCE_CLAIM_ANNOTATION).is_some_and(|it| it == name)
        };
        if let Some(claim) = claims.iter().find(is_meant) {
            return Some(claim.metadata.name.clone());
        }
        let made = self.made.lock();
        let claim = made.get(&ObjectKey::of(pod)).and_then(|made| made.get(name));
        claim.filter(|claim| making::is_made_for(claim, pod)).map(|claim| claim.metadata.name.clone())
    }

    async fn make(&self, pod: &Pod, name: &str, template: &str) -> Result<String, String> {
        let namespace = &pod.metadata.namespace;
        let Ok(found) = self.templates.namespace(namespace).get(template) else {
            return Err(format!(
                "resource claim template {template:?}: resourceclaimtemplate.resource.k8s.io {template:?} not found"
            ));
        };
        let claim = making::claim(pod, name, &found);
        let made =
            self.clients.resource_v1().resource_claims(namespace).create(&claim, &CreateOptions::default()).await;
        let made = made.map_err(|err| format!("create ResourceClaim {}: {err}", claim.metadata.name))?;
        let claim = made.metadata.name.clone();
        self.made.lock().entry(ObjectKey::of(pod)).or_default().insert(name.to_owned(), made);
        Ok(claim)
    }

    /// Reserves the allocated claims of a pod that has a node, as the scheduler does for those that it places.
    async fn reserve_all(&self, pod: &Pod) -> Result<(), MakeError> {
        let namespace = &pod.metadata.namespace;
        for wanted in &pod.spec.resource_claims {
            let reference = reference::of(pod, wanted);
            let Some(claim) = reference.name().and_then(|name| self.claims.namespace(namespace).get(name).ok()) else {
                continue;
            };
            let reserved = &claim.status.reserved_for;
            let is_foreign = matches!(reference, Reference::Made(_)) && !making::is_made_for(&claim, pod);
            let has_it = reserved.iter().any(|consumer| consumer.uid == pod.metadata.uid);
            if is_foreign || has_it || claim.status.allocation.is_none() || reserved.len() >= RESERVED_MAX {
                continue;
            }
            let mut changed = ResourceClaim::clone(&claim);
            changed.status.reserved_for.push(ResourceClaimConsumerReference {
                api_group: String::new(),
                resource: "pods".to_owned(),
                name: pod.metadata.name.clone(),
                uid: pod.metadata.uid.clone(),
            });
            let claims = self.clients.resource_v1().resource_claims(namespace);
            let done = claims.update_status(&changed, &UpdateOptions::default()).await;
            done.map_err(|err| MakeError::Reserve(ObjectKey::of(&changed), err))?;
        }
        Ok(())
    }
}
