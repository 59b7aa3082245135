//! Claims of devices and their templates: access that is the administrator's is for namespaces that are marked for it.
//! Follows pkg/registry/resource of upstream.

use std::sync::Arc;

use async_trait::async_trait;
use kubeforge_api::resource::v1::{DeviceRequest, DeviceRequestAllocationResult, ResourceClaim, ResourceClaimTemplate};
use kubeforge_apiserver::{
    errors,
    request::RequestContext,
    strategy::{Generation, Strategy},
};
use kubeforge_machinery::{
    GroupKind, GroupResource, Object,
    field::{Error, Path},
    status::ApiError,
};
use kubeforge_storage::storage::ReadAt;

use super::Options;

const GROUP: &str = "resource.k8s.io";
const NAMESPACES: GroupResource = GroupResource::new("", "namespaces");
/// The label by which a namespace is marked.
const ADMIN_LABEL: &str = "resource.kubernetes.io/admin-access";

struct ClaimStrategy;

#[async_trait]
impl Strategy for ClaimStrategy {
    kubeforge_apiserver::status_field!(ResourceClaim, status, spec);

    fn generation(&self) -> Option<Generation> {
        Some(Generation::Absent)
    }

    fn returns_deleted_object(&self) -> bool {
        true
    }

    async fn check_rights(
        &self,
        ctx: &RequestContext,
        new: &dyn Object,
        old: Option<&dyn Object>,
    ) -> Result<(), ApiError> {
        let Some(new) = new.downcast_ref::<ResourceClaim>() else { return Ok(()) };
        let asks = match old.and_then(|old| old.downcast_ref::<ResourceClaim>()) {
            None => in_requests(&new.spec.devices.requests),
            // what was granted stays granted
            Some(old) if ctx.subresource == "status" && in_results(old).is_none() => in_results(new),
            // a spec does not change
            Some(_) => None,
        };
        check(ctx, "ResourceClaim", &new.metadata.name, asks).await
    }
}

struct TemplateStrategy;

#[async_trait]
impl Strategy for TemplateStrategy {
    fn returns_deleted_object(&self) -> bool {
        true
    }

    async fn check_rights(
        &self,
        ctx: &RequestContext,
        new: &dyn Object,
        old: Option<&dyn Object>,
    ) -> Result<(), ApiError> {
        match (new.downcast_ref::<ResourceClaimTemplate>(), old) {
            (Some(new), None) => {
                let asks = in_requests(&new.spec.spec.devices.requests);
                check(ctx, "ResourceClaimTemplate", &new.metadata.name, asks).await
            }
            _ => Ok(()),
        }
    }
}

/// Where access as an administrator is asked for: the element of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Asks {
    list: &'static str,
    at: usize,
}

/// The first request that asks for it.
fn in_requests(requests: &[DeviceRequest]) -> Option<Asks> {
    let asks = |request: &DeviceRequest| request.exactly.as_ref().is_some_and(|it| it.admin_access == Some(true));
    requests.iter().position(asks).map(|at| Asks { list: "spec.devices.requests", at })
}

/// The first result that grants it.
fn in_results(claim: &ResourceClaim) -> Option<Asks> {
    let grants = |result: &DeviceRequestAllocationResult| result.admin_access == Some(true);
    let at = claim.status.allocation.as_ref()?.devices.results.iter().position(grants)?;
    Some(Asks { list: "status.allocation.devices.results", at })
}

async fn check(ctx: &RequestContext, kind: &'static str, name: &str, asks: Option<Asks>) -> Result<(), ApiError> {
    let Some(Asks { list, at }) = asks else { return Ok(()) };
    if is_marked(ctx).await? {
        return Ok(());
    }
    let list = Path::new(list);
    let element = list.index(at);
    let path = element.child("adminAccess");
    let text = format!("admin access to devices requires the `{ADMIN_LABEL}: true` label on the containing namespace");
    Err(ApiError::invalid(&GroupKind::new(GROUP, kind), name, &vec![Error::forbidden(&path, text)]))
}

/// Whether the namespace of the request is marked.
async fn is_marked(ctx: &RequestContext) -> Result<bool, ApiError> {
    let Some(namespaces) = ctx.registry.resource(&NAMESPACES) else { return Ok(false) };
    let found = namespaces.storage()?.get(&namespaces.key("", &ctx.namespace), ReadAt::Latest).await;
    let found = found.map_err(|error| errors::from_storage(error, namespaces.target(&ctx.namespace)))?;
    let object = found.object().map_err(ApiError::internal_error)?;
    let label = object.meta().and_then(|meta| meta.labels.get(ADMIN_LABEL));
    Ok(label.is_some_and(|value| value == "true"))
}

pub(super) fn register(options: &mut Options) {
    options.of(GROUP, "resourceclaims").strategy = Some(Arc::new(ClaimStrategy));
    options.of(GROUP, "resourceclaimtemplates").strategy = Some(Arc::new(TemplateStrategy));
}
