use serde_json::Value;

use super::{
    Model,
    requests::{Count, allocatable, of_pod, on_node},
};
use crate::world::World;

pub(crate) struct NodeResourcesBalancedAllocation;

/// A hundred less the standard deviation of the shares, as a whole number of percent.
fn evenness(shares: &[f64]) -> i64 {
    let count = shares.len().max(1) as f64;
    let mean = shares.iter().sum::<f64>() / count;
    // of two shares kube-scheduler takes half their distance, which is the same but for rounding
    let deviation = match shares {
        [one, other] => ((one - other) / 2.0).abs(),
        _ => (shares.iter().map(|share| (share - mean).powi(2)).sum::<f64>() / count).sqrt(),
    };
    ((1.0 - deviation) * 100.0) as i64
}

impl Model for NodeResourcesBalancedAllocation {
    fn name(&self) -> &'static str {
        "NodeResourcesBalancedAllocation"
    }

    fn scores(&self, world: &World, pod: &Value, nodes: &[&Value]) -> Option<Vec<i64>> {
        let asked = |name: &str| of_pod(pod, name, Count::Asked);
        if asked("cpu") == 0 && asked("memory") == 0 {
            return None;
        }
        let score = |node: &Value| {
            let names = ["cpu", "memory"].into_iter().filter(|name| allocatable(node, name) > 0);
            let share = |name: &str, added: i64| {
                let taken = on_node(&world.view(), node, name, Count::Asked) + added;
                (taken as f64 / allocatable(node, name) as f64).min(1.0)
            };
            let with: Vec<f64> = names.clone().map(|name| share(name, asked(name))).collect();
            let without: Vec<f64> = names.map(|name| share(name, 0)).collect();
            50 + (50 + evenness(&with) - evenness(&without)) / 2
        };
        Some(nodes.iter().map(|node| score(node)).collect())
    }
}
