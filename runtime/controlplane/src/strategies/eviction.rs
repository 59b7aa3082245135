//! `pods/eviction`: a pod is deleted, if its disruption budget allows. Follows pkg/registry/core/pod/storage/eviction.go.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use kubeforge_api::{
    core::v1::{ConditionStatus, Pod, PodCondition, PodPhase},
    policy::v1::{
        DISRUPTION_ALLOWED_CONDITION, Eviction, INSUFFICIENT_PODS_REASON, PodDisruptionBudget,
        UnhealthyPodEvictionPolicyType,
    },
};
use kubeforge_apiserver::{
    delete_options, errors,
    handlers::{Call, delete, update, write::View},
    metadata,
    negotiate::Output,
    parts,
    query::Query,
    registry::ResourceScope,
    request::RequestContext,
    request_info::RequestInfo,
    respond::Form,
    subresource::{SubresourceAnswer, SubresourceCall, SubresourceHandler},
    table_render::IncludeObject,
};
use kubeforge_machinery::{
    ApiError, GroupResource, Object, Time,
    labels::Selector,
    meta::v1::{self, CauseType, Condition, DeleteOptions, Preconditions, Status},
    user::{UserInfo, well_known::GROUP_MASTERS},
};
use kubeforge_storage::storage::{Change, ListRequest, ReadAt, Selection};

use super::Options;

const BUDGETS: GroupResource = GroupResource::new("policy", "poddisruptionbudgets");
/// As error messages name a budget.
const BUDGET: GroupResource = GroupResource::new("policy", "poddisruptionbudget");
/// A budget with more evictions on record than this, which its controller has not seen yet, allows no further one.
const DISRUPTED_PODS_MAX: usize = 2000;
/// A write that loses against another is tried so often, with such pauses.
const ATTEMPTS: usize = 20;
const PAUSE: Duration = Duration::from_millis(500);
/// When a client may ask again for a budget that was not processed yet.
const RETRY_AFTER_SECONDS: i32 = 10;
const VIOLATES: &str = "Cannot evict pod as it would violate the pod's disruption budget.";

struct Evict;

#[async_trait]
impl SubresourceHandler for Evict {
    async fn handle(&self, mut call: SubresourceCall<'_>) -> Result<SubresourceAnswer, ApiError> {
        let eviction = read(&mut call)?;
        let options = with_dry_run(&call, eviction.delete_options.map(|options| *options).unwrap_or_default())?;
        if let Some(pod) = pod_in_its_way(&call, &options).await? {
            let budget = match allow(&call, &pod, &options).await? {
                Allowed::Yes { budget } => budget,
                Allowed::No(status) => {
                    return Ok(SubresourceAnswer::Object(StatusCode::INTERNAL_SERVER_ERROR, Box::new(status)));
                }
            };
            remove(&call, &pod, &options, budget.as_deref()).await?;
        }
        let status = Status {
            status: v1::STATUS_SUCCESS.to_owned(),
            code: i32::from(StatusCode::CREATED.as_u16()),
            ..Status::default()
        };
        Ok(SubresourceAnswer::Object(StatusCode::CREATED, Box::new(status)))
    }

    fn accepts(&self) -> &'static [&'static str] {
        &["policy/v1beta1"]
    }
}

fn read(call: &mut SubresourceCall<'_>) -> Result<Eviction, ApiError> {
    let body = call.body.take().ok_or_else(|| ApiError::bad_request("an Eviction is required"))?;
    let body = call.scope.scheme.to_hub(body).map_err(errors::internal)?;
    let mut eviction = body
        .downcast::<Eviction>()
        .map_err(|other| ApiError::bad_request(format!("not a Eviction object: {:?}", other.gvk())))?;
    metadata::bind_namespace(true, call.namespace, &mut eviction.metadata)?;
    if call.name != eviction.metadata.name {
        return Err(ApiError::bad_request("name in URL does not match name in Eviction object"));
    }
    Ok(*eviction)
}

/// The options of the delete; a dry run may be asked for in the query or in them, but not in different ways.
fn with_dry_run(call: &SubresourceCall<'_>, mut options: DeleteOptions) -> Result<DeleteOptions, ApiError> {
    let asked: Vec<String> = Query::new(call.query).all("dryRun").map(std::borrow::Cow::into_owned).collect();
    if options.dry_run.is_empty() {
        options.dry_run = asked;
    } else if !asked.is_empty() && asked != options.dry_run {
        return Err(ApiError::unknown(format!(
            "Non-matching dry-run options in request and content: [{}] and [{}]",
            asked.join(" "),
            options.dry_run.join(" ")
        )));
    }
    Ok(options)
}

