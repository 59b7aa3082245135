//! Connections through the API server: to kubelets (`pods/log`, `exec`, `attach`, `portforward`, `nodes/proxy`), to pods
//! (`pods/proxy`) and to what stands behind services (`services/proxy`). Follows pkg/registry/core/{pod,node,service}/rest
//! and pkg/kubelet/client.
//!
//! Each file says where a request goes; [`kubeforge_apiserver::proxy`] takes it there.

mod kubelet;
mod log;
mod node;
mod pod;
mod service;
mod stream;
mod target;

use std::{collections::BTreeMap, sync::Arc};

use kubeforge_apiserver::{
    errors,
    registry::ResourceOptions,
    subresource::{SubresourceCall, SubresourceHandler},
};
use kubeforge_machinery::{ApiError, GroupResource, Resource};
use kubeforge_storage::storage::ReadAt;

pub(crate) use kubelet::Kubelets;

/// Adds the handlers.
pub(crate) fn register(resources: &mut BTreeMap<GroupResource, ResourceOptions>, kubelets: Kubelets) {
    let kubelets = Arc::new(kubelets);
    let mut add = |plural: &'static str, name: &'static str, handler: Arc<dyn SubresourceHandler>| {
        let options = resources.entry(GroupResource::new("", plural)).or_default();
        options.subresources.insert(name, handler);
    };
    add("pods", "log", Arc::new(log::Log(kubelets.clone())));
    for (name, stream) in stream::ALL {
        add("pods", name, Arc::new(stream::Connect { stream, kubelets: kubelets.clone() }));
    }
    add("pods", "proxy", Arc::new(pod::Proxy(kubelets.clone())));
    add("nodes", "proxy", Arc::new(node::Proxy(kubelets.clone())));
    add("services", "proxy", Arc::new(service::Proxy(kubelets)));
}

/// An object that says where a request goes.
async fn get<T: Resource>(
    call: &SubresourceCall<'_>,
    plural: &'static str,
    namespace: &str,
    name: &str,
) -> Result<Box<T>, ApiError> {
    let resource = GroupResource::new("", plural);
    let scope = call.ctx.registry.resource(&resource).ok_or_else(|| ApiError::not_found(&resource, name))?;
    let entry = scope.storage()?.get(&scope.key(namespace, name), ReadAt::Latest).await;
    let object =
        entry.map_err(|err| errors::from_storage(err, scope.target(name)))?.object().map_err(errors::internal)?;
    object.downcast::<T>().map_err(|_| errors::internal("an object is of another kind than its resource"))
}
