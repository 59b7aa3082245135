//! Kinds with a spec that counts generations and a status of its own, and little else that is particular.

use std::sync::Arc;

use kubeforge_api::{
    apps::v1::{
        DEPRECATED_ROLLBACK_TO, DEPRECATED_TEMPLATE_GENERATION, DaemonSet, Deployment, ReplicaSet, StatefulSet,
    },
    autoscaling::v2::HorizontalPodAutoscaler,
    batch::v1::CronJob,
    core::v1::{PodTemplate, ReplicationController, ResourceQuota},
    policy::v1::PodDisruptionBudget,
    storage::v1::VolumeAttachment,
};
use kubeforge_apiserver::{
    request::RequestContext,
    strategy::{GarbageCollection, Generation, Strategy},
};
use kubeforge_machinery::{Object, validation::FeatureGates};

use super::{Options, gates, metadata::status_keeps_metadata, pod::drop_of_template};

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

/// Drops fields of features that are off from the template of a kind, which stands at a path.
macro_rules! drops_of_template {
    ($kind:ty, $($field:ident).+) => {
        fn prepare_for_create(&self, ctx: &RequestContext, object: &mut dyn Object) {
            if let Some(object) = object.downcast_mut::<$kind>() {
                drop_of_template(&mut object.$($field).+, None, &gates::of(ctx));
            }
        }

        fn prepare_for_update(&self, ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
            if let (Some(new), Some(old)) = (new.downcast_mut::<$kind>(), old.downcast_ref::<$kind>()) {
                drop_of_template(&mut new.$($field).+, Some(&old.$($field).+), &gates::of(ctx));
            }
        }
    };
}