fn version_asked_for(options: &DeleteOptions) -> Option<&String> {
    options.preconditions.as_ref()?.resource_version.as_ref()
}

fn is_conflict(error: &ApiError) -> bool {
    error.status().code == i32::from(StatusCode::CONFLICT.as_u16())
}

/// The pod, where it counts for budgets. One that doesn't, because it is over, was not started or is on its way out, is
/// deleted here.
async fn pod_in_its_way(call: &SubresourceCall<'_>, options: &DeleteOptions) -> Result<Option<Pod>, ApiError> {
    let mut attempts = 0;
    loop {
        let pod = get(call).await?;
        let is_leaving = pod.metadata.deletion_timestamp.is_some();
        let is_over = matches!(pod.status.phase, PodPhase::Succeeded | PodPhase::Failed) || is_leaving;
        if !is_over && pod.status.phase != PodPhase::Pending {
            return Ok(Some(pod));
        }
        let mut exact = options.clone();
        if !is_over && version_asked_for(options).is_none() {
            // it may become ready in the meantime, and then count
            pin(&mut exact, &pod);
        }
        attempts += 1;
        match mark_and_delete(call, &exact).await {
            Err(error) if is_conflict(&error) && version_asked_for(options).is_none() && attempts < ATTEMPTS => {
                tokio::time::sleep(PAUSE).await;
            }
            done => return done.map(|()| None),
        }
    }
}

fn pin(options: &mut DeleteOptions, pod: &Pod) {
    let preconditions: &mut Preconditions = options.preconditions.get_or_insert_default();
    preconditions.resource_version = Some(pod.metadata.resource_version.clone());
}

async fn get(call: &SubresourceCall<'_>) -> Result<Pod, ApiError> {
    let key = call.scope.key(call.namespace, call.name);
    let entry = call.scope.storage()?.get(&key, ReadAt::Latest).await;
    let entry = entry.map_err(|err| errors::from_storage(err, call.scope.target(call.name)))?;
    let object = entry.object().map_err(errors::internal)?;
    object.downcast::<Pod>().map(|pod| *pod).map_err(|_| errors::internal("not a pod"))
}

/// What the budgets say.
enum Allowed {
    /// It may go. The budget that allows it only as long as the pod stays as it is.
    Yes { budget: Option<String> },
    /// It may not, and nobody can help it.
    No(Status),
}

async fn allow(call: &SubresourceCall<'_>, pod: &Pod, options: &DeleteOptions) -> Result<Allowed, ApiError> {
    let scope = call.ctx.registry.resource(&BUDGETS).ok_or_else(ApiError::path_not_found)?;
    let mut budgets = budgets_of(scope, pod).await?;
    if budgets.len() > 1 {
        return Ok(Allowed::No(Status {
            status: v1::STATUS_FAILURE.to_owned(),
            message: "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
                .to_owned(),
            code: i32::from(StatusCode::INTERNAL_SERVER_ERROR.as_u16()),
            ..Status::default()
        }));
    }
    let Some(mut budget) = budgets.pop() else { return Ok(Allowed::Yes { budget: None }) };
    if !is_ready(pod) {
        let always = budget.spec.unhealthy_pod_eviction_policy == Some(UnhealthyPodEvictionPolicyType::AlwaysAllow);
        let status = &budget.status;
        if always || (status.current_healthy >= status.desired_healthy && status.desired_healthy > 0) {
            // it is not among the healthy ones, so nobody misses it
            return Ok(Allowed::Yes { budget: Some(budget.metadata.name) });
        }
    }
    let is_dry_run = !options.dry_run.is_empty();
    let name = budget.metadata.name.clone();
    for _ in 0..ATTEMPTS {
        match take_one(call, scope, pod, budget, is_dry_run).await {
            Err(error) if is_conflict(&error) => {}
            done => return done.map(|()| Allowed::Yes { budget: None }),
        }
        tokio::time::sleep(PAUSE).await;
        budget = read_budget(scope, call.namespace, &name).await?;
    }
    let why = format!("couldn't update PodDisruptionBudget {name:?} due to conflicts");
    Err(ApiError::timeout(why, RETRY_AFTER_SECONDS))
}

fn is_ready(pod: &Pod) -> bool {
    pod.status.conditions.iter().any(|it| it.type_ == "Ready" && it.status == ConditionStatus::True)
}

