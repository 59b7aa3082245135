use std::collections::BTreeSet;

use serde_json::Value;

use super::{Model, PreFilter, Refusal, by_maximum};
use crate::{
    json::{entries, list, number, text},
    selectors::{pod_allows_node, required_node_affinity, selects_node, term_holds},
    world::{View, World},
};

pub(crate) struct NodeAffinity {
    /// The affinity that the profile adds to that of every pod.
    pub(crate) added: Value,
}

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

/// The names that a term leaves: those that all of its conditions on the name have in common; none where it has none.
fn names(term: &Value) -> Option<BTreeSet<String>> {
    let fields = list(&term["matchFields"]).iter();
    let named = fields.filter(|it| it["key"] == "metadata.name" && it["operator"] == "In");
    let sets = named.map(|it| list(&it["values"]).iter().map(|value| text(value).to_owned()).collect());
    sets.reduce(|some: BTreeSet<String>, others| some.intersection(&others).cloned().collect())
}

impl Model for NodeAffinity {
    fn name(&self) -> &'static str {
        "NodeAffinity"
    }

    fn pre_filter(&self, _world: &World, pod: &Value) -> PreFilter {
        let required = required_node_affinity(pod);
        if required.is_null()
            && entries(&pod["spec"]["nodeSelector"]).next().is_none()
            && self.added[REQUIRED].is_null()
        {
            return PreFilter::Skip;
        }
        let terms = list(&required["nodeSelectorTerms"]);
        let named: Option<Vec<_>> = terms.iter().map(names).collect();
        match named {
            Some(sets) if !terms.is_empty() => {
                let all: BTreeSet<String> = sets.into_iter().flatten().collect();
                if all.is_empty() {
                    return PreFilter::Refused(Refusal::unresolvable("pod affinity terms conflict"));
                }
                PreFilter::Only(all)
            }
            _ => PreFilter::All,
        }
    }

    fn filter(&self, _view: &View<'_>, pod: &Value, node: &Value) -> Result<(), Refusal> {
        if !self.added[REQUIRED].is_null() && !selects_node(&self.added[REQUIRED], node) {
            return Err(Refusal::unresolvable("node(s) didn't match scheduler-enforced node affinity"));
        }
        if !pod_allows_node(pod, node) {
            return Err(Refusal::unresolvable("node(s) didn't match Pod's node affinity/selector"));
        }
        Ok(())
    }

    fn scores(&self, _world: &World, pod: &Value, nodes: &[&Value]) -> Option<Vec<i64>> {
        let own = list(&pod["spec"]["affinity"]["nodeAffinity"][PREFERRED]);
        let terms: Vec<&Value> = own.iter().chain(list(&self.added[PREFERRED])).collect();
        let weigh = |node: &Value| {
            terms.iter().filter(|term| term_holds(&term["preference"], node)).map(|term| number(&term["weight"])).sum()
        };
        Some(by_maximum(nodes.iter().map(|node| weigh(node)).collect()))
    }
}
