//! What is said of each node for one pod: which filter turned it away, or each score.

use std::{fmt, sync::Arc};

use kubeforge_api::core::v1::Pod;
use serde::Serialize;

use crate::{
    core::{Core, NodeScore},
    cycle::{Cycle, Found},
    framework::{Code, NodeInfo, Snapshot, Status},
};

/// What is said of one node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeExplanation {
    /// The node.
    pub node: String,
    /// Why not, or how well.
    #[serde(flatten)]
    pub verdict: NodeVerdict,
}

/// Why a node can't take a pod, or how well it suits it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum NodeVerdict {
    /// It can take the pod.
    Scores {
        /// The sum.
        total: i64,
        /// What each plugin that had something to say gave it, normalised and weighted.
        plugins: Vec<PluginScore>,
    },
    /// It can't.
    TurnedAway {
        /// Who says so.
        plugin: &'static str,
        /// Why.
        reasons: Vec<String>,
        /// Whether pushing out other pods may help.
        resolvable: bool,
    },
}

/// What one plugin gave a node, normalised and weighted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PluginScore {
    /// The plugin.
    pub plugin: &'static str,
    /// The score.
    pub score: i64,
}

/// What is said of all nodes for one pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The nodes: the best first, then those that can't take the pod, by name.
    pub nodes: Vec<NodeExplanation>,
    /// Why no node can take the pod, in the words of its condition; before preemption.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl Core {
    /// What is said of each node for a pod, which need not be in the queue. Changes nothing.
    ///
    /// # Errors
    /// Where no profile is for the pod, or a plugin failed.
    pub fn explain(&mut self, pod: Arc<Pod>) -> Result<Explanation, String> {
        self.with_cycle(pod, |cycle, nodes| explain(&cycle, nodes))?
    }
}

impl Core {
    /// The same for a pod of the cluster; one that has a node is explained as if it had none, with its place still taken.
    ///
    /// # Errors
    /// As [`Self::explain`].
    pub(crate) fn explain_waiting(&mut self, pod: &Pod) -> Result<Explanation, String> {
        let mut pod = pod.clone();
        pod.spec.node_name.clear();
        self.explain(Arc::new(pod))
    }
}

fn explain(cycle: &Cycle<'_>, nodes: &Snapshot) -> Result<Explanation, String> {
    let (assessment, verdicts) = match cycle.explain() {
        Ok(found) => found,
        Err(Found::Nothing(diagnosis)) => {
            // PreFilter spoke for all nodes at once
            let status = diagnosis.refusal().cloned().unwrap_or_default();
            let turned_away = |(_, node): (_, &NodeInfo)| NodeExplanation {
                node: node.name().to_owned(),
                verdict: turned_away(&status),
            };
            let mut all: Vec<_> = nodes.iter().map(turned_away).collect();
            all.sort_by(|a, b| a.node.cmp(&b.node));
            return Ok(Explanation { nodes: all, message: Some(diagnosis.message("")) });
        }
        Err(Found::Failed(status)) => return Err(status.message()),
        Err(Found::Node(_) | Found::TooFew(_)) => return Err("a node without a verdict".to_owned()),
    };
    let mut fit: Vec<NodeExplanation> = cycle
        .node_scores(&assessment)
        .into_iter()
        .map(|NodeScore { node, total, plugins }| {
            let plugins = plugins.into_iter().map(|(plugin, score)| PluginScore { plugin, score }).collect();
            NodeExplanation { node, verdict: NodeVerdict::Scores { total, plugins } }
        })
        .collect();
    let total = |explanation: &NodeExplanation| match explanation.verdict {
        NodeVerdict::Scores { total, .. } => total,
        NodeVerdict::TurnedAway { .. } => i64::MIN,
    };
    fit.sort_by(|a, b| total(b).cmp(&total(a)).then_with(|| a.node.cmp(&b.node)));
    let message = fit.is_empty().then(|| cycle.nothing(verdicts.clone(), None)).and_then(|found| match found {
        Found::Nothing(diagnosis) => Some(diagnosis.message("")),
        Found::Failed(status) => Some(status.message()),
        Found::Node(_) | Found::TooFew(_) => None,
    });
    let rejected = verdicts.rejected().filter_map(|(row, status)| {
        Some(NodeExplanation { node: nodes.node(row)?.name().to_owned(), verdict: turned_away(status) })
    });
    let mut rejected: Vec<_> = rejected.collect();
    rejected.sort_by(|a, b| a.node.cmp(&b.node));
    fit.extend(rejected);
    Ok(Explanation { nodes: fit, message })
}

fn turned_away(status: &Status) -> NodeVerdict {
    NodeVerdict::TurnedAway {
        plugin: status.plugin(),
        reasons: status.reasons().iter().map(ToString::to_string).collect(),
        resolvable: status.code() == Code::Unschedulable,
    }
}

impl fmt::Display for Explanation {
    /// A table: a line per node, its total and each plugin's part of it, or who turned it away and why.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.nodes.iter().map(|node| node.node.len()).chain([4]).max().unwrap_or(4);
        writeln!(f, "{:width$}  {:>5}  WHY", "NODE", "TOTAL")?;
        for NodeExplanation { node, verdict } in &self.nodes {
            match verdict {
                NodeVerdict::Scores { total, plugins } => {
                    let parts: Vec<_> = plugins.iter().map(|it| format!("{} {}", it.plugin, it.score)).collect();
                    writeln!(f, "{node:width$}  {total:>5}  {}", parts.join(", "))?;
                }
                NodeVerdict::TurnedAway { plugin, reasons, resolvable } => {
                    let note = if *resolvable { " (preemption may help)" } else { "" };
                    writeln!(f, "{node:width$}  {:>5}  {plugin}: {}{note}", "-", reasons.join(", "))?;
                }
            }
        }
        match &self.message {
            Some(message) => writeln!(f, "{message}"),
            None => Ok(()),
        }
    }
}
