//! Why no node could take a pod.

use std::collections::{BTreeMap, BTreeSet};

use super::{Code, NodeInfo, Row, Snapshot, Status};
use crate::verdicts::Verdicts;

/// Why nodes turned a pod away.
#[derive(Clone, Default)]
pub struct Diagnosis {
    /// How many nodes there are.
    pub(crate) nodes: usize,
    /// What Filter said of each.
    pub(crate) verdicts: Verdicts,
    /// What PreFilter said of all of them.
    pub(crate) refusal: Option<Status>,
    /// Who turned nodes, or the pod as a whole, away.
    pub(crate) plugins: BTreeSet<&'static str>,
}

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

    /// Those of them that wait for something to happen.
    pub(crate) fn pending(&self) -> BTreeSet<&'static str> {
        let said = self.verdicts.counted().map(|(status, _)| status).chain(&self.refusal);
        said.filter(|status| status.code() == Code::Pending).map(Status::plugin).collect()
    }

    /// What PreFilter said of all nodes at once.
    pub const fn refusal(&self) -> Option<&Status> {
        self.refusal.as_ref()
    }

    /// What Filter said of each node, in the order of the rows. Nothing, where PreFilter refused.
    pub fn verdicts(&self) -> impl Iterator<Item = NodeVerdict<'_>> {
        self.verdicts.rejected().map(|(row, status)| NodeVerdict { row, status })
    }

    /// What was said of a node: by Filter, or by PreFilter of all of them.
    pub fn status(&self, row: Row) -> Option<&Status> {
        self.refusal.as_ref().or_else(|| self.verdicts.status(row))
    }

    /// How many nodes may take the pod if other pods go.
    pub(crate) fn resolvable_len(&self) -> usize {
        match &self.refusal {
            Some(status) if status.code() == Code::Unschedulable => self.nodes,
            Some(_) => 0,
            None => {
                let counted = self.verdicts.counted().filter(|(status, _)| status.code() == Code::Unschedulable);
                counted.map(|(_, count)| count as usize).sum()
            }
        }
    }

    /// The nodes that may take the pod if other pods go.
    pub fn resolvable<'a>(&'a self, nodes: &'a Snapshot) -> impl Iterator<Item = (Row, &'a NodeInfo)> {
        self.resolvable_from(nodes, 0)
    }

    /// The same from a row on, and round to it.
    pub(crate) fn resolvable_from<'a>(
        &'a self,
        nodes: &'a Snapshot,
        start: usize,
    ) -> impl Iterator<Item = (Row, &'a NodeInfo)> {
        let is_resolvable = |row: Row| self.status(row).is_some_and(|status| status.code() == Code::Unschedulable);
        nodes.iter_from(start).filter(move |(row, _)| is_resolvable(*row))
    }

    /// The text of the pod's condition and event: how many nodes there are, and how many each reason was given for.
    pub fn message(&self, post_filter_message: &str) -> String {
        let mut text = match &self.refusal {
            Some(status) => sentence(self.nodes, &status.message()),
            None => sentence(self.nodes, &reasons(self.verdicts.counted())),
        };
        if !post_filter_message.is_empty() {
            text.push(' ');
            text.push_str(post_filter_message);
        }
        text
    }
}

/// The same where there is but one node, of which this was said.
pub(crate) fn message_of_one(status: &Status) -> String {
    sentence(1, &reasons([(status, 1)].into_iter()))
}

fn sentence(nodes: usize, reasons: &str) -> String {
    let head = format!("0/{nodes} nodes are available:");
    if reasons.is_empty() { head } else { format!("{head} {reasons}.") }
}

fn reasons<'a>(said: impl Iterator<Item = (&'a Status, u32)>) -> String {
    let mut counted = BTreeMap::<&str, u32>::new();
    for (status, count) in said {
        for reason in status.reasons() {
            *counted.entry(reason).or_default() += count;
        }
    }
    let mut reasons: Vec<_> = counted.into_iter().map(|(reason, count)| format!("{count} {reason}")).collect();
    reasons.sort();
    reasons.join(", ")
}
