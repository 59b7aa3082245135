//! `pods/binding` and the older `bindings`: how a scheduler assigns a pod to a node.

use std::sync::Arc;

use async_trait::async_trait;
use http::StatusCode;
use kubeforge_api::core::v1::{Binding, ConditionStatus, Pod, PodCondition};
use kubeforge_apiserver::{
    errors,
    subresource::{SubresourceAnswer, SubresourceCall, SubresourceHandler},
};
use kubeforge_machinery::{GroupResource, meta::v1::Status, status::ApiError};
use kubeforge_storage::storage::{Change, ObjectKey, Preconditions};

use super::Options;

const PODS: GroupResource = GroupResource::new("", "pods");

struct Bind;

#[async_trait]
impl SubresourceHandler for Bind {
    async fn handle(&self, mut call: SubresourceCall<'_>) -> Result<SubresourceAnswer, ApiError> {
        let binding = call.body.take().and_then(|body| body.downcast::<Binding>().ok());
        let Some(binding) = binding else { return Err(ApiError::bad_request("a Binding is required")) };
        if !call.name.is_empty() && !binding.metadata.name.is_empty() && call.name != binding.metadata.name {
            return Err(ApiError::bad_request("name in URL does not match name in Binding object"));
        }
        let name = if call.name.is_empty() { &binding.metadata.name } else { call.name };
        check_target(&binding)?;
        let key = ObjectKey { namespace: call.namespace.to_owned(), name: name.to_owned() };
        let Some(scope) = call.ctx.registry.resource(&PODS) else { return Err(ApiError::not_found(&PODS, name)) };
        let uid = Some(binding.metadata.uid.clone()).filter(|uid| !uid.is_empty());
        let preconditions = Preconditions { uid, resource_version: None };
        let dry_run = call.ctx.is_dry_run();
        let bound = scope
            .storage()?
            .update(
                &key,
                &preconditions,
                Box::new(|current| {
                    let outcome = (|| {
                        let Some(current) = current else { return Ok(Change::Keep) };
                        let mut object = current.object().map_err(ApiError::internal_error)?;
                        match object.downcast_mut::<Pod>() {
                            Some(pod) => assign(pod, &binding)?,
                            None => return Err(ApiError::internal_error("not a pod")),
                        }
                        Ok(if dry_run { Change::Keep } else { Change::Put(object) })
                    })();
                    Box::pin(std::future::ready(outcome))
                }),
            )
            .await;
        bound.map_err(|err| errors::from_storage(err, scope.target(name)))?;
        let status =
            Status { status: "Success".to_owned(), code: i32::from(StatusCode::CREATED.as_u16()), ..Status::default() };
        Ok(SubresourceAnswer::Object(StatusCode::CREATED, Box::new(status)))
    }
}

/// What upstream answers here is a bare error, not a `Status` of its own reason: hence 500 and nothing else.
fn check_target(binding: &Binding) -> Result<(), ApiError> {
    let target = &binding.target;
    if !target.kind.is_empty() && target.kind != "Node" {
        let text =
            format!("target.kind: Unsupported value: {:?}: supported values: \"Node\", \"<empty>\"", target.kind);
        return Err(ApiError::unknown(text));
    }
    if target.name.is_empty() {
        return Err(ApiError::unknown("target.name: Required value"));
    }
    Ok(())
}

fn assign(pod: &mut Pod, binding: &Binding) -> Result<(), ApiError> {
    let refuse =
        |text: String| Err(ApiError::conflict(&GroupResource::new("", "pods/binding"), &binding.metadata.name, &text));
    let name = &pod.metadata.name;
    if pod.metadata.deletion_timestamp.is_some() {
        return refuse(format!("pod {name} is being deleted, cannot be assigned to a host"));
    }
    if !pod.spec.node_name.is_empty() {
        return refuse(format!("pod {name} is already assigned to node {:?}", pod.spec.node_name));
    }
    if !pod.spec.scheduling_gates.is_empty() {
        return refuse(format!("pod {name} has non-empty .spec.schedulingGates"));
    }
    pod.spec.node_name.clone_from(&binding.target.name);
    // it was a hint for schedulers, and is stale now
    pod.status.nominated_node_name.clear();
    pod.metadata.annotations.extend(binding.metadata.annotations.clone());
    for (key, value) in &binding.metadata.labels {
        pod.metadata.labels.entry(key.clone()).or_insert_with(|| value.clone());
    }
    let scheduled = PodCondition {
        type_: "PodScheduled".to_owned(),
        status: ConditionStatus::True,
        observed_generation: pod
            .status
            .conditions
            .iter()
            .find(|c| c.type_ == "PodScheduled")
            .map_or(0, |c| c.observed_generation),
        last_transition_time: kubeforge_machinery::Time::now(),
        ..PodCondition::default()
    };
    match pod.status.conditions.iter_mut().find(|condition| condition.type_ == scheduled.type_) {
        Some(condition) if condition.status == ConditionStatus::True => {}
        Some(condition) => *condition = scheduled,
        None => pod.status.conditions.push(scheduled),
    }
    Ok(())
}

pub(super) fn register(options: &mut Options) {
    options.of("", "pods").subresources.insert("binding", Arc::new(Bind));
    options.of("", "bindings").virtual_handler = Some(Arc::new(Bind));
}
