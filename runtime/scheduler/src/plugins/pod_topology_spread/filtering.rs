//! Constraints that must hold.

use std::sync::Arc;

use kubeforge_api::core::v1::UnsatisfiableConstraintAction;

use super::{PodTopologySpread, constraint::Constraint};
use crate::{
    framework::{
        CycleState, FilterPlugin, NodeInfo, PodInfo, PreFilterOutcome, PreFilterPlugin, Row, Snapshot, Status,
    },
    label_column::Domain,
    node_selector::RequiredNodeAffinity,
    pod_index::PodIndex,
};

const UNEVEN: &str = "node(s) didn't match pod topology spread constraints";
const UNLABELLED: &str = "node(s) didn't match pod topology spread constraints (missing required label)";

/// The pods of one constraint per value of its label; none for values that do not count.
#[derive(Clone, Debug)]
struct Spread {
    counts: Arc<Vec<Option<i64>>>,
    /// What was changed since it was copied.
    changes: Vec<(Domain, i64)>,
    /// How many values count.
    domains: usize,
    /// The two values with the fewest pods. Only pods of one node are counted in or out of a copy, so that one of them
    /// has the fewest pods whatever changes.
    fewest: [Option<(Domain, i64)>; 2],
}

impl Spread {
    fn new(counts: Vec<Option<i64>>) -> Self {
        let mut spread = Self { domains: 0, fewest: [None; 2], changes: Vec::new(), counts: Arc::default() };
        for (domain, count) in counts.iter().enumerate() {
            let Some(count) = *count else { continue };
            spread.domains += 1;
            let entry = Some((Domain::at(domain), count));
            let [first, second] = &mut spread.fewest;
            if first.is_none_or(|(_, least)| count < least) {
                *second = *first;
                *first = entry;
            } else if second.is_none_or(|(_, least)| count < least) {
                *second = entry;
            }
        }
        spread.counts = Arc::new(counts);
        spread
    }

    fn get(&self, domain: Domain) -> i64 {
        let changed = self.changes.iter().find(|(changed, _)| *changed == domain);
        self.counts.get(domain.index()).copied().flatten().unwrap_or(0) + changed.map_or(0, |(_, by)| *by)
    }

    fn change(&mut self, domain: Domain, by: i64) {
        match self.changes.iter_mut().find(|(changed, _)| *changed == domain) {
            Some((_, change)) => *change += by,
            None => self.changes.push((domain, by)),
        }
    }

    /// The fewest pods that a value has; none where there are fewer values than there should be.
    fn fewest(&self, min_domains: usize) -> i64 {
        if self.domains < min_domains {
            return 0;
        }
        let kept = self.fewest.iter().flatten().map(|(domain, _)| self.get(*domain));
        let changed = self.changes.iter().map(|(domain, _)| self.get(*domain));
        kept.chain(changed).min().unwrap_or(i64::from(i32::MAX))
    }
}

impl Constraint {
    /// How many pods a value may have so that one more can go there.
    fn most(&self, spread: &Spread) -> i64 {
        spread.fewest(self.min_domains) + self.max_skew - i64::from(self.selects_itself)
    }
}

/// What PreFilter found.
#[derive(Clone)]
struct Spreads {
    constraints: Arc<Vec<Constraint>>,
    required: Arc<RequiredNodeAffinity>,
    spreads: Vec<Spread>,
}

impl Spreads {
    fn of(constraints: Vec<Constraint>, pod: &PodInfo, nodes: &Snapshot) -> Self {
        let required = RequiredNodeAffinity::of(pod.pod());
        let is_labelled = |row: Row| constraints.iter().all(|constraint| constraint.column.domain(row).is_some());
        let all_labelled = constraints.iter().all(|constraint| constraint.column.labelled() == nodes.len());
        let spread = |constraint: &Constraint| {
            let includes = |row: Row| {
                is_labelled(row) && nodes.node(row).is_some_and(|node| constraint.includes(pod.pod(), &required, node))
            };
            let includes_all = all_labelled && constraint.includes_all(&required);
            let mut counts = vec![None; constraint.column.len()];
            let mut start = |domain: Domain| {
                if let Some(place) = counts.get_mut(domain.index()) {
                    *place = Some(0);
                }
            };
            if includes_all {
                constraint.column.domains().for_each(&mut start);
            } else {
                let counted = nodes.iter().map(|(row, _)| row).filter(|row| includes(*row));
                counted.filter_map(|row| constraint.column.domain(row)).for_each(&mut start);
            }
            for (row, count) in matching(nodes.pods(), pod, constraint) {
                if !includes_all && !includes(row) {
                    continue;
                }
                let place = constraint.column.domain(row).and_then(|domain| counts.get_mut(domain.index()));
                if let Some(Some(place)) = place {
                    *place += i64::from(count);
                }
            }
            Spread::new(counts)
        };
        let spreads = constraints.iter().map(spread).collect();
        Self { spreads, required: Arc::new(required), constraints: Arc::new(constraints) }
    }

