//! Endpoints: addresses that can be reached, and ports with names where there are several.

use kubeforge_api::core::v1::{EndpointAddress, EndpointPort, EndpointSubset, Endpoints, Protocol};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{
        CheckContext, Checks, MetadataOnUpdate, is_dns1123_label, is_dns1123_subdomain, is_port_number,
        is_qualified_name, is_valid_ip_sloppy,
    },
};

use crate::{
    BuiltIn,
    common::{PORT_PROTOCOLS, endpoint_ip, invalid_each, ip_warnings},
};

const MANAGED_BY: &str = "endpoints.kubernetes.io/managed-by";
const CONTROLLER: &str = "endpoint-controller";

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|_: &CheckContext<'_>, endpoints: &Endpoints| subsets(&endpoints.subsets))
        .update(validate_update)
        .metadata_on_update(MetadataOnUpdate::Whole)
        .warnings(warnings);
    all.add("", "endpoints", checks);
}

fn validate_update(_: &CheckContext<'_>, new: &Endpoints, old: &Endpoints) -> ErrorList {
    let errors = subsets(&new.subsets);
    // what an older server let pass may stay
    if new.subsets == old.subsets { ErrorList::new() } else { errors }
}

fn subsets(subsets: &[EndpointSubset]) -> ErrorList {
    let mut errors = ErrorList::new();
    let list = Path::new("subsets");
    for (index, subset) in subsets.iter().enumerate() {
        let path = list.index(index);
        if subset.addresses.is_empty() && subset.not_ready_addresses.is_empty() {
            errors.push(Error::required(&path, "must specify `addresses` or `notReadyAddresses`"));
        }
        for (addresses, name) in [(&subset.addresses, "addresses"), (&subset.not_ready_addresses, "notReadyAddresses")]
        {
            let list = path.child(name);
            for (index, it) in addresses.iter().enumerate() {
                address(it, &list.index(index), &mut errors);
            }
        }
        let ports = path.child("ports");
        for (index, it) in subset.ports.iter().enumerate() {
            port(it, subset.ports.len() > 1, &ports.index(index), &mut errors);
        }
    }
    errors
}

fn address(address: &EndpointAddress, path: &Path<'_>, errors: &mut ErrorList) {
    let ip = path.child("ip");
    errors.extend(is_valid_ip_sloppy(&ip, &address.ip));
    if !address.hostname.is_empty() {
        invalid_each(&path.child("hostname"), &address.hostname, is_dns1123_label(&address.hostname), errors);
    }
    if let Some(node) = &address.node_name {
        invalid_each(&path.child("nodeName"), node, is_dns1123_subdomain(node), errors);
    }
    endpoint_ip(&address.ip, &ip, errors);
}

fn port(port: &EndpointPort, needs_name: bool, path: &Path<'_>, errors: &mut ErrorList) {
    let name = path.child("name");
    if !port.name.is_empty() {
        invalid_each(&name, &port.name, is_dns1123_label(&port.name), errors);
    } else if needs_name {
        errors.push(Error::required(&name, ""));
    }
    invalid_each(&path.child("port"), port.port, is_port_number(port.port.into()), errors);
    let protocol = path.child("protocol");
    match &port.protocol {
        Protocol::Other(none) if none.is_empty() => errors.push(Error::required(&protocol, "")),
        Protocol::Other(other) => errors.push(Error::not_supported(&protocol, other, &PORT_PROTOCOLS)),
        _ => {}
    }
    if let Some(protocol) = &port.app_protocol {
        invalid_each(&path.child("appProtocol"), protocol, is_qualified_name(protocol), errors);
    }
}

fn warnings(_: &CheckContext<'_>, new: &Endpoints, _: Option<&Endpoints>) -> Vec<String> {
    // the controller writes addresses in their usual form, and many of them
    if new.metadata.labels.get(MANAGED_BY).is_some_and(|manager| manager == CONTROLLER) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let list = Path::new("subsets");
    for (index, subset) in new.subsets.iter().enumerate() {
        let path = list.index(index);
        for (addresses, name) in [(&subset.addresses, "addresses"), (&subset.not_ready_addresses, "notReadyAddresses")]
        {
            let list = path.child(name);
            for (index, address) in addresses.iter().enumerate() {
                found.extend(ip_warnings(&address.ip, &list.index(index).child("ip")));
            }
        }
    }
    found
}