/// The budgets that the pod falls under. One without a selector selects nothing.
async fn budgets_of(scope: &ResourceScope, pod: &Pod) -> Result<Vec<PodDisruptionBudget>, ApiError> {
    let selection = Selection::of_namespace(Some(&pod.metadata.namespace));
    let listed = scope.storage()?.list(ListRequest { selection, ..ListRequest::default() }).await;
    let mut budgets = Vec::new();
    for entry in listed.map_err(|err| errors::from_storage(err, scope.target("")))?.items {
        let object = entry.object().map_err(errors::internal)?;
        let Ok(budget) = object.downcast::<PodDisruptionBudget>() else { continue };
        let Ok(selector) = Selector::from_label_selector(budget.spec.selector.as_deref()) else { continue };
        if !selector.is_everything() && selector.matches(&pod.metadata.labels) {
            budgets.push(*budget);
        }
    }
    Ok(budgets)
}

async fn read_budget(scope: &ResourceScope, namespace: &str, name: &str) -> Result<PodDisruptionBudget, ApiError> {
    let entry = scope.storage()?.get(&scope.key(namespace, name), ReadAt::Latest).await;
    let object =
        entry.map_err(|err| errors::from_storage(err, scope.target(name)))?.object().map_err(errors::internal)?;
    object.downcast::<PodDisruptionBudget>().map(|it| *it).map_err(|_| errors::internal("not a disruption budget"))
}

/// Takes one of the disruptions that the budget allows.
async fn take_one(
    call: &SubresourceCall<'_>,
    scope: &Arc<ResourceScope>,
    pod: &Pod,
    mut budget: PodDisruptionBudget,
    is_dry_run: bool,
) -> Result<(), ApiError> {
    let name = budget.metadata.name.clone();
    let status = &mut budget.status;
    if status.observed_generation < budget.metadata.generation {
        return Err(still_processed(&name));
    }
    if status.disruptions_allowed < 0 {
        return Err(ApiError::forbidden(&BUDGET, &name, "pdb disruptions allowed is negative"));
    }
    if status.disrupted_pods.len() > DISRUPTED_PODS_MAX {
        let why = "DisruptedPods map too big - too many evictions not confirmed by PDB controller";
        return Err(ApiError::forbidden(&BUDGET, &name, why));
    }
    if status.disruptions_allowed == 0 {
        let (needs, has) = (status.desired_healthy, status.current_healthy);
        let why = format!("The disruption budget {name} needs {needs} healthy pods and has {has} currently");
        return Err(ApiError::too_many_requests(VIOLATES, 0).with_cause(budget_cause(), "", why));
    }
    status.disruptions_allowed -= 1;
    if status.disruptions_allowed == 0 {
        used_up(&mut budget, call.ctx.now);
    }
    if is_dry_run {
        return Ok(());
    }
    budget.status.disrupted_pods.insert(pod.metadata.name.clone(), call.ctx.now);
    write_status(call.ctx, scope, &budget).await
}

fn budget_cause() -> CauseType {
    CauseType::Other("DisruptionBudget".to_owned())
}

fn still_processed(budget: &str) -> ApiError {
    let why = format!("The disruption budget {budget} is still being processed by the server.");
    ApiError::too_many_requests(VIOLATES, RETRY_AFTER_SECONDS).with_cause(budget_cause(), "", why)
}

/// Says in the budget's conditions that nothing more may go.
fn used_up(budget: &mut PodDisruptionBudget, now: Time) {
    let condition = Condition {
        type_: DISRUPTION_ALLOWED_CONDITION.to_owned(),
        status: v1::ConditionStatus::False,
        observed_generation: budget.status.observed_generation,
        last_transition_time: now,
        reason: INSUFFICIENT_PODS_REASON.to_owned(),
        message: String::new(),
    };
    match budget.status.conditions.iter_mut().find(|it| it.type_ == condition.type_) {
        Some(known) => {
            let since = if known.status == condition.status { known.last_transition_time } else { now };
            *known = Condition { last_transition_time: since, ..condition };
        }
        None => budget.status.conditions.push(condition),
    }
}

/// Writes a budget's status as the server's own request, so that managers of fields, checks and versions are as for any
/// other writer.
async fn write_status(
    ctx: &RequestContext,
    scope: &Arc<ResourceScope>,
    budget: &PodDisruptionBudget,
) -> Result<(), ApiError> {
    let user =
        UserInfo { name: "system:apiserver".to_owned(), groups: vec![GROUP_MASTERS.to_owned()], ..UserInfo::default() };
    let mut own = RequestContext::new(Arc::new(user), ctx.registry.clone());
    own.field_manager = "kube-apiserver".to_owned();
    own.namespace.clone_from(&budget.metadata.namespace);
    "status".clone_into(&mut own.subresource);
    let info = RequestInfo {
        is_resource: true,
        verb: "update",
        group: &scope.gvr.group,
        version: &scope.gvr.version,
        namespace: &budget.metadata.namespace,
        resource: &scope.gvr.resource,
        subresource: "status",
        name: &budget.metadata.name,
        ..RequestInfo::default()
    };
    let body = Bytes::from(parts::json_of(budget as &dyn Object));
    let form = Form { output: Output::JSON, include: IncludeObject::default() };
    let headers = HeaderMap::new();
    let call = Call { scope, info: &info, query: Query::default(), headers: &headers, form, ctx: &own, body: &body };
    update::update(call, View::Status).await.map(drop)
}

