use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Model, PreFilter, Refusal};
use crate::{
    json::{entries, label, labels, list, namespace, number, text},
    selectors::{is_everything, is_kept_off, pod_allows_node, selects},
    world::{View, World},
};

pub(crate) struct PodTopologySpread {
    pub(crate) arguments: Value,
}

const HOSTNAME: &str = "kubernetes.io/hostname";
const ZONE: &str = "topology.kubernetes.io/zone";
const HARD: &str = "DoNotSchedule";
const SOFT: &str = "ScheduleAnyway";

/// A constraint, the selector being what it is for this pod.
struct Constraint {
    key: String,
    max_skew: i64,
    min_domains: i64,
    selector: Value,
    text: Value,
}

impl Constraint {
    fn selects(&self, pod: &Value) -> bool {
        selects(&self.selector, labels(pod))
    }

    /// Whether a node counts, as far as the pod's node affinity and tolerations go.
    fn includes(&self, pod: &Value, node: &Value) -> bool {
        (self.text["nodeAffinityPolicy"] == "Ignore" || pod_allows_node(pod, node))
            && (self.text["nodeTaintsPolicy"] != "Honor" || !is_kept_off(pod, node))
    }

    /// How many of these pods there are that are spread: of the pod's namespace, selected by more than everything, and
    /// not on their way out.
    fn count<'a>(&self, pod: &Value, others: impl Iterator<Item = &'a Value>) -> i64 {
        let others = others.filter(|other| {
            namespace(other) == namespace(pod)
                && !is_everything(&self.selector)
                && self.selects(other)
                && other["metadata"]["deletionTimestamp"].is_null()
        });
        others.count() as i64
    }
}

impl PodTopologySpread {
    fn is_system_defaulted(&self) -> bool {
        list(&self.arguments["defaultConstraints"]).is_empty() && self.arguments["defaultingType"] != "List"
    }

    fn constraints(&self, world: &World, pod: &Value, action: &str) -> Vec<Constraint> {
        let own = list(&pod["spec"]["topologySpreadConstraints"]);
        let system = [
            json!({"maxSkew": 3, "topologyKey": HOSTNAME, "whenUnsatisfiable": SOFT}),
            json!({"maxSkew": 5, "topologyKey": ZONE, "whenUnsatisfiable": SOFT}),
        ];
        let defaults =
            if self.is_system_defaulted() { &system[..] } else { list(&self.arguments["defaultConstraints"]) };
        let default_selector = default_selector(world, pod);
        if own.is_empty() && default_selector.is_null() {
            return Vec::new();
        }
        let chosen = if own.is_empty() { defaults } else { own };
        let constraint = |it: &Value| Constraint {
            key: text(&it["topologyKey"]).to_owned(),
            max_skew: number(&it["maxSkew"]),
            min_domains: it["minDomains"].as_i64().unwrap_or(1),
            selector: if own.is_empty() { default_selector.clone() } else { own_selector(it, pod) },
            text: it.clone(),
        };
        chosen.iter().filter(|it| it["whenUnsatisfiable"] == action).map(constraint).collect()
    }

    /// Nodes must have all labels, but for the defaults of the system.
    fn requires_all_labels(&self, pod: &Value) -> bool {
        !list(&pod["spec"]["topologySpreadConstraints"]).is_empty() || !self.is_system_defaulted()
    }
}

/// The constraint's selector, and the pod's own values of `matchLabelKeys`.
fn own_selector(constraint: &Value, pod: &Value) -> Value {
    let mut selector = constraint["labelSelector"].clone();
    if selector.is_null() {
        return selector;
    }
    let mut requirements = list(&selector["matchExpressions"]).to_vec();
    for key in list(&constraint["matchLabelKeys"]) {
        if let Some(value) = label(pod, text(key)) {
            requirements.push(json!({"key": key, "operator": "In", "values": [value]}));
        }
    }
    selector["matchExpressions"] = requirements.into();
    selector
}

/// What the services of the pod and its replica set select; null for nothing.
fn default_selector(world: &World, pod: &Value) -> Value {
    let mut match_labels = serde_json::Map::new();
    for service in world.all("Service").filter(|service| namespace(service) == namespace(pod)) {
        let selector = &service["spec"]["selector"];
        if entries(selector).all(|(key, value)| labels(pod)[key] == *value) {
            match_labels.extend(entries(selector).map(|(key, value)| (key.to_owned(), value.clone())));
        }
    }
    let mut selector = json!({"matchLabels": match_labels});
    for owner in list(&pod["metadata"]["ownerReferences"]) {
        if let Some(set) = world.get("ReplicaSet", namespace(pod), text(&owner["name"])) {
            let set = &set["spec"]["selector"];
            let mut all = list(&set["matchExpressions"]).to_vec();
            let of_labels = entries(&set["matchLabels"]);
            all.extend(of_labels.map(|(key, value)| json!({"key": key, "operator": "In", "values": [value]})));
            selector["matchExpressions"] = all.into();
        }
    }
    if is_everything(&selector) { Value::Null } else { selector }
}

