//! On which node to make room: the one that loses least.

use std::cmp::Reverse;
use std::sync::Arc;

use super::victims::{Victims, start_seconds};
use crate::framework::PodInfo;

/// A node on which room can be made.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// The node.
    pub(super) node: Arc<str>,
    /// The pods that would go.
    pub(super) victims: Victims,
}

/// The candidate that loses least; of equals the first.
pub(super) fn best(candidates: &[Candidate]) -> Option<&Candidate> {
    candidates.iter().min_by_key(|candidate| loss(&candidate.victims))
}

/// How much is lost, what counts most first: violated budgets; the priority of the most important victim; the sum of
/// priorities, all raised above zero so that each victim counts; the number of victims; and how long ago the most
/// important ones started: rather those that have not run long.
fn loss(victims: &Victims) -> (usize, Option<i32>, i64, usize, Reverse<i64>) {
    const RAISE: i64 = i32::MAX as i64 + 1;
    let highest = victims.pods.iter().map(|pod| pod.priority()).max();
    let sum = victims.pods.iter().map(|pod| i64::from(pod.priority()) + RAISE).sum();
    let is_highest = |pod: &&Arc<PodInfo>| Some(pod.priority()) == highest;
    let earliest = victims.pods.iter().filter(is_highest).map(|pod| start_seconds(pod)).min();
    (victims.budget_violations, highest, sum, victims.pods.len(), Reverse(earliest.unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use kubeforge_api::core::v1::{Pod, PodSpec, PodStatus};
    use kubeforge_machinery::Time;

    use super::*;

    fn candidate(node: &str, pods: &[(i32, i64)], budget_violations: usize) -> Candidate {
        let pod = |&(priority, started): &(i32, i64)| {
            let spec = PodSpec { priority: Some(priority), ..Default::default() };
            let status = PodStatus { start_time: Some(Time::from_unix(started)), ..Default::default() };
            Arc::new(PodInfo::new(Arc::new(Pod { spec, status, ..Default::default() })))
        };
        let pods = pods.iter().map(pod).collect();
        Candidate { node: node.into(), victims: Victims { pods, budget_violations } }
    }

    #[track_caller]
    fn check_second_is_better(first: Candidate, second: Candidate) {
        assert_eq!(best(&[first, second]).map(|best| best.node.to_string()), Some("second".to_owned()));
    }

    #[test]
    fn what_counts_most_comes_first() {
        check_second_is_better(candidate("first", &[(1, 0)], 1), candidate("second", &[(9, 0), (9, 0)], 0));
        check_second_is_better(candidate("first", &[(9, 0)], 0), candidate("second", &[(8, 0), (8, 0)], 0));
        check_second_is_better(candidate("first", &[(9, 0), (5, 0)], 0), candidate("second", &[(9, 0), (4, 0)], 0));
        check_second_is_better(candidate("first", &[(-9, 0), (-9, 0)], 0), candidate("second", &[(-9, 0)], 0));
        check_second_is_better(candidate("first", &[(9, 100)], 0), candidate("second", &[(9, 200)], 0));
    }
}
