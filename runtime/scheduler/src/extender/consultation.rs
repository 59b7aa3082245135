//! What all extenders that a pod concerns say of it.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use futures::future::join_all;
use kubeforge_api::core::v1::Node;
use prometheus::IntGauge;
use tracing::{debug, info};

use super::HttpExtender;
use crate::framework::{Candidate, Code, PodInfo, Status};

/// A pod whose cycle waits for what extenders say.
pub struct Consultation {
    pub(crate) pod: Arc<PodInfo>,
    pub(crate) extenders: Arc<[HttpExtender]>,
    pub(crate) question: Question,
    /// How many extenders are being asked for scores.
    pub(crate) prioritizing: Option<IntGauge>,
}

/// What is asked.
pub(crate) enum Question {
    /// Which of these nodes can take the pod, and how well?
    Nodes(Vec<Arc<Node>>),
    /// On which of these nodes may room be made?
    Victims(Vec<Candidate>),
}

/// What was answered; [`Core::consulted`](crate::core::Core::consulted) goes on from it.
pub struct Consulted {
    pub(crate) pod: Arc<PodInfo>,
    pub(crate) answer: Answer,
}

/// An answer to each [`Question`].
pub(crate) enum Answer {
    Nodes(Result<Opinion, String>),
    Victims(Result<Vec<Candidate>, String>),
}

/// What extenders say of nodes.
#[derive(Debug, Default)]
pub(crate) struct Opinion {
    /// The names of those that can take the pod, with what extenders score them.
    pub(crate) nodes: HashMap<String, i64>,
    /// Why others can't.
    pub(crate) refusals: Vec<(String, Status)>,
}

impl Consultation {
    /// Asks.
    pub async fn ask(self) -> Consulted {
        let Self { pod, extenders, question, prioritizing } = self;
        let interested: Vec<&HttpExtender> =
            extenders.iter().filter(|extender| extender.is_interested(pod.pod())).collect();
        let answer = match question {
            Question::Nodes(nodes) => Answer::Nodes(about_nodes(&pod, &interested, nodes, prioritizing.as_ref()).await),
            Question::Victims(candidates) => Answer::Victims(about_victims(&pod, &interested, candidates).await),
        };
        Consulted { pod, answer }
    }
}

/// Extenders filter one after another, each what the one before left, and score all at once.
async fn about_nodes(
    pod: &PodInfo,
    extenders: &[&HttpExtender],
    mut nodes: Vec<Arc<Node>>,
    prioritizing: Option<&IntGauge>,
) -> Result<Opinion, String> {
    let mut opinion = Opinion::default();
    for extender in extenders {
        if nodes.is_empty() {
            break;
        }
        let filtered = match extender.filter(pod.pod(), &nodes).await {
            Ok(filtered) => filtered,
            Err(err) if extender.is_ignorable() => {
                info!(
                    extender = extender.name(),
                    err, "Skipping extender as it returned error and has ignorable flag set"
                );
                continue;
            }
            Err(err) => return Err(err),
        };
        let left: HashSet<&str> = filtered.nodes.iter().map(String::as_str).collect();
        nodes.retain(|node| left.contains(&*node.metadata.name));
        let unresolvable = Code::UnschedulableAndUnresolvable;
        for (name, reason) in filtered.failed {
            if !filtered.unresolvable.contains_key(&name) {
                opinion.refusals.push((name, Status::new(Code::Unschedulable, [reason])));
            }
        }
        let never = filtered.unresolvable.into_iter();
        opinion.refusals.extend(never.map(|(name, reason)| (name, Status::new(unresolvable, [reason]))));
    }
    opinion.nodes = nodes.iter().map(|node| (node.metadata.name.clone(), 0)).collect();
    let prioritizers = extenders.iter().filter(|extender| extender.is_prioritizer() && nodes.len() > 1);
    let scores = prioritizers.map(|extender| async {
        prioritizing.inspect(|gauge| gauge.inc());
        let scores = extender.prioritize(pod.pod(), &nodes).await;
        prioritizing.inspect(|gauge| gauge.dec());
        (extender.name(), scores)
    });
    for (extender, scores) in join_all(scores).await {
        match scores {
            Ok(scores) => {
                for (name, score) in scores {
                    if let Some(total) = opinion.nodes.get_mut(&name) {
                        *total = total.saturating_add(score);
                    }
                }
            }
            Err(error) => debug!(
                error, pod = %pod.key(), extender,
                "Failed to run extender's priority function. No score given by this extender."
            ),
        }
    }
    Ok(opinion)
}

/// Extenders are asked one after another, each about what the one before left.
async fn about_victims(
    pod: &PodInfo,
    extenders: &[&HttpExtender],
    mut candidates: Vec<Candidate>,
) -> Result<Vec<Candidate>, String> {
    for extender in extenders.iter().filter(|extender| extender.supports_preemption()) {
        let answer = match extender.preempt(pod.pod(), &candidates).await {
            Ok(answer) => answer,
            Err(err) if extender.is_ignorable() => {
                info!(
                    extender = extender.name(),
                    err, "Skipped extender as it returned error and has ignorable flag set"
                );
                continue;
            }
            Err(err) => return Err(err),
        };
        let mut left = Vec::new();
        for (node, uids, budget_violations) in answer {
            if uids.is_empty() && extender.is_ignorable() {
                info!(node, extender = extender.name(), "Ignored node for which the extender didn't report victims");
                continue;
            }
            if uids.is_empty() {
                return Err(format!("expected at least one victim pod on node {node:?}"));
            }
            let Some(candidate) = candidates.iter().find(|candidate| *candidate.node == *node) else {
                return Err(format!("nodeinfo not found for node name {node:?}"));
            };
            let victims = victims(extender, candidate, &uids)?;
            left.push(Candidate { victims, budget_violations, ..candidate.clone() });
        }
        candidates = left;
        if candidates.is_empty() {
            break;
        }
    }
    Ok(candidates)
}

/// The pods of these uids on a node; extenders may name others than they were asked about.
fn victims(extender: &HttpExtender, candidate: &Candidate, uids: &[String]) -> Result<Vec<Arc<PodInfo>>, String> {
    let find = |uid: &String| {
        let found = candidate.pods.iter().find(|pod| pod.key().uid() == uid).cloned();
        found.ok_or_else(|| {
            format!(
                "extender: {} claims to preempt pod (UID: &MetaPod{{UID:{uid},}}) on node: {}, but the pod is not found on \
                 that node",
                extender.name(),
                candidate.node
            )
        })
    };
    uids.iter().map(find).collect()
}
