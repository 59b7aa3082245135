//! What pods ask for and nodes have: thousandths of a core, and whole units of everything else.

use serde_json::Value;

use crate::{
    json::{list, milli, whole},
    world::View,
};

/// What counts for a container that does not ask: a tenth of a core and 200 MiB.
fn default(name: &str) -> i64 {
    match name {
        "cpu" => 100,
        "memory" => 200 << 20,
        _ => 0,
    }
}

/// Whether containers that do not ask count as something.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    Asked,
    NonZero,
}

pub(super) fn amount(list: &Value, name: &str) -> i64 {
    if name == "cpu" { milli(&list[name]) } else { whole(&list[name]) }
}

/// What a pod asks for of one resource: what its containers need together, or what it takes to start it, whichever is
/// more, and overhead.
pub(super) fn of_pod(pod: &Value, name: &str, count: Count) -> i64 {
    let of = |container: &Value| {
        let requests = &container["resources"]["requests"];
        if requests[name].is_null() && count == Count::NonZero { default(name) } else { amount(requests, name) }
    };
    let spec = &pod["spec"];
    let (mut beside, mut peak) = (0, 0);
    for container in list(&spec["initContainers"]) {
        if container["restartPolicy"] == "Always" {
            beside += of(container);
            peak = peak.max(beside);
        } else {
            peak = peak.max(beside + of(container));
        }
    }
    let running: i64 = list(&spec["containers"]).iter().map(of).sum();
    peak.max(beside + running) + amount(&spec["overhead"], name)
}

/// What the pods of a node ask for of one resource.
pub(super) fn on_node(view: &View<'_>, node: &Value, name: &str, count: Count) -> i64 {
    view.on(node).into_iter().map(|pod| of_pod(pod, name, count)).sum()
}

pub(super) fn allocatable(node: &Value, name: &str) -> i64 {
    amount(&node["status"]["allocatable"], name)
}

/// Whether a resource that the pod does not ask for is left out of scores.
pub(super) fn is_extended(name: &str) -> bool {
    name.contains('/')
}
