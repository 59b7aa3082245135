//! Which nodes are compared where not all of them are: as many as are enough in the order in which upstream walks over them.

use std::sync::Mutex;

use super::*;
use crate::framework::{
    FilterPlugin, NodeInfo, Normalize, Plugin, PreScorePlugin, Row, Scope, ScorePlugin, ScoringPlugin,
};

const ZONES: [&str; 4] = ["", "a", "b", "c"];

/// A number that follows from two others, and looks as if it didn't.
fn mixed(one: u64, other: u64) -> u64 {
    Random(one.wrapping_mul(0x1_0000_0001) ^ other).next()
}

fn number(name: &str) -> u64 {
    name[1..].parse().unwrap()
}

/// Whether the nodes of this number can take such pods: two of three.
fn is_kind_taken(kind: &str, node: &str) -> bool {
    !mixed(number(kind), number(node)).is_multiple_of(3)
}

/// Whether the nodes of this number can take this pod: three of four.
fn is_pod_taken(pod: &str, node: &str) -> bool {
    !mixed(number(pod) + 1000, number(node)).is_multiple_of(4)
}

/// Its answers are shared by pods of a kind.
struct OfKind;

impl Plugin for OfKind {
    fn name(&self) -> &'static str {
        "OfKind"
    }

    fn scope(&self) -> Scope {
        Scope::Node
    }

    fn filter(&self) -> Option<&dyn FilterPlugin> {
        Some(self)
    }
}

impl FilterPlugin for OfKind {
    fn filter_node(&self, _state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> Status {
        let kind = &pod.pod().spec.node_selector["kind"];
        if is_kind_taken(kind, node.name()) { Status::success() } else { Status::unschedulable("kind") }
    }
}

/// Its answers are not shared. It notes the nodes that are compared.
#[derive(Default)]
struct OfPod(Arc<Mutex<Vec<String>>>);

impl Plugin for OfPod {
    fn name(&self) -> &'static str {
        "OfPod"
    }

    fn filter(&self) -> Option<&dyn FilterPlugin> {
        Some(self)
    }

    fn pre_score(&self) -> Option<&dyn PreScorePlugin> {
        Some(self)
    }

    fn score(&self) -> Option<&dyn ScorePlugin> {
        Some(self)
    }
}

impl FilterPlugin for OfPod {
    fn filter_node(&self, _state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> Status {
        if is_pod_taken(pod.key().name(), node.name()) { Status::success() } else { Status::unschedulable("pod") }
    }
}

impl PreScorePlugin for OfPod {
    fn pre_score_pod(&self, _: &mut CycleState, _: &PodInfo, nodes: &Snapshot, rows: Option<&[Row]>) -> Status {
        let names = rows.unwrap().iter().map(|row| nodes.node(*row).unwrap().name().to_owned());
        *self.0.lock().unwrap() = names.collect();
        Status::success()
    }
}

impl ScorePlugin for OfPod {
    fn score_node(&self, _: &CycleState, _: &PodInfo, _: &NodeInfo) -> Result<i64, Status> {
        Ok(1)
    }

    fn normalize(&self) -> Normalize {
        Normalize::None
    }
}

/// Upstream's walk, plainly: zones in turn, from where the last one ended.
#[derive(Default)]
struct Model {
    zones: Vec<(String, Vec<String>)>,
    start: usize,
}

impl Model {
    fn nodes(&self) -> Vec<String> {
        let longest = self.zones.iter().map(|(_, nodes)| nodes.len()).max().unwrap_or(0);
        (0..longest).flat_map(|turn| self.zones.iter().filter_map(move |(_, nodes)| nodes.get(turn).cloned())).collect()
    }

    fn remove(&mut self, name: &str) {
        self.zones.iter_mut().for_each(|(_, nodes)| nodes.retain(|node| node != name));
        self.zones.retain(|(_, nodes)| !nodes.is_empty());
    }

    fn set(&mut self, name: &str, zone: &str) {
        if self.zones.iter().any(|(its, nodes)| its == zone && nodes.iter().any(|node| node == name)) {
            return;
        }
        self.remove(name);
        match self.zones.iter_mut().find(|(its, _)| its == zone) {
            Some((_, nodes)) => nodes.push(name.to_owned()),
            None => self.zones.push((zone.to_owned(), vec![name.to_owned()])),
        }
    }

