//! Endpoint slices: addresses of one type, ports with names of their own, hints for nearby clients.

use std::collections::BTreeSet;

use kubeforge_api::{
    core::v1::Protocol,
    discovery::v1::{AddressType, Endpoint, EndpointHints, EndpointPort, EndpointSlice, LABEL_MANAGED_BY},
};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{
        CheckContext, Checks, MetadataOnUpdate, is_dns1123_label, is_dns1123_subdomain, is_fully_qualified_domain_name,
        is_label_value, is_qualified_name, is_valid_ip_sloppy, labels,
    },
};

use crate::{
    BuiltIn,
    common::{PORT_PROTOCOLS, endpoint_ip, immutable, invalid_each, ip_warnings, is_ipv6},
};

const ENDPOINTS_MAX: usize = 1000;
const ADDRESSES_MAX: usize = 100;
const PORTS_MAX: usize = 20_000;
const TOPOLOGY_LABELS_MAX: usize = 16;
const HINTS_MAX: usize = 8;
const LABEL_ZONE: &str = "topology.kubernetes.io/zone";
/// Controllers that write addresses in their usual form.
const CONTROLLERS: [&str; 2] = ["endpointslice-controller.k8s.io", "endpointslicemirroring-controller.k8s.io"];

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|_: &CheckContext<'_>, slice: &EndpointSlice| validate(slice, None))
        .update(|_: &CheckContext<'_>, new: &EndpointSlice, old: &EndpointSlice| {
            let mut errors = validate(new, Some(old));
            immutable(&new.address_type, &old.address_type, &Path::new("addressType"), &mut errors);
            errors
        })
        .metadata_on_update(MetadataOnUpdate::Create)
        .warnings(warnings);
    all.add("discovery.k8s.io", "endpointslices", checks);
}

fn validate(slice: &EndpointSlice, old: Option<&EndpointSlice>) -> ErrorList {
    let mut errors = ErrorList::new();
    let type_ = Path::new("addressType");
    if let AddressType::Other(other) = &slice.address_type {
        errors.push(match other.as_str() {
            "" => Error::required(&type_, ""),
            _ => Error::not_supported(&type_, other, &["FQDN", "IPv4", "IPv6"]),
        });
    }
    ports(&slice.ports, &mut errors);
    // what an older server let pass may stay
    if old.is_none_or(|old| old.endpoints != slice.endpoints) {
        endpoints(slice, &mut errors);
    }
    errors
}

fn endpoints(slice: &EndpointSlice, errors: &mut ErrorList) {
    let list = Path::new("endpoints");
    if slice.endpoints.len() > ENDPOINTS_MAX {
        errors.push(Error::too_many(&list, slice.endpoints.len(), ENDPOINTS_MAX));
        return;
    }
    for (index, it) in slice.endpoints.iter().enumerate() {
        let path = list.index(index);
        addresses(it, &slice.address_type, &path.child("addresses"), errors);
        endpoint(it, &path, errors);
    }
}

fn addresses(endpoint: &Endpoint, type_: &AddressType, list: &Path<'_>, errors: &mut ErrorList) {
    let addresses = &endpoint.addresses;
    if addresses.is_empty() {
        errors.push(Error::required(list, "must contain at least 1 address"));
    } else if addresses.len() > ADDRESSES_MAX {
        errors.push(Error::too_many(list, addresses.len(), ADDRESSES_MAX));
    }
    for (index, address) in addresses.iter().enumerate() {
        let path = list.index(index);
        match type_ {
            AddressType::FQDN => errors.extend(is_fully_qualified_domain_name(&path, address)),
            AddressType::IPv4 | AddressType::IPv6 => ip(address, type_, &path, errors),
            AddressType::Other(_) => {}
        }
    }
}

fn ip(address: &str, type_: &AddressType, path: &Path<'_>, errors: &mut ErrorList) {
    let wrong = is_valid_ip_sloppy(path, address);
    if !wrong.is_empty() {
        errors.extend(wrong);
        return;
    }
    if is_ipv6(address) != (*type_ == AddressType::IPv6) {
        errors.push(Error::invalid(path, address, format!("must be a valid {type_} address")));
    }
    endpoint_ip(address, path, errors);
}

