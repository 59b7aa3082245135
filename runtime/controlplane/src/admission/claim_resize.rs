//! PersistentVolumeClaimResize: a claim grows only if its class says that its volumes can.

use async_trait::async_trait;
use kubeforge_api::{core::v1::PersistentVolumeClaim, storage::v1::StorageClass};
use kubeforge_apiserver::admission::{Admission, Attributes, Operation};
use kubeforge_machinery::{GroupResource, Object, Quantity, status::ApiError};
use kubeforge_storage::storage::ReadAt;

use super::{is_resource, look_up, typed};

const CLAIMS: GroupResource = GroupResource::new("", "persistentvolumeclaims");
const CLASSES: GroupResource = GroupResource::new("storage.k8s.io", "storageclasses");
const CLASS_ANNOTATION: &str = "volume.beta.kubernetes.io/storage-class";

pub(super) struct PersistentVolumeClaimResize;

#[async_trait]
impl Admission for PersistentVolumeClaimResize {
    fn name(&self) -> &'static str {
        "PersistentVolumeClaimResize"
    }

    fn handles(&self, operation: Operation) -> bool {
        operation == Operation::Update
    }

    async fn validate(&self, attributes: &Attributes<'_>, object: Option<&dyn Object>) -> Result<(), ApiError> {
        if !is_resource(attributes, "", "persistentvolumeclaims") {
            return Ok(());
        }
        let new = object.and_then(|object| object.downcast_ref::<PersistentVolumeClaim>());
        let old = attributes.old_object.and_then(|old| old.downcast_ref::<PersistentVolumeClaim>());
        let (Some(new), Some(old)) = (new, old) else { return Ok(()) };
        if size(new) <= size(old) || can_grow(attributes, new, old).await? {
            return Ok(());
        }
        let text = "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must \
                    support resize";
        Err(ApiError::forbidden(&CLAIMS, attributes.name, text))
    }
}

fn size(claim: &PersistentVolumeClaim) -> Quantity {
    claim.spec.resources.requests.get("storage").cloned().unwrap_or(Quantity::ZERO)
}

fn class(claim: &PersistentVolumeClaim) -> &str {
    let annotation = claim.metadata.annotations.get(CLASS_ANNOTATION);
    annotation.or(claim.spec.storage_class_name.as_ref()).map_or("", String::as_str)
}

async fn can_grow(
    attributes: &Attributes<'_>,
    new: &PersistentVolumeClaim,
    old: &PersistentVolumeClaim,
) -> Result<bool, ApiError> {
    let name = class(new);
    if name.is_empty() || name != class(old) {
        return Ok(false);
    }
    let failed = |err| super::storage_error(err, &CLASSES, name);
    let Some(entry) = look_up(attributes.ctx, &CLASSES, "", name, ReadAt::Any).await.map_err(failed)? else {
        return Ok(false);
    };
    let class = typed::<StorageClass>(&entry).map_err(failed)?;
    Ok(class.is_some_and(|class| class.allow_volume_expansion == Some(true)))
}
