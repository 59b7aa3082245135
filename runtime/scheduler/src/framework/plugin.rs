//! The extension points, one trait each, with kube-scheduler's names.
//!
//! A plugin is one object that may take part in several. All but Bind, PreBind and PostBind run on the scheduler's one
//! thread, so a plugin must not wait for anything in them.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use async_trait::async_trait;
use kubeforge_api::core::v1::Node;
use kubeforge_client_set::Clientset;
use kubeforge_machinery::feature_gates::FeatureGates;
use tokio::sync::oneshot;

use super::{
    Candidate, Change, Changes, ClusterObject, Code, CycleState, FollowUp, Interruption, NodeInfo, Objects, PodInfo,
    PostFilterContext, PostFilterOutcome, QueueingHint, Row, RowSet, Snapshot, Status,
};
use crate::metrics::DeviceMetrics;

/// The best score of a node for one plugin, once it is normalised. The worst is 0.
pub const MAX_NODE_SCORE: i64 = 100;

/// What the answers of a plugin's PreFilter, Filter, PreScore and Score depend on. It decides how long they are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// Filter and Score: on the one node and on what the pod's [`Signature`](super::Signature) covers. PreFilter and
    /// PreScore: on the latter alone. Answers are shared by all such pods, and asked for again for nodes that changed.
    Node,
    /// As [`Scope::Node`], but also on the objects of other nodes: all is asked for again when any node object changes.
    Nodes,
    /// On anything. All is asked for again for every pod; PreFilter and PreScore should skip pods that need nothing.
    #[default]
    Cluster,
}

/// What decides about the placement of pods, in one or more extension points.
pub trait Plugin: Send + Sync + 'static {
    /// Its name in configuration and messages.
    fn name(&self) -> &'static str;

    /// What its answers depend on.
    fn scope(&self) -> Scope {
        Scope::Cluster
    }

    /// Told before anything else, perhaps several times, of the objects beside nodes and pods: for those extension points that do not get
    /// them, as PreEnqueue and the queueing hints.
    fn attach(&self, objects: &Arc<Objects>) {
        let _: &Arc<Objects> = objects;
    }

    /// Told once, when a profile is made: which features are on.
    fn obey(&self, gates: &FeatureGates) {
        let _: &FeatureGates = gates;
    }

    /// What happenings may help a pod that this plugin turned away.
    fn events_to_register(&self) -> Changes {
        Changes::ALL
    }

    /// Whether this change may help this pod that this plugin turned away. Only asked for what it registered.
    fn queueing_hint(&self, pod: &PodInfo, change: &Change<'_>) -> QueueingHint {
        let (_, _) = (pod, change);
        QueueingHint::Queue
    }

    /// It as part of PreEnqueue.
    fn pre_enqueue(&self) -> Option<&dyn PreEnqueuePlugin> {
        None
    }

    /// It as part of QueueSort.
    fn queue_sort(&self) -> Option<&dyn QueueSortPlugin> {
        None
    }

    /// It as part of PreFilter.
    fn pre_filter(&self) -> Option<&dyn PreFilterPlugin> {
        None
    }

    /// It as part of Filter.
    fn filter(&self) -> Option<&dyn FilterPlugin> {
        None
    }

    /// It as part of PostFilter.
    fn post_filter(&self) -> Option<&dyn PostFilterPlugin> {
        None
    }

    /// It as part of PreScore.
    fn pre_score(&self) -> Option<&dyn PreScorePlugin> {
        None
    }

    /// It as part of Score.
    fn score(&self) -> Option<&dyn ScorePlugin> {
        None
    }

    /// It as part of Reserve.
    fn reserve(&self) -> Option<&dyn ReservePlugin> {
        None
    }

    /// It as part of Permit.
    fn permit(&self) -> Option<&dyn PermitPlugin> {
        None
    }

    /// It as part of PreBind.
    fn pre_bind(&self) -> Option<&dyn PreBindPlugin> {
        None
    }

    /// It as part of Bind.
    fn bind(&self) -> Option<&dyn BindPlugin> {
        None
    }

    /// It as part of PostBind.
    fn post_bind(&self) -> Option<&dyn PostBindPlugin> {
        None
    }

    /// Whether it may be named for PlacementGenerate. Nobody is asked there: whole groups of pods are placed only where the
    /// feature gate TopologyAwareWorkloadScheduling is on, which it is not (alpha at 1.36).
    fn takes_part_in_placement_generate(&self) -> bool {
        false
    }

    /// The same for PlacementScore.
    fn takes_part_in_placement_score(&self) -> bool {
        false
    }
}

/// Whether a pod may be considered at all.
pub trait PreEnqueuePlugin: Plugin {
    /// Success, or why the pod has to wait.
    fn pre_enqueue_pod(&self, pod: &PodInfo) -> Status;
}

/// A pod in the queue.
#[derive(Clone, Copy)]
pub struct Waiting<'a> {
    /// The pod.
    pub pod: &'a PodInfo,
    /// How many came before it. A pod that comes back to the queue counts anew.
    pub arrival: u64,
}

