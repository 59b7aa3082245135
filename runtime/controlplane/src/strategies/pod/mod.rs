//! Pods: they are created pending, deleted gracefully, and change little once they exist.

mod app_armor;
mod disabled_fields;
mod label_keys;
mod status;
mod views;

use std::sync::Arc;

use kubeforge_api::core::v1::{ConditionStatus, POD_SCHEDULED, Pod, PodCondition, PodPhase};
use kubeforge_apiserver::{
    request::RequestContext,
    strategy::{Generation, Grace, Strategy},
};
use kubeforge_machinery::{Object, Time, meta::v1::DeleteOptions};
use kubeforge_validation::qos_class;

pub(super) use disabled_fields::drop_of_template;

use super::{Options, gates};

struct PodStrategy;

impl Strategy for PodStrategy {
    kubeforge_apiserver::status_field!(Pod, status, spec);

    fn prepare_for_create(&self, ctx: &RequestContext, object: &mut dyn Object) {
        let Some(pod) = object.downcast_mut::<Pod>() else { return };
        pod.status.phase = PodPhase::Pending;
        pod.status.qos_class = qos_class(&pod.spec);
        let gates = gates::of(ctx);
        disabled_fields::drop_of_spec(&mut pod.spec, None, &gates);
        if !pod.spec.scheduling_gates.is_empty() {
            pod.status.conditions.push(PodCondition {
                type_: POD_SCHEDULED.to_owned(),
                status: ConditionStatus::False,
                reason: "SchedulingGated".to_owned(),
                message: "Scheduling is blocked due to non-empty scheduling gates".to_owned(),
                last_transition_time: Time::now(),
                ..PodCondition::default()
            });
        }
        label_keys::merge(pod, &gates);
        app_armor::annotations_to_fields(ctx, pod);
    }

    fn prepare_for_update(&self, ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        if let (Some(new), Some(old)) = (new.downcast_mut::<Pod>(), old.downcast_ref::<Pod>()) {
            disabled_fields::drop_of_spec(&mut new.spec, Some(&old.spec), &gates::of(ctx));
        }
    }

    fn prepare_for_status_update(&self, ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        if let (Some(new), Some(old)) = (new.downcast_mut::<Pod>(), old.downcast_ref::<Pod>()) {
            status::prepare(new, old, &gates::of(ctx));
        }
    }

    fn reset_fields(&self, subresource: &str) -> Option<&'static [&'static str]> {
        (subresource == "status").then_some(&["spec", "metadata.deletionTimestamp", "metadata.ownerReferences"])
    }

    fn generation(&self) -> Option<Generation> {
        Some(Generation::Spec)
    }

    fn grace(&self, _ctx: &RequestContext, object: &dyn Object, options: &DeleteOptions) -> Grace {
        let Some(pod) = object.downcast_ref::<Pod>() else { return Grace::Immediate };
        let ended = matches!(pod.status.phase, PodPhase::Failed | PodPhase::Succeeded);
        if pod.spec.node_name.is_empty() || ended {
            // nobody would finish it
            return Grace::Seconds(0);
        }
        let seconds = options.grace_period_seconds.or(pod.spec.termination_grace_period_seconds).unwrap_or(0);
        Grace::Seconds(if seconds < 0 { 1 } else { seconds })
    }

    fn returns_deleted_object(&self) -> bool {
        true
    }
}

pub(super) fn register(options: &mut Options) {
    let pods = options.of("", "pods");
    pods.strategy = Some(Arc::new(PodStrategy));
    pods.subresources.insert("ephemeralcontainers", Arc::new(views::View(views::ephemeral_containers)));
    pods.subresources.insert("resize", Arc::new(views::View(views::resize)));
}
