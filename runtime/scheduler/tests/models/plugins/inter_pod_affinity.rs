use serde_json::Value;

use super::{Model, PreFilter, Refusal};
use crate::{
    json::{label, labels, list, namespace, number, text},
    selectors::{is_everything, selects},
    world::{View, World},
};

pub(crate) struct InterPodAffinity {
    pub(crate) arguments: Value,
}

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

fn terms<'a>(pod: &'a Value, affinity: &str, how: &str) -> &'a [Value] {
    list(&pod["spec"]["affinity"][affinity][how])
}

/// Whether a term of one pod is about another. A namespace that is not there has no labels to be selected by: whether
/// that counts as none depends on whose the term is.
fn is_about(world: &World, term: &Value, owner: &Value, other: &Value, is_owner_placed: bool) -> bool {
    let (names, selector) = (list(&term["namespaces"]), &term["namespaceSelector"]);
    let is_own = names.is_empty() && selector.is_null() && namespace(owner) == namespace(other);
    let is_named = names.iter().any(|name| name == namespace(other));
    let is_selected = match world.get("Namespace", "", namespace(other)) {
        Some(found) => selects(selector, labels(found)),
        None if is_owner_placed => selects(selector, &Value::Null),
        None => is_everything(selector),
    };
    (is_own || is_named || is_selected) && selects(&term["labelSelector"], labels(other))
}

/// Whether two nodes have the same value of a label.
fn are_near(key: &Value, node: &Value, other: &Value) -> bool {
    let key = text(key);
    label(node, key).is_some() && label(node, key) == label(other, key)
}

impl InterPodAffinity {
    /// Whether a placed pod does not want this one near it; with a node, near that node.
    fn is_unwelcome(view: &View<'_>, pod: &Value, near: Option<&Value>) -> bool {
        view.placed().into_iter().any(|(other, at)| {
            let mut unwanted = terms(other, "podAntiAffinity", REQUIRED).iter();
            unwanted.any(|term| {
                let near = near.unwrap_or(at);
                is_about(view.world, term, other, pod, true) && are_near(&term["topologyKey"], near, at)
            })
        })
    }

    /// Whether the node is near pods that each term is about, and all others with it.
    fn has_wanted(view: &View<'_>, pod: &Value, node: &Value) -> bool {
        let wanted = terms(pod, "podAffinity", REQUIRED);
        let are_all_about = |other: &Value| wanted.iter().all(|term| is_about(view.world, term, pod, other, false));
        let all: Vec<_> = view.placed().into_iter().filter(|(other, _)| are_all_about(other)).collect();
        if wanted.iter().any(|term| label(node, text(&term["topologyKey"])).is_none()) {
            return false;
        }
        let is_there = |term: &Value| all.iter().any(|(_, at)| are_near(&term["topologyKey"], node, at));
        let is_anywhere = |term: &Value| all.iter().any(|(_, at)| label(at, text(&term["topologyKey"])).is_some());
        // the first of several pods that want each other may go anywhere
        wanted.iter().all(is_there) || (!wanted.iter().any(is_anywhere) && are_all_about(pod))
    }

    fn is_near_unwanted(view: &View<'_>, pod: &Value, node: &Value) -> bool {
        view.placed().into_iter().any(|(other, at)| {
            let mut unwanted = terms(pod, "podAntiAffinity", REQUIRED).iter();
            unwanted
                .any(|term| is_about(view.world, term, pod, other, false) && are_near(&term["topologyKey"], node, at))
        })
    }
}

impl Model for InterPodAffinity {
    fn name(&self) -> &'static str {
        "InterPodAffinity"
    }

    fn pre_filter(&self, world: &World, pod: &Value) -> PreFilter {
        let says_something =
            ["podAffinity", "podAntiAffinity"].iter().any(|affinity| !terms(pod, affinity, REQUIRED).is_empty());
        match says_something || Self::is_unwelcome(&world.view(), pod, None) {
            true => PreFilter::All,
            false => PreFilter::Skip,
        }
    }

    fn filter(&self, view: &View<'_>, pod: &Value, node: &Value) -> Result<(), Refusal> {
        if !Self::has_wanted(view, pod, node) {
            return Err(Refusal::unresolvable("node(s) didn't match pod affinity rules"));
        }
        if Self::is_near_unwanted(view, pod, node) {
            return Err(Refusal::unschedulable("node(s) didn't match pod anti-affinity rules"));
        }
        if Self::is_unwelcome(view, pod, Some(node)) {
            return Err(Refusal::unschedulable("node(s) didn't satisfy existing pods anti-affinity rules"));
        }
        Ok(())
    }

    /// What is for a node less what is against it, between the worst and the best.
    fn scores(&self, world: &World, pod: &Value, nodes: &[&Value]) -> Option<Vec<i64>> {
        let signed = |pod: &Value| -> Vec<(Value, i64)> {
            let of = |affinity, sign| {
                let terms = terms(pod, affinity, PREFERRED).iter();
                terms.map(move |it| (it["podAffinityTerm"].clone(), sign * number(&it["weight"]))).collect::<Vec<_>>()
            };
            [of("podAffinity", 1), of("podAntiAffinity", -1)].concat()
        };
        let own = signed(pod);
        let is_ignoring = own.is_empty() && self.arguments["ignorePreferredTermsOfExistingPods"] == true;
        let hard_weight = self.arguments["hardPodAffinityWeight"].as_i64().unwrap_or(1);
        let score = |node: &Value| -> i64 {
            let mut score = 0;
            for (other, at) in world.view().placed() {
                let mut add = |term: &Value, weight: i64, is_about: bool| {
                    if is_about && are_near(&term["topologyKey"], node, at) {
                        score += weight;
                    }
                };
                for (term, weight) in &own {
                    add(term, *weight, is_about(world, term, pod, other, false));
                }
                if is_ignoring {
                    continue;
                }
                for term in terms(other, "podAffinity", REQUIRED) {
                    add(term, hard_weight, is_about(world, term, other, pod, true));
                }
                for (term, weight) in signed(other) {
                    add(&term, weight, is_about(world, &term, other, pod, true));
                }
            }
            score
        };
        let raw: Vec<i64> = nodes.iter().map(|node| score(node)).collect();
        let (lowest, highest) = (raw.iter().copied().min()?, raw.iter().copied().max()?);
        let range = (highest - lowest) as f64;
        let normalized = |score: i64| (100.0 * ((score - lowest) as f64 / range)) as i64;
        Some(raw.into_iter().map(|score| if range > 0.0 { normalized(score) } else { 0 }).collect())
    }
}
