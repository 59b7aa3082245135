//! What becomes of claims: pods that are done use them no longer, and what nobody uses is given back.

use kubeforge_api::{
    core::v1::Pod,
    resource::v1::{FINALIZER, ResourceClaim, ResourceClaimConsumerReference},
};
use kubeforge_client::{
    Client, ClientError, InformerFactory, Lister, ObjectKey,
    controller::{Action, Reconciler},
};
use kubeforge_client_set::Clientset;
use kubeforge_machinery::meta::v1::{DeleteOptions, GetOptions, Preconditions, UpdateOptions};

use super::{is_done, making};

/// Releases claims.
pub(super) struct Releaser {
    clients: Clientset,
    pods: Lister<Pod>,
    claims: Lister<ResourceClaim>,
}

/// Why a claim is as it was.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReleaseError {
    #[error("unsupported ReservedFor entry: {} {:?}", .0.resource, .0.name)]
    Consumer(ResourceClaimConsumerReference),
    #[error(transparent)]
    Client(#[from] ClientError),
}

impl Reconciler for Releaser {
    type Error = ReleaseError;

    async fn reconcile(&self, key: &ObjectKey) -> Result<Action, ReleaseError> {
        let Ok(claim) = self.claims.namespace(&key.namespace).get(&key.name) else { return Ok(Action::Done) };
        let mut valid = Vec::with_capacity(claim.status.reserved_for.len());
        for consumer in &claim.status.reserved_for {
            if !consumer.api_group.is_empty() || consumer.resource != "pods" {
                return Err(ReleaseError::Consumer(consumer.clone()));
            }
            if self.may_run(&key.namespace, &consumer.name, &consumer.uid).await? {
                valid.push(consumer.clone());
            }
        }
        let is_unused = valid.is_empty();
        let is_released = valid.len() < claim.status.reserved_for.len();
        // devices are given back when the last pod is done, and not before: a driver may allocate for nobody
        let is_given_back = is_unused && (is_released || claim.metadata.deletion_timestamp.is_some());
        let mut claim = ResourceClaim::clone(&claim);
        let has_finalizer = |claim: &ResourceClaim| claim.metadata.finalizers.iter().any(|it| it == FINALIZER);
        let gives_back = is_given_back && has_finalizer(&claim) && claim.status.allocation.is_some();
        let claims = self.clients.resource_v1().resource_claims(&key.namespace);
        if is_released || gives_back {
            claim.status.reserved_for = valid;
            if gives_back {
                claim.status.allocation = None;
            }
            claim = claims.update_status(&claim, &UpdateOptions::default()).await?;
        }
        if is_given_back && claim.status.allocation.is_none() && has_finalizer(&claim) {
            claim.metadata.finalizers.retain(|it| it != FINALIZER);
            claim = claims.update(&claim, &UpdateOptions::default()).await?;
        }
        if is_unused && claim.metadata.deletion_timestamp.is_none() && self.is_left_over(&claim).await? {
            let meant = Preconditions { uid: Some(claim.metadata.uid.clone()), ..Preconditions::default() };
            let options = DeleteOptions { preconditions: Some(Box::new(meant)), ..DeleteOptions::default() };
            match claims.delete(&key.name, &options).await {
                Err(ClientError::Api(err)) if err.is_not_found() => {}
                done => drop(done?),
            }
        }
        Ok(Action::Done)
    }
}

impl Releaser {
    pub(super) fn new(client: Client, factory: &InformerFactory) -> Self {
        Self { clients: Clientset::new(client), pods: factory.lister(), claims: factory.lister() }
    }

    /// Whether a pod runs or may still run. One that isn't in the local copy may be too new for it: the server is asked.
    async fn may_run(&self, namespace: &str, name: &str, uid: &str) -> Result<bool, ClientError> {
        if let Ok(pod) = self.pods.namespace(namespace).get(name) {
            return Ok(pod.metadata.uid == uid && !is_done(&pod));
        }
        match self.clients.core_v1().pods(namespace).get(name, &GetOptions::default()).await {
            Ok(pod) => Ok(pod.metadata.uid == uid && !is_done(&pod)),
            Err(ClientError::Api(err)) if err.is_not_found() => Ok(false),
            Err(err) => Err(err),
        }
    }

    /// Whether the claim was made for a pod that does not need it any more.
    async fn is_left_over(&self, claim: &ResourceClaim) -> Result<bool, ClientError> {
        let Some(owner) = making::owner_of(claim) else { return Ok(false) };
        Ok(!self.may_run(&claim.metadata.namespace, &owner.name, &owner.uid).await?)
    }
}
