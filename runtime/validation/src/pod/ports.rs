//! Ports of containers.

use std::collections::BTreeSet;

use kubeforge_api::core::v1::ContainerPort;
use kubeforge_machinery::{
    IntOrString,
    field::{Error, ErrorList, Path},
    validation::{is_port_name, is_port_number},
};

use crate::common::{invalid_each, shown};

const PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];

/// Checks one container's ports.
pub(super) fn ports(ports: &[ContainerPort], path: &Path<'_>, errors: &mut ErrorList) {
    let mut names = BTreeSet::new();
    for (at, port) in ports.iter().enumerate() {
        let path = path.index(at);
        if !port.name.is_empty() {
            let wrong = is_port_name(&port.name);
            let name = path.child("name");
            if wrong.is_empty() && !names.insert(&port.name) {
                errors.push(Error::duplicate(&name, &port.name));
            }
            invalid_each(&name, &port.name, wrong, errors);
        }
        if port.container_port == 0 {
            errors.push(Error::required(&path.child("containerPort"), ""));
        } else {
            number(port.container_port, &path.child("containerPort"), errors);
        }
        if port.host_port != 0 {
            number(port.host_port, &path.child("hostPort"), errors);
        }
        if port.protocol.is_empty() {
            errors.push(Error::required(&path.child("protocol"), ""));
        } else if !PROTOCOLS.contains(&port.protocol.as_str()) {
            errors.push(Error::not_supported(&path.child("protocol"), shown(&port.protocol), &PROTOCOLS));
        }
    }
}

/// The number is that of a port.
pub(super) fn number(port: i32, path: &Path<'_>, errors: &mut ErrorList) {
    invalid_each(path, port, is_port_number(i64::from(port)), errors);
}

/// The number, or the name, is that of a port.
pub(super) fn number_or_name(port: &IntOrString, path: &Path<'_>, errors: &mut ErrorList) {
    match port {
        IntOrString::Int(port) => number(*port, path, errors),
        IntOrString::String(name) => invalid_each(path, name, is_port_name(name), errors),
    }
}

/// The ports of the node that containers take, so that none is taken twice.
#[derive(Debug, Default)]
pub(super) struct HostPorts(BTreeSet<String>);

impl HostPorts {
    /// Takes a container's ports; the path is that of its list of ports.
    pub(super) fn take(&mut self, ports: &[ContainerPort], path: &Path<'_>, errors: &mut ErrorList) {
        for (at, port) in ports.iter().enumerate().filter(|(_, port)| port.host_port != 0) {
            let key = format!("{}/{}/{}", port.protocol, port.host_ip, port.host_port);
            if self.0.contains(&key) {
                errors.push(Error::duplicate(&path.index(at).child("hostPort"), key));
            } else {
                self.0.insert(key);
            }
        }
    }
}
