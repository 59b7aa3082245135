//! Kinds with a spec that counts generations and a status of its own, and little else that is particular.

use std::sync::Arc;

use kubeforge_api::{
    apps::v1::{
        DEPRECATED_ROLLBACK_TO, DEPRECATED_TEMPLATE_GENERATION, DaemonSet, Deployment, ReplicaSet, StatefulSet,
    },
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

    fn internal_annotations(&self) -> &'static [&'static str] {
        &[DEPRECATED_ROLLBACK_TO]
    }
});
with_status!(ReplicaSetStrategy, ReplicaSet, {});
with_status!(StatefulSetStrategy, StatefulSet, {
    fn prepare_for_create(&self, ctx: &RequestContext, object: &mut dyn Object) {
        if let Some(set) = object.downcast_mut::<StatefulSet>() {
            drop_max_unavailable(ctx, set, None);
        }
    }

    fn prepare_for_update(&self, ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        if let (Some(new), Some(old)) = (new.downcast_mut::<StatefulSet>(), old.downcast_ref::<StatefulSet>()) {
            drop_max_unavailable(ctx, new, Some(old));
        }
    }
});
with_status!(DaemonSetStrategy, DaemonSet, {
    fn prepare_for_create(&self, _ctx: &RequestContext, object: &mut dyn Object) {
        if let Some(set) = object.downcast_mut::<DaemonSet>() {
            set_template_generation(set, template_generation(set).max(1));
        }
    }

    fn prepare_for_update(&self, _ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        if let (Some(new), Some(old)) = (new.downcast_mut::<DaemonSet>(), old.downcast_ref::<DaemonSet>()) {
            let changed = new.spec.template != old.spec.template;
            set_template_generation(new, template_generation(old) + i64::from(changed));
        }
    }

    fn prepare_for_status_update(&self, _ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        if let (Some(new), Some(old)) = (new.downcast_mut::<DaemonSet>(), old.downcast_ref::<DaemonSet>()) {
            set_template_generation(new, template_generation(old));
        }
    }

    fn internal_annotations(&self) -> &'static [&'static str] {
        &[DEPRECATED_TEMPLATE_GENERATION]
    }
});
with_status!(CronJobStrategy, CronJob, {});
with_status!(ReplicationControllerStrategy, ReplicationController, {
    fn garbage_collection(&self) -> GarbageCollection {
        GarbageCollection::Orphan
    }
});
with_status!(HorizontalPodAutoscalerStrategy, HorizontalPodAutoscaler, {
    fn prepare_for_create(&self, ctx: &RequestContext, object: &mut dyn Object) {
        if let Some(autoscaler) = object.downcast_mut::<HorizontalPodAutoscaler>() {
            drop_tolerance(ctx, autoscaler, None);
        }
    }

    fn prepare_for_update(&self, ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        if let (Some(new), Some(old)) =
            (new.downcast_mut::<HorizontalPodAutoscaler>(), old.downcast_ref::<HorizontalPodAutoscaler>())
        {
            drop_tolerance(ctx, new, Some(old));
        }
    }

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

/// Whether a feature gate is on, which otherwise is as Kubernetes 1.36 has it. All resources have the same gates.
fn is_enabled(ctx: &RequestContext, gate: &str, default: bool) -> bool {
    ctx.registry.scopes().next().and_then(|scope| scope.feature_gates.get(gate)).unwrap_or(default)
}

/// Takes out a field that waits for its gate, but where it was in use before.
fn drop_max_unavailable(ctx: &RequestContext, new: &mut StatefulSet, old: Option<&StatefulSet>) {
    let is_used = |set: &StatefulSet| {
        set.spec.update_strategy.rolling_update.as_ref().is_some_and(|rolling| rolling.max_unavailable.is_some())
    };
    if !is_enabled(ctx, "MaxUnavailableStatefulSet", false)
        && !old.is_some_and(is_used)
        && let Some(rolling) = &mut new.spec.update_strategy.rolling_update
    {
        rolling.max_unavailable = None;
    }
}

/// Takes out a field whose gate is off, but where it was in use before.
fn drop_tolerance(ctx: &RequestContext, new: &mut HorizontalPodAutoscaler, old: Option<&HorizontalPodAutoscaler>) {
    let is_used = |autoscaler: &HorizontalPodAutoscaler| {
        let behavior = autoscaler.spec.behavior.iter();
        behavior
            .flat_map(|behavior| [&behavior.scale_down, &behavior.scale_up])
            .flatten()
            .any(|rules| rules.tolerance.is_some())
    };
    if is_enabled(ctx, "HPAConfigurableTolerance", true) || old.is_some_and(is_used) {
        return;
    }
    if let Some(behavior) = &mut new.spec.behavior {
        for rules in [&mut behavior.scale_down, &mut behavior.scale_up].into_iter().flatten() {
            rules.tolerance = None;
        }
    }
}

/// How often the template changed; 0 where the annotation that says so is no number.
fn template_generation(set: &DaemonSet) -> i64 {
    set.metadata.annotations.get(DEPRECATED_TEMPLATE_GENERATION).and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn set_template_generation(set: &mut DaemonSet, generation: i64) {
    set.metadata.annotations.insert(DEPRECATED_TEMPLATE_GENERATION.to_owned(), generation.to_string());
}

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