/// Which pod is considered first. A profile has exactly one, and all profiles the same.
pub trait QueueSortPlugin: Plugin {
    /// Whether the first goes before the second.
    fn less(&self, first: Waiting<'_>, second: Waiting<'_>) -> bool;
}

/// How PreFilter went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PreFilterOutcome {
    /// Any node may be tried.
    AllNodes,
    /// Only the nodes of these names may be tried.
    Nodes(BTreeSet<String>),
    /// The plugin's Filter has nothing to do for this pod.
    Skip,
    /// No node will do, or the plugin failed.
    Rejected(Status),
}

impl PreFilterOutcome {
    /// What it amounts to.
    pub(crate) fn code(&self) -> Code {
        match self {
            Self::AllNodes | Self::Nodes(_) => Code::Success,
            Self::Skip => Code::Skip,
            Self::Rejected(status) => status.code(),
        }
    }
}

/// Looks at a pod before nodes are tried.
pub trait PreFilterPlugin: Plugin {
    /// Prepares Filter, and may narrow the nodes down.
    fn pre_filter_pod(&self, state: &mut CycleState, pod: &PodInfo, nodes: &Snapshot) -> PreFilterOutcome;

    /// Makes what it prepared as if another pod were on the node.
    fn add_pod(&self, state: &mut CycleState, pod: &PodInfo, other: &PodInfo, node: &NodeInfo) -> Status {
        let (_, _, _, _) = (state, pod, other, node);
        Status::success()
    }

    /// Makes what it prepared as if another pod were not on the node.
    fn remove_pod(&self, state: &mut CycleState, pod: &PodInfo, other: &PodInfo, node: &NodeInfo) -> Status {
        let (_, _, _, _) = (state, pod, other, node);
        Status::success()
    }
}

/// How a plugin took to being asked about a set of nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum FilteredSet {
    /// The nodes that are left are those that can take the pod, and it fails for none.
    Told,
    /// It has to look at them one by one; the set is as it was.
    OneByOne,
}

/// Whether a node can take a pod.
pub trait FilterPlugin: Plugin {
    /// Success, or why not.
    fn filter_node(&self, state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> Status;

    /// Leaves only the rows of nodes that can take the pod. Plugins of [`Scope::Cluster`] are asked for all nodes, so one
    /// that can tell faster for many at once should.
    ///
    /// # Errors
    /// Where the plugin failed for one of the nodes.
    fn filter_rows(
        &self,
        state: &CycleState,
        pod: &PodInfo,
        nodes: &Snapshot,
        rows: &mut Vec<Row>,
    ) -> Result<(), Status> {
        let mut failure = None;
        rows.retain(|row| {
            let Some(node) = nodes.node(*row).filter(|_| failure.is_none()) else { return false };
            let status = self.filter_node(state, pod, node);
            let is_passed = status.is_success();
            failure = Some(status).filter(|status| status.code() == Code::Error);
            is_passed
        });
        failure.map_or(Ok(()), Err)
    }

    /// The same for a set, of which it can be told without looking at each node: where all plugins whose answers are not kept
    /// can, the best node is found without that, too.
    fn filter_set(&self, state: &CycleState, pod: &PodInfo, nodes: &Snapshot, rows: &mut RowSet) -> FilteredSet {
        let (_, _, _, _) = (state, pod, nodes, rows);
        FilteredSet::OneByOne
    }
}

/// What to do about a pod that no node can take.
pub trait PostFilterPlugin: Plugin {
    /// May make room, or say why it can't. Where extenders are to be asked about victims it names the nodes on which it
    /// could, in place of choosing one.
    fn post_filter_pod(&self, context: &PostFilterContext<'_>) -> PostFilterOutcome;

    /// The best of the nodes that extenders left; none for plugins that name none.
    fn choose<'a>(&self, candidates: &'a [Candidate]) -> Option<&'a Candidate> {
        let _none = candidates;
        None
    }
}

/// Looks at a pod before nodes are scored.
pub trait PreScorePlugin: Plugin {
    /// Prepares Score; [`Status::skip`] where it has nothing to say. `rows` are those of the nodes that can take the pod;
    /// they are not known to plugins whose answers are shared, see [`Scope`].
    fn pre_score_pod(&self, state: &mut CycleState, pod: &PodInfo, nodes: &Snapshot, rows: Option<&[Row]>) -> Status;

    /// Whether it has nothing to say whatever nodes can take the pod, and it is cheap to tell. Where all plugins of
    /// [`Scope::Cluster`] say so, the nodes need not be looked at one by one.
    fn skips_pod(&self, state: &mut CycleState, pod: &PodInfo, nodes: &Snapshot) -> bool {
        let (_, _, _) = (state, pod, nodes);
        false
    }
}

/// How the scores of all nodes that can take the pod are brought into 0 to [`MAX_NODE_SCORE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Normalize {
    /// They are there already.
    None,
    /// The highest becomes 100 and the others their share of it, rounded down.
    ByMaximum,
    /// The same, taken from 100: the lowest is the best. Where all are 0, all become 100.
    ByMaximumReversed,
    /// [`ScorePlugin::normalize_scores`] does it.
    Custom,
}

