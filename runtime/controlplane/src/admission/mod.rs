//! Admission plugins that kube-apiserver runs by default, as far as they exist here, in its order.

mod certificate_subject;
mod claim_resize;
mod default_class;
mod default_toleration_seconds;
mod namespace_lifecycle;
mod pod_resize;
mod priority;
mod runtime_class;
mod service_account;
mod signers;
mod storage_protection;
mod taint_nodes_by_condition;

use std::sync::Arc;

use kubeforge_apiserver::{
    admission::{Admission, Attributes},
    errors::{self, Target},
    request::RequestContext,
};
use kubeforge_machinery::{GroupResource, Resource, status::ApiError};
use kubeforge_storage::{
    entry::Entry,
    storage::{ObjectKey, ReadAt, StorageError},
};

pub(crate) use self::default_toleration_seconds::TolerationSeconds;
use crate::security::Security;

/// The plugins in kube-apiserver's order.
fn default_plugins(tolerations: TolerationSeconds) -> Vec<Box<dyn Admission>> {
    vec![
        Box::new(namespace_lifecycle::NamespaceLifecycle),
        Box::new(service_account::ServiceAccountPlugin),
        Box::new(taint_nodes_by_condition::TaintNodesByCondition),
        Box::new(priority::Priority),
        Box::new(default_toleration_seconds::DefaultTolerationSeconds(tolerations)),
        Box::new(default_class::DefaultStorageClass),
        Box::new(storage_protection::StorageObjectInUseProtection),
        Box::new(claim_resize::PersistentVolumeClaimResize),
        Box::new(runtime_class::RuntimeClassPlugin),
        Box::new(signers::CertificateApproval),
        Box::new(signers::CertificateSigning),
        Box::new(certificate_subject::CertificateSubjectRestriction),
        Box::new(default_class::DefaultIngressClass),
        Box::new(pod_resize::PodResizeValidator),
    ]
}

/// Plugins that run only where the flags name them.
const OPTIONAL: [&str; 1] = ["NodeRestriction"];

/// The plugins to run: the default ones and those named, without those named to be left out.
pub(crate) fn plugins(
    security: &Security,
    enabled: &[String],
    disabled: &[String],
    tolerations: TolerationSeconds,
) -> Vec<Box<dyn Admission>> {
    let mut plugins = default_plugins(tolerations);
    if enabled.iter().any(|name| name == OPTIONAL[0]) {
        // right after the plugin that gives pods their account, so that it sees whom they run as
        let before = plugins.iter().position(|plugin| plugin.name() == "ServiceAccount").map_or(0, |at| at + 1);
        plugins.insert(before, security.node_restriction());
    }
    plugins.retain(|plugin| !disabled.iter().any(|name| name == plugin.name()));
    plugins
}

/// The names of all plugins.
pub(crate) fn names() -> Vec<&'static str> {
    default_plugins(TolerationSeconds::default()).iter().map(|plugin| plugin.name()).chain(OPTIONAL).collect()
}

/// Whether the request is about the resource itself (no subresource) of this group and plural.
fn is_resource(attributes: &Attributes<'_>, group: &str, plural: &str) -> bool {
    attributes.subresource.is_empty() && attributes.resource.group == group && attributes.resource.resource == plural
}

/// An object of another resource, as the watch cache has it.
async fn look_up(
    ctx: &RequestContext,
    resource: &GroupResource,
    namespace: &str,
    name: &str,
    at: ReadAt,
) -> Result<Option<Arc<Entry>>, StorageError> {
    let Some(storage) = ctx.registry.resource(resource).and_then(|scope| scope.storage.clone()) else {
        return Ok(None);
    };
    let key = ObjectKey { namespace: namespace.to_owned(), name: name.to_owned() };
    match storage.get(&key, at).await {
        Ok(entry) => Ok(Some(entry)),
        Err(StorageError::NotFound(_)) => Ok(None),
        Err(err) => Err(err),
    }
}

/// The entry's object as its type; `None` where it is of another. It is decoded once, and kept as long as it is asked for.
fn typed<T: Resource>(entry: &Entry) -> Result<Option<Arc<T>>, StorageError> {
    let kept = entry.cached(|| entry.object().map(|object| object.downcast::<T>().ok().map(Arc::from)));
    match &*kept {
        Ok(object) => Ok(object.clone()),
        // an entry that can't be read is rare, and its error can't be shared
        Err(_) => entry.object().map(|object| object.downcast::<T>().ok().map(Arc::from)),
    }
}

/// A failure to read an object of another resource, as the client sees it.
fn storage_error(error: StorageError, resource: &GroupResource, name: &str) -> ApiError {
    errors::from_storage(error, Target { resource, name, prefix: "" })
}