/// Deletes a pod whose budget agreed.
async fn remove(
    call: &SubresourceCall<'_>,
    pod: &Pod,
    options: &DeleteOptions,
    only_as_it_is: Option<&str>,
) -> Result<(), ApiError> {
    let mut exact = options.clone();
    if only_as_it_is.is_some() {
        pin(&mut exact, pod);
    }
    match (mark_and_delete(call, &exact).await, only_as_it_is) {
        (Err(error), Some(budget)) if is_conflict(&error) && version_asked_for(options).is_none() => {
            Err(still_processed(budget))
        }
        (done, _) => done,
    }
}

/// Notes in the pod's conditions why it goes, and deletes it.
async fn mark_and_delete(call: &SubresourceCall<'_>, options: &DeleteOptions) -> Result<(), ApiError> {
    let mut options = options.clone();
    if options.dry_run.is_empty() {
        let marked = mark(call, &options).await?;
        if let Some(preconditions) = &mut options.preconditions
            && preconditions.resource_version.is_some()
        {
            // it was this server that changed it
            preconditions.resource_version = Some(marked);
        }
    }
    // upstream checks what an eviction says of its delete only here
    delete_options::validate(&options)?;
    delete::delete_object(call.call, call.namespace, call.name, &options).await.map(drop)
}

/// The pod's version with the condition.
async fn mark(call: &SubresourceCall<'_>, options: &DeleteOptions) -> Result<String, ApiError> {
    let key = call.scope.key(call.namespace, call.name);
    let now = call.ctx.now;
    let updated = call
        .scope
        .storage()?
        .update(
            &key,
            &kubeforge_storage::storage::Preconditions::default(),
            Box::new(|current| {
                let outcome = (|| {
                    let Some(current) = current else {
                        return Err(ApiError::not_found(&call.scope.resource, call.name));
                    };
                    let mut object = current.object().map_err(errors::internal)?;
                    let pod = object.downcast_mut::<Pod>().ok_or_else(|| errors::internal("not a pod"))?;
                    check(options.preconditions.as_deref(), pod)?;
                    add_condition(pod, now);
                    Ok(Change::Put(object))
                })();
                Box::pin(std::future::ready(outcome))
            }),
        )
        .await
        .map_err(|err| errors::from_storage(err, call.scope.target(call.name)))?;
    Ok(updated.entry().revision().to_string())
}

fn check(preconditions: Option<&Preconditions>, pod: &Pod) -> Result<(), ApiError> {
    let Some(preconditions) = preconditions else { return Ok(()) };
    let refuse = |why: String| Err(ApiError::conflict(&GroupResource::new("", "Pod"), &pod.metadata.name, why));
    match (&preconditions.uid, &preconditions.resource_version) {
        (Some(uid), _) if !uid.is_empty() && *uid != pod.metadata.uid => refuse(format!(
            "the UID in the precondition ({uid}) does not match the UID in record ({}). The object might have been \
             deleted and then recreated",
            pod.metadata.uid
        )),
        (_, Some(version)) if !version.is_empty() && *version != pod.metadata.resource_version => refuse(format!(
            "the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record ({}). The \
             object might have been modified",
            pod.metadata.resource_version
        )),
        _ => Ok(()),
    }
}

fn add_condition(pod: &mut Pod, now: Time) {
    let condition = PodCondition {
        type_: "DisruptionTarget".to_owned(),
        observed_generation: pod.metadata.generation,
        status: ConditionStatus::True,
        last_transition_time: now,
        reason: "EvictionByEvictionAPI".to_owned(),
        message: "Eviction API: evicting".to_owned(),
        ..PodCondition::default()
    };
    match pod.status.conditions.iter_mut().find(|it| it.type_ == condition.type_) {
        Some(known) => {
            let since = if known.status == condition.status { known.last_transition_time } else { now };
            *known = PodCondition { last_transition_time: since, ..condition };
        }
        None => pod.status.conditions.push(condition),
    }
}

pub(super) fn register(options: &mut Options) {
    options.of("", "pods").subresources.insert("eviction", Arc::new(Evict));
}