fn endpoint(endpoint: &Endpoint, path: &Path<'_>, errors: &mut ErrorList) {
    if let Some(node) = &endpoint.node_name {
        invalid_each(&path.child("nodeName"), node, is_dns1123_subdomain(node), errors);
    }
    let topology = path.child("deprecatedTopology");
    if endpoint.deprecated_topology.len() > TOPOLOGY_LABELS_MAX {
        errors.push(Error::too_many(&topology, endpoint.deprecated_topology.len(), TOPOLOGY_LABELS_MAX));
    }
    labels(&endpoint.deprecated_topology, &topology, errors);
    if endpoint.deprecated_topology.contains_key(LABEL_ZONE) {
        errors.push(Error::internal(&topology.key(LABEL_ZONE), "reserved key was not removed in conversion"));
    }
    if let Some(hostname) = &endpoint.hostname {
        invalid_each(&path.child("hostname"), hostname, is_dns1123_label(hostname), errors);
    }
    if let Some(it) = &endpoint.hints {
        hints(it, &path.child("hints"), errors);
    }
}

fn hints(hints: &EndpointHints, path: &Path<'_>, errors: &mut ErrorList) {
    let nodes: Vec<&str> = hints.for_nodes.iter().map(|it| it.name.as_str()).collect();
    hinted(&nodes, is_dns1123_subdomain, &path.child("forNodes"), errors);
    let zones: Vec<&str> = hints.for_zones.iter().map(|it| it.name.as_str()).collect();
    hinted(&zones, is_label_value, &path.child("forZones"), errors);
}

fn hinted(names: &[&str], rule: fn(&str) -> Vec<String>, list: &Path<'_>, errors: &mut ErrorList) {
    if names.len() > HINTS_MAX {
        errors.push(Error::too_many(list, names.len(), HINTS_MAX));
        return;
    }
    let mut seen = BTreeSet::new();
    for (index, name) in names.iter().enumerate() {
        let item = list.index(index);
        let path = item.child("name");
        if !seen.insert(name) {
            errors.push(Error::duplicate(&path, *name));
        }
        invalid_each(&path, *name, rule(name), errors);
    }
}

fn ports(ports: &[EndpointPort], errors: &mut ErrorList) {
    let list = Path::new("ports");
    if ports.len() > PORTS_MAX {
        errors.push(Error::too_many(&list, ports.len(), PORTS_MAX));
        return;
    }
    let mut names = BTreeSet::new();
    for (index, port) in ports.iter().enumerate() {
        let path = list.index(index);
        let name = port.name.as_deref().unwrap_or_default();
        if !name.is_empty() {
            invalid_each(&path.child("name"), name, is_dns1123_label(name), errors);
        }
        if !names.insert(name) {
            errors.push(Error::duplicate(&path.child("name"), name));
        }
        let protocol = path.child("protocol");
        match &port.protocol {
            None => errors.push(Error::required(&protocol, "")),
            Some(Protocol::Other(other)) => errors.push(Error::not_supported(&protocol, other, &PORT_PROTOCOLS)),
            Some(_) => {}
        }
        if let Some(protocol) = &port.app_protocol {
            invalid_each(&path.child("appProtocol"), protocol, is_qualified_name(protocol), errors);
        }
    }
}

fn warnings(_: &CheckContext<'_>, new: &EndpointSlice, old: Option<&EndpointSlice>) -> Vec<String> {
    let mut found = Vec::new();
    if old.is_none() && new.address_type == AddressType::FQDN {
        found.push("spec.addressType: FQDN endpoints are deprecated".to_owned());
    }
    if new.metadata.labels.get(LABEL_MANAGED_BY).is_some_and(|manager| CONTROLLERS.contains(&manager.as_str())) {
        return found;
    }
    let list = Path::new("endpoints");
    for (index, endpoint) in new.endpoints.iter().enumerate() {
        let path = list.index(index);
        let addresses = path.child("addresses");
        for (index, address) in endpoint.addresses.iter().enumerate() {
            found.extend(ip_warnings(address, &addresses.index(index)));
        }
    }
    found
}
