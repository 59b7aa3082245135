//! NamespaceLifecycle: objects are created only in namespaces that exist and stay; some namespaces stay for ever.

use async_trait::async_trait;
use kubeforge_api::core::v1::{Namespace, NamespacePhase};
use kubeforge_apiserver::admission::{Admission, Attributes, Operation};
use kubeforge_machinery::{GroupResource, Object, meta::v1::CauseType, status::ApiError};
use kubeforge_storage::storage::ReadAt;

use super::{is_resource, look_up, typed};

const NAMESPACES: GroupResource = GroupResource::new("", "namespaces");
const IMMORTAL: [&str; 3] = ["default", "kube-system", "kube-public"];

pub(super) struct NamespaceLifecycle;

#[async_trait]
impl Admission for NamespaceLifecycle {
    fn name(&self) -> &'static str {
        "NamespaceLifecycle"
    }

    fn handles(&self, operation: Operation) -> bool {
        matches!(operation, Operation::Create | Operation::Delete)
    }

    async fn mutate(&self, attributes: &Attributes<'_>, object: Option<&mut dyn Object>) -> Result<(), ApiError> {
        let _not_changed = object;
        match attributes.operation {
            Operation::Delete if is_resource(attributes, "", "namespaces") && IMMORTAL.contains(&attributes.name) => {
                Err(ApiError::forbidden(&NAMESPACES, attributes.name, "this namespace may not be deleted"))
            }
            Operation::Create if !attributes.namespace.is_empty() && attributes.resource.resource != "namespaces" => {
                check_namespace(attributes).await
            }
            _ => Ok(()),
        }
    }
}

async fn check_namespace(attributes: &Attributes<'_>) -> Result<(), ApiError> {
    let failed = |err| super::storage_error(err, &NAMESPACES, attributes.namespace);
    // the cache may lag behind a namespace that was just made, so an absent one is asked for again
    let mut entry =
        look_up(attributes.ctx, &NAMESPACES, "", attributes.namespace, ReadAt::Any).await.map_err(failed)?;
    if entry.is_none() {
        entry = look_up(attributes.ctx, &NAMESPACES, "", attributes.namespace, ReadAt::Latest).await.map_err(failed)?;
    }
    let Some(entry) = entry else { return Err(ApiError::not_found(&NAMESPACES, attributes.namespace)) };
    if entry.field("status.phase") != Some("Terminating") {
        return Ok(());
    }
    let terminating = typed::<Namespace>(&entry)
        .map_err(failed)?
        .is_some_and(|namespace| namespace.status.phase == NamespacePhase::Terminating);
    if !terminating {
        return Ok(());
    }
    let text =
        format!("unable to create new content in namespace {} because it is being terminated", attributes.namespace);
    let cause = format!("namespace {} is being terminated", attributes.namespace);
    let resource = attributes.resource.group_resource();
    Err(ApiError::forbidden(&resource, attributes.name, &text).with_cause(
        CauseType::from("NamespaceTerminating"),
        "metadata.namespace",
        cause,
    ))
}
