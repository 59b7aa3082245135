//! Health checks under kube-apiserver's names, of what is done here: each step of the start has the check of the hook
//! that does it upstream, and passes once that step is over. Hooks whose work is not done here have none.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use kubeforge_apiserver::{ServerBuilder, health::Probe};
use parking_lot::Mutex;

pub(crate) const NAMESPACES: &str = "poststarthook/start-system-namespaces-controller";
pub(crate) const ROLES: &str = "poststarthook/rbac/bootstrap-roles";
pub(crate) const PRIORITY_CLASSES: &str = "poststarthook/scheduling/bootstrap-system-priority-classes";
pub(crate) const AUTHENTICATION_INFO: &str = "poststarthook/start-cluster-authentication-info-controller";
pub(crate) const TOKEN_TRACKING: &str = "poststarthook/start-legacy-token-tracking-controller";
pub(crate) const SERVICE_CIDR: &str = "poststarthook/start-kubernetes-service-cidr-controller";
pub(crate) const FLOW_CONTROL: &str = "poststarthook/priority-and-fairness-config-producer";
pub(crate) const API_SERVICES: &str = "poststarthook/apiservice-registration-controller";
pub(crate) const KUBERNETES_SERVICE: &str = "poststarthook/bootstrap-controller";
pub(crate) const CUSTOM_RESOURCES: &str = "poststarthook/start-apiextensions-controllers";
pub(crate) const CACHES: &str = "informer-sync";

const STEPS: [&str; 10] = [
    NAMESPACES,
    ROLES,
    PRIORITY_CLASSES,
    AUTHENTICATION_INFO,
    TOKEN_TRACKING,
    SERVICE_CIDR,
    FLOW_CONTROL,
    API_SERVICES,
    KUBERNETES_SERVICE,
    CUSTOM_RESOURCES,
];

/// Which steps of the start are over.
#[derive(Clone, Debug, Default)]
pub(crate) struct Health {
    done: Arc<Mutex<BTreeSet<&'static str>>>,
}

impl Health {
    /// A step is over.
    pub(crate) fn done(&self, step: &'static str) {
        self.done.lock().insert(step);
    }

    /// Adds the checks. `store_answers` says whether the store did when it was last asked.
    pub(crate) fn register(&self, mut builder: ServerBuilder, store_answers: Arc<AtomicBool>) -> ServerBuilder {
        let answers = move || match store_answers.load(Ordering::SeqCst) {
            true => Ok(()),
            false => Err("the store does not answer".to_owned()),
        };
        builder = builder
            .health_check("etcd", Some(Probe::Live), answers.clone())
            .health_check("poststarthook/storage-readiness", None, answers)
            .health_check(CACHES, Some(Probe::Ready), self.is_done(CACHES));
        for step in STEPS {
            builder = builder.health_check(step, None, self.is_done(step));
        }
        builder
    }

    fn is_done(&self, step: &'static str) -> impl Fn() -> Result<(), String> + Send + Sync + 'static {
        let done = self.done.clone();
        move || if done.lock().contains(step) { Ok(()) } else { Err("not finished".to_owned()) }
    }
}
