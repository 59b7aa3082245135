//! What pods ask for and nodes have: thousandths of a core, and whole units of everything else.

use serde_json::{Value, json};

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

/// How it is counted what a pod asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    /// What has to fit.
    Asked,
    /// Those that do not ask count as something.
    NonZero,
    /// As [`Count::NonZero`], but for what is said of the pod as a whole: so its own fit is scored.
    Scored,
}

pub(super) fn amount(list: &Value, name: &str) -> i64 {
    if name == "cpu" { milli(&list[name]) } else { whole(&list[name]) }
}

/// The most of what is wanted, what was given and what is promised, where anything is said. What is wanted does not count
/// where it is known that it cannot be had.
fn most(pod: &Value, name: &str, wanted: &Value, [given, promised]: [&Value; 2]) -> Option<i64> {
    let conditions = list(&pod["status"]["conditions"]).iter();
    let is_in_vain = conditions.filter(|it| it["type"] == "PodResizePending").any(|it| it["reason"] == "Infeasible");
    let wanted = if is_in_vain { &Value::Null } else { wanted };
    let said = [wanted, given, promised].into_iter().filter(|list| !list[name].is_null());
    said.map(|list| amount(list, name)).max()
}

/// What a container asks for, or has already.
fn of_container(pod: &Value, container: &Value, name: &str) -> Option<i64> {
    let wanted = &container["resources"]["requests"];
    let of_kind = |kind: &str| list(&pod["status"][kind]).iter();
    let statuses = of_kind("containerStatuses").chain(of_kind("initContainerStatuses"));
    let mut known = statuses.filter(|status| status["name"] == container["name"] && !status["resources"].is_null());
    match known.next() {
        Some(status) => most(pod, name, wanted, [&status["resources"]["requests"], &status["allocatedResources"]]),
        None => (!wanted[name].is_null()).then(|| amount(wanted, name)),
    }
}

/// What a pod asks for of one resource: what is said of it as a whole, or what its containers need together, or what it
/// takes to start it, whichever is more; and overhead.
pub(super) fn of_pod(pod: &Value, name: &str, count: Count) -> i64 {
    let spec = &pod["spec"];
    let own = if count == Count::Scored { &Value::Null } else { &spec["resources"]["requests"] };
    let is_sidecar = |container: &Value| container["restartPolicy"] == "Always";
    // containers that run but once are not resized
    let of_init = |container: &Value| {
        let status_free = json!({"spec": spec});
        of_container(if is_sidecar(container) { pod } else { &status_free }, container, name)
    };
    let init: Vec<_> = list(&spec["initContainers"]).iter().map(|it| (of_init(it), is_sidecar(it))).collect();
    let running: Vec<_> = list(&spec["containers"]).iter().map(|it| of_container(pod, it, name)).collect();

    let mut all = init.iter().map(|(asked, _)| asked).chain(&running);
    let is_said = all.any(Option::is_some) || !own[name].is_null() || !spec["overhead"][name].is_null();
    let is_filled_in = count != Count::Asked && (own["cpu"].is_null() && own["memory"].is_null() || !is_said);
    let of = |asked: Option<i64>| asked.unwrap_or(if is_filled_in { default(name) } else { 0 });

    let (mut beside, mut peak) = (0, 0);
    for (asked, is_sidecar) in init {
        peak = peak.max(beside + of(asked));
        beside += if is_sidecar { of(asked) } else { 0 };
    }
    let together: i64 = running.into_iter().map(of).sum();
    let total = match (&own[name], &pod["status"]["resources"]) {
        (Value::Null, _) => peak.max(beside + together),
        (_, Value::Null) => amount(own, name),
        (_, given) => most(pod, name, own, [&given["requests"], &pod["status"]["allocatedResources"]]).unwrap_or(0),
    };
    total + amount(&spec["overhead"], name)
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
