//! Pods: they are created pending, deleted gracefully, and change little once they exist.

use std::sync::Arc;

use kubeforge_api::core::v1::{
    ConditionStatus, Container, Pod, PodCondition, PodPhase, PodQOSClass, PodSpec, Toleration,
};
use kubeforge_apiserver::{
    request::RequestContext,
    strategy::{Generation, Grace, Strategy},
};
use kubeforge_machinery::{
    Object, Quantity,
    field::{Error, ErrorList, Path},
    meta::v1::DeleteOptions,
    validation::{is_dns1123_label, is_dns1123_subdomain},
};

use super::Options;

struct PodStrategy {
    /// Whether containers may be privileged (`--allow-privileged`).
    allow_privileged: bool,
}

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

    fn validate(&self, _ctx: &RequestContext, object: &dyn Object) -> ErrorList {
        let Some(pod) = object.downcast_ref::<Pod>() else { return ErrorList::new() };
        let spec = Path::new("spec");
        let mut errors = validate_spec(&pod.spec, &spec);
        if !self.allow_privileged {
            forbid_privileged(&pod.spec, &spec, &mut errors);
        }
        errors
    }

    fn validate_update(&self, _ctx: &RequestContext, new: &dyn Object, old: &dyn Object) -> ErrorList {
        match (new.downcast_ref::<Pod>(), old.downcast_ref::<Pod>()) {
            (Some(new), Some(old)) => validate_update(&new.spec, &old.spec),
            _ => ErrorList::new(),
        }
    }

    fn validate_status_update(&self, _ctx: &RequestContext, new: &dyn Object, old: &dyn Object) -> ErrorList {
        let (Some(new), Some(old)) = (new.downcast_ref::<Pod>(), old.downcast_ref::<Pod>()) else {
            return ErrorList::new();
        };
        let mut errors = ErrorList::new();
        let nominated = &new.status.nominated_node_name;
        if !nominated.is_empty() && *nominated != old.status.nominated_node_name {
            let status = Path::new("status");
            let path = status.child("nominatedNodeName");
            errors
                .extend(is_dns1123_subdomain(nominated).into_iter().map(|text| Error::invalid(&path, nominated, text)));
        }
        errors
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

/// What every pod spec must have; the rest of pod validation belongs to the API server's issue.
fn validate_spec(spec: &PodSpec, path: &Path<'_>) -> ErrorList {
    let mut errors = ErrorList::new();
    let containers = path.child("containers");
    if spec.containers.is_empty() {
        errors.push(Error::required(&containers, ""));
    }
    let mut names = std::collections::BTreeSet::new();
    for (list, path) in [(&spec.containers, containers), (&spec.init_containers, path.child("initContainers"))] {
        for (index, container) in list.iter().enumerate() {
            validate_container(container, &path.index(index), &mut names, &mut errors);
        }
    }
    if !spec.node_name.is_empty() {
        let path = path.child("nodeName");
        let found = is_dns1123_subdomain(&spec.node_name);
        errors.extend(found.into_iter().map(|text| Error::invalid(&path, &spec.node_name, text)));
    }
    errors
}

fn forbid_privileged(spec: &PodSpec, path: &Path<'_>, errors: &mut ErrorList) {
    for (list, name) in [(&spec.containers, "containers"), (&spec.init_containers, "initContainers")] {
        let path = path.child(name);
        for (index, container) in list.iter().enumerate() {
            if container.security_context.as_ref().is_some_and(|context| context.privileged == Some(true)) {
                let container = path.index(index);
                let context = container.child("securityContext");
                errors.push(Error::forbidden(&context.child("privileged"), "disallowed by cluster policy"));
            }
        }
    }
}

fn validate_container<'a>(
    container: &'a Container,
    path: &Path<'_>,
    names: &mut std::collections::BTreeSet<&'a str>,
    errors: &mut ErrorList,
) {
    let name = path.child("name");
    if container.name.is_empty() {
        errors.push(Error::required(&name, ""));
    } else {
        let found = is_dns1123_label(&container.name);
        errors.extend(found.into_iter().map(|text| Error::invalid(&name, &container.name, text)));
    }
    if !names.insert(&container.name) {
        errors.push(Error::duplicate(&name, &container.name));
    }
    if container.image.is_empty() {
        errors.push(Error::required(&path.child("image"), ""));
    } else if container.image.trim() != container.image {
        let text = "must not have leading or trailing whitespace";
        errors.push(Error::invalid(&path.child("image"), &container.image, text));
    }
}

/// A pod's spec is fixed but for images, deadlines and further tolerations; gates may only be taken away.
fn validate_update(new: &PodSpec, old: &PodSpec) -> ErrorList {
    let path = Path::new("spec");
    let mut errors = validate_spec(new, &path);
    for (name, new_list, old_list) in [
        ("containers", &new.containers, &old.containers),
        ("initContainers", &new.init_containers, &old.init_containers),
    ] {
        if new_list.len() != old_list.len() {
            errors.push(Error::forbidden(
                &path.child(name),
                format!(
                    "pod updates may not add or remove {}",
                    match name {
                        "containers" => "containers",
                        _ => "init containers",
                    }
                ),
            ));
            return errors;
        }
    }
    if let Some(wrong) = new.scheduling_gates.iter().find(|gate| !old.scheduling_gates.contains(gate)) {
        let gates = path.child("schedulingGates");
        let text = format!("only deletion is allowed, but found new scheduling gate '{}'", wrong.name);
        errors.push(Error::forbidden(&gates, text));
    }
    if old.tolerations.iter().any(|kept| !new.tolerations.iter().any(|it| same_toleration(it, kept))) {
        let text = "existing toleration can not be modified except its tolerationSeconds";
        errors.push(Error::forbidden(&path.child("tolerations"), text));
    }
    let mut allowed = new.clone();
    for (list, olds) in
        [(&mut allowed.containers, &old.containers), (&mut allowed.init_containers, &old.init_containers)]
    {
        for (container, old) in list.iter_mut().zip(olds) {
            container.image.clone_from(&old.image);
        }
    }
    allowed.active_deadline_seconds = old.active_deadline_seconds;
    allowed.tolerations.clone_from(&old.tolerations);
    allowed.scheduling_gates.clone_from(&old.scheduling_gates);
    if !old.scheduling_gates.is_empty() {
        // a gated pod may still be told where it may go
        allowed.node_selector.clone_from(&old.node_selector);
        allowed.affinity.clone_from(&old.affinity);
    }
    if old.termination_grace_period_seconds.is_some_and(|seconds| seconds < 0)
        && new.termination_grace_period_seconds == Some(1)
    {
        allowed.termination_grace_period_seconds = old.termination_grace_period_seconds;
    }
    if allowed != *old {
        errors.push(Error::forbidden(
            &path,
            "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,\
             `spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),\
             `spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
        ));
    }
    errors
}

/// Whether the two differ in `tolerationSeconds` at most.
fn same_toleration(a: &Toleration, b: &Toleration) -> bool {
    let mut a = a.clone();
    a.toleration_seconds = b.toleration_seconds;
    a == *b
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

pub(super) fn register(options: &mut Options, allow_privileged: bool) {
    let pods = options.of("", "pods");
    pods.strategy = Some(Arc::new(PodStrategy { allow_privileged }));
    pods.subresources.insert("ephemeralcontainers", Arc::new(views::View(views::ephemeral_containers)));
    pods.subresources.insert("resize", Arc::new(views::View(views::resize)));
}