    /// The nodes that are compared, and how many were looked at for that.
    fn walk(&mut self, percentage: usize, takes: impl Fn(&str) -> bool) -> (Vec<String>, usize) {
        let nodes = self.nodes();
        let enough = if nodes.len() < 100 { nodes.len() } else { (nodes.len() * percentage / 100).max(100) };
        let (mut taken, mut looked) = (Vec::new(), 0);
        while looked < nodes.len() && taken.len() < enough {
            let node = &nodes[(self.start + looked) % nodes.len()];
            looked += 1;
            taken.extend(takes(node).then(|| node.clone()));
        }
        self.start = (self.start + looked) % nodes.len();
        (taken, looked)
    }
}

#[test]
fn the_same_nodes_are_compared_as_upstream() {
    for (percentage, has_own) in [(30, true), (60, true), (30, false)] {
        let compared = Arc::new(Mutex::new(Vec::new()));
        let own: Arc<dyn Plugin> = Arc::new(OfPod(Arc::clone(&compared)));
        let mut profile = Profile { scheduler_name: "s".to_owned(), ..Profile::default() };
        profile.percentage_of_nodes_to_score = percentage;
        profile.filter.push(Arc::new(OfKind));
        if has_own {
            profile.filter.push(Arc::clone(&own));
            profile.pre_score.push(Arc::clone(&own));
            profile.score.push(ScoringPlugin { plugin: own, weight: 1 });
        } else {
            profile.score.push(ScoringPlugin { plugin: Arc::new(crate::plugins::ImageLocality), weight: 1 });
        }
        let (mut core, mut model, now) =
            (Core::new(vec![profile], Backoff::default()), Model::default(), Instant::now());
        let mut random = Random(u64::from(percentage.unsigned_abs()));
        let mut below = |most: u64| random.next() % most;
        for step in 0..600 {
            let name = format!("n{}", below(350));
            // at first there are nodes only, and later they come, go and move now and then
            match (step < 400 || below(4) == 0, below(8)) {
                (true, 0) => {
                    model.remove(&name);
                    core.remove_node(&name, now);
                }
                (true, zone) => {
                    let zone = ZONES[usize::try_from(zone).unwrap() % ZONES.len()];
                    let labels = json!({ "topology.kubernetes.io/zone": zone });
                    model.set(&name, zone);
                    let node = json!({ "metadata": { "name": name, "labels": labels } });
                    core.set_node(Arc::new(serde_json::from_value(node).unwrap()), now);
                }
                (false, _) => {}
            }
            if step < 400 {
                continue;
            }
            let (kind, pod) = (format!("k{}", below(8)), format!("p{step}"));
            let takes = |node: &str| is_kind_taken(&kind, node) && (!has_own || is_pod_taken(&pod, node));
            let nominated = Some(name).filter(|_| step % 5 == 0).unwrap_or_default();
            let is_nominated_taken = model.nodes().contains(&nominated) && takes(&nominated);
            let (want, looked) = match is_nominated_taken {
                true => (vec![nominated.clone()], 1),
                false => model.walk(usize::try_from(percentage).unwrap(), takes),
            };
            let given = json!({
                "metadata": { "namespace": "n", "name": pod, "uid": pod },
                "spec": { "schedulerName": "s", "nodeSelector": { "kind": kind }, "containers": [{ "name": "c" }] },
                "status": { "nominatedNodeName": nominated }
            });
            core.set_pod(Arc::new(serde_json::from_value(given).unwrap()), now);
            let Some(Decision::Bind(binding)) = core.schedule_next(now) else { panic!("{step}: not placed") };
            assert_eq!((binding.looked.evaluated, binding.looked.feasible), (looked, want.len()), "{step}");
            assert!(want.iter().any(|node| **node == *binding.node), "{step}: {}", binding.node);
            if has_own && want.len() > 1 {
                assert_eq!(*compared.lock().unwrap(), want, "{step}");
            }
            core.bound(&binding);
        }
    }
}
