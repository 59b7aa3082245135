//! Which pods of a node have to go so that a pod fits.

use std::cmp::Reverse;
use std::sync::Arc;

use super::{budgets::Budgets, choice::Loss};
use crate::framework::{CycleState, NodeInfo, PodInfo, PostFilterContext, Status};

/// The pods of one node that have to go.
#[derive(Debug)]
pub(super) struct Victims {
    /// The most important first.
    pub(super) pods: Vec<Arc<PodInfo>>,
    /// How many of them a disruption budget would keep.
    pub(super) budget_violations: usize,
    /// How much is lost with them.
    pub(super) loss: Loss,
}

impl Victims {
    /// These pods, the most important first.
    pub(super) fn new(pods: Vec<Arc<PodInfo>>, budget_violations: usize) -> Self {
        let loss = Loss::of(&pods, budget_violations);
        Self { pods, budget_violations, loss }
    }
}

/// Takes all pods of lower priority away, then lets those stay that may, the most important first, pods that a
/// disruption budget would keep before the others.
///
/// # Errors
/// Why the pod would not fit even then; a failure where it fits though nobody goes.
pub(super) fn select(
    context: &PostFilterContext<'_>,
    node: &NodeInfo,
    budgets: &Budgets<'_>,
) -> Result<Victims, Status> {
    let is_lower = |other: &&Arc<PodInfo>| other.priority() < context.pod.priority();
    let mut lower: Vec<Arc<PodInfo>> = node.pods().iter().filter(is_lower).cloned().collect();
    if lower.is_empty() {
        return Err(Status::unresolvable("No preemption victims found for incoming pod"));
    }
    lower.sort_by_key(importance);
    let mut trial = Trial::new(context, node);
    for pod in &lower {
        trial.without(pod)?;
    }
    let status = trial.fits();
    if !status.is_success() {
        return Err(status);
    }
    let split = budgets.split(lower);
    let (mut victims, mut budget_violations) = (Vec::new(), 0);
    for pod in split.kept_by_budget {
        if !trial.may_stay(&pod)? {
            budget_violations += 1;
            victims.push(pod);
        }
    }
    for pod in split.others {
        if !trial.may_stay(&pod)? {
            victims.push(pod);
        }
    }
    if victims.is_empty() {
        return Err(Status::error(format_args!("expected at least one victim pod on node {:?}", node.name())));
    }
    victims.sort_by_key(importance);
    Ok(Victims::new(victims, budget_violations))
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
    /// None where it does not depend on the pods of nodes.
    state: Option<CycleState>,
    node: NodeInfo,
}

impl<'a> Trial<'a> {
    fn new(context: &'a PostFilterContext<'_>, node: &NodeInfo) -> Self {
        let state = context.profile.tracks_pods(context.state).then(|| context.state.clone());
        Self { context, state, node: node.clone() }
    }

    fn without(&mut self, pod: &PodInfo) -> Result<(), Status> {
        match &mut self.state {
            Some(state) => ok(self.context.remove_pod(state, &mut self.node, pod)),
            None => {
                self.node.remove_pod(pod.key());
                Ok(())
            }
        }
    }

    fn fits(&self) -> Status {
        self.context.filter(self.state.as_ref().unwrap_or(self.context.state), &self.node)
    }

    /// Puts the pod back if there is room for both.
    fn may_stay(&mut self, pod: &Arc<PodInfo>) -> Result<bool, Status> {
        match &mut self.state {
            Some(state) => ok(self.context.add_pod(state, &mut self.node, pod))?,
            None => self.node.add_pod(Arc::clone(pod)),
        }
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
