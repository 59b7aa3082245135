use serde_json::Value;

use super::{
    Code, Model, Refusal,
    requests::{Count, allocatable, is_extended, of_pod, on_node},
};
use crate::{
    json::{list, number, text},
    world::{View, World},
};

pub(crate) struct NodeResourcesFit {
    pub(crate) arguments: Value,
}

const RESOURCES: [&str; 4] = ["cpu", "memory", "ephemeral-storage", "example.com/gpu"];

/// What would be taken of a resource, what there is, and how much it counts.
struct Share {
    requested: i64,
    allocatable: i64,
    weight: i64,
}

impl NodeResourcesFit {
    fn is_ignored(&self, name: &str) -> bool {
        list(&self.arguments["ignoredResources"]).iter().any(|ignored| ignored == name)
    }

    fn shares(&self, view: &View<'_>, pod: &Value, node: &Value) -> Vec<Share> {
        let chosen = list(&self.arguments["scoringStrategy"]["resources"]).iter();
        let mut resources: Vec<_> = chosen.map(|it| (text(&it["name"]), number(&it["weight"]).max(1))).collect();
        if resources.is_empty() {
            resources = vec![("cpu", 1), ("memory", 1)];
        }
        resources.retain(|(name, _)| allocatable(node, name) > 0);
        resources.retain(|(name, _)| !is_extended(name) || of_pod(pod, name, Count::Scored) > 0);
        let share = |(name, weight): (&str, i64)| {
            let requested = of_pod(pod, name, Count::Scored) + on_node(view, node, name, Count::NonZero);
            Share { requested, allocatable: allocatable(node, name), weight }
        };
        resources.into_iter().map(share).collect()
    }

    fn score(&self, shares: &[Share]) -> i64 {
        let weights: i64 = shares.iter().map(|share| share.weight).sum();
        let mean = |score: fn(&Share) -> i64| -> i64 {
            let sum: i64 = shares.iter().map(|share| score(share) * share.weight).sum();
            if weights == 0 { 0 } else { sum / weights }
        };
        match text(&self.arguments["scoringStrategy"]["type"]) {
            "MostAllocated" => mean(|it| it.requested.min(it.allocatable) * 100 / it.allocatable),
            "RequestedToCapacityRatio" => self.score_by_shape(shares),
            _ => mean(|it| (it.allocatable - it.requested).max(0) * 100 / it.allocatable),
        }
    }

    /// A broken line from percent to a score of up to ten; the mean is rounded, and what scores nothing does not count.
    fn score_by_shape(&self, shares: &[Share]) -> i64 {
        let points = list(&self.arguments["scoringStrategy"]["requestedToCapacityRatio"]["shape"]).iter();
        let points: Vec<_> = points.map(|it| (number(&it["utilization"]), 10 * number(&it["score"]))).collect();
        let at = |percent: i64| {
            let Some(after) = points.iter().position(|(utilization, _)| percent <= *utilization) else {
                return points.last().map_or(0, |(_, score)| *score);
            };
            let (to, high) = points[after];
            let Some((from, low)) = after.checked_sub(1).map(|before| points[before]) else { return high };
            low + (high - low) * (percent - from) / (to - from)
        };
        let scored = shares.iter().map(|it| (at(it.requested.min(it.allocatable) * 100 / it.allocatable), it.weight));
        let scored: Vec<_> = scored.filter(|(score, _)| *score > 0).collect();
        let weights: i64 = scored.iter().map(|(_, weight)| weight).sum();
        let sum: i64 = scored.iter().map(|(score, weight)| score * weight).sum();
        if weights == 0 { 0 } else { (sum as f64 / weights as f64).round() as i64 }
    }
}

impl Model for NodeResourcesFit {
    fn name(&self) -> &'static str {
        "NodeResourcesFit"
    }

    fn filter(&self, view: &View<'_>, pod: &Value, node: &Value) -> Result<(), Refusal> {
        let mut refusal = Refusal { code: Code::Unschedulable, reasons: Vec::new() };
        if view.on(node).len() as i64 + 1 > allocatable(node, "pods") {
            refusal.reasons.push("Too many pods".to_owned());
        }
        for name in RESOURCES.into_iter().filter(|name| !self.is_ignored(name)) {
            let (wanted, has) = (of_pod(pod, name, Count::Asked), allocatable(node, name));
            if wanted > 0 && wanted > has - on_node(view, node, name, Count::Asked) {
                refusal.reasons.push(format!("Insufficient {name}"));
                if wanted > has {
                    refusal.code = Code::Unresolvable;
                }
            }
        }
        if refusal.reasons.is_empty() { Ok(()) } else { Err(refusal) }
    }

    fn scores(&self, world: &World, pod: &Value, nodes: &[&Value]) -> Option<Vec<i64>> {
        let view = world.view();
        Some(nodes.iter().map(|node| self.score(&self.shares(&view, pod, node))).collect())
    }
}
