use serde_json::Value;

use super::{Model, Refusal};
use crate::{
    json::{list, text},
    selectors::{is_kept_off, tolerates},
    world::{View, World},
};

pub(crate) struct TaintToleration;

impl Model for TaintToleration {
    fn name(&self) -> &'static str {
        "TaintToleration"
    }

    fn filter(&self, _view: &View<'_>, pod: &Value, node: &Value) -> Result<(), Refusal> {
        if is_kept_off(pod, node) {
            return Err(Refusal::unresolvable("node(s) had untolerated taint(s)"));
        }
        Ok(())
    }

    /// The fewer soft taints that are not tolerated, the better; only tolerations of soft taints count.
    fn scores(&self, _world: &World, pod: &Value, nodes: &[&Value]) -> Option<Vec<i64>> {
        let count = |node: &Value| {
            let tolerations = || {
                let all = list(&pod["spec"]["tolerations"]).iter();
                all.filter(|it| matches!(text(&it["effect"]), "" | "PreferNoSchedule"))
            };
            let soft = list(&node["spec"]["taints"]).iter().filter(|taint| taint["effect"] == "PreferNoSchedule");
            soft.filter(|taint| !tolerates(tolerations(), taint)).count() as i64
        };
        let counts: Vec<i64> = nodes.iter().map(|node| count(node)).collect();
        let most = counts.iter().copied().max().unwrap_or(0);
        Some(counts.into_iter().map(|count| if most == 0 { 100 } else { 100 - 100 * count / most }).collect())
    }
}
