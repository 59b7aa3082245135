//! Pods: they are created pending, deleted gracefully, and change little once they exist.

use std::sync::Arc;

use kubeforge_api::core::v1::{ConditionStatus, Pod, PodCondition, PodPhase, PodQOSClass, PodSpec};
use kubeforge_apiserver::{
    request::RequestContext,
    strategy::{Generation, Grace, Strategy},
};
use kubeforge_machinery::{Object, Quantity, meta::v1::DeleteOptions};

use super::Options;

struct PodStrategy;

impl Strategy for PodStrategy {
    kubeforge_apiserver::status_field!(Pod, status, spec);

    fn prepare_for_create(&self, _ctx: &RequestContext, object: &mut dyn Object) {
        let Some(pod) = object.downcast_mut::<Pod>() else { return };
        pod.status.phase = PodPhase::Pending;
        pod.status.qos_class = qos_class(&pod.spec);
        if !pod.spec.scheduling_gates.is_empty() {
            pod.status.conditions.push(PodCondition {
                type_: "PodScheduled".to_owned(),
                status: ConditionStatus::False,
                reason: "SchedulingGated".to_owned(),
                message: "Scheduling is blocked due to non-empty scheduling gates".to_owned(),
                ..PodCondition::default()
            });
        }
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

/// How well the pod is protected when its node runs short of memory.
fn qos_class(spec: &PodSpec) -> PodQOSClass {
    let set = |quantity: Option<&Quantity>| quantity.is_some_and(|quantity| !quantity.is_zero());
    let mut any = false;
    let mut guaranteed = true;
    let mut look_at = |requests: Option<&Quantity>, limits: Option<&Quantity>| {
        any |= set(requests) || set(limits);
        guaranteed &= set(limits) && (!set(requests) || requests == limits);
    };
    if let Some(resources) = spec.resources.as_deref()
        && !(resources.requests.is_empty() && resources.limits.is_empty())
    {
        for name in ["cpu", "memory"] {
            look_at(resources.requests.get(name), resources.limits.get(name));
        }
    } else {
        for container in spec.containers.iter().chain(&spec.init_containers) {
            for name in ["cpu", "memory"] {
                look_at(container.resources.requests.get(name), container.resources.limits.get(name));
            }
        }
    }
    match (any, guaranteed) {
        (false, _) => PodQOSClass::BestEffort,
        (true, true) => PodQOSClass::Guaranteed,
        (true, false) => PodQOSClass::Burstable,
    }
}

/// Changes of a running pod's resources (KEP-1287) and of its debug containers (KEP-277), each through a subresource.
mod views {
    use async_trait::async_trait;
    use kubeforge_api::core::v1::{Pod, PodSpec};
    use kubeforge_apiserver::{
        request::RequestContext,
        strategy::{Generation, Strategy},
        subresource::{SubresourceAnswer, SubresourceCall, SubresourceHandler},
    };
    use kubeforge_machinery::{Object, status::ApiError};

    /// Copies what the subresource may change from the request into the stored spec.
    pub(super) struct View(pub(super) fn(&PodSpec, &mut PodSpec));

    impl Strategy for View {
        kubeforge_apiserver::status_field!(Pod, status, spec);

        fn prepare_for_update(&self, _ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
            if let (Some(new), Some(old)) = (new.downcast_mut::<Pod>(), old.downcast_ref::<Pod>()) {
                let mut spec = old.spec.clone();
                (self.0)(&new.spec, &mut spec);
                let metadata = std::mem::take(&mut new.metadata);
                *new = old.clone();
                new.spec = spec;
                new.metadata = metadata;
            }
        }

        fn generation(&self) -> Option<Generation> {
            Some(Generation::Spec)
        }
    }

    #[async_trait]
    impl SubresourceHandler for View {
        async fn handle(&self, call: SubresourceCall<'_>) -> Result<SubresourceAnswer, ApiError> {
            Err(ApiError::method_not_supported(&call.scope.resource, call.method.as_str()))
        }

        fn as_view(&self) -> Option<&dyn Strategy> {
            Some(self)
        }
    }

    /// `pods/ephemeralcontainers`: they may only be added.
    pub(super) fn ephemeral_containers(wanted: &PodSpec, spec: &mut PodSpec) {
        for container in &wanted.ephemeral_containers {
            let common = &container.ephemeral_container_common;
            if !spec.ephemeral_containers.iter().any(|it| it.ephemeral_container_common.name == common.name) {
                spec.ephemeral_containers.push(container.clone());
            }
        }
    }

    /// `pods/resize`: resources and resize policies of the containers.
    pub(super) fn resize(wanted: &PodSpec, spec: &mut PodSpec) {
        for (list, wanted) in
            [(&mut spec.containers, &wanted.containers), (&mut spec.init_containers, &wanted.init_containers)]
        {
            for container in list {
                if let Some(wanted) = wanted.iter().find(|it| it.name == container.name) {
                    container.resources.clone_from(&wanted.resources);
                    container.resize_policy.clone_from(&wanted.resize_policy);
                }
            }
        }
    }
}

pub(super) fn register(options: &mut Options) {
    let pods = options.of("", "pods");
    pods.strategy = Some(Arc::new(PodStrategy));
    pods.subresources.insert("ephemeralcontainers", Arc::new(views::View(views::ephemeral_containers)));
    pods.subresources.insert("resize", Arc::new(views::View(views::resize)));
}