impl Model for PodTopologySpread {
    fn name(&self) -> &'static str {
        "PodTopologySpread"
    }

    fn pre_filter(&self, world: &World, pod: &Value) -> PreFilter {
        if self.constraints(world, pod, HARD).is_empty() { PreFilter::Skip } else { PreFilter::All }
    }

    fn filter(&self, view: &View<'_>, pod: &Value, node: &Value) -> Result<(), Refusal> {
        let constraints = self.constraints(view.world, pod, HARD);
        let is_labelled = |node: &Value| constraints.iter().all(|it| label(node, &it.key).is_some());
        for constraint in &constraints {
            let counts = |node: &&Value| is_labelled(node) && constraint.includes(pod, node);
            let mut spread = BTreeMap::<&str, i64>::new();
            for node in view.world.nodes.values().filter(counts) {
                let pods = view.world.view().on(node);
                *spread.entry(label(node, &constraint.key).unwrap_or("")).or_default() +=
                    constraint.count(pod, pods.into_iter());
            }
            // what is moved in thought counts whether it is on its way out or not
            for (other, node, by) in view.moves() {
                if counts(&node) && namespace(other) == namespace(pod) && constraint.selects(other) {
                    *spread.entry(label(node, &constraint.key).unwrap_or("")).or_default() += by;
                }
            }
            let Some(value) = label(node, &constraint.key) else {
                let reason = "node(s) didn't match pod topology spread constraints (missing required label)";
                return Err(Refusal::unresolvable(reason));
            };
            let fewest = match (spread.len() as i64) < constraint.min_domains {
                true => 0,
                false => spread.values().copied().min().unwrap_or(i64::from(i32::MAX)),
            };
            let here = spread.get(value).copied().unwrap_or(0) + i64::from(constraint.selects(pod));
            if here - fewest > constraint.max_skew {
                return Err(Refusal::unschedulable("node(s) didn't match pod topology spread constraints"));
            }
        }
        Ok(())
    }

    fn scores(&self, world: &World, pod: &Value, nodes: &[&Value]) -> Option<Vec<i64>> {
        let constraints = self.constraints(world, pod, SOFT);
        if constraints.is_empty() {
            return None;
        }
        let counts = |node: &Value| {
            !self.requires_all_labels(pod) || constraints.iter().all(|it| label(node, &it.key).is_some())
        };
        let counting: Vec<&Value> = nodes.iter().copied().filter(|node| counts(node)).collect();
        let weight = |constraint: &Constraint| {
            let values: BTreeSet<_> = counting.iter().map(|node| label(node, &constraint.key)).collect();
            let domains = if constraint.key == HOSTNAME { counting.len() } else { values.len() };
            ((domains + 2) as f64).ln()
        };
        let near = |constraint: &Constraint, node: &Value| -> i64 {
            if constraint.key == HOSTNAME {
                return constraint.count(pod, world.view().on(node).into_iter());
            }
            let same =
                world.nodes.values().filter(|other| label(other, &constraint.key) == label(node, &constraint.key));
            let same = same.filter(|other| counts(other) && constraint.includes(pod, other));
            same.map(|other| constraint.count(pod, world.view().on(other).into_iter())).sum()
        };
        let raw = |node: &Value| -> Option<i64> {
            let labelled = constraints.iter().filter(|it| label(node, &it.key).is_some());
            let score = |it: &Constraint| near(it, node) as f64 * weight(it) + (it.max_skew - 1) as f64;
            counts(node).then(|| labelled.map(score).sum::<f64>().round() as i64)
        };
        let raw: Vec<Option<i64>> = nodes.iter().map(|node| raw(node)).collect();
        let lowest = raw.iter().flatten().copied().min().unwrap_or(0);
        let highest = raw.iter().flatten().copied().max().unwrap_or(0);
        let normalized = |score: &Option<i64>| match score {
            None => 0,
            Some(_) if highest == 0 => 100,
            Some(score) => 100 * (highest + lowest - score) / highest,
        };
        Some(raw.iter().map(normalized).collect())
    }
}
