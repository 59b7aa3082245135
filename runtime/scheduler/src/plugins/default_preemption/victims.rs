//! Which pods of a node have to go so that a pod fits.

use std::cmp::Reverse;
use std::sync::Arc;

use super::budgets;
use crate::framework::{CycleState, NodeInfo, PodInfo, PostFilterContext, Status};

/// The pods of one node that have to go.
#[derive(Clone, Debug, Default)]
pub(super) struct Victims {
    /// The most important first.
    pub(super) pods: Vec<Arc<PodInfo>>,
    /// How many of them a disruption budget would keep.
    pub(super) budget_violations: usize,
}

/// Takes all pods of lower priority away, then lets those stay that may, the most important first, pods that a
/// disruption budget would keep before the others.
///
/// # Errors
/// Why the pod would not fit even then.
pub(super) fn select(context: &PostFilterContext<'_>, node: &NodeInfo) -> Result<Victims, Status> {
    let is_lower = |other: &&Arc<PodInfo>| other.priority() < context.pod.priority();
    let mut lower: Vec<Arc<PodInfo>> = node.pods().iter().filter(is_lower).cloned().collect();
    if lower.is_empty() {
        return Err(Status::unresolvable("No preemption victims found for incoming pod"));
    }
    lower.sort_by_key(importance);
    let mut trial = Trial { context, state: context.state.clone(), node: node.clone() };
    for pod in &lower {
        trial.without(pod)?;
    }
    let status = trial.fits();
    if !status.is_success() {
        return Err(status);
    }
    let split = budgets::split(&lower, context.disruption_budgets);
    let mut victims = Victims::default();
    for pod in split.kept_by_budget {
        if !trial.may_stay(&pod)? {
            victims.budget_violations += 1;
            victims.pods.push(pod);
        }
    }
    for pod in split.others {
        if !trial.may_stay(&pod)? {
            victims.pods.push(pod);
        }
    }
    victims.pods.sort_by_key(importance);
    Ok(victims)
}

/// Sorts the most important first: by priority, and of equals the one that has run longest.
fn importance(pod: &Arc<PodInfo>) -> (Reverse<i32>, i64) {
    (Reverse(pod.priority()), start_seconds(pod))
}

/// When the pod started; one that has not yet counts as starting last.
pub(super) fn start_seconds(pod: &PodInfo) -> i64 {
    pod.pod().status.start_time.map_or(i64::MAX, kubeforge_machinery::Time::unix)
}

/// The node as it would be, with what PreFilter prepared to match.
struct Trial<'a> {
    context: &'a PostFilterContext<'a>,
    state: CycleState,
    node: NodeInfo,
}

impl Trial<'_> {
    fn without(&mut self, pod: &PodInfo) -> Result<(), Status> {
        ok(self.context.remove_pod(&mut self.state, &mut self.node, pod))
    }

    fn fits(&self) -> Status {
        self.context.filter(&self.state, &self.node)
    }

    /// Puts the pod back if there is room for both.
    fn may_stay(&mut self, pod: &Arc<PodInfo>) -> Result<bool, Status> {
        ok(self.context.add_pod(&mut self.state, &mut self.node, pod))?;
        let fits = self.fits().is_success();
        if !fits {
            self.without(pod)?;
        }
        Ok(fits)
    }
}

fn ok(status: Status) -> Result<(), Status> {
    if status.is_success() { Ok(()) } else { Err(status) }
}
