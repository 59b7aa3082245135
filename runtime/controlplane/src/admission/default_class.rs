//! DefaultStorageClass and DefaultIngressClass: claims and ingresses that name no class get the default one, by an
//! annotation of the class. Of several the newest is it.

use async_trait::async_trait;
use kubeforge_api::{core::v1::PersistentVolumeClaim, networking::v1::Ingress};
use kubeforge_apiserver::admission::{Admission, Attributes, Operation};
use kubeforge_machinery::{GroupResource, Object, Time, status::ApiError};
use kubeforge_storage::{
    entry::Entry,
    storage::{ListRequest, ReadAt},
};

use super::is_resource;

const STORAGE_CLASSES: GroupResource = GroupResource::new("storage.k8s.io", "storageclasses");
const INGRESS_CLASSES: GroupResource = GroupResource::new("networking.k8s.io", "ingressclasses");
/// The second one is what classes were marked with before there were stable ones.
const DEFAULT_STORAGE_CLASS: [&str; 2] =
    ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];
const DEFAULT_INGRESS_CLASS: [&str; 1] = ["ingressclass.kubernetes.io/is-default-class"];
const STORAGE_CLASS_ANNOTATION: &str = "volume.beta.kubernetes.io/storage-class";
const INGRESS_CLASS_ANNOTATION: &str = "kubernetes.io/ingress.class";

pub(super) struct DefaultStorageClass;

#[async_trait]
impl Admission for DefaultStorageClass {
    fn name(&self) -> &'static str {
        "DefaultStorageClass"
    }

    fn handles(&self, operation: Operation) -> bool {
        operation == Operation::Create
    }

    async fn mutate(&self, attributes: &Attributes<'_>, object: Option<&mut dyn Object>) -> Result<(), ApiError> {
        if is_resource(attributes, "", "persistentvolumeclaims")
            && let Some(claim) = object.and_then(|object| object.downcast_mut::<PersistentVolumeClaim>())
            && claim.spec.storage_class_name.is_none()
            && !claim.metadata.annotations.contains_key(STORAGE_CLASS_ANNOTATION)
        {
            claim.spec.storage_class_name = default_class(attributes, &STORAGE_CLASSES, &DEFAULT_STORAGE_CLASS).await?;
        }
        Ok(())
    }
}

pub(super) struct DefaultIngressClass;

#[async_trait]
impl Admission for DefaultIngressClass {
    fn name(&self) -> &'static str {
        "DefaultIngressClass"
    }

    fn handles(&self, operation: Operation) -> bool {
        operation == Operation::Create
    }

    async fn mutate(&self, attributes: &Attributes<'_>, object: Option<&mut dyn Object>) -> Result<(), ApiError> {
        if is_resource(attributes, "networking.k8s.io", "ingresses")
            && let Some(ingress) = object.and_then(|object| object.downcast_mut::<Ingress>())
            && ingress.spec.ingress_class_name.is_none()
            && !ingress.metadata.annotations.contains_key(INGRESS_CLASS_ANNOTATION)
        {
            ingress.spec.ingress_class_name =
                default_class(attributes, &INGRESS_CLASSES, &DEFAULT_INGRESS_CLASS).await?;
        }
        Ok(())
    }
}

/// The name of the class that is the default, if there is one.
async fn default_class(
    attributes: &Attributes<'_>,
    resource: &GroupResource,
    annotations: &[&str],
) -> Result<Option<String>, ApiError> {
    let storage = attributes.ctx.registry.resource(resource).and_then(|scope| scope.storage.clone());
    let Some(storage) = storage else { return Ok(None) };
    let request = ListRequest { at: ReadAt::Any, ..ListRequest::default() };
    let classes = storage.list(request).await.map_err(|err| super::storage_error(err, resource, ""))?.items;
    let made = |entry: &Entry| entry.cached(|| Mark::of(entry, annotations)).made;
    let defaults = classes.iter().filter_map(|entry| Some((made(entry)?, &entry.key().name)));
    // the newest; of equally old ones the first by name
    let newest =
        defaults.max_by(|(one, one_name), (other, other_name)| one.cmp(other).then_with(|| other_name.cmp(one_name)));
    Ok(newest.map(|(_, name)| name.clone()))
}

/// When a class was made that is marked as the default, kept with the class: every claim asks for it.
struct Mark {
    made: Option<Time>,
}

impl Mark {
    fn of(entry: &Entry, annotations: &[&str]) -> Self {
        let object = entry.object().ok();
        let meta = object.as_ref().and_then(|object| object.meta());
        let marked = meta.filter(|meta| {
            annotations.iter().any(|name| meta.annotations.get(*name).is_some_and(|value| value == "true"))
        });
        Self { made: marked.map(|meta| meta.creation_timestamp) }
    }
}
