//! Selectors and terms.

use serde_json::json;

use super::{Part, always, any_of, list_of, maybe, object, some_of};

pub(super) const HOSTNAME: &str = "kubernetes.io/hostname";
pub(super) const ZONE: &str = "topology.kubernetes.io/zone";
/// Where the driver that took an old type of volumes over has nodes say their zone.
pub(super) const OLD_ZONE: &str = "topology.ebs.csi.aws.com/zone";

/// A label that names what is near; few nodes have the last one.
pub(super) fn topology_key() -> Part {
    any_of(&[ZONE, HOSTNAME, "rack"])
}

/// Labels of pods.
pub(super) fn pod_labels() -> Part {
    object([("app", maybe(80, any_of(&["x", "y"]))), ("rev", maybe(30, any_of(&["1", "2"])))])
}

/// A selector of pods.
pub(super) fn pod_selector() -> Part {
    let requirement = object([
        ("key", any_of(&["app", "rev"])),
        ("operator", any_of(&["In", "NotIn"])),
        ("values", some_of(any_of(&["x", "y", "1"]), 2)),
    ]);
    let existence = object([("key", any_of(&["app", "rev"])), ("operator", any_of(&["Exists", "DoesNotExist"]))]);
    let expressions = proptest::strategy::Union::new([requirement, existence]);
    let expressions = proptest::strategy::Strategy::boxed(expressions);
    object([("matchLabels", maybe(80, pod_labels())), ("matchExpressions", maybe(20, list_of(expressions, 2)))])
}

/// A condition on the labels of a node.
pub(super) fn node_condition() -> Part {
    any_of(&[
        json!({"key": ZONE, "operator": "In", "values": ["a"]}),
        json!({"key": ZONE, "operator": "NotIn", "values": ["a"]}),
        json!({"key": ZONE, "operator": "In", "values": ["b", "c"]}),
        json!({"key": "disk", "operator": "Exists"}),
        json!({"key": "disk", "operator": "DoesNotExist"}),
        json!({"key": "cores", "operator": "Gt", "values": ["4"]}),
        json!({"key": "cores", "operator": "Lt", "values": ["8"]}),
    ])
}

fn name_condition() -> Part {
    any_of(&[
        json!({"key": "metadata.name", "operator": "In", "values": ["n0"]}),
        json!({"key": "metadata.name", "operator": "In", "values": ["n1"]}),
        json!({"key": "metadata.name", "operator": "NotIn", "values": ["n0"]}),
    ])
}

/// A term of a node selector. Some ask for two names at once.
pub(super) fn node_term() -> Part {
    let name = |name: &str| json!({"key": "metadata.name", "operator": "In", "values": [name]});
    let names = proptest::prop_oneof![4 => list_of(name_condition(), 2), 1 => always(json!([name("n0"), name("n1")]))];
    object([
        ("matchExpressions", maybe(80, list_of(node_condition(), 2))),
        ("matchFields", maybe(20, proptest::strategy::Strategy::boxed(names))),
    ])
}

/// A term about other pods.
pub(super) fn pod_term() -> Part {
    object([
        ("topologyKey", topology_key()),
        ("labelSelector", maybe(95, pod_selector())),
        ("namespaces", maybe(20, list_of(any_of(&["a", "b"]), 2))),
        ("namespaceSelector", maybe(20, object([("matchLabels", object([("team", maybe(70, always("red")))]))]))),
    ])
}
