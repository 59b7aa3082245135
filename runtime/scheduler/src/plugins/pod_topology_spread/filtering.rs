//! Constraints that must hold.

use std::sync::Arc;

use kubeforge_api::core::v1::UnsatisfiableConstraintAction;

use super::{PodTopologySpread, constraint::Constraint};
use crate::{
    framework::{
        CycleState, FilterPlugin, NodeInfo, PodInfo, PreFilterOutcome, PreFilterPlugin, Row, Snapshot, Status,
    },
    node_selector::RequiredNodeAffinity,
    plugins::domain_counts::DomainCounts,
    pod_index::{PodIndex, RowCounts},
    tally::Lowest,
};

const UNEVEN: &str = "node(s) didn't match pod topology spread constraints";
const UNLABELLED: &str = "node(s) didn't match pod topology spread constraints (missing required label)";

/// The pods of one constraint per value of its label.
#[derive(Clone, Debug)]
struct Spread {
    /// Values that do not count have none.
    counts: DomainCounts,
    /// How many values count.
    domains: usize,
    /// The fewest pods that those have. Only pods of one node are counted in or out of a copy, so that what is known of
    /// the two smallest numbers is enough to tell the smallest whatever changes.
    lowest: Lowest,
}

impl Spread {
    /// Where all nodes count. Takes no look at nodes or pods where they are all of one kind.
    fn over_all(constraint: &Constraint, pod: &PodInfo, nodes: &Snapshot) -> Self {
        let mut counts = DomainCounts::of(Arc::clone(&constraint.column));
        let mut lowest = None;
        for (place, rows) in matching(nodes.pods(), pod, constraint).enumerate() {
            counts.add_rows(rows, 1);
            lowest = rows.tally(&constraint.column).map(|tally| tally.lowest()).filter(|_| place == 0);
        }
        let count = || constraint.column.domains().map(|domain| counts.before(domain));
        let domains = constraint.column.used();
        let lowest = match counts.counts().is_empty() {
            true => Lowest { first: (domains > 0).then_some((0, domains)), second: None },
            false => lowest.unwrap_or_else(|| Lowest::of(count())),
        };
        Self { counts, domains, lowest }
    }

    /// Where only these rows count.
    fn over(constraint: &Constraint, pod: &PodInfo, nodes: &Snapshot, includes: impl Fn(Row) -> bool) -> Self {
        let mut counts = vec![None; constraint.column.len()];
        let domains = nodes.iter().map(|(row, _)| row).filter(|row| includes(*row));
        for domain in domains.filter_map(|row| constraint.column.domain(row)) {
            if let Some(place) = counts.get_mut(domain.index()) {
                *place = Some(0);
            }
        }
        for (row, count) in matching(nodes.pods(), pod, constraint).flat_map(RowCounts::iter) {
            let place = constraint.column.domain(row).and_then(|domain| counts.get_mut(domain.index()));
            if let Some(Some(place)) = place
                && includes(row)
            {
                *place += i64::from(count);
            }
        }
        let lowest = Lowest::of(counts.iter().flatten().copied());
        let domains = counts.iter().flatten().count();
        let counts = counts.into_iter().map(Option::unwrap_or_default).collect();
        Self { counts: DomainCounts::with(Arc::clone(&constraint.column), counts), domains, lowest }
    }

    /// The fewest pods that a value has; none where there are fewer values than there should be.
    fn fewest(&self, min_domains: usize) -> i64 {
        if self.domains < min_domains {
            return 0;
        }
        let changed = || self.counts.changed();
        let unchanged = self.lowest.first.and_then(|(first, values)| {
            let changed = changed().filter(|domain| self.counts.before(*domain) == first).count();
            if changed < values { Some(first) } else { self.lowest.second }
        });
        let changed = changed().map(|domain| self.counts.get(domain));
        changed.chain(unchanged).min().unwrap_or(i64::from(i32::MAX))
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
            if all_labelled && constraint.includes_all(&required) {
                return Spread::over_all(constraint, pod, nodes);
            }
            Spread::over(constraint, pod, nodes, |row| {
                is_labelled(row) && nodes.node(row).is_some_and(|node| constraint.includes(pod.pod(), &required, node))
            })
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
            if is_counted {
                spread.counts.change(row, by);
            }
        }
    }
}

/// Where there are pods that a constraint of the pod is about, by kind, those that are being deleted left out.
pub(super) fn matching<'a>(
    pods: &'a PodIndex,
    pod: &'a PodInfo,
    constraint: &'a Constraint,
) -> impl Iterator<Item = &'a RowCounts> + 'a {
    // a selector that selects everything counts nothing, as kube-scheduler has it
    let groups = pods.in_namespace(pod.key().namespace()).filter(|(traits, _)| {
        !traits.is_terminating && !constraint.selector.is_everything() && constraint.selector.matches(&traits.labels)
    });
    groups.map(|(_, rows)| rows)
}

impl PreFilterPlugin for PodTopologySpread {
    fn pre_filter_pod(&self, state: &mut CycleState, pod: &PodInfo, nodes: &Snapshot) -> PreFilterOutcome {
        match self.constraints(pod, nodes, &UnsatisfiableConstraintAction::DoNotSchedule) {
            Err(error) => PreFilterOutcome::Rejected(Status::error(error)),
            Ok(constraints) if constraints.is_empty() => PreFilterOutcome::Skip,
            Ok(constraints) => {
                state.write_for_cycle(Spreads::of(constraints, pod, nodes));
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
            rows.retain(|row| constraint.column.domain(*row).is_some_and(|domain| spread.counts.get(domain) <= most));
        }
        Ok(())
    }

    fn filter_node(&self, state: &CycleState, _pod: &PodInfo, node: &NodeInfo) -> Status {
        let Some(spreads) = state.read::<Spreads>() else { return Status::success() };
        for (constraint, spread) in spreads.constraints.iter().zip(&spreads.spreads) {
            let Some(domain) = constraint.column.domain(node.row()) else { return Status::unresolvable(UNLABELLED) };
            if spread.counts.get(domain) > constraint.most(spread) {
                return Status::unschedulable(UNEVEN);
            }
        }
        Status::success()
    }
}
