//! Nodes.

use kubeforge_api::core::v1::{ConditionStatus, Node, NodeAddressType, NodeSystemInfo};
use kubeforge_apiserver::table::{Cell, Row};

use super::{Tables, age_of, text};

const ROLE_PREFIX: &str = "node-role.kubernetes.io/";
const ROLE_LABEL: &str = "kubernetes.io/role";

pub(super) fn register(tables: &mut Tables) {
    tables.add::<Node>(row);
}

fn row(node: &Node) -> Row {
    let mut status = match node.status.conditions.iter().find(|condition| condition.type_ == "Ready") {
        Some(condition) if condition.status == ConditionStatus::True => "Ready".to_owned(),
        Some(_) => "NotReady".to_owned(),
        None => "Unknown".to_owned(),
    };
    if node.spec.unschedulable {
        status.push_str(",SchedulingDisabled");
    }
    let info = &node.status.node_info;
    vec![
        node.metadata.name.clone().into(),
        status.into(),
        text::or_none(&roles(node)),
        age_of(&node.metadata),
        info.kubelet_version.clone().into(),
        address(node, &NodeAddressType::InternalIP),
        address(node, &NodeAddressType::ExternalIP),
        or_unknown(&info.os_image),
        kernel(info),
        or_unknown(&info.container_runtime_version),
    ]
    .into()
}

fn roles(node: &Node) -> String {
    let mut roles: Vec<&str> = node
        .metadata
        .labels
        .iter()
        .filter_map(|(key, value)| match key.strip_prefix(ROLE_PREFIX) {
            Some("") => None,
            Some(role) => Some(role),
            None if key == ROLE_LABEL && !value.is_empty() => Some(value.as_str()),
            None => None,
        })
        .collect();
    roles.sort_unstable();
    roles.dedup();
    text::comma(roles)
}

fn address(node: &Node, type_: &NodeAddressType) -> Cell {
    let found = node.status.addresses.iter().find(|address| address.type_ == *type_);
    found.map_or_else(|| text::NONE.into(), |address| address.address.clone().into())
}

fn or_unknown(text: &str) -> Cell {
    if text.is_empty() { "<unknown>".into() } else { text.to_owned().into() }
}

/// The kernel, and for which processors it is made.
fn kernel(info: &NodeSystemInfo) -> Cell {
    match (info.kernel_version.as_str(), info.architecture.as_str()) {
        ("", _) | (_, "") => or_unknown(&info.kernel_version),
        (kernel, architecture) => format!("{kernel} ({architecture})").into(),
    }
}
