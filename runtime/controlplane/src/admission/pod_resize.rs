//! PodResizeValidator: the node of a pod that asks for more must be there and large enough.

use std::sync::Arc;

use async_trait::async_trait;
use kubeforge_api::core::v1::{Node, Pod};
use kubeforge_apiserver::admission::{Admission, Attributes, Operation};
use kubeforge_machinery::{GroupResource, Object, Quantity, meta::v1::CauseType, quote::quote, status::ApiError};
use kubeforge_storage::storage::ReadAt;
use kubeforge_validation::pod_requests;

use super::{look_up, typed};

const NODES: GroupResource = GroupResource::new("", "nodes");
const PODS: GroupResource = GroupResource::new("", "pods");
const OS_LABEL: &str = "kubernetes.io/os";

pub(super) struct PodResizeValidator;

#[async_trait]
impl Admission for PodResizeValidator {
    fn name(&self) -> &'static str {
        "PodResizeValidator"
    }

    fn handles(&self, operation: Operation) -> bool {
        operation == Operation::Update
    }

    async fn validate(&self, attributes: &Attributes<'_>, object: Option<&dyn Object>) -> Result<(), ApiError> {
        let is_resize = attributes.subresource == "resize" && attributes.resource.group_resource() == PODS;
        let Some(pod) = object.filter(|_| is_resize).and_then(|object| object.downcast_ref::<Pod>()) else {
            return Ok(());
        };
        let old = attributes.old_object.and_then(|old| old.downcast_ref::<Pod>());
        let is_same = old.is_none_or(|old| old.metadata.generation == pod.metadata.generation);
        if pod.spec.node_name.is_empty() || is_same {
            return Ok(());
        }
        let node = node_of(attributes, &pod.spec.node_name).await?;
        on_linux(attributes, &node)?;
        fits(attributes, pod, &node)
    }
}

async fn node_of(attributes: &Attributes<'_>, name: &str) -> Result<Arc<Node>, ApiError> {
    let refused = |text: String| ApiError::forbidden(&PODS, attributes.name, &text);
    let failed = |err| refused(format!("failed to get node {}: {err}", quote(name)));
    let entry = look_up(attributes.ctx, &NODES, "", name, ReadAt::Any).await.map_err(failed)?;
    let node = entry.map(|entry| typed::<Node>(&entry)).transpose().map_err(failed)?.flatten();
    node.ok_or_else(|| refused(format!("node {} not found", quote(name))))
}

fn on_linux(attributes: &Attributes<'_>, node: &Node) -> Result<(), ApiError> {
    match node.metadata.labels.get(OS_LABEL) {
        Some(os) if os != "linux" => {
            let name = quote(&node.metadata.name);
            let text = format!("pod resize is only supported on linux nodes, node {name} is {}", quote(os));
            Err(because(attributes, &text, "UnsupportedPlatform"))
        }
        _ => Ok(()),
    }
}

fn fits(attributes: &Attributes<'_>, pod: &Pod, node: &Node) -> Result<(), ApiError> {
    let requests = pod_requests(&pod.spec);
    let allocatable = |resource: &str| node.status.allocatable.get(resource).cloned().unwrap_or_default();
    let mut lacking = Vec::new();
    let mut compare = |resource: &str, number: fn(&Quantity) -> i64| {
        let (asked, there) = (requests.get(resource).cloned().unwrap_or_default(), allocatable(resource));
        if asked > there {
            lacking.push(format!("{resource}, requested: {}, allocatable: {}", number(&asked), number(&there)));
        }
    };
    compare("cpu", Quantity::milli_value);
    compare("memory", Quantity::value);
    if lacking.is_empty() {
        return Ok(());
    }
    let text = format!("node didn't have enough allocatable resources: {}", lacking.join("; "));
    Err(because(attributes, &text, "NodeCapacity"))
}

fn because(attributes: &Attributes<'_>, text: &str, cause: &str) -> ApiError {
    ApiError::forbidden(&PODS, attributes.name, text).with_cause(CauseType::from(cause), "", "")
}
