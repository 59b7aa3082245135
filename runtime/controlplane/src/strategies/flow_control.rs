//! Flow schemas say in a condition whether their priority level exists.
//!
//! Upstream a controller watches for that (apiserver pkg/util/flowcontrol/apf_controller.go); here whoever writes a flow
//! schema or a priority level sees to it, right after the write, with the same field manager and the same words.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};
use kubeforge_api::flowcontrol::v1::{ConditionStatus, FlowSchema, FlowSchemaCondition, PriorityLevelConfiguration};
use kubeforge_apiserver::{
    errors,
    handlers::{Call, patch, write::View},
    negotiate::Output,
    query::Query,
    registry::{Registry, ResourceScope},
    request::RequestContext,
    request_info::RequestInfo,
    respond::Form,
    strategy::Strategy,
    table_render::IncludeObject,
};
use kubeforge_machinery::{
    ApiError, GroupResource, Object, Time,
    user::{UserInfo, well_known::GROUP_MASTERS},
};
use kubeforge_storage::storage::{ListRequest, ReadAt, StorageError};
use serde_json::json;

use super::{Options, metadata::status_keeps_metadata};

const SCHEMAS: GroupResource = GroupResource::new("flowcontrol.apiserver.k8s.io", "flowschemas");
const LEVELS: GroupResource = GroupResource::new("flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations");
const MANAGER: &str = "api-priority-and-fairness-config-consumer-v1";
const DANGLING: &str = "Dangling";

struct Schemas;

#[async_trait]
impl Strategy for Schemas {
    kubeforge_apiserver::status_field!(FlowSchema, status, spec);
    status_keeps_metadata!();

    async fn after_create(&self, ctx: &RequestContext, object: &dyn Object) {
        review(&ctx.registry, object).await;
    }

    async fn after_update(&self, ctx: &RequestContext, object: &dyn Object) {
        review(&ctx.registry, object).await;
    }

    fn has_after_hooks(&self) -> bool {
        true
    }
}

struct Levels;

#[async_trait]
impl Strategy for Levels {
    kubeforge_apiserver::status_field!(PriorityLevelConfiguration, status, spec);
    status_keeps_metadata!();

    async fn after_create(&self, ctx: &RequestContext, object: &dyn Object) {
        review_of_level(&ctx.registry, object.name()).await;
    }

    async fn after_delete(&self, ctx: &RequestContext, object: &dyn Object) {
        review_of_level(&ctx.registry, object.name()).await;
    }

    fn has_after_hooks(&self) -> bool {
        true
    }
}

async fn review(registry: &Arc<Registry>, object: &dyn Object) {
    let Some(schema) = object.downcast_ref::<FlowSchema>() else { return };
    if let Err(error) = note_level(registry, schema).await {
        tracing::warn!(flow_schema = schema.metadata.name, error = %error.status().message, "its condition is not up to date");
    }
}

/// Reviews the flow schemas that name a priority level.
async fn review_of_level(registry: &Arc<Registry>, level: &str) {
    let Some(scope) = registry.resource(&SCHEMAS) else { return };
    let Ok(storage) = scope.storage() else { return };
    let Ok(listed) = storage.list(ListRequest::default()).await else { return };
    for entry in listed.items {
        let Ok(object) = entry.object() else { continue };
        let names_it =
            object.downcast_ref::<FlowSchema>().is_some_and(|it| it.spec.priority_level_configuration.name == level);
        if names_it {
            review(registry, object.as_ref()).await;
        }
    }
}

async fn note_level(registry: &Arc<Registry>, schema: &FlowSchema) -> Result<(), ApiError> {
    let (Some(scope), Some(levels)) = (registry.resource(&SCHEMAS), registry.resource(&LEVELS)) else { return Ok(()) };
    let level = &schema.spec.priority_level_configuration.name;
    let exists = match levels.storage()?.get(&levels.key("", level), ReadAt::Latest).await {
        Ok(_) => true,
        Err(StorageError::NotFound(_)) => false,
        Err(error) => return Err(errors::from_storage(error, levels.target(level))),
    };
    let wanted = condition(level, exists);
    let known = schema.status.conditions.iter().find(|condition| condition.type_ == DANGLING);
    if known.is_some_and(|it| it.status == wanted.status && it.reason == wanted.reason && it.message == wanted.message)
    {
        return Ok(());
    }
    apply(registry, scope, &schema.metadata.name, &wanted).await
}

fn condition(level: &str, exists: bool) -> FlowSchemaCondition {
    let names = format!("This FlowSchema references the PriorityLevelConfiguration object named {level:?}");
    let (status, reason, message) = if exists {
        (ConditionStatus::False, "Found", format!("{names} and it exists"))
    } else {
        (ConditionStatus::True, "NotFound", format!("{names} but there is no such object"))
    };
    FlowSchemaCondition {
        type_: DANGLING.to_owned(),
        status,
        last_transition_time: Time::now(),
        reason: reason.to_owned(),
        message,
    }
}

/// Applies the condition as the server's own request.
async fn apply(
    registry: &Arc<Registry>,
    scope: &Arc<ResourceScope>,
    name: &str,
    condition: &FlowSchemaCondition,
) -> Result<(), ApiError> {
    let user =
        UserInfo { name: "system:apiserver".to_owned(), groups: vec![GROUP_MASTERS.to_owned()], ..UserInfo::default() };
    let mut ctx = RequestContext::new(Arc::new(user), registry.clone());
    ctx.field_manager = MANAGER.to_owned();
    "status".clone_into(&mut ctx.subresource);
    let info = RequestInfo {
        is_resource: true,
        verb: "patch",
        group: &scope.gvr.group,
        version: &scope.gvr.version,
        resource: &scope.gvr.resource,
        subresource: "status",
        name,
        ..RequestInfo::default()
    };
    let document = json!({
        "apiVersion": scope.api_version,
        "kind": scope.kind.kind,
        "metadata": {"name": name},
        "status": {"conditions": [{
            "type": condition.type_,
            "status": condition.status.as_str(),
            "lastTransitionTime": condition.last_transition_time.to_string(),
            "reason": condition.reason,
            "message": condition.message,
        }]},
    });
    let body = Bytes::from(document.to_string());
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/apply-patch+yaml"))]);
    let query = format!("fieldManager={MANAGER}&force=true");
    let form = Form { output: Output::JSON, include: IncludeObject::default() };
    let call = Call { scope, info: &info, query: Query::new(&query), headers: &headers, form, ctx: &ctx, body: &body };
    match patch::patch(call, View::Status).await {
        // it was deleted in the meantime
        Err(error) if error.status().code == 404 => Ok(()),
        done => done.map(drop),
    }
}

pub(super) fn register(options: &mut Options) {
    options.of("flowcontrol.apiserver.k8s.io", "flowschemas").strategy = Some(Arc::new(Schemas));
    options.of("flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations").strategy = Some(Arc::new(Levels));
}
