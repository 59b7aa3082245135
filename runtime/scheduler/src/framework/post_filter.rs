//! What PostFilter plugins have at hand and answer.

use std::sync::Arc;

use kubeforge_api::policy::v1::PodDisruptionBudget;

use super::{CycleState, Diagnosis, FollowUp, NodeInfo, NominatedPods, PodInfo, Profile, Snapshot, Status};

/// What a PostFilter plugin has at hand.
#[derive(Clone, Copy)]
pub struct PostFilterContext<'a> {
    /// What PreFilter prepared.
    pub state: &'a CycleState,
    /// The pod that no node can take.
    pub pod: &'a PodInfo,
    /// All nodes.
    pub nodes: &'a Snapshot,
    /// Why each can't.
    pub diagnosis: &'a Diagnosis,
    /// The plugins.
    pub profile: &'a Profile,
    /// Pods for which room was made already.
    pub nominated: &'a NominatedPods,
    /// How many pods of which kind must be left alone.
    pub disruption_budgets: &'a [Arc<PodDisruptionBudget>],
}

impl PostFilterContext<'_> {
    /// Whether a node could take the pod if it were like this, `state` having been made to agree with it.
    pub fn filter(&self, state: &CycleState, node: &NodeInfo) -> Status {
        self.profile.filter_with_nominated(state, self.pod, node, self.nominated)
    }

    /// Makes what PreFilter prepared, and the node, as if another pod were on it.
    pub fn add_pod(&self, state: &mut CycleState, node: &mut NodeInfo, other: &Arc<PodInfo>) -> Status {
        node.add_pod(Arc::clone(other));
        self.profile.add_pod(state, self.pod, other, node)
    }

    /// Makes what PreFilter prepared, and the node, as if another pod were not on it.
    pub fn remove_pod(&self, state: &mut CycleState, node: &mut NodeInfo, other: &PodInfo) -> Status {
        node.remove_pod(other.key());
        self.profile.remove_pod(state, self.pod, other, node)
    }
}

/// What becomes of the pod's nominated node.
#[derive(Clone, Debug, Default)]
pub enum Preemption {
    /// Nothing.
    #[default]
    None,
    /// It is taken away: no room can be made there.
    Clear,
    /// These pods have to go, so that there is room on the node.
    Nominate {
        /// The node.
        node: String,
        /// The pods; may be none, where room is being made already.
        victims: Vec<Arc<PodInfo>>,
    },
}

impl Preemption {
    /// The pods that have to go.
    pub fn victims(&self) -> &[Arc<PodInfo>] {
        match self {
            Self::Nominate { victims, .. } => victims,
            Self::None | Self::Clear => &[],
        }
    }
}

/// A node on which room can be made.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The node.
    pub node: Arc<str>,
    /// The pods that would go.
    pub victims: Vec<Arc<PodInfo>>,
    /// How many of them a disruption budget would keep.
    pub budget_violations: usize,
    /// All pods on the node.
    pub pods: Vec<Arc<PodInfo>>,
}

/// How PostFilter went.
#[derive(Clone, Debug, Default)]
pub struct PostFilterOutcome {
    /// Success where room is being made; else why not.
    pub status: Status,
    /// What is to be done.
    pub preemption: Preemption,
    /// Where room can be made: only if extenders are to be asked before one is chosen, see
    /// [`Profile::asks_about_victims`].
    pub candidates: Vec<Candidate>,
    /// What is to be written, so that the pod may be placed later.
    pub follow_up: Option<Arc<dyn FollowUp>>,
}

impl From<Status> for PostFilterOutcome {
    fn from(status: Status) -> Self {
        Self { status, ..Self::default() }
    }
}
