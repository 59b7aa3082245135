use serde_json::{Value, json};

use super::{Model, Refusal};
use crate::{json::list, selectors::tolerates, world::View};

pub(crate) struct NodeUnschedulable;

impl Model for NodeUnschedulable {
    fn name(&self) -> &'static str {
        "NodeUnschedulable"
    }

    fn filter(&self, _view: &View<'_>, pod: &Value, node: &Value) -> Result<(), Refusal> {
        let taint = json!({"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"});
        match node["spec"]["unschedulable"] == true && !tolerates(list(&pod["spec"]["tolerations"]), &taint) {
            true => Err(Refusal::unresolvable("node(s) were unschedulable")),
            false => Ok(()),
        }
    }
}
