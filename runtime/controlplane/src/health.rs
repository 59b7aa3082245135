//! Health checks under kube-apiserver's names.
//!
//! Upstream's start is many hooks, each with a check that passes once it has run. Here there is one start; the checks
//! named after the hooks pass once it is over, so that probes and people who look for one of them find what they expect.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use kubeforge_apiserver::{ServerBuilder, health::Probe};

/// Checks that pass from the end of the start on.
const AFTER_START: [&str; 29] = [
    "poststarthook/apiservice-discovery-controller",
    "poststarthook/apiservice-openapi-controller",
    "poststarthook/apiservice-openapiv3-controller",
    "poststarthook/apiservice-registration-controller",
    "poststarthook/apiservice-status-local-available-controller",
    "poststarthook/apiservice-status-remote-available-controller",
    "poststarthook/apiservice-wait-for-first-sync",
    "poststarthook/bootstrap-controller",
    "poststarthook/crd-informer-synced",
    "poststarthook/generic-apiserver-start-informers",
    "poststarthook/kube-apiserver-autoregistration",
    "poststarthook/peer-endpoint-reconciler-controller",
    "poststarthook/priority-and-fairness-config-consumer",
    "poststarthook/priority-and-fairness-config-producer",
    "poststarthook/priority-and-fairness-filter",
    "poststarthook/rbac/bootstrap-roles",
    "poststarthook/scheduling/bootstrap-system-priority-classes",
    "poststarthook/start-apiextensions-controllers",
    "poststarthook/start-apiextensions-informers",
    "poststarthook/start-apiserver-admission-initializer",
    "poststarthook/start-cluster-authentication-info-controller",
    "poststarthook/start-kube-aggregator-informers",
    "poststarthook/start-kube-apiserver-identity-lease-controller",
    "poststarthook/start-kube-apiserver-identity-lease-garbage-collector",
    "poststarthook/start-kubernetes-service-cidr-controller",
    "poststarthook/start-legacy-token-tracking-controller",
    "poststarthook/start-service-ip-repair-controllers",
    "poststarthook/start-system-namespaces-controller",
    "poststarthook/storage-object-count-tracker-hook",
];

/// What the checks ask.
#[derive(Clone, Debug, Default)]
pub(crate) struct Health {
    started: Arc<AtomicBool>,
}

impl Health {
    /// The start is over.
    pub(crate) fn started(&self) {
        self.started.store(true, Ordering::SeqCst);
    }

    /// Adds the checks. `store_answers` says whether the store did when it was last asked.
    pub(crate) fn register(&self, mut builder: ServerBuilder, store_answers: Arc<AtomicBool>) -> ServerBuilder {
        let has_started = |started: &Arc<AtomicBool>| {
            let started = started.clone();
            move || if started.load(Ordering::SeqCst) { Ok(()) } else { Err("not finished".to_owned()) }
        };
        let answers = move || match store_answers.load(Ordering::SeqCst) {
            true => Ok(()),
            false => Err("the store does not answer".to_owned()),
        };
        builder = builder
            .health_check("log", None, || Ok(()))
            .health_check("etcd", Some(Probe::Live), answers.clone())
            .health_check("loopback-serving-certificate", Some(Probe::Live), || Ok(()))
            .health_check("informer-sync", Some(Probe::Ready), has_started(&self.started));
        for name in AFTER_START {
            builder = builder.health_check(name, None, has_started(&self.started));
        }
        builder.health_check("poststarthook/storage-readiness", None, answers).health_check(
            "autoregister-completion",
            None,
            has_started(&self.started),
        )
    }
}
