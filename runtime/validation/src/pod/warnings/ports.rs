//! Ports that get in one another's way.

use std::collections::BTreeMap;

use kubeforge_api::core::v1::{ContainerPort, PodSpec};
use kubeforge_machinery::{field::Path, quote::quote};

use crate::pod::visit::each_container;

/// Ports of all containers: addresses without a port of the node, the same port twice, the same name twice.
pub(super) fn ports(spec: &PodSpec, path: &Path<'_>, found: &mut Vec<String>) {
    let (mut count, mut is_suspicious) = (0, false);
    each_container(spec, path, |container, _| {
        count += container.ports.len();
        is_suspicious |= container.ports.iter().any(|port| !port.host_ip.is_empty());
    });
    // most pods have one port or none
    if count < 2 && !is_suspicious {
        return;
    }
    let mut by_number: BTreeMap<(i32, &str), Vec<(String, &ContainerPort)>> = BTreeMap::new();
    each_container(spec, path, |container, path| {
        let ports = path.child("ports");
        for (at, port) in container.ports.iter().enumerate() {
            let path = ports.index(at).to_string();
            if !port.host_ip.is_empty() && port.host_port == 0 {
                found.push(format!("{path}: hostIP set without hostPort: {}", shown(port)));
            }
            let others = by_number.entry((port.container_port, port.protocol.as_str())).or_default();
            for (other_path, other) in &*others {
                if let Some(how) = conflict(port, other) {
                    found.push(format!("{path}: {how} port definition with {other_path}"));
                }
            }
            others.push((path, port));
        }
    });
    let mut by_name: BTreeMap<&str, String> = BTreeMap::new();
    each_container(spec, path, |container, path| {
        let ports = path.child("ports");
        for (at, port) in container.ports.iter().enumerate().filter(|(_, port)| !port.name.is_empty()) {
            let path = ports.index(at).to_string();
            if let Some(other) = by_name.get(port.name.as_str()) {
                let name = quote(&port.name);
                found.push(format!(
                    "{path}: duplicate port name {name} with {other}, services and probes that select ports by name \
                     will use {other}"
                ));
            } else {
                by_name.insert(&port.name, path);
            }
        }
    });
}

/// How two ports of the same number and protocol are in conflict.
fn conflict(port: &ContainerPort, other: &ContainerPort) -> Option<&'static str> {
    if port.host_ip == other.host_ip && port.host_port == other.host_port {
        return Some("duplicate");
    }
    if port.host_port == 0 || other.host_port == 0 {
        return Some("overlapping");
    }
    let one_is_anywhere = port.host_ip.is_empty() != other.host_ip.is_empty();
    (port.host_port == other.host_port && one_is_anywhere).then_some("dangerously ambiguous")
}

/// A port as Go's `%+v` shows it.
fn shown(port: &ContainerPort) -> String {
    format!(
        "{{Name:{} HostPort:{} ContainerPort:{} Protocol:{} HostIP:{}}}",
        port.name,
        port.host_port,
        port.container_port,
        port.protocol.as_str(),
        port.host_ip
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_of_one_number_are_in_conflict_where_they_meet() {
        let port = |host_ip: &str, host_port| ContainerPort {
            host_ip: host_ip.to_owned(),
            host_port,
            ..ContainerPort::default()
        };
        for (one, other, want) in [
            (port("", 0), port("", 0), Some("duplicate")),
            (port("", 0), port("1.2.3.4", 80), Some("overlapping")),
            (port("", 80), port("1.2.3.4", 80), Some("dangerously ambiguous")),
            (port("1.2.3.5", 80), port("1.2.3.4", 80), None),
            (port("", 80), port("", 81), None),
        ] {
            assert_eq!(conflict(&one, &other), want);
        }
    }
}
