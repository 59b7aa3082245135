//! Claims of devices: made for the pods that ask for them by template, and released by pods that are done.
//!
//! Follows kube-controller-manager's resourceclaim controller (KEP-4381). The scheduler allocates claims and reserves them
//! for pods; here is what comes before and after that. Where no garbage collector runs, the claims that were made for a pod
//! go with it all the same: one that finds its pod gone is deleted.
//!
//! Most clusters have no devices. So pods are followed only once there is a class, claim or template, and no more of them is
//! kept than what is needed here.

mod claims;
mod making;
mod pods;
mod reference;

use std::sync::Arc;

use kubeforge_api::{
    core::v1::{Pod, PodSpec, PodStatus},
    resource::v1::{DeviceClass, ResourceClaim, ResourceClaimTemplate},
};
use kubeforge_client::{
    Api, Client, InformerFactory, ObjectKey, SharedInformer,
    controller::{Controller, ControllerError},
    events::{EventApi, EventBroadcaster},
    informer::{HandlerFns, HandlerRegistration, InformerOptions},
};
use kubeforge_machinery::{Resource, meta::v1::ObjectMeta};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Pods by the claims that they use, as `namespace/name`.
const BY_CLAIM: &str = "claim";
/// Pods by the templates that they want claims of, as `namespace/name`.
const BY_TEMPLATE: &str = "template";
/// Claims by the uid of the pod that controls them.
const BY_POD: &str = "pod";

/// Makes and releases claims until it is cancelled.
///
/// # Errors
/// Where the server's state can't be read.
pub async fn run(client: Client, cancel: CancellationToken) -> Result<(), ControllerError> {
    let factory = InformerFactory::new(client.clone());
    let claims = factory.informer::<ResourceClaim>();
    claims.add_index(BY_POD, |claim| making::owner_of(claim).map(|pod| pod.uid.clone()).into_iter().collect());
    let cancel = cancel.child_token();
    let ended = match wait_for_any(&factory, &cancel).await {
        Some(()) => control(client, &factory, &cancel).await,
        None => Ok(()),
    };
    cancel.cancel();
    factory.shutdown().await;
    ended
}

/// Waits for the first device class, claim or template; none where it was cancelled before.
async fn wait_for_any(factory: &InformerFactory, cancel: &CancellationToken) -> Option<()> {
    let seen = Arc::new(Notify::new());
    let classes = notify::<DeviceClass>(factory, &seen);
    let claims = notify::<ResourceClaim>(factory, &seen);
    let templates = notify::<ResourceClaimTemplate>(factory, &seen);
    factory.start(cancel);
    let found = cancel.run_until_cancelled(seen.notified()).await;
    classes.remove();
    claims.remove();
    templates.remove();
    found
}

fn notify<K: Resource>(factory: &InformerFactory, seen: &Arc<Notify>) -> HandlerRegistration<K> {
    let seen = seen.clone();
    factory.informer().add_handler(HandlerFns::on_any(move |_: &Arc<K>| seen.notify_one()))
}

async fn control(client: Client, factory: &InformerFactory, cancel: &CancellationToken) -> Result<(), ControllerError> {
    let pods = factory.informer_or(|| informer(client.clone()));
    let (by_claim, by_template) = (pods.lister(), pods.lister());
    let broadcaster = EventBroadcaster::start(client.clone(), EventApi::Core);
    let making = Controller::with_informers::<Pod>(factory.clone())
        .name("resource_claim_pods")
        .watches(move |claim: &ResourceClaim| {
            let users = by_claim.by_index(BY_CLAIM, &ObjectKey::of(claim).to_string());
            let owner = making::owner_of(claim).map(|pod| ObjectKey::new(&claim.metadata.namespace, &pod.name));
            users.iter().map(|pod| ObjectKey::of(&**pod)).chain(owner).collect()
        })
        .watches(move |template: &ResourceClaimTemplate| {
            let users = by_template.by_index(BY_TEMPLATE, &ObjectKey::of(template).to_string());
            users.iter().map(|pod| ObjectKey::of(&**pod)).collect()
        });
    let releasing = Controller::with_informers::<ResourceClaim>(factory.clone())
        .name("resource_claim")
        .watches(|pod: &Pod| claims_of(pod).collect());
    let recorder = broadcaster.recorder("resource_claim", "");
    let maker = pods::Maker::new(client.clone(), factory, recorder);
    let releaser = claims::Releaser::new(client, factory);
    // pods are new
    factory.start(cancel);
    let ended = tokio::try_join!(making.run(maker, cancel.clone()), releasing.run(releaser, cancel.clone()));
    broadcaster.shutdown().await;
    ended.map(drop)
}

/// Follows the pods, of which only what is read here is kept.
fn informer(client: Client) -> SharedInformer<Pod> {
    let informer = SharedInformer::new(Api::all(client), InformerOptions::default());
    informer.set_transform(trim);
    informer.add_index(BY_CLAIM, |pod: &Pod| claims_of(pod).map(|claim| claim.to_string()).collect());
    informer.add_index(BY_TEMPLATE, |pod: &Pod| {
        let templates = pod.spec.resource_claims.iter().filter_map(|it| it.resource_claim_template_name.as_ref());
        templates.map(|name| ObjectKey::new(&pod.metadata.namespace, name).to_string()).collect()
    });
    informer
}

fn trim(pod: &mut Pod) {
    let (meta, spec, status) =
        (std::mem::take(&mut pod.metadata), std::mem::take(&mut pod.spec), std::mem::take(&mut pod.status));
    pod.metadata = ObjectMeta {
        name: meta.name,
        namespace: meta.namespace,
        uid: meta.uid,
        resource_version: meta.resource_version,
        deletion_timestamp: meta.deletion_timestamp,
        ..ObjectMeta::default()
    };
    pod.spec = PodSpec { node_name: spec.node_name, resource_claims: spec.resource_claims, ..PodSpec::default() };
    pod.status = PodStatus {
        phase: status.phase,
        resource_claim_statuses: status.resource_claim_statuses,
        extended_resource_claim_status: status.extended_resource_claim_status,
        ..PodStatus::default()
    };
}

/// The claims that a pod uses, as far as they have been made.
fn claims_of(pod: &Pod) -> impl Iterator<Item = ObjectKey> {
    let named = pod.spec.resource_claims.iter().filter_map(|it| reference::of(pod, it).name());
    let extended = pod.status.extended_resource_claim_status.iter().map(|status| status.resource_claim_name.as_str());
    named.chain(extended).map(|name| ObjectKey::new(&pod.metadata.namespace, name))
}

/// Whether none of a pod's containers runs or will run.
fn is_done(pod: &Pod) -> bool {
    use kubeforge_api::core::v1::PodPhase::{Failed, Succeeded};
    let is_unbound = pod.spec.node_name.is_empty();
    matches!(pod.status.phase, Succeeded | Failed) || (pod.metadata.deletion_timestamp.is_some() && is_unbound)
}

#[cfg(test)]
mod tests;
