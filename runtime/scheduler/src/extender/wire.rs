//! What goes over the wire to extenders (k8s.io/kube-scheduler/extender/v1). Names of fields begin with a capital, for the
//! Go types name none; in answers any case is taken, as Go takes it.

use std::collections::BTreeMap;

use kubeforge_api::core::v1::{Node, Pod};
use serde::Serialize;
use serde_json::{Map, Value};

/// A question about nodes.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ExtenderArgs<'a> {
    pub(super) pod: &'a Pod,
    pub(super) nodes: Option<NodeList<'a>>,
    pub(super) node_names: Option<Vec<&'a str>>,
}

/// Nodes in full.
#[derive(Serialize)]
pub(super) struct NodeList<'a> {
    pub(super) metadata: Map<String, Value>,
    pub(super) items: Vec<&'a Node>,
}

/// A question about pods that would have to go.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ExtenderPreemptionArgs<'a> {
    pub(super) pod: &'a Pod,
    pub(super) node_name_to_victims: BTreeMap<&'a str, Victims<&'a Pod>>,
    pub(super) node_name_to_meta_victims: BTreeMap<&'a str, Victims<MetaPod>>,
}

/// Pods that would have to go from a node.
#[derive(Serialize)]
pub(super) struct Victims<P> {
    #[serde(rename = "Pods")]
    pub(super) pods: Vec<P>,
    #[serde(rename = "NumPDBViolations")]
    pub(super) budget_violations: usize,
}

/// A pod by its uid.
#[derive(Clone, Serialize)]
pub(super) struct MetaPod {
    #[serde(rename = "UID")]
    pub(super) uid: String,
}

/// A request to bind a pod.
#[derive(Serialize)]
pub(super) struct ExtenderBindingArgs<'a> {
    #[serde(rename = "PodName")]
    pub(super) pod_name: &'a str,
    #[serde(rename = "PodNamespace")]
    pub(super) pod_namespace: &'a str,
    #[serde(rename = "PodUID")]
    pub(super) pod_uid: &'a str,
    #[serde(rename = "Node")]
    pub(super) node: &'a str,
}

/// An object of an answer.
pub(super) struct Fields<'a>(Option<&'a Map<String, Value>>);

impl<'a> Fields<'a> {
    /// Those of a value; none where it is no object.
    pub(super) fn of(value: &'a Value) -> Self {
        Self(value.as_object())
    }

    /// A field that is not null: of that very name, or of one that differs in case only.
    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        let fields = self.0?;
        let found = fields.get(name).or_else(|| {
            let mut others = fields.iter();
            others.find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value)
        });
        found.filter(|value| !value.is_null())
    }

    /// A text; empty where there is none.
    pub(super) fn text(&self, name: &str) -> &'a str {
        self.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// Texts by name.
    pub(super) fn texts(&self, name: &str) -> BTreeMap<String, String> {
        let fields = self.get(name).and_then(Value::as_object).into_iter().flatten();
        fields.map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned())).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_of_answers_have_any_case() {
        let answer = json!({ "nodenames": ["a"], "FailedNodes": { "b": "full" }, "error": null });
        let fields = Fields::of(&answer);
        assert_eq!(fields.get("NodeNames"), Some(&json!(["a"])));
        assert_eq!(fields.texts("FailedNodes")["b"], "full");
        assert_eq!(fields.text("Error"), "");
    }
}