    /// Counts another pod in on a node, or out.
    fn change(&mut self, pod: &PodInfo, other: &PodInfo, node: &NodeInfo, by: i64) {
        let row = node.row();
        let is_labelled = self.constraints.iter().all(|constraint| constraint.column.domain(row).is_some());
        if other.key().namespace() != pod.key().namespace() || !is_labelled {
            return;
        }
        for (constraint, spread) in self.constraints.iter().zip(&mut self.spreads) {
            let is_counted = constraint.selector.matches(&other.traits().labels)
                && constraint.includes(pod.pod(), &self.required, node);
            if let Some(domain) = constraint.column.domain(row).filter(|_| is_counted) {
                spread.change(domain, by);
            }
        }
    }
}

/// The rows with the pods that a constraint of the pod is about, those that are being deleted left out.
pub(super) fn matching<'a>(
    pods: &'a PodIndex,
    pod: &'a PodInfo,
    constraint: &'a Constraint,
) -> impl Iterator<Item = (Row, u32)> + 'a {
    // a selector that selects everything counts nothing, as kube-scheduler has it
    let groups = pods.in_namespace(pod.key().namespace()).filter(|(traits, _)| {
        !traits.is_terminating && !constraint.selector.is_everything() && constraint.selector.matches(&traits.labels)
    });
    groups.flat_map(|(_, rows)| rows.iter())
}

impl PreFilterPlugin for PodTopologySpread {
    fn pre_filter_pod(&self, state: &mut CycleState, pod: &PodInfo, nodes: &Snapshot) -> PreFilterOutcome {
        match self.constraints(pod, nodes, &UnsatisfiableConstraintAction::DoNotSchedule) {
            Err(error) => PreFilterOutcome::Rejected(Status::error(error)),
            Ok(constraints) if constraints.is_empty() => PreFilterOutcome::Skip,
            Ok(constraints) => {
                state.write(Spreads::of(constraints, pod, nodes));
                PreFilterOutcome::AllNodes
            }
        }
    }

    fn add_pod(&self, state: &mut CycleState, pod: &PodInfo, other: &PodInfo, node: &NodeInfo) -> Status {
        if let Some(spreads) = state.read_mut::<Spreads>() {
            spreads.change(pod, other, node, 1);
        }
        Status::success()
    }

    fn remove_pod(&self, state: &mut CycleState, pod: &PodInfo, other: &PodInfo, node: &NodeInfo) -> Status {
        if let Some(spreads) = state.read_mut::<Spreads>() {
            spreads.change(pod, other, node, -1);
        }
        Status::success()
    }
}

impl FilterPlugin for PodTopologySpread {
    fn filter_rows(
        &self,
        state: &CycleState,
        _pod: &PodInfo,
        _nodes: &Snapshot,
        rows: &mut Vec<Row>,
    ) -> Result<(), Status> {
        let Some(spreads) = state.read::<Spreads>() else { return Ok(()) };
        for (constraint, spread) in spreads.constraints.iter().zip(&spreads.spreads) {
            let most = constraint.most(spread);
            rows.retain(|row| constraint.column.domain(*row).is_some_and(|domain| spread.get(domain) <= most));
        }
        Ok(())
    }

    fn filter_node(&self, state: &CycleState, _pod: &PodInfo, node: &NodeInfo) -> Status {
        let Some(spreads) = state.read::<Spreads>() else { return Status::success() };
        for (constraint, spread) in spreads.constraints.iter().zip(&spreads.spreads) {
            let Some(domain) = constraint.column.domain(node.row()) else { return Status::unresolvable(UNLABELLED) };
            if spread.get(domain) > constraint.most(spread) {
                return Status::unschedulable(UNEVEN);
            }
        }
        Status::success()
    }
}
