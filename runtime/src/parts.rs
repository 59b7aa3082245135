//! What runs beside the API server, in its process and through its API.

use kubeforge_controllers::{cluster_roles, hollow_nodes, namespaces, resource_claims, service_accounts};
use kubeforge_controlplane::ControlPlane;
use kubeforge_machinery::user::well_known::GROUP_MASTERS;
use kubeforge_scheduler::SchedulerOptions;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// The parts that run: each ends with its name and how it ended.
pub(crate) type Parts = JoinSet<(&'static str, anyhow::Result<()>)>;

/// The controllers that an API server is not of much use without: they make service accounts, empty deleted namespaces,
/// gather the rules of aggregated roles and make and release the claims of devices.
pub(crate) fn start_controllers(plane: &ControlPlane, cancel: &CancellationToken, parts: &mut Parts) {
    let accounts = plane.client(
        "system:serviceaccount:kube-system:service-account-controller",
        GROUP_MASTERS,
        "kube-controller-manager",
    );
    let (ca, until) = (plane.ca().to_owned(), cancel.clone());
    parts.spawn(async move {
        service_accounts::run(accounts, ca, until).await;
        ("service accounts", Ok(()))
    });
    let remover = plane.client(
        "system:serviceaccount:kube-system:namespace-controller",
        GROUP_MASTERS,
        "kube-controller-manager",
    );
    let until = cancel.clone();
    parts.spawn(async move {
        namespaces::run(remover, until).await;
        ("namespaces", Ok(()))
    });
    let gatherer = plane.client(
        "system:serviceaccount:kube-system:clusterrole-aggregation-controller",
        GROUP_MASTERS,
        "kube-controller-manager",
    );
    let until = cancel.clone();
    parts.spawn(async move {
        cluster_roles::run(gatherer, until).await;
        ("cluster roles", Ok(()))
    });
    let claimer = plane.client(
        "system:serviceaccount:kube-system:resource-claim-controller",
        GROUP_MASTERS,
        "kube-controller-manager",
    );
    let until = cancel.clone();
    parts.spawn(async move { ("resource claims", resource_claims::run(claimer, until).await.map_err(Into::into)) });
}

/// Nodes that run no containers.
pub(crate) fn start_hollow_nodes(plane: &ControlPlane, count: usize, cancel: &CancellationToken, parts: &mut Parts) {
    let client = plane.client("system:hollow-nodes", GROUP_MASTERS, "hollow-node");
    let options = hollow_nodes::Options { count, ..hollow_nodes::Options::default() };
    let until = cancel.clone();
    parts.spawn(async move { ("hollow nodes", hollow_nodes::run(client, options, until).await.map_err(Into::into)) });
}

/// The scheduler.
pub(crate) fn start_scheduler(plane: &ControlPlane, cancel: &CancellationToken, parts: &mut Parts) {
    let client = plane.client("system:kube-scheduler", GROUP_MASTERS, "kube-scheduler");
    let until = cancel.clone();
    parts.spawn(async move {
        let ended = kubeforge_scheduler::run(client, SchedulerOptions::default(), until).await;
        ("scheduler", ended.map_err(Into::into))
    });
}

/// Stops all parts and waits for them.
pub(crate) async fn stop(cancel: &CancellationToken, mut parts: Parts) {
    cancel.cancel();
    while let Some(ended) = parts.join_next().await {
        match ended {
            Ok((part, Err(err))) => tracing::warn!(part, %err, "did not stop cleanly"),
            Ok((_, Ok(()))) => {}
            Err(err) => tracing::warn!(%err, "a part did not stop cleanly"),
        }
    }
}
