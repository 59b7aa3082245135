//! Constraints that had better hold.

use std::{collections::HashMap, sync::Arc};

use kubeforge_api::core::v1::UnsatisfiableConstraintAction;

use super::{LABEL_HOSTNAME, PodTopologySpread, constraint::Constraint, filtering::matching};
use crate::{
    framework::{
        BuildRowHasher, CycleState, MAX_NODE_SCORE, NodeInfo, Normalize, PodInfo, PreScorePlugin, Row, ScorePlugin,
        Snapshot, Status,
    },
    node_selector::RequiredNodeAffinity,
    plugins::domain_counts::DomainCounts,
    pod_index::RowCounts,
};

/// The score of a node that lacks a label: it does not count when scores are normalised, and becomes 0.
const IGNORED: i64 = -1;

/// The pods of one constraint.
#[derive(Debug)]
struct Counted {
    constraint: Constraint,
    near: Near,
    /// Larger the more values there are, so that a host more counts for more than a zone more.
    weight: f64,
}

/// How many pods are near each node.
#[derive(Debug)]
enum Near {
    /// On it: where the label names the host. Rows that are left out have none.
    On(HashMap<Row, i64, BuildRowHasher>),
    /// On nodes with the same value of the label.
    By(DomainCounts),
}

/// What PreScore found.
#[derive(Clone)]
struct Preferred {
    counted: Arc<Vec<Counted>>,
    requires_all_labels: bool,
}

impl Preferred {
    fn ignores(&self, row: Row) -> bool {
        self.requires_all_labels && self.counted.iter().any(|counted| counted.constraint.column.domain(row).is_none())
    }
}

impl Preferred {
    fn score(&self, row: Row) -> i64 {
        if self.ignores(row) {
            return IGNORED;
        }
        let mut score = 0.0;
        for counted in &*self.counted {
            let Some(domain) = counted.constraint.column.domain(row) else { continue };
            let count = match &counted.near {
                Near::On(rows) => rows.get(&row).copied().unwrap_or(0),
                Near::By(counts) => counts.get(domain),
            };
            // small differences between large domains weigh less the more skew is allowed
            score += count as f64 * counted.weight + (counted.constraint.max_skew - 1) as f64;
        }
        score.round() as i64
    }
}

fn count(
    constraints: Vec<Constraint>,
    pod: &PodInfo,
    nodes: &Snapshot,
    rows: &[Row],
    requires_all_labels: bool,
) -> Vec<Counted> {
    let required = RequiredNodeAffinity::of(pod.pod());
    let is_labelled =
        |row: Row| !requires_all_labels || constraints.iter().all(|constraint| constraint.column.domain(row).is_some());
    let scored: Vec<Row> = rows.iter().copied().filter(|row| is_labelled(*row)).collect();
    let all_labelled =
        !requires_all_labels || constraints.iter().all(|constraint| constraint.column.labelled() == nodes.len());
    let count = |constraint: &Constraint| {
        let (near, values) = match constraint.column.key() == LABEL_HOSTNAME {
            true => (Near::On(on_rows(&scored, pod, nodes, constraint)), scored.len()),
            false => {
                let counts = match all_labelled && constraint.includes_all(&required) {
                    true => by_value(pod, nodes, constraint),
                    false => by_value_of(pod, nodes, constraint, |row| {
                        is_labelled(row)
                            && nodes.node(row).is_some_and(|node| constraint.includes(pod.pod(), &required, node))
                    }),
                };
                (Near::By(counts), values(&scored, constraint))
            }
        };
        Counted { constraint: constraint.clone(), near, weight: ((values + 2) as f64).ln() }
    };
    constraints.iter().map(count).collect()
}

/// How many pods are on each of some rows.
fn on_rows(
    rows: &[Row],
    pod: &PodInfo,
    nodes: &Snapshot,
    constraint: &Constraint,
) -> HashMap<Row, i64, BuildRowHasher> {
    let mut on = HashMap::default();
    for pods in matching(nodes.pods(), pod, constraint) {
        for row in rows {
            match pods.at(*row) {
                0 => {}
                count => *on.entry(*row).or_default() += i64::from(count),
            }
        }
    }
    on
}

