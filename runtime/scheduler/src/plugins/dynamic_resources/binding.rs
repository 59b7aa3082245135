//! Writing into claims what was found for them.

use std::{sync::Arc, time::Duration};

use kubeforge_api::resource::v1::{AllocationResult, FINALIZER, ResourceClaim, ResourceClaimConsumerReference};
use kubeforge_client::{ClientError, Patch};
use kubeforge_machinery::{
    Time,
    meta::v1::{CreateOptions, GetOptions, PatchOptions, UpdateOptions},
};
use serde_json::json;

use super::{claims::is_reserved_for, extended, state::PodClaims, state::with_result};
use crate::{
    devices::{features::Features, plan::name_of},
    framework::{BindContext, ClusterObject, PodInfo},
};

/// How often something is written that others change at the same time (client-go's DefaultRetry).
pub(super) const ATTEMPTS_MAX: u32 = 5;
/// After how long it is tried again.
pub(super) const RETRY_AFTER: Duration = Duration::from_millis(10);

/// How long a claim that was made may take to be told by the informer.
const ARRIVAL_MAX: Duration = Duration::from_secs(120);
/// How often it is looked whether it was.
const ARRIVAL_PERIOD: Duration = Duration::from_millis(50);

/// Writes all claims that the pod may not use yet.
///
/// # Errors
/// Why that can't be done.
pub(super) async fn bind(context: &BindContext, claims: &PodClaims, pod: &PodInfo, node: &str) -> Result<(), String> {
    for (place, claim) in claims.current().into_iter().enumerate() {
        if is_reserved_for(&claim, pod.pod()) {
            continue;
        }
        let writing = Writing { context, claims, pod, node, place, result: claims.reserved_for(place) };
        let written = writing.run(&claim).await;
        // what was found is written now, or never will be
        if writing.result.is_some() {
            claims.objects().devices.allocations.end(&claim.metadata.uid);
        }
        written?;
    }
    Ok(())
}

/// The claims as [`bind`] would leave them.
pub(super) fn foretell(claims: &PodClaims, pod: &PodInfo) -> Vec<ClusterObject> {
    let mut objects = Vec::new();
    let reserved = claims.reserved();
    for (place, claim) in claims.current().into_iter().enumerate() {
        if is_reserved_for(&claim, pod.pod()) {
            continue;
        }
        let uid = claim.metadata.uid.clone();
        let of_node = reserved.as_ref().and_then(|reserved| reserved.extended.clone());
        let mut claim = match of_node.filter(|_| claims.is_extended(place)) {
            Some(claim) => ResourceClaim::clone(&claim),
            None => ResourceClaim::clone(&claim),
        };
        match claims.reserved_for(place) {
            Some(result) => claim = with_result(&claim, &result),
            None if claims.is_extended(place) => continue,
            None => {}
        }
        if claims.is_extended(place) {
            claim.metadata.name = format!("{}0", claim.metadata.generate_name);
        }
        use_by(&mut claim, pod, claims.gates().devices);
        claims.objects().devices.allocations.end(&uid);
        objects.push(Arc::new(claim).into());
    }
    objects
}

fn use_by(claim: &mut ResourceClaim, pod: &PodInfo, features: Features) {
    claim.status.reserved_for.push(ResourceClaimConsumerReference {
        api_group: String::new(),
        resource: "pods".to_owned(),
        name: pod.key().name().to_owned(),
        uid: pod.key().uid().to_owned(),
    });
    if let Some(allocation) = claim.status.allocation.as_mut().filter(|_| features.binding) {
        allocation.allocation_timestamp.get_or_insert_with(Time::now);
    }
}

/// Why a claim is not written.
enum Failure {
    /// Somebody else wrote it: once more, with what it is now.
    Conflict(String),
    Final(String),
}

impl Failure {
    fn of(what: &str, claim: &ResourceClaim, err: &ClientError) -> Self {
        let text = format!("{what} claim {}: {err}", name_of(claim));
        if err.is_conflict() { Self::Conflict(text) } else { Self::Final(text) }
    }
}

/// One claim that is being written.
struct Writing<'a> {
    context: &'a BindContext,
    claims: &'a PodClaims,
    pod: &'a PodInfo,
    node: &'a str,
    place: usize,
    /// What was found for it.
    result: Option<AllocationResult>,
}

