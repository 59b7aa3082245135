//! On which node to make room: the one that loses least.

use std::{cmp::Reverse, sync::Arc};

use super::{
    kept::DryRun,
    victims::{Victims, start_seconds},
};
use crate::framework::{PodInfo, Row};

/// A node on which room can be made.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// The node.
    pub(super) row: Row,
    /// How much would be lost.
    pub(super) loss: Loss,
    /// The pods that would go.
    pub(super) dry_run: DryRun,
}

impl Candidate {
    /// The pods that would go.
    pub(super) fn victims(&self) -> Option<&Victims> {
        self.dry_run.as_ref().as_ref().ok()
    }
}

/// The candidate that loses least; of equals the first.
pub(super) fn best(candidates: &[Candidate]) -> Option<&Candidate> {
    candidates.iter().min_by_key(|candidate| candidate.loss)
}

/// How much is lost, what counts most first. Of what is equal the node is taken whose most important victims have not run
/// long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Loss {
    budget_violations: usize,
    /// The priority of the first victim, the most important; extenders may have named others, in an order of their own.
    first_priority: Option<i32>,
    /// Of all victims, each raised above zero so that it counts.
    priorities: i64,
    pods: usize,
    earliest_start: Reverse<i64>,
}

impl Loss {
    /// What is lost with these pods.
    pub(super) fn of(pods: &[Arc<PodInfo>], budget_violations: usize) -> Self {
        const RAISE: i64 = i32::MAX as i64 + 1;
        let highest = pods.iter().map(|pod| pod.priority()).max();
        let most_important = pods.iter().filter(|pod| Some(pod.priority()) == highest);
        let earliest = most_important.map(|pod| start_seconds(pod)).min();
        Self {
            budget_violations,
            first_priority: pods.first().map(|pod| pod.priority()),
            priorities: pods.iter().map(|pod| i64::from(pod.priority()) + RAISE).sum(),
            pods: pods.len(),
            earliest_start: Reverse(earliest.unwrap_or(i64::MAX)),
        }
    }
}

#[cfg(test)]
mod tests {
    use kubeforge_api::core::v1::{Pod, PodSpec, PodStatus};
    use kubeforge_machinery::Time;

    use super::*;

    /// What is lost with pods of these priorities and times of start.
    fn loss(pods: &[(i32, i64)], budget_violations: usize) -> Loss {
        let pod = |&(priority, started): &(i32, i64)| {
            let spec = PodSpec { priority: Some(priority), ..Default::default() };
            let start_time = (started > 0).then(|| Time::from_unix(started));
            let status = PodStatus { start_time, ..Default::default() };
            Arc::new(PodInfo::new(Arc::new(Pod { spec, status, ..Default::default() })))
        };
        Loss::of(&pods.iter().map(pod).collect::<Vec<_>>(), budget_violations)
    }

    #[test]
    fn what_counts_most_comes_first() {
        let rows = [
            ("violated budgets before priorities", loss(&[(9, 1), (9, 1)], 0), loss(&[(1, 1)], 1)),
            ("the highest priority before the number", loss(&[(8, 1), (8, 1)], 0), loss(&[(9, 1)], 0)),
            ("the sum of priorities", loss(&[(9, 1), (4, 1)], 0), loss(&[(9, 1), (5, 1)], 0)),
            ("each pod counts, even below zero", loss(&[(-9, 1)], 0), loss(&[(-9, 1), (-9, 1)], 0)),
            ("the latest start", loss(&[(9, 200)], 0), loss(&[(9, 100)], 0)),
            ("the earliest of the most important", loss(&[(9, 200), (9, 300)], 0), loss(&[(9, 100), (9, 400)], 0)),
            (
                "when less important ones started is the same",
                loss(&[(9, 200), (1, 1)], 0),
                loss(&[(9, 100), (1, 900)], 0),
            ),
            ("one that has not started is new", loss(&[(9, 0)], 0), loss(&[(9, 900)], 0)),
        ];
        for (name, less, more) in rows {
            assert!(less < more, "{name}");
        }
    }
}
