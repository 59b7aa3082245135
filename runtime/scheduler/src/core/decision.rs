//! What becomes of a pod.

use std::sync::Arc;

use crate::{
    framework::{CycleState, FollowUp, Interruption, PodInfo, Preemption, Profile, Status, WaitingPermit, diagnosis},
    node_order::Looked,
    queue::Tries,
};

/// What was decided about a pod.
pub enum Decision {
    /// It goes to a node; it counts there already. Answer with
    /// [`Core::bound`](super::Core::bound) or [`Core::bind_failed`](super::Core::bind_failed).
    Bind(Binding),
    /// No node can take it.
    Reject(Rejection),
}

/// A pod that goes to a node.
pub struct Binding {
    /// The pod.
    pub pod: Arc<PodInfo>,
    /// The node.
    pub node: Arc<str>,
    /// The plugins.
    pub profile: Arc<Profile>,
    /// What they prepared.
    pub state: Arc<CycleState>,
    /// Whose word it has to wait for, as Permit says.
    pub waits: Vec<WaitingPermit>,
    /// Whether it may take a while, so that the API server is told beforehand where the pod is going.
    pub is_announced: bool,
    /// When it is in vain to go on.
    pub interruption: Interruption,
    /// When the pod is being deleted: nobody's word is waited for any more.
    pub(crate) withdrawal: Interruption,
    /// When the attempt began.
    pub(crate) began: std::time::Instant,
    /// Whether plugins' own times are taken.
    pub(crate) is_sampled: bool,
    /// At how many nodes it was looked.
    pub(crate) looked: Looked,
    /// How often it was tried by then.
    pub(crate) tries: Tries,
    /// Whether Permit has let it pass: what goes wrong from then on is a failure, whoever says so.
    pub(crate) is_permitted: bool,
}

/// A pod that no node can take, or about which a plugin failed.
pub struct Rejection {
    /// The pod.
    pub pod: Arc<PodInfo>,
    /// The plugins.
    pub profile: Arc<Profile>,
    /// `Unschedulable` or `SchedulerError`.
    pub reason: &'static str,
    /// Why, for people.
    pub message: String,
    /// What becomes of its nominated node, and which pods have to go.
    pub preemption: Preemption,
    /// Whether the API server was told of a node that the pod is not going to after all.
    pub is_withdrawn: bool,
    /// Whether it was not even looked at, as it is being deleted: that is said, and nothing is written.
    pub is_skipped: bool,
    /// Pods of lower priority whose nomination for that node no longer holds.
    pub displaced: Vec<Arc<PodInfo>>,
    /// What plugins want to have written.
    pub follow_ups: Vec<Arc<dyn FollowUp>>,
}

impl Rejection {
    /// The pods that are to be ended for the pod; those that are ending already need not be.
    pub fn victims_to_end(&self) -> impl Iterator<Item = &Arc<PodInfo>> {
        self.preemption.victims().iter().filter(|victim| !victim.is_terminating())
    }
}

/// How ending pods for another went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All were told to end, or are gone.
    All,
    /// Some could not be told.
    NotAll,
}

/// The reason of the condition of pods that no node can take.
pub const REASON_UNSCHEDULABLE: &str = "Unschedulable";
/// The reason of the condition of pods about which a plugin failed.
pub const REASON_SCHEDULER_ERROR: &str = "SchedulerError";

/// A node that can take a pod, with its scores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeScore {
    /// The node.
    pub node: String,
    /// The sum.
    pub total: i64,
    /// What each plugin that had something to say gave it, normalised and weighted.
    pub plugins: Vec<(&'static str, i64)>,
}

impl Rejection {
    /// A pod that is not placed, and for which no room is kept any more.
    pub(super) fn new(pod: Arc<PodInfo>, profile: Arc<Profile>, reason: &'static str, message: String) -> Self {
        Self {
            pod,
            profile,
            reason,
            message,
            preemption: Preemption::Clear,
            is_withdrawn: false,
            is_skipped: false,
            displaced: Vec::new(),
            follow_ups: Vec::new(),
        }
    }

    /// The same because of what was said, in the words in which it was said.
    pub(super) fn of(pod: Arc<PodInfo>, profile: Arc<Profile>, status: &Status) -> Self {
        let reason = if status.is_rejected() { REASON_UNSCHEDULABLE } else { REASON_SCHEDULER_ERROR };
        Self::new(pod, profile, reason, status.message())
    }

    /// The same because of what Reserve or Permit said of the node that was found.
    pub(super) fn of_node(pod: Arc<PodInfo>, profile: Arc<Profile>, status: &Status) -> Self {
        let mut rejection = Self::of(pod, profile, status);
        if status.is_rejected() {
            rejection.message = diagnosis::message_of_one(status);
        }
        rejection
    }
}

/// What must be written because a pod is not bound after all.
pub(crate) fn unreserve_follow_ups(binding: &Binding) -> impl Iterator<Item = Arc<dyn FollowUp>> {
    let plugins = binding.profile.reserve.iter().rev();
    plugins.filter_map(|plugin| plugin.reserve()?.unreserve_follow_up(&binding.state, &binding.pod, &binding.node))
}
