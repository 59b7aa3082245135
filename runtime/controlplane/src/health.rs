//! Health checks under kube-apiserver's names, of what is done here: each step of the start has the check of the hook
//! that does it upstream, and passes once that step is over. Hooks whose work is not done here have none.

use std::{collections::BTreeSet, sync::Arc};

use kubeforge_apiserver::{ServerBuilder, health::Probe};
use parking_lot::Mutex;

use crate::storage::Probing;

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

/// The name of a check of a store of single resources. There are as many as flags name, once for each process.
fn override_name(check: &str, number: usize) -> &'static str {
    String::leak(format!("{check}-{number}"))
}

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

    /// Adds the checks. The first store is that of most resources, and has upstream's names alone.
    pub(crate) fn register(&self, mut builder: ServerBuilder, stores: Vec<Probing>) -> ServerBuilder {
        for (at, Probing { live, ready }) in stores.into_iter().enumerate() {
            let (live, ready) = (move || live.check(), move || ready.check());
            builder = match at.checked_sub(1) {
                None => builder.health_check("etcd", Some(Probe::Live), live).health_check(
                    "poststarthook/storage-readiness",
                    None,
                    ready,
                ),
                Some(number) => builder
                    .health_check(override_name("etcd-override", number), Some(Probe::Live), live)
                    .health_check(override_name("etcd-override-readiness", number), Some(Probe::Ready), ready),
            };
        }
        builder = builder.health_check(CACHES, Some(Probe::Ready), self.is_done(CACHES));
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
