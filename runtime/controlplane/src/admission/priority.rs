//! Priority: turns a pod's class into its priority (KEP-268).

use std::sync::Arc;

use async_trait::async_trait;
use kubeforge_api::{
    core::v1::{Pod, PreemptionPolicy},
    scheduling::v1::PriorityClass,
};
use kubeforge_apiserver::admission::{Admission, Attributes, Operation};
use kubeforge_machinery::{GroupResource, Object, status::ApiError};
use kubeforge_storage::{
    entry::Entry,
    storage::{ListRequest, ReadAt},
};

use super::{is_resource, look_up, typed};

const CLASSES: GroupResource = GroupResource::new("scheduling.k8s.io", "priorityclasses");
const PODS: GroupResource = GroupResource::new("", "pods");

pub(super) struct Priority;

#[async_trait]
impl Admission for Priority {
    fn name(&self) -> &'static str {
        "Priority"
    }

    fn handles(&self, operation: Operation) -> bool {
        matches!(operation, Operation::Create | Operation::Update)
    }

    async fn mutate(&self, attributes: &Attributes<'_>, object: Option<&mut dyn Object>) -> Result<(), ApiError> {
        if is_resource(attributes, "scheduling.k8s.io", "priorityclasses") {
            let class = object.and_then(|object| object.downcast_mut::<PriorityClass>());
            return check_default(attributes, class.as_deref()).await;
        }
        if !is_resource(attributes, "", "pods") {
            return Ok(());
        }
        let Some(pod) = object.and_then(|object| object.downcast_mut::<Pod>()) else { return Ok(()) };
        if attributes.operation == Operation::Update {
            let old = attributes.old_object.and_then(|old| old.downcast_ref::<Pod>());
            if let Some(old) = old {
                // clients that were written before priorities existed leave them out
                if pod.spec.priority.is_none() {
                    pod.spec.priority = old.spec.priority;
                }
                if pod.spec.preemption_policy.is_none() {
                    pod.spec.preemption_policy.clone_from(&old.spec.preemption_policy);
                }
            }
            return Ok(());
        }
        let class = class_of(attributes, pod).await?;
        let (value, policy) = match class {
            Some(class) => {
                pod.spec.priority_class_name.clone_from(&class.metadata.name);
                (class.value, class.preemption_policy.clone())
            }
            None => (0, None),
        };
        if let Some(given) = pod.spec.priority.filter(|given| *given != value) {
            let text = format!(
                "the integer value of priority ({given}) must not be provided in pod spec; priority admission controller \
                 computed {value} from the given PriorityClass name"
            );
            return Err(ApiError::forbidden(&PODS, attributes.name, &text));
        }
        pod.spec.priority = Some(value);
        let policy = policy.unwrap_or(PreemptionPolicy::PreemptLowerPriority);
        if let Some(given) = pod.spec.preemption_policy.as_ref().filter(|given| **given != policy) {
            let text = format!(
                "the string value of PreemptionPolicy ({given}) must not be provided in pod spec; priority admission \
                 controller computed {policy} from the given PriorityClass name"
            );
            return Err(ApiError::forbidden(&PODS, attributes.name, &text));
        }
        pod.spec.preemption_policy = Some(policy);
        Ok(())
    }
}

/// The class that the pod names, or the default one.
async fn class_of(attributes: &Attributes<'_>, pod: &Pod) -> Result<Option<Arc<PriorityClass>>, ApiError> {
    let name = &pod.spec.priority_class_name;
    let failed = |err| super::storage_error(err, &CLASSES, name);
    if !name.is_empty() {
        let found = look_up(attributes.ctx, &CLASSES, "", name, ReadAt::Any).await.map_err(failed)?;
        return match found {
            Some(entry) => typed::<PriorityClass>(&entry).map_err(failed),
            None => {
                let text = format!("no PriorityClass with name {name} was found");
                Err(ApiError::forbidden(&PODS, attributes.name, &text))
            }
        };
    }
    default_class(attributes).await
}

/// The class of pods that name none: the lowest of those marked so.
async fn default_class(attributes: &Attributes<'_>) -> Result<Option<Arc<PriorityClass>>, ApiError> {
    let failed = |err| super::storage_error(err, &CLASSES, "");
    let storage = attributes.ctx.registry.resource(&CLASSES).and_then(|scope| scope.storage.clone());
    let Some(storage) = storage else { return Ok(None) };
    let request = ListRequest { at: ReadAt::Any, ..ListRequest::default() };
    let classes = storage.list(request).await.map_err(failed)?.items;
    let defaults = classes.iter().filter_map(|entry| Some((entry.cached(|| DefaultValue::of(entry)).0?, entry)));
    match defaults.min_by_key(|(value, _)| *value) {
        Some((_, lowest)) => typed::<PriorityClass>(lowest).map_err(failed),
        None => Ok(None),
    }
}

/// The value of a class that is a default, kept with the class: every pod asks for it.
struct DefaultValue(Option<i32>);

impl DefaultValue {
    fn of(entry: &Entry) -> Self {
        let class = typed::<PriorityClass>(entry).ok().flatten();
        Self(class.filter(|class| class.global_default).map(|class| class.value))
    }
}

/// Only one class may be the default.
async fn check_default(attributes: &Attributes<'_>, class: Option<&PriorityClass>) -> Result<(), ApiError> {
    let Some(class) = class.filter(|class| class.global_default) else { return Ok(()) };
    match default_class(attributes).await? {
        Some(other) if other.metadata.name != class.metadata.name => {
            let text = format!(
                "PriorityClass {} is already marked as default. Only one default can exist",
                other.metadata.name
            );
            Err(ApiError::forbidden(&CLASSES, &class.metadata.name, &text))
        }
        _ => Ok(()),
    }
}
