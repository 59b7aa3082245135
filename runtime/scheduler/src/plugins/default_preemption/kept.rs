//! What was found out about nodes for pods of one kind, to be used again for the next of them.
//!
//! Which pods have to go from a node for a pod depends on what filters look at. Where that is the node, the rooms made on
//! it, and what pods with the same [`Signature`] have in common, the answer for one pod is that for the next, as long as
//! nothing changes on the node: a hundred pods that are alike and push others out look at a hundred nodes once, and then at
//! those that changed.

use std::{collections::HashMap, sync::Arc};

use kubeforge_api::policy::v1::PodDisruptionBudget;

use super::{budgets::Budgets, victims, victims::Victims};
use crate::framework::{BuildRowHasher, NodeInfo, PostFilterContext, Row, Signature, Status, Version};

/// For so many kinds of pods answers are kept, each about 200 bytes per node that was looked at.
const KINDS_MAX: usize = 8;

/// Which pods have to go from a node, or why none.
pub(super) type DryRun = Arc<Result<Victims, Status>>;

/// Pods that get the same answers.
#[derive(Clone, PartialEq, Eq, Hash)]
struct PodKind {
    signature: Signature,
    priority: i32,
}

/// An answer, and of what state of the node it is.
struct Kept {
    node: Version,
    room: Version,
    dry_run: DryRun,
}

/// The answers of one kind of pods.
#[derive(Default)]
pub(super) struct Answers(HashMap<Row, Kept, BuildRowHasher>);

/// The answers of several kinds of pods.
#[derive(Default)]
pub(super) struct KeptDryRuns {
    kinds: HashMap<PodKind, Answers>,
    /// What the answers were given with.
    budgets: Vec<Arc<PodDisruptionBudget>>,
}

impl std::fmt::Debug for KeptDryRuns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeptDryRuns").field("kinds", &self.kinds.len()).finish_non_exhaustive()
    }
}

impl KeptDryRuns {
    /// The answers for pods like this one; none where they can't be kept.
    pub(super) fn of(&mut self, context: &PostFilterContext<'_>) -> Option<&mut Answers> {
        if !context.profile.filters_by_node_alone(context.state) {
            return None;
        }
        let budgets = context.disruption_budgets;
        let is_same = self.budgets.len() == budgets.len()
            && self.budgets.iter().zip(budgets).all(|(kept, budget)| Arc::ptr_eq(kept, budget));
        if !is_same {
            self.kinds.clear();
            self.budgets = budgets.to_vec();
        }
        let kind = PodKind { signature: context.pod.signature().clone(), priority: context.pod.priority() };
        if self.kinds.len() >= KINDS_MAX && !self.kinds.contains_key(&kind) {
            self.kinds.clear();
        }
        Some(self.kinds.entry(kind).or_default())
    }
}

impl Answers {
    /// Which pods have to go from a node.
    pub(super) fn dry_run(
        &mut self,
        context: &PostFilterContext<'_>,
        row: Row,
        node: &NodeInfo,
        budgets: &Budgets<'_>,
    ) -> DryRun {
        // the room that was made for the pod itself stands in the way of others only
        if context.nominated.node_of(context.pod.key()) == Some(node.name()) {
            return Arc::new(victims::select(context, node, budgets));
        }
        let (version, room) = (node.version(), context.nominated.version(node.name()));
        if let Some(kept) = self.0.get(&row).filter(|kept| kept.node == version && kept.room == room) {
            return Arc::clone(&kept.dry_run);
        }
        let dry_run = Arc::new(victims::select(context, node, budgets));
        self.0.insert(row, Kept { node: version, room, dry_run: Arc::clone(&dry_run) });
        dry_run
    }
}