impl Writing<'_> {
    fn is_extended(&self) -> bool {
        self.claims.is_extended(self.place)
    }

    fn api(&self) -> kubeforge_client::Api<ResourceClaim> {
        self.context.clientset.resource_v1().resource_claims(self.pod.key().namespace())
    }

    async fn run(&self, claim: &Arc<ResourceClaim>) -> Result<(), String> {
        if self.is_extended() && self.result.is_none() && claim.spec.devices.requests.is_empty() {
            // the node has the extended resources itself
            return Ok(());
        }
        let mut claim = ResourceClaim::clone(claim);
        if self.is_extended() && extended::is_made_up(&claim) {
            claim = self.create().await?;
            self.claims.note_written(self.place, Arc::new(claim.clone()));
        }
        let claim = Arc::new(self.write(claim).await?);
        self.claims.note_written(self.place, Arc::clone(&claim));
        if self.is_extended() {
            self.wait_for(&claim).await;
        }
        self.claims.objects().devices.allocations.assume(Arc::clone(&claim));
        if self.is_extended() { self.tell_pod(&claim).await } else { Ok(()) }
    }

    async fn create(&self) -> Result<ResourceClaim, String> {
        let reserved = self.claims.reserved();
        let claim = reserved.as_ref().and_then(|reserved| reserved.extended.as_deref());
        let claim = claim.ok_or_else(|| format!("extended resource claim not found for node {}", self.node))?;
        let claim = extended::to_create(claim);
        let created = self.api().create(&claim, &CreateOptions::default()).await;
        self.context.devices.created(created.is_ok());
        created.map_err(|err| format!("create claim for extended resources {}: {err}", name_of(&claim)))
    }

    async fn write(&self, mut claim: ResourceClaim) -> Result<ResourceClaim, String> {
        let mut attempts = 1;
        loop {
            match self.try_to_write(claim.clone()).await {
                Ok(claim) => return Ok(claim),
                Err(Failure::Conflict(_)) if attempts < ATTEMPTS_MAX => {
                    attempts += 1;
                    tokio::time::sleep(RETRY_AFTER).await;
                    let newest = self.api().get(&claim.metadata.name, &GetOptions::default()).await;
                    claim =
                        newest.map_err(|err| format!("get updated claim {} after conflict: {err}", name_of(&claim)))?;
                }
                Err(Failure::Conflict(text) | Failure::Final(text)) => return Err(text),
            }
        }
    }

    async fn try_to_write(&self, mut claim: ResourceClaim) -> Result<ResourceClaim, Failure> {
        let options = UpdateOptions::default();
        if claim.metadata.deletion_timestamp.is_some() {
            return Err(Failure::Final(format!("claim {} got deleted in the meantime", name_of(&claim))));
        }
        if let Some(result) = &self.result {
            if claim.status.allocation.is_some() {
                let text = format!("claim {} got allocated elsewhere in the meantime", name_of(&claim));
                return Err(Failure::Final(text));
            }
            if !claim.metadata.finalizers.iter().any(|finalizer| finalizer == FINALIZER) {
                claim.metadata.finalizers.push(FINALIZER.to_owned());
                let updated = self.api().update(&claim, &options).await;
                claim = updated.map_err(|err| Failure::of("add finalizer to", &claim, &err))?;
            }
            claim.status.allocation = Some(Box::new(result.clone()));
        }
        let features = self.claims.gates().devices;
        if features.binding && claim.status.allocation.is_none() {
            let text = format!("claim {} got deallocated elsewhere in the meantime", name_of(&claim));
            return Err(Failure::Final(text));
        }
        use_by(&mut claim, self.pod, features);
        let what = if self.result.is_some() { "add allocation and reservation to" } else { "add reservation to" };
        let updated = self.api().update_status(&claim, &options).await;
        updated.map_err(|err| Failure::of(what, &claim, &err))
    }

    /// Waits until the informer has told of a claim that was made: what is assumed of it counts only then.
    async fn wait_for(&self, claim: &ResourceClaim) {
        let store = &self.claims.objects().resource_claims;
        let arrival = async {
            while store.get(&claim.metadata.namespace, &claim.metadata.name).is_none() {
                tokio::time::sleep(ARRIVAL_PERIOD).await;
            }
        };
        if tokio::time::timeout(ARRIVAL_MAX, arrival).await.is_err() {
            tracing::warn!(claim = name_of(claim), "the claim was made, and the informer does not tell of it");
        }
    }

    /// Writes into the pod's status which container gets which of the devices.
    async fn tell_pod(&self, claim: &ResourceClaim) -> Result<(), String> {
        let key = self.pod.key();
        let reserved = self.claims.reserved();
        let mappings = reserved.as_ref().map_or(&[][..], |reserved| &reserved.mappings);
        if mappings.is_empty() {
            return Err(format!("nil or empty request mappings, no update of pod {key} ExtendedResourceClaimStatus"));
        }
        let mappings: Vec<_> = mappings
            .iter()
            .map(|it| {
                json!({
                    "containerName": it.container_name,
                    "resourceName": it.resource_name,
                    "requestName": it.request_name,
                })
            })
            .collect();
        let status = json!({ "requestMappings": mappings, "resourceClaimName": claim.metadata.name });
        let patch = json!({ "status": { "extendedResourceClaimStatus": status } });
        let pods = self.context.clientset.core_v1().pods(key.namespace());
        let patched = pods.patch_status(key.name(), &Patch::strategic(&patch), &PatchOptions::default()).await;
        patched.map(drop).map_err(|err| format!("update pod {key} ExtendedResourceClaimStatus: {err}"))
    }
}
