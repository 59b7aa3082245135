//! Constraints that had better hold.

use std::sync::Arc;

use kubeforge_api::core::v1::UnsatisfiableConstraintAction;

use super::{LABEL_HOSTNAME, PodTopologySpread, constraint::Constraint, filtering::matching};
use crate::{
    framework::{
        CycleState, MAX_NODE_SCORE, NodeInfo, Normalize, PodInfo, PreScorePlugin, Row, ScorePlugin, Snapshot, Status,
    },
    node_selector::RequiredNodeAffinity,
};

/// The score of a node that lacks a label: it does not count when scores are normalised, and becomes 0.
const IGNORED: i64 = -1;

/// The pods of one constraint.
#[derive(Debug)]
struct Counted {
    constraint: Constraint,
    /// By value of the label; by row where the label names the host.
    counts: Vec<i64>,
    is_by_row: bool,
    /// Larger the more values there are, so that a host more counts for more than a zone more.
    weight: f64,
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
            let place = if counted.is_by_row { row.index() } else { domain.index() };
            let count = counted.counts.get(place).copied().unwrap_or(0);
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
    let count = |constraint: &Constraint| {
        let is_by_row = constraint.column.key() == LABEL_HOSTNAME;
        let (mut counts, size) = if is_by_row {
            (vec![0; nodes.rows_len()], scored.len())
        } else {
            let mut met = vec![false; constraint.column.len() + 1];
            // nodes without the label are together one value more
            let unlabelled = constraint.column.len();
            for row in &scored {
                let place = constraint.column.domain(*row).map_or(unlabelled, |domain| domain.index());
                if let Some(place) = met.get_mut(place) {
                    *place = true;
                }
            }
            (vec![0; constraint.column.len()], met.iter().filter(|met| **met).count())
        };
        let includes_all = constraint.includes_all(&required);
        for (row, pods) in matching(nodes.pods(), pod, constraint) {
            let place = if is_by_row {
                counts.get_mut(row.index())
            } else {
                let includes = || {
                    is_labelled(row)
                        && nodes
                            .node(row)
                            .is_some_and(|node| includes_all || constraint.includes(pod.pod(), &required, node))
                };
                let domain = constraint.column.domain(row).filter(|_| includes());
                domain.and_then(|domain| counts.get_mut(domain.index()))
            };
            if let Some(place) = place {
                *place += i64::from(pods);
            }
        }
        Counted { constraint: constraint.clone(), counts, is_by_row, weight: ((size + 2) as f64).ln() }
    };
    constraints.iter().map(count).collect()
}

impl PreScorePlugin for PodTopologySpread {
    fn pre_score_pod(&self, state: &mut CycleState, pod: &PodInfo, nodes: &Snapshot, rows: Option<&[Row]>) -> Status {
        match self.constraints(pod, nodes, &UnsatisfiableConstraintAction::ScheduleAnyway) {
            Err(error) => Status::error(error),
            Ok(constraints) if constraints.is_empty() => Status::skip(),
            Ok(constraints) => {
                let requires_all_labels = self.requires_all_labels(pod.pod());
                let counted = count(constraints, pod, nodes, rows.unwrap_or_default(), requires_all_labels);
                state.write(Preferred { counted: Arc::new(counted), requires_all_labels });
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
