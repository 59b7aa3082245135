//! Taking devices from claims: where others may be better, and where the pod is not bound after all.

use std::sync::Arc;

use async_trait::async_trait;
use kubeforge_api::resource::v1::{FINALIZER, ResourceClaim};
use kubeforge_client::{ClientError, Patch};
use kubeforge_client_set::Clientset;
use kubeforge_machinery::meta::v1::{DeleteOptions, GetOptions, PatchOptions, UpdateOptions};
use serde_json::json;
use tracing::warn;

use super::{binding::ATTEMPTS_MAX, binding::RETRY_AFTER, claims, extended, state::PodClaims};
use crate::{
    devices::plan::name_of,
    framework::{Code, FollowUp, PodInfo, PodKey, PostFilterOutcome, Status},
};

/// What is done to a claim.
#[derive(Debug)]
enum Release {
    /// Its devices are taken from it.
    Deallocate(Arc<ResourceClaim>),
    /// It is deleted, at once.
    Delete(Arc<ResourceClaim>),
    /// The pod no longer uses it.
    Unreserve(Arc<ResourceClaim>, PodKey),
}

#[derive(Debug)]
struct Releases(Vec<Release>);

#[async_trait]
impl FollowUp for Releases {
    async fn carry_out(&self, clientset: &Clientset) {
        for release in &self.0 {
            let (claim, result) = match release {
                Release::Deallocate(claim) => (claim, deallocate(clientset, claim).await),
                Release::Delete(claim) => (claim, delete(clientset, claim).await),
                Release::Unreserve(claim, pod) => (claim, unreserve_one(clientset, claim, pod).await),
            };
            if let Err(err) = result {
                let err = &err as &dyn std::error::Error;
                warn!(claim = name_of(claim), err, "cannot release the claim");
            }
        }
    }
}

/// Gives one claim up that was of no use and that nobody else uses.
pub(super) fn post_filter(claims: &PodClaims, pod: &PodInfo) -> PostFilterOutcome {
    let unschedulable = |reason: &'static str, release: Option<Release>| PostFilterOutcome {
        status: Status::new(Code::Unschedulable, [reason]),
        follow_up: release.map(|release| Arc::new(Releases(vec![release])) as Arc<dyn FollowUp>),
        ..Default::default()
    };
    let is_free = |claim: &ResourceClaim| match claim.status.reserved_for.as_slice() {
        [] => true,
        [only] => only.uid == pod.key().uid(),
        _ => false,
    };
    let mut unavailable = claims.unavailable().into_iter();
    let free = unavailable.find(|(place, claim)| !claims.is_extended(*place) && is_free(claim));
    if let Some((_, claim)) = free {
        let release = Release::Deallocate(Arc::clone(claim));
        return unschedulable("deallocation of ResourceClaim completed", Some(release));
    }
    match claims.extended().filter(|claim| !extended::is_made_up(claim)) {
        Some(claim) => unschedulable("deletion of ResourceClaim completed", Some(Release::Delete(Arc::clone(claim)))),
        None => unschedulable("still not schedulable", None),
    }
}

/// Takes back what PreBind wrote.
pub(super) fn unreserve(claims: &PodClaims, pod: &PodInfo) -> Option<Arc<dyn FollowUp>> {
    let release = |(place, claim): (usize, Arc<ResourceClaim>)| {
        if claims.is_extended(place) {
            return (!extended::is_made_up(&claim)).then_some(Release::Delete(claim));
        }
        let is_used = claim.status.allocation.is_some() && claims::is_reserved_for(&claim, pod.pod());
        is_used.then(|| Release::Unreserve(claim, pod.key().clone()))
    };
    let releases: Vec<_> = claims.current().into_iter().enumerate().filter_map(release).collect();
    (!releases.is_empty()).then(|| Arc::new(Releases(releases)) as Arc<dyn FollowUp>)
}

async fn deallocate(clientset: &Clientset, claim: &ResourceClaim) -> Result<(), ClientError> {
    let mut claim = claim.clone();
    claim.status = Default::default();
    let claims = clientset.resource_v1().resource_claims(&claim.metadata.namespace);
    claims.update_status(&claim, &UpdateOptions::default()).await.map(drop)
}

async fn unreserve_one(clientset: &Clientset, claim: &ResourceClaim, pod: &PodKey) -> Result<(), ClientError> {
    let patch = json!({
        "metadata": { "uid": claim.metadata.uid },
        "status": { "reservedFor": [{ "$patch": "delete", "uid": pod.uid() }] },
    });
    let claims = clientset.resource_v1().resource_claims(&claim.metadata.namespace);
    let patch = Patch::strategic(&patch);
    claims.patch_status(&claim.metadata.name, &patch, &PatchOptions::default()).await.map(drop)
}

/// Deletes a claim, taking the finalizer away first: nothing else would.
async fn delete(clientset: &Clientset, claim: &ResourceClaim) -> Result<(), ClientError> {
    let claims = clientset.resource_v1().resource_claims(&claim.metadata.namespace);
    let mut claim = claim.clone();
    let mut attempts = 1;
    loop {
        claim.metadata.finalizers.retain(|finalizer| finalizer != FINALIZER);
        match claims.update(&claim, &UpdateOptions::default()).await {
            Ok(_) => break,
            Err(err) if err.is_conflict() && attempts < ATTEMPTS_MAX => {
                attempts += 1;
                tokio::time::sleep(RETRY_AFTER).await;
                claim = claims.get(&claim.metadata.name, &GetOptions::default()).await?;
            }
            Err(err) => return Err(err),
        }
    }
    match claims.delete(&claim.metadata.name, &DeleteOptions::default()).await {
        Err(err) if !err.is_not_found() => Err(err),
        _ => Ok(()),
    }
}
