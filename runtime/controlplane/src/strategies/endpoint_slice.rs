//! Endpoint slices: they count every change of what they say, and forget the topology that v1beta1 had.

use std::{collections::BTreeSet, sync::Arc};

use kubeforge_api::discovery::v1::EndpointSlice;
use kubeforge_apiserver::{
    request::RequestContext,
    strategy::{Generation, Strategy},
};
use kubeforge_machinery::{Object, validation::is_dns1123_subdomain};

use super::Options;

const LABEL_HOSTNAME: &str = "kubernetes.io/hostname";

struct EndpointSliceStrategy;

/// Drops the old topology, unless the endpoints are what they were. The node that an old client left there is kept in
/// the field that came after it.
fn drop_topology(new: &mut EndpointSlice, old: Option<&EndpointSlice>) {
    if old.is_some_and(|old| old.endpoints == new.endpoints) {
        return;
    }
    let known: BTreeSet<&String> = old
        .into_iter()
        .flat_map(|old| &old.endpoints)
        .filter_map(|endpoint| endpoint.deprecated_topology.get(LABEL_HOSTNAME))
        .filter(|node| !node.is_empty())
        .collect();
    for endpoint in &mut new.endpoints {
        let topology = std::mem::take(&mut endpoint.deprecated_topology);
        let node = topology.get(LABEL_HOSTNAME);
        let is_kept = |node: &&String| known.contains(node) && is_dns1123_subdomain(node).is_empty();
        if endpoint.node_name.is_none() {
            endpoint.node_name = node.filter(is_kept).cloned();
        }
    }
}

impl Strategy for EndpointSliceStrategy {
    fn prepare_for_create(&self, _ctx: &RequestContext, object: &mut dyn Object) {
        if let Some(slice) = object.downcast_mut::<EndpointSlice>() {
            drop_topology(slice, None);
        }
    }

    fn prepare_for_update(&self, _ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        let (Some(new), Some(old)) = (new.downcast_mut::<EndpointSlice>(), old.downcast_ref::<EndpointSlice>()) else {
            return;
        };
        let is_same = new.address_type == old.address_type
            && new.endpoints == old.endpoints
            && new.ports == old.ports
            && new.metadata.labels == old.metadata.labels;
        if !is_same {
            new.metadata.generation = old.metadata.generation + 1;
        }
        drop_topology(new, Some(old));
    }

    fn generation(&self) -> Option<Generation> {
        Some(Generation::Constant)
    }
}

pub(super) fn register(options: &mut Options) {
    options.of("discovery.k8s.io", "endpointslices").strategy = Some(Arc::new(EndpointSliceStrategy));
}

#[cfg(test)]
mod tests {
    use kubeforge_api::discovery::v1::Endpoint;

    use super::*;

    #[test]
    fn a_node_of_the_old_topology_is_kept_if_it_was_there() {
        let endpoint = |address: &str, node: &str| {
            let mut endpoint = Endpoint { addresses: vec![address.to_owned()], ..Endpoint::default() };
            endpoint.deprecated_topology.insert(LABEL_HOSTNAME.to_owned(), node.to_owned());
            endpoint
        };
        let old = EndpointSlice { endpoints: [endpoint("10.0.0.1", "n1")].into(), ..EndpointSlice::default() };
        let mut new = EndpointSlice {
            endpoints: [endpoint("10.0.0.2", "n1"), endpoint("10.0.0.3", "n2")].into(),
            ..EndpointSlice::default()
        };
        drop_topology(&mut new, Some(&old));
        let nodes: Vec<Option<&str>> = new.endpoints.iter().map(|endpoint| endpoint.node_name.as_deref()).collect();
        assert_eq!(nodes, [Some("n1"), None]);
        assert!(new.endpoints.iter().all(|endpoint| endpoint.deprecated_topology.is_empty()));
    }
}
