//! Kinds with a spec that counts generations and a status of its own, and nothing else that is particular.

use std::sync::Arc;

use kubeforge_api::{
    apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet},
    autoscaling::v2::HorizontalPodAutoscaler,
    batch::v1::CronJob,
    core::v1::{ReplicationController, ResourceQuota},
    policy::v1::PodDisruptionBudget,
    storage::v1::VolumeAttachment,
};
use kubeforge_apiserver::{
    request::RequestContext,
    strategy::{GarbageCollection, Generation, Strategy},
};
use kubeforge_machinery::Object;

use super::Options;

/// Declares a strategy for a kind with `spec` and `status`.
macro_rules! with_status {
    ($(#[$doc:meta])* $name:ident, $kind:ty, { $($method:item)* }) => {
        $(#[$doc])*
        struct $name;

        impl Strategy for $name {
            kubeforge_apiserver::status_field!($kind, status, spec);
            $($method)*
        }
    };
}

with_status!(DeploymentStrategy, Deployment, {
    fn prepare_for_update(&self, _ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        if let (Some(new), Some(old)) = (new.downcast_mut::<Deployment>(), old.downcast_ref::<Deployment>())
            && new.metadata.annotations != old.metadata.annotations
        {
            // annotations are copied to replica sets, so the controller must look at the deployment again
            new.metadata.generation = old.metadata.generation + 1;
        }
    }

    fn prepare_for_status_update(&self, _ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        if let (Some(new), Some(old)) = (new.downcast_mut::<Deployment>(), old.downcast_ref::<Deployment>()) {
            new.metadata.labels.clone_from(&old.metadata.labels);
        }
    }

    fn reset_fields(&self, subresource: &str) -> Option<&'static [&'static str]> {
        (subresource == "status").then_some(&["spec", "metadata.labels"])
    }
});
with_status!(ReplicaSetStrategy, ReplicaSet, {});
with_status!(StatefulSetStrategy, StatefulSet, {});
with_status!(DaemonSetStrategy, DaemonSet, {});
with_status!(CronJobStrategy, CronJob, {});
with_status!(ReplicationControllerStrategy, ReplicationController, {
    fn garbage_collection(&self) -> GarbageCollection {
        GarbageCollection::Orphan
    }
});
with_status!(HorizontalPodAutoscalerStrategy, HorizontalPodAutoscaler, {
    fn generation(&self) -> Option<Generation> {
        Some(Generation::Absent)
    }
});
with_status!(ResourceQuotaStrategy, ResourceQuota, {
    fn generation(&self) -> Option<Generation> {
        Some(Generation::Absent)
    }

    fn returns_deleted_object(&self) -> bool {
        true
    }
});
with_status!(PodDisruptionBudgetStrategy, PodDisruptionBudget, {
    fn allow_unconditional_update(&self) -> bool {
        false
    }
});
with_status!(VolumeAttachmentStrategy, VolumeAttachment, {
    fn allow_unconditional_update(&self) -> bool {
        false
    }

    fn returns_deleted_object(&self) -> bool {
        true
    }

    fn generation(&self) -> Option<Generation> {
        Some(Generation::Absent)
    }
});

pub(super) fn register(options: &mut Options) {
    let table: [(&str, &str, Arc<dyn Strategy>); 10] = [
        ("apps", "deployments", Arc::new(DeploymentStrategy)),
        ("apps", "replicasets", Arc::new(ReplicaSetStrategy)),
        ("apps", "statefulsets", Arc::new(StatefulSetStrategy)),
        ("apps", "daemonsets", Arc::new(DaemonSetStrategy)),
        ("batch", "cronjobs", Arc::new(CronJobStrategy)),
        ("", "replicationcontrollers", Arc::new(ReplicationControllerStrategy)),
        ("autoscaling", "horizontalpodautoscalers", Arc::new(HorizontalPodAutoscalerStrategy)),
        ("", "resourcequotas", Arc::new(ResourceQuotaStrategy)),
        ("policy", "poddisruptionbudgets", Arc::new(PodDisruptionBudgetStrategy)),
        ("storage.k8s.io", "volumeattachments", Arc::new(VolumeAttachmentStrategy)),
    ];
    for (group, plural, strategy) in table {
        options.of(group, plural).strategy = Some(strategy);
    }
}
