//! Health checks under kube-apiserver's names, which probes ask for one by one: each passes once the step of the start is
//! over that does its work here.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use kubeforge_apiserver::{ServerBuilder, health::Probe};
use parking_lot::Mutex;

/// A step of the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// The watch caches hold what the store has.
    Caches,
    /// The system's namespaces are there.
    Namespaces,
    /// Roles and bindings of the system are as they should be.
    Roles,
    /// The system's priority classes are there.
    PriorityClasses,
    /// How to authenticate to the cluster is published.
    AuthenticationInfo,
    /// It is written down since when tokens' use is recorded.
    TokenTracking,
    /// The range of services' addresses is there.
    ServiceCidr,
    /// Priority levels and flow schemas are there.
    FlowControl,
    /// Each group version that is served has its APIService.
    ApiServices,
    /// The `kubernetes` service leads here.
    KubernetesService,
    /// Custom resources are served.
    CustomResources,
    /// What is kept in line from now on was in line once: leases of servers, addresses and ports of services.
    Upkeep,
}

/// kube-apiserver's checks, and the step by which the work of each is done here. Several of its hooks are one step.
const CHECKS: [(&str, Step); 30] = [
    ("autoregister-completion", Step::ApiServices),
    ("poststarthook/apiservice-discovery-controller", Step::ApiServices),
    ("poststarthook/apiservice-openapi-controller", Step::ApiServices),
    ("poststarthook/apiservice-openapiv3-controller", Step::ApiServices),
    ("poststarthook/apiservice-registration-controller", Step::ApiServices),
    ("poststarthook/apiservice-status-local-available-controller", Step::ApiServices),
    ("poststarthook/apiservice-status-remote-available-controller", Step::ApiServices),
    ("poststarthook/apiservice-wait-for-first-sync", Step::ApiServices),
    ("poststarthook/bootstrap-controller", Step::KubernetesService),
    ("poststarthook/crd-informer-synced", Step::CustomResources),
    ("poststarthook/generic-apiserver-start-informers", Step::Caches),
    ("poststarthook/kube-apiserver-autoregistration", Step::ApiServices),
    ("poststarthook/peer-endpoint-reconciler-controller", Step::KubernetesService),
    ("poststarthook/priority-and-fairness-config-consumer", Step::FlowControl),
    ("poststarthook/priority-and-fairness-config-producer", Step::FlowControl),
    ("poststarthook/priority-and-fairness-filter", Step::FlowControl),
    ("poststarthook/rbac/bootstrap-roles", Step::Roles),
    ("poststarthook/scheduling/bootstrap-system-priority-classes", Step::PriorityClasses),
    ("poststarthook/start-apiextensions-controllers", Step::CustomResources),
    ("poststarthook/start-apiextensions-informers", Step::CustomResources),
    ("poststarthook/start-apiserver-admission-initializer", Step::Caches),
    ("poststarthook/start-cluster-authentication-info-controller", Step::AuthenticationInfo),
    ("poststarthook/start-kube-aggregator-informers", Step::Caches),
    ("poststarthook/start-kube-apiserver-identity-lease-controller", Step::Upkeep),
    ("poststarthook/start-kube-apiserver-identity-lease-garbage-collector", Step::Upkeep),
    ("poststarthook/start-kubernetes-service-cidr-controller", Step::ServiceCidr),
    ("poststarthook/start-legacy-token-tracking-controller", Step::TokenTracking),
    ("poststarthook/start-service-ip-repair-controllers", Step::Upkeep),
    ("poststarthook/start-system-namespaces-controller", Step::Namespaces),
    ("poststarthook/storage-object-count-tracker-hook", Step::Caches),
];

/// Which steps of the start are over.
#[derive(Clone, Debug, Default)]
pub(crate) struct Health {
    done: Arc<Mutex<BTreeSet<Step>>>,
}

impl Health {
    /// A step is over.
    pub(crate) fn done(&self, step: Step) {
        self.done.lock().insert(step);
    }

    /// Adds the checks. `store_answers` says whether the store did when it was last asked.
    pub(crate) fn register(&self, mut builder: ServerBuilder, store_answers: Arc<AtomicBool>) -> ServerBuilder {
        let answers = move || match store_answers.load(Ordering::SeqCst) {
            true => Ok(()),
            false => Err("the store does not answer".to_owned()),
        };
        builder = builder
            // where the answer can be given, the process can log and its own client reaches it, for neither takes a lock or
            // a certificate
            .health_check("log", None, || Ok(()))
            .health_check("loopback-serving-certificate", Some(Probe::Live), || Ok(()))
            .health_check("etcd", Some(Probe::Live), answers.clone())
            .health_check("poststarthook/storage-readiness", None, answers)
            .health_check("informer-sync", Some(Probe::Ready), self.is_done(Step::Caches));
        for (name, step) in CHECKS {
            builder = builder.health_check(name, None, self.is_done(step));
        }
        builder
    }

    fn is_done(&self, step: Step) -> impl Fn() -> Result<(), String> + Send + Sync + 'static {
        let done = self.done.clone();
        move || if done.lock().contains(&step) { Ok(()) } else { Err("not finished".to_owned()) }
    }
}