with_status!(DeploymentStrategy, Deployment, {
    fn prepare_for_create(&self, ctx: &RequestContext, object: &mut dyn Object) {
        if let Some(deployment) = object.downcast_mut::<Deployment>() {
            drop_of_template(&mut deployment.spec.template, None, &gates::of(ctx));
        }
    }

    fn prepare_for_update(&self, ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        let (Some(new), Some(old)) = (new.downcast_mut::<Deployment>(), old.downcast_ref::<Deployment>()) else {
            return;
        };
        drop_of_template(&mut new.spec.template, Some(&old.spec.template), &gates::of(ctx));
        if new.metadata.annotations != old.metadata.annotations {
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
with_status!(ReplicaSetStrategy, ReplicaSet, {
    drops_of_template!(ReplicaSet, spec.template);
});
with_status!(StatefulSetStrategy, StatefulSet, {
    fn prepare_for_create(&self, ctx: &RequestContext, object: &mut dyn Object) {
        if let Some(set) = object.downcast_mut::<StatefulSet>() {
            let gates = gates::of(ctx);
            drop_max_unavailable(&gates, set, None);
            drop_of_template(&mut set.spec.template, None, &gates);
        }
    }

    fn prepare_for_update(&self, ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        if let (Some(new), Some(old)) = (new.downcast_mut::<StatefulSet>(), old.downcast_ref::<StatefulSet>()) {
            let gates = gates::of(ctx);
            drop_max_unavailable(&gates, new, Some(old));
            drop_of_template(&mut new.spec.template, Some(&old.spec.template), &gates);
        }
    }
});
with_status!(DaemonSetStrategy, DaemonSet, {
    fn prepare_for_create(&self, ctx: &RequestContext, object: &mut dyn Object) {
        if let Some(set) = object.downcast_mut::<DaemonSet>() {
            drop_of_template(&mut set.spec.template, None, &gates::of(ctx));
            set_template_generation(set, template_generation(set).max(1));
        }
    }

    fn prepare_for_update(&self, ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        if let (Some(new), Some(old)) = (new.downcast_mut::<DaemonSet>(), old.downcast_ref::<DaemonSet>()) {
            drop_of_template(&mut new.spec.template, Some(&old.spec.template), &gates::of(ctx));
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
with_status!(CronJobStrategy, CronJob, {
    drops_of_template!(CronJob, spec.job_template.spec.template);
});
with_status!(ReplicationControllerStrategy, ReplicationController, {
    fn prepare_for_create(&self, ctx: &RequestContext, object: &mut dyn Object) {
        if let Some(controller) = object.downcast_mut::<ReplicationController>()
            && let Some(template) = &mut controller.spec.template
        {
            drop_of_template(template, None, &gates::of(ctx));
        }
    }

    fn prepare_for_update(&self, ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        if let (Some(new), Some(old)) =
            (new.downcast_mut::<ReplicationController>(), old.downcast_ref::<ReplicationController>())
            && let Some(template) = &mut new.spec.template
        {
            drop_of_template(template, old.spec.template.as_deref(), &gates::of(ctx));
        }
    }

    fn garbage_collection(&self) -> GarbageCollection {
        GarbageCollection::Orphan
    }
});
with_status!(HorizontalPodAutoscalerStrategy, HorizontalPodAutoscaler, {
    fn prepare_for_create(&self, ctx: &RequestContext, object: &mut dyn Object) {
        if let Some(autoscaler) = object.downcast_mut::<HorizontalPodAutoscaler>() {
            drop_tolerance(&gates::of(ctx), autoscaler, None);
        }
    }

    fn prepare_for_update(&self, ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        if let (Some(new), Some(old)) =
            (new.downcast_mut::<HorizontalPodAutoscaler>(), old.downcast_ref::<HorizontalPodAutoscaler>())
        {
            drop_tolerance(&gates::of(ctx), new, Some(old));
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
    status_keeps_metadata!();

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

/// Templates of their own count their changes, though they have no spec.
struct PodTemplateStrategy;

impl Strategy for PodTemplateStrategy {
    drops_of_template!(PodTemplate, template);

    fn generation(&self) -> Option<Generation> {
        Some(Generation::Spec)
    }

    fn spec_changed(&self, new: &dyn Object, old: &dyn Object) -> bool {
        match (new.downcast_ref::<PodTemplate>(), old.downcast_ref::<PodTemplate>()) {
            (Some(new), Some(old)) => new.template != old.template,
            _ => false,
        }
    }

    fn returns_deleted_object(&self) -> bool {
        true
    }
}

/// Takes out a field that waits for its gate, but where it was in use before.
fn drop_max_unavailable(gates: &FeatureGates, new: &mut StatefulSet, old: Option<&StatefulSet>) {
    let is_used = |set: &StatefulSet| {
        set.spec.update_strategy.rolling_update.as_ref().is_some_and(|rolling| rolling.max_unavailable.is_some())
    };
    if !gates.enabled("MaxUnavailableStatefulSet")
        && !old.is_some_and(is_used)
        && let Some(rolling) = &mut new.spec.update_strategy.rolling_update
    {
        rolling.max_unavailable = None;
    }
}

/// Takes out a field whose gate is off, but where it was in use before.
fn drop_tolerance(gates: &FeatureGates, new: &mut HorizontalPodAutoscaler, old: Option<&HorizontalPodAutoscaler>) {
    let is_used = |autoscaler: &HorizontalPodAutoscaler| {
        let behavior = autoscaler.spec.behavior.iter();
        behavior
            .flat_map(|behavior| [&behavior.scale_down, &behavior.scale_up])
            .flatten()
            .any(|rules| rules.tolerance.is_some())
    };
    if gates.enabled("HPAConfigurableTolerance") || old.is_some_and(is_used) {
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
    let table: [(&str, &str, Arc<dyn Strategy>); 11] = [
        ("apps", "deployments", Arc::new(DeploymentStrategy)),
        ("apps", "replicasets", Arc::new(ReplicaSetStrategy)),
        ("apps", "statefulsets", Arc::new(StatefulSetStrategy)),
        ("apps", "daemonsets", Arc::new(DaemonSetStrategy)),
        ("batch", "cronjobs", Arc::new(CronJobStrategy)),
        ("", "podtemplates", Arc::new(PodTemplateStrategy)),
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
