//! Ports of services.

use std::collections::BTreeSet;

use kubeforge_api::core::v1::{Protocol, Service, ServicePort, ServiceType};
use kubeforge_machinery::{
    IntOrString,
    field::{Error, ErrorList, Path},
    validation::{is_dns1123_label, is_port_name, is_port_number, is_qualified_name},
};

use crate::common::{PORT_PROTOCOLS, invalid_each, shown_internal};

/// What is wrong with each port.
pub(super) fn validate(service: &Service, list: &Path<'_>, errors: &mut ErrorList) {
    let ports = &service.spec.ports;
    let mut names = BTreeSet::new();
    for (index, port) in ports.iter().enumerate() {
        let path = list.index(index);
        let name = path.child("name");
        if !port.name.is_empty() {
            invalid_each(&name, &port.name, is_dns1123_label(&port.name), errors);
            if !names.insert(&port.name) {
                errors.push(Error::duplicate(&name, &port.name));
            }
        } else if ports.len() > 1 {
            errors.push(Error::required(&name, ""));
        }
        numbers(port, &path, errors);
    }
}

fn numbers(port: &ServicePort, path: &Path<'_>, errors: &mut ErrorList) {
    invalid_each(&path.child("port"), port.port, is_port_number(port.port.into()), errors);
    let protocol = path.child("protocol");
    match &port.protocol {
        Protocol::Other(none) if none.is_empty() => errors.push(Error::required(&protocol, "")),
        Protocol::Other(other) => errors.push(Error::not_supported(&protocol, other, &PORT_PROTOCOLS)),
        _ => {}
    }
    let target = path.child("targetPort");
    match &port.target_port {
        IntOrString::Int(number) => invalid_each(&target, *number, is_port_number((*number).into()), errors),
        IntOrString::String(name) => invalid_each(&target, name, is_port_name(name), errors),
    }
    if let Some(protocol) = &port.app_protocol {
        invalid_each(&path.child("appProtocol"), protocol, is_qualified_name(protocol), errors);
    }
}

/// What is wrong with ports beside each other: each port and each node's port stands once per protocol.
pub(super) fn validate_together(service: &Service, list: &Path<'_>, errors: &mut ErrorList) {
    let ports = &service.spec.ports;
    if service.spec.type_ == ServiceType::ClusterIP {
        for (index, _) in ports.iter().enumerate().filter(|(_, port)| port.node_port != 0) {
            let text = "may not be used when `type` is 'ClusterIP'";
            errors.push(Error::forbidden(&list.index(index).child("nodePort"), text));
        }
    }
    let mut seen = BTreeSet::new();
    for (index, port) in ports.iter().enumerate().filter(|(_, port)| port.node_port != 0) {
        if !seen.insert((&port.protocol, port.node_port)) {
            errors.push(Error::duplicate(&list.index(index).child("nodePort"), port.node_port));
        }
    }
    let mut seen = BTreeSet::new();
    for (index, port) in ports.iter().enumerate() {
        if !seen.insert((&port.protocol, port.port)) {
            // upstream keeps only these two
            let key = ServicePort { protocol: port.protocol.clone(), port: port.port, ..ServicePort::default() };
            errors.push(Error::duplicate(&list.index(index), shown_internal(&key)));
        }
    }
}
