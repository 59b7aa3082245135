//! Selectors of labels and of nodes, as the API's documentation has them.

use serde_json::Value;

use crate::json::{entries, labels, list, name, text};

/// Whether a label selector selects these labels: none selects nothing, an empty one everything.
pub(crate) fn selects(selector: &Value, labels: &Value) -> bool {
    !selector.is_null()
        && entries(&selector["matchLabels"]).all(|(key, value)| labels[key] == *value)
        && list(&selector["matchExpressions"]).iter().all(|it| holds(it, labels[text(&it["key"])].as_str()))
}

/// Whether a label selector selects whatever there is.
pub(crate) fn is_everything(selector: &Value) -> bool {
    !selector.is_null()
        && entries(&selector["matchLabels"]).next().is_none()
        && list(&selector["matchExpressions"]).is_empty()
}

fn holds(requirement: &Value, value: Option<&str>) -> bool {
    let wanted = || list(&requirement["values"]).iter().map(text);
    let is_named = value.is_some_and(|value| wanted().any(|wanted| wanted == value));
    let numbers = || Some((value?.parse::<i64>().ok()?, wanted().next()?.parse::<i64>().ok()?));
    match text(&requirement["operator"]) {
        "In" => is_named,
        "NotIn" => !is_named,
        "Exists" => value.is_some(),
        "DoesNotExist" => value.is_none(),
        "Gt" => numbers().is_some_and(|(value, bound)| value > bound),
        "Lt" => numbers().is_some_and(|(value, bound)| value < bound),
        other => panic!("no operator {other} is drawn"),
    }
}

/// Whether one of a node selector's terms holds; a term without conditions never does.
pub(crate) fn selects_node(selector: &Value, node: &Value) -> bool {
    list(&selector["nodeSelectorTerms"]).iter().any(|term| term_holds(term, node))
}

/// Whether all conditions of a term hold.
pub(crate) fn term_holds(term: &Value, node: &Value) -> bool {
    let (expressions, fields) = (list(&term["matchExpressions"]), list(&term["matchFields"]));
    !(expressions.is_empty() && fields.is_empty())
        && expressions.iter().all(|it| holds(it, labels(node)[text(&it["key"])].as_str()))
        && fields.iter().all(|it| holds(it, Some(name(node))))
}

/// Whether the pod's `nodeSelector` and required node affinity both hold.
pub(crate) fn pod_allows_node(pod: &Value, node: &Value) -> bool {
    let required = required_node_affinity(pod);
    entries(&pod["spec"]["nodeSelector"]).all(|(key, value)| labels(node)[key] == *value)
        && (required.is_null() || selects_node(required, node))
}

pub(crate) fn required_node_affinity(pod: &Value) -> &Value {
    &pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
}

/// Whether one of the pod's tolerations covers a taint.
pub(crate) fn tolerates<'a>(tolerations: impl IntoIterator<Item = &'a Value>, taint: &Value) -> bool {
    let fits = |wanted: &Value, given: &Value| text(wanted).is_empty() || text(wanted) == text(given);
    tolerations.into_iter().any(|it| {
        fits(&it["key"], &taint["key"])
            && fits(&it["effect"], &taint["effect"])
            && (it["operator"] == "Exists" || text(&it["value"]) == text(&taint["value"]))
    })
}

/// Whether a taint keeps the pod off the node.
pub(crate) fn is_kept_off(pod: &Value, node: &Value) -> bool {
    let mut hard = list(&node["spec"]["taints"]).iter().filter(|taint| taint["effect"] != "PreferNoSchedule");
    hard.any(|taint| !tolerates(list(&pod["spec"]["tolerations"]), taint))
}