/// How well a node suits a pod.
pub trait ScorePlugin: Plugin {
    /// More is better, unless it is reversed when normalised.
    ///
    /// # Errors
    /// Where the plugin failed.
    fn score_node(&self, state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> Result<i64, Status>;

    /// The scores of many nodes, in their order. As [`FilterPlugin::filter_rows`], for plugins that can tell faster.
    ///
    /// # Errors
    /// Where the plugin failed.
    fn score_rows(
        &self,
        state: &CycleState,
        pod: &PodInfo,
        nodes: &Snapshot,
        rows: &[Row],
    ) -> Result<Vec<i64>, Status> {
        rows.iter().map(|row| nodes.node(*row).map_or(Ok(0), |node| self.score_node(state, pod, node))).collect()
    }

    /// How the scores are normalised.
    fn normalize(&self) -> Normalize {
        Normalize::None
    }

    /// Normalises the scores of all nodes that can take the pod, for [`Normalize::Custom`].
    fn normalize_scores(&self, state: &CycleState, pod: &PodInfo, scores: &mut [i64]) -> Status {
        let (_, _, _) = (state, pod, scores);
        Status::success()
    }
}

/// The node that a pod goes to, as Reserve and what comes after it find it in the state.
#[derive(Clone, Debug)]
pub struct ChosenNode {
    /// The node.
    pub node: Arc<Node>,
    /// Its row, while Reserve runs.
    pub row: Row,
}

/// Sets things aside for a pod that has a node.
pub trait ReservePlugin: Plugin {
    /// Sets them aside.
    fn reserve_pod(&self, state: &mut CycleState, pod: &PodInfo, node: &str) -> Status;

    /// Gives them back; also called where nothing was set aside.
    fn unreserve_pod(&self, state: &mut CycleState, pod: &PodInfo, node: &str);

    /// What must be written to the API server because the pod is not bound after all.
    fn unreserve_follow_up(&self, state: &CycleState, pod: &PodInfo, node: &str) -> Option<Arc<dyn FollowUp>> {
        let (_, _, _) = (state, pod, node);
        None
    }
}

/// A pod that Permit lets wait.
#[derive(Debug)]
pub struct WaitingPermit {
    /// The plugin that lets it wait.
    pub plugin: &'static str,
    /// For how long it waits at most. 15 minutes are the most.
    pub limit: Duration,
    /// Where the plugin says, later, whether the pod may be bound.
    pub verdict: oneshot::Receiver<Status>,
}

/// What Permit decides.
#[derive(Debug)]
pub enum PermitDecision {
    /// The pod may be bound.
    Allow,
    /// It may not.
    Reject(Status),
    /// It waits for the plugin's word.
    Wait(WaitingPermit),
}

impl PermitDecision {
    /// What it amounts to.
    pub(crate) fn code(&self) -> Code {
        match self {
            Self::Allow => Code::Success,
            Self::Wait(_) => Code::Wait,
            Self::Reject(status) => status.code(),
        }
    }
}

/// Whether a pod may be bound now.
pub trait PermitPlugin: Plugin {
    /// Decides.
    fn permit_pod(&self, state: &CycleState, pod: &PodInfo, node: &str) -> PermitDecision;
}

/// What plugins have at hand while a pod is bound.
#[derive(Clone)]
pub struct BindContext {
    /// The API.
    pub clientset: Clientset,
    /// What PreFilter and Reserve left.
    pub state: Arc<CycleState>,
    /// When it is in vain to go on.
    pub interruption: Interruption,
    /// What is counted of devices.
    pub devices: DeviceMetrics,
}

/// Does what must be done before a pod is bound.
#[async_trait]
pub trait PreBindPlugin: Plugin {
    /// Whether there is something to do for the pod: success, or [`Status::skip`]. Where there is, the API server is told
    /// beforehand which node the pod is going to, as it may take a while.
    fn pre_flight(&self, state: &CycleState, pod: &PodInfo, node: &str) -> Status {
        let (_, _, _) = (state, pod, node);
        Status::success()
    }

    /// Does it.
    async fn pre_bind_pod(&self, context: &BindContext, pod: &PodInfo, node: &str) -> Status;

    /// The objects as it would leave them: for a scheduler that binds nothing, and takes them for written.
    fn foretell(&self, state: &CycleState, pod: &PodInfo, node: &str) -> Vec<ClusterObject> {
        let (_, _, _) = (state, pod, node);
        Vec::new()
    }
}

/// Binds pods.
#[async_trait]
pub trait BindPlugin: Plugin {
    /// Binds the pod; [`Status::skip`] leaves it to the next plugin.
    async fn bind_pod(&self, context: &BindContext, pod: &PodInfo, node: &str) -> Status;
}

/// Is told when a pod was bound.
pub trait PostBindPlugin: Plugin {
    /// It was bound.
    fn post_bind_pod(&self, state: &CycleState, pod: &PodInfo, node: &str);
}
