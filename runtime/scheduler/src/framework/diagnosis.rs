//! Why no node could take a pod.

use std::collections::BTreeSet;

use super::{Code, Row, Snapshot, Status};

/// Why nodes turned a pod away.
#[derive(Clone, Debug, Default)]
pub struct Diagnosis {
    pub(crate) nodes: usize,
    /// What was said, each different thing once.
    pub(crate) statuses: Vec<Status>,
    /// How many nodes each of `statuses` was said of.
    pub(crate) counts: Vec<u32>,
    /// What was said of each row: a place in `statuses`, or [`NO_VERDICT`].
    pub(crate) verdicts: Vec<u16>,
    /// What PreFilter said of all nodes at once.
    pub(crate) pre_filter_message: String,
    pub(crate) plugins: BTreeSet<&'static str>,
}

/// Stands for rows without a node, and for nodes that pass.
pub(crate) const NO_VERDICT: u16 = u16::MAX;

/// What was said of one node.
#[derive(Clone, Copy, Debug)]
pub struct NodeVerdict<'a> {
    /// The node.
    pub row: Row,
    /// What was said.
    pub status: &'a Status,
}

impl Diagnosis {
    /// How many nodes there are.
    pub const fn nodes(&self) -> usize {
        self.nodes
    }

    /// The plugins that turned nodes, or the pod as a whole, away.
    pub const fn plugins(&self) -> &BTreeSet<&'static str> {
        &self.plugins
    }

    /// What was said of each node, in the order of the rows.
    pub fn verdicts(&self) -> impl Iterator<Item = NodeVerdict<'_>> {
        self.verdicts.iter().zip(0..).filter_map(|(&verdict, row)| {
            let status = self.statuses.get(usize::from(verdict))?;
            Some(NodeVerdict { row: Row(row), status })
        })
    }

    /// The nodes that may take the pod if other pods go.
    pub fn resolvable<'a>(&'a self, nodes: &'a Snapshot) -> impl Iterator<Item = (Row, &'a super::NodeInfo)> {
        let verdicts = self.verdicts().filter(|verdict| verdict.status.code() == Code::Unschedulable);
        verdicts.filter_map(|verdict| Some((verdict.row, nodes.node(verdict.row)?)))
    }

    /// The text of the pod's condition and event: how many nodes there are, and how many each reason was given for.
    pub fn message(&self, post_filter_message: &str) -> String {
        let mut text = format!("0/{} nodes are available:", self.nodes);
        if self.pre_filter_message.is_empty() {
            let reasons = self.reasons();
            if !reasons.is_empty() {
                text.push_str(&format!(" {}.", reasons.join(", ")));
            }
        } else {
            text.push_str(&format!(" {}.", self.pre_filter_message));
        }
        if !post_filter_message.is_empty() {
            text.push(' ');
            text.push_str(post_filter_message);
        }
        text
    }

    fn reasons(&self) -> Vec<String> {
        let mut counted = std::collections::BTreeMap::<&str, u32>::new();
        for (status, count) in self.statuses.iter().zip(&self.counts).filter(|(_, count)| **count > 0) {
            for reason in status.reasons() {
                *counted.entry(reason).or_default() += count;
            }
        }
        let mut reasons: Vec<_> = counted.into_iter().map(|(reason, count)| format!("{count} {reason}")).collect();
        reasons.sort();
        reasons
    }
}