/// How many pods are on nodes with each value of the label.
fn by_value(pod: &PodInfo, nodes: &Snapshot, constraint: &Constraint) -> DomainCounts {
    let mut counts = DomainCounts::of(Arc::clone(&constraint.column));
    matching(nodes.pods(), pod, constraint).for_each(|rows| counts.add_rows(rows, 1));
    counts
}

/// The same for some of the nodes.
fn by_value_of(
    pod: &PodInfo,
    nodes: &Snapshot,
    constraint: &Constraint,
    includes: impl Fn(Row) -> bool,
) -> DomainCounts {
    let mut counts = vec![0; constraint.column.len()];
    for (row, count) in matching(nodes.pods(), pod, constraint).flat_map(RowCounts::iter) {
        let domain = constraint.column.domain(row).filter(|_| includes(row));
        if let Some(place) = domain.and_then(|domain| counts.get_mut(domain.index())) {
            *place += i64::from(count);
        }
    }
    DomainCounts::with(Arc::clone(&constraint.column), counts)
}

/// How many values of the label the rows have; those without it have together one more.
fn values(rows: &[Row], constraint: &Constraint) -> usize {
    let unlabelled = constraint.column.len();
    let mut met = vec![false; unlabelled + 1];
    for row in rows {
        let place = constraint.column.domain(*row).map_or(unlabelled, |domain| domain.index());
        if let Some(place) = met.get_mut(place) {
            *place = true;
        }
    }
    met.iter().filter(|met| **met).count()
}

impl PreScorePlugin for PodTopologySpread {
    fn pre_score_pod(&self, state: &mut CycleState, pod: &PodInfo, nodes: &Snapshot, rows: Option<&[Row]>) -> Status {
        match self.constraints(pod, nodes, &UnsatisfiableConstraintAction::ScheduleAnyway) {
            Err(error) => Status::error(error),
            Ok(constraints) if constraints.is_empty() => Status::skip(),
            Ok(constraints) => {
                let requires_all_labels = self.requires_all_labels(pod.pod());
                let counted = count(constraints, pod, nodes, rows.unwrap_or_default(), requires_all_labels);
                state.write_for_cycle(Preferred { counted: Arc::new(counted), requires_all_labels });
                Status::success()
            }
        }
    }

    fn skips_pod(&self, _state: &mut CycleState, pod: &PodInfo, nodes: &Snapshot) -> bool {
        let constraints = self.constraints(pod, nodes, &UnsatisfiableConstraintAction::ScheduleAnyway);
        constraints.is_ok_and(|constraints| constraints.is_empty())
    }
}

impl ScorePlugin for PodTopologySpread {
    /// How many of the pods are there already, weighted; [`IGNORED`] for nodes that do not count.
    fn score_node(&self, state: &CycleState, _pod: &PodInfo, node: &NodeInfo) -> Result<i64, Status> {
        Ok(state.read::<Preferred>().map_or(0, |preferred| preferred.score(node.row())))
    }

    fn score_rows(
        &self,
        state: &CycleState,
        _pod: &PodInfo,
        _nodes: &Snapshot,
        rows: &[Row],
    ) -> Result<Vec<i64>, Status> {
        let Some(preferred) = state.read::<Preferred>() else { return Ok(vec![0; rows.len()]) };
        Ok(rows.iter().map(|row| preferred.score(*row)).collect())
    }

    fn normalize(&self) -> Normalize {
        Normalize::Custom
    }

    /// The fewer pods, the better: the fewest becomes 100.
    fn normalize_scores(&self, _state: &CycleState, _pod: &PodInfo, scores: &mut [i64]) -> Status {
        let counted = || scores.iter().copied().filter(|score| *score != IGNORED);
        let lowest = counted().min().unwrap_or(0);
        let highest = counted().max().unwrap_or(0).max(0);
        for score in scores {
            *score = match *score {
                IGNORED => 0,
                _ if highest == 0 => MAX_NODE_SCORE,
                score => MAX_NODE_SCORE * (highest + lowest - score) / highest,
            };
        }
        Status::success()
    }
}
