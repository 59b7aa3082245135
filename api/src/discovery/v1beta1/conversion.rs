//! To and from v1, the hub: what the generated conversion leaves to us.
//!
//! v1 has a field for the zone, and shows the node only in its field; v1beta1 has both in the map of the topology. So an
//! endpoint with a node gets a label for it there. Follows pkg/apis/discovery/v1beta1/conversion.go.

use kubeforge_machinery::ConversionError;

use super::Endpoint;
use crate::core::v1::{LABEL_HOSTNAME, LABEL_TOPOLOGY_ZONE};
use crate::discovery::v1;

/// Moves the zone and the node out of the topology. A node that is not the one in the field stays there.
pub(super) fn endpoint_to_hub(_from: &Endpoint, to: &mut v1::Endpoint) -> Result<(), ConversionError> {
    to.zone = to.deprecated_topology.remove(LABEL_TOPOLOGY_ZONE);
    if let Some(host) = to.deprecated_topology.remove(LABEL_HOSTNAME) {
        let node = to.node_name.get_or_insert_with(|| host.clone());
        if *node != host {
            to.deprecated_topology.insert(LABEL_HOSTNAME.to_owned(), host);
        }
    }
    Ok(())
}

/// Adds the zone and the node to the topology. A node that is there already stays.
pub(super) fn endpoint_from_hub(from: &v1::Endpoint, to: &mut Endpoint) -> Result<(), ConversionError> {
    if let Some(zone) = &from.zone {
        to.topology.insert(LABEL_TOPOLOGY_ZONE.to_owned(), zone.clone());
    }
    if let Some(node) = &from.node_name
        && to.topology.get(LABEL_HOSTNAME).is_none_or(String::is_empty)
    {
        to.topology.insert(LABEL_HOSTNAME.to_owned(), node.clone());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::generated::conversion as generated;
    use super::*;

    fn spoke(node_name: Option<&str>, topology: &[(&str, &str)]) -> Endpoint {
        let topology = topology.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Endpoint { node_name: node_name.map(str::to_owned), topology, ..Endpoint::default() }
    }

    fn hub(node_name: Option<&str>, zone: Option<&str>, topology: &[(&str, &str)]) -> v1::Endpoint {
        v1::Endpoint {
            node_name: node_name.map(str::to_owned),
            zone: zone.map(str::to_owned),
            deprecated_topology: spoke(None, topology).topology,
            ..v1::Endpoint::default()
        }
    }

    #[track_caller]
    fn check(spoke: Endpoint, hub: v1::Endpoint) {
        assert_eq!(generated::endpoint_to_hub(spoke.clone()).unwrap(), hub);
        assert_eq!(generated::endpoint_from_hub(hub).unwrap(), spoke);
    }

    #[test]
    fn zone_and_node_are_fields_in_v1() {
        check(spoke(None, &[]), hub(None, None, &[]));
        check(spoke(None, &[(LABEL_TOPOLOGY_ZONE, "z")]), hub(None, Some("z"), &[]));
        check(
            spoke(Some("n"), &[("rack", "r"), (LABEL_HOSTNAME, "n"), (LABEL_TOPOLOGY_ZONE, "z")]),
            hub(Some("n"), Some("z"), &[("rack", "r")]),
        );
    }

    #[test]
    fn a_node_in_the_topology_is_one_in_the_field() {
        let label = [(LABEL_HOSTNAME, "n")];
        assert_eq!(generated::endpoint_to_hub(spoke(None, &label)).unwrap(), hub(Some("n"), None, &[]));
        let there = generated::endpoint_to_hub(spoke(Some("n"), &[])).unwrap();
        assert_eq!(generated::endpoint_from_hub(there).unwrap(), spoke(Some("n"), &label));
    }

    #[test]
    fn another_node_in_the_topology_stays() {
        let label = [(LABEL_HOSTNAME, "other")];
        check(spoke(Some("n"), &label), hub(Some("n"), None, &label));
    }
}
