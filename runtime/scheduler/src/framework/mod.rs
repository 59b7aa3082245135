//! The scheduling framework: what plugins are, and what they see of the cluster.
//!
//! - [`Plugin`] and the extension points, named as kube-scheduler names them: one trait each.
//! - [`Status`], [`Code`]: what a plugin says. [`CycleState`]: what it remembers between the extension points of a pod.
//! - [`PodInfo`], [`NodeInfo`], [`Snapshot`], [`RowSet`]: pods, nodes, all nodes and some of them as plugins read them.
//! - [`Objects`]: everything else that they read: volumes, claims, services and so on.
//! - [`Change`], [`QueueingHint`]: what happened in the cluster, and whether it may help a pod that waits.
//! - [`Profile`]: plugins in order, with weights. [`Registry`]: how plugins are made from their names.

mod change;
mod cycle_state;
pub(crate) mod diagnosis;
mod follow_up;
mod interruption;
mod node_info;
mod nominated;
mod objects;
mod plugin;
mod pod_info;
mod post_filter;
mod profile;
mod registry;
mod row_set;
mod snapshot;
mod status;

pub use crate::host_ports::{HostPort, HostPorts};
pub use change::{Action, Change, ChangeKind, Changes, NodeChange, QueueingHint};
pub use cycle_state::CycleState;
pub(crate) use cycle_state::SkippedFilters;
pub use diagnosis::{Diagnosis, NodeVerdict};
pub use follow_up::FollowUp;
pub use interruption::Interruption;
pub use node_info::NodeInfo;
pub(crate) use node_info::Version;
pub use nominated::NominatedPods;
pub use objects::{ClusterObject, ObjectKind, Objects};
pub use plugin::{
    BindContext, BindPlugin, ChosenNode, FilterPlugin, FilteredSet, MAX_NODE_SCORE, Normalize, PermitDecision,
    PermitPlugin, Plugin, PostBindPlugin, PostFilterPlugin, PreBindPlugin, PreEnqueuePlugin, PreFilterOutcome,
    PreFilterPlugin, PreScorePlugin, QueueSortPlugin, ReservePlugin, Scope, ScorePlugin, Waiting, WaitingPermit,
};
pub use pod_info::{PodInfo, PodKey, Signature};
pub use post_filter::{Candidate, PostFilterContext, PostFilterOutcome, Preemption};
pub use profile::{Profile, ScoringPlugin};
pub use registry::{PluginError, PluginFactory, Registry};
pub use row_set::RowSet;
pub(crate) use row_set::bits;
pub use snapshot::{BuildRowHasher, ImageState, Row, Snapshot};
pub use status::{Code, Status};
