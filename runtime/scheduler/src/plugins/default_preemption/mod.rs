//! DefaultPreemption: makes room for a pod that no node can take, by having pods of lower priority go.
//!
//! Of each node that may help it finds the pods that would have to go ([`victims`]), chooses the node that loses least
//! ([`choice`]), and hands both to the framework, which nominates the node and has the pods deleted.

mod budgets;
mod choice;
mod victims;

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use kubeforge_api::core::v1::{ConditionStatus, DISRUPTION_TARGET, PreemptionPolicy};
use serde::Deserialize;
use serde_json::Value;

use super::arguments;
use crate::framework::{
    self, Changes, Code, Plugin, PluginError, PodInfo, PostFilterContext, PostFilterOutcome, PostFilterPlugin,
    Preemption, Row, Status,
};

use choice::Candidate;
use victims::Victims;

/// The reason in the condition of pods that go for another pod.
const PREEMPTION_BY_SCHEDULER: &str = "PreemptionByScheduler";
/// What is said of nodes where fewer pods would not help.
const NOT_HELPFUL: &str = "Preemption is not helpful for scheduling";

/// Makes room for pods by having others go.
#[derive(Clone, Debug)]
pub struct DefaultPreemption {
    arguments: Arguments,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Arguments {
    /// Of so many percent of the nodes it is tried to find victims.
    min_candidate_nodes_percentage: usize,
    /// But of so many at least.
    min_candidate_nodes_absolute: usize,
}

impl Default for Arguments {
    fn default() -> Self {
        Self { min_candidate_nodes_percentage: 10, min_candidate_nodes_absolute: 100 }
    }
}

impl DefaultPreemption {
    /// Its name.
    pub const NAME: &'static str = "DefaultPreemption";

    /// The plugin with its arguments (DefaultPreemptionArgs).
    ///
    /// # Errors
    /// Where they can't be used.
    pub fn new(arguments: Option<&Value>) -> Result<Self, PluginError> {
        let arguments: Arguments = arguments::read(Self::NAME, arguments)?;
        let (percentage, absolute) = (arguments.min_candidate_nodes_percentage, arguments.min_candidate_nodes_absolute);
        if percentage > 100 {
            let reason =
                format!("minCandidateNodesPercentage: Invalid value: {percentage}: not in valid range [0, 100]");
            return Err(arguments::wrong(Self::NAME, reason));
        }
        if percentage == 0 && absolute == 0 {
            let reason = "minCandidateNodesPercentage and minCandidateNodesAbsolute cannot be both zero";
            return Err(arguments::wrong(Self::NAME, reason));
        }
        Ok(Self { arguments })
    }

    /// How many nodes with victims are enough to choose from.
    fn enough(&self, nodes: usize) -> usize {
        let share = nodes * self.arguments.min_candidate_nodes_percentage / 100;
        share.max(self.arguments.min_candidate_nodes_absolute)
    }

    fn find(&self, context: &PostFilterContext<'_>) -> Found {
        let start = start(context.pod, context.nodes.rows_len());
        let enough = self.enough(context.nodes.len());
        let mut found = Found::default();
        for (row, node) in context.diagnosis.resolvable_from(context.nodes, start) {
            match victims::select(context, node) {
                Ok(victims) => found.candidates.push(Candidate { node: node.shared_name(), victims }),
                Err(status) => {
                    found.refusals.insert(row, status);
                }
            }
            if found.candidates.len() >= enough {
                break;
            }
        }
        found
    }
}

/// The nodes on which room can be made, and what is said of the others that were tried.
#[derive(Default)]
struct Found {
    candidates: Vec<Candidate>,
    refusals: HashMap<Row, Status>,
}

impl Found {
    fn message(&self, nodes: usize) -> String {
        let mut counted = BTreeMap::<&str, usize>::new();
        for reason in self.refusals.values().flat_map(|status| status.reasons()) {
            *counted.entry(reason).or_default() += 1;
        }
        if nodes > self.refusals.len() {
            *counted.entry(NOT_HELPFUL).or_default() += nodes - self.refusals.len();
        }
        let mut reasons: Vec<String> = counted.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
        reasons.sort();
        format!("preemption: 0/{nodes} nodes are available: {}.", reasons.join(", "))
    }
}

/// Another row for each pod, so that where not all nodes are tried not always the same ones are.
fn start(pod: &PodInfo, rows: usize) -> usize {
    let mut hasher = DefaultHasher::new();
    pod.key().hash(&mut hasher);
    usize::try_from(hasher.finish() % rows.max(1) as u64).unwrap_or(0)
}

impl Plugin for DefaultPreemption {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn events_to_register(&self) -> Changes {
        Changes::NONE
    }

    fn post_filter(&self) -> Option<&dyn PostFilterPlugin> {
        Some(self)
    }
}

impl PostFilterPlugin for DefaultPreemption {
    fn post_filter_pod(&self, context: &PostFilterContext<'_>) -> PostFilterOutcome {
        if let Some(reason) = ineligible(context) {
            return Status::new(Code::Unschedulable, [format!("preemption: {reason}")]).into();
        }
        let found = self.find(context);
        if context.profile.asks_about_victims(context.pod) && !found.candidates.is_empty() {
            let pods = |node: &str| context.nodes.by_name(node).map(|info| info.pods().to_vec()).unwrap_or_default();
            let candidate = |found: &Candidate| framework::Candidate {
                node: Arc::clone(&found.node),
                victims: found.victims.pods.clone(),
                budget_violations: found.victims.budget_violations,
                pods: pods(&found.node),
            };
            let candidates = found.candidates.iter().map(candidate).collect();
            return PostFilterOutcome { candidates, ..PostFilterOutcome::default() };
        }
        match choice::best(&found.candidates) {
            Some(best) => PostFilterOutcome {
                status: Status::success(),
                preemption: Preemption::Nominate { node: best.node.to_string(), victims: best.victims.pods.clone() },
                ..Default::default()
            },
            None => PostFilterOutcome {
                status: Status::new(Code::Unschedulable, [found.message(context.nodes.len())]),
                preemption: Preemption::Clear,
                ..Default::default()
            },
        }
    }

    fn choose<'a>(&self, candidates: &'a [framework::Candidate]) -> Option<&'a framework::Candidate> {
        let own = |candidate: &framework::Candidate| {
            let (pods, budget_violations) = (candidate.victims.clone(), candidate.budget_violations);
            Candidate { node: Arc::clone(&candidate.node), victims: Victims { pods, budget_violations } }
        };
        let own: Vec<Candidate> = candidates.iter().map(own).collect();
        let best = choice::best(&own)?;
        candidates.iter().find(|candidate| candidate.node == best.node)
    }
}

/// Why the pod may not have others go, if it may not.
fn ineligible(context: &PostFilterContext<'_>) -> Option<&'static str> {
    let pod = context.pod;
    if pod.pod().spec.preemption_policy == Some(PreemptionPolicy::Never) {
        return Some("not eligible due to preemptionPolicy=Never.");
    }
    let nominated = &pod.pod().status.nominated_node_name;
    let nominated = context.nominated.node_of(pod.key()).or((!nominated.is_empty()).then_some(nominated.as_str()))?;
    let row = context.nodes.row(nominated)?;
    let verdict = context.diagnosis.verdicts().find(|verdict| verdict.row == row);
    if verdict.is_some_and(|verdict| verdict.status.code() == Code::UnschedulableAndUnresolvable) {
        return None;
    }
    let mut pods = context.nodes.node(row)?.pods().iter();
    let is_going = pods.any(|other| other.priority() < pod.priority() && goes_for_another(other));
    is_going.then_some("not eligible due to a terminating pod on the nominated node.")
}

/// Whether the pod was told to go to make room.
fn goes_for_another(pod: &PodInfo) -> bool {
    let mut conditions = pod.pod().status.conditions.iter();
    pod.is_terminating()
        && conditions.any(|condition| {
            condition.type_ == DISRUPTION_TARGET
                && condition.status == ConditionStatus::True
                && condition.reason == PREEMPTION_BY_SCHEDULER
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn enough_nodes_are_a_share_but_not_too_few() {
        let plugin = DefaultPreemption::new(None).unwrap();
        assert_eq!((plugin.enough(10), plugin.enough(5000)), (100, 500));
        let both_zero = json!({"minCandidateNodesPercentage": 0, "minCandidateNodesAbsolute": 0});
        assert!(DefaultPreemption::new(Some(&both_zero)).is_err());
    }

    #[test]
    fn nodes_that_were_not_tried_are_not_helped() {
        let refusals = HashMap::from([(Row(3), Status::unschedulable("Insufficient cpu"))]);
        let found = Found { candidates: vec![], refusals };
        let want =
            "preemption: 0/3 nodes are available: 1 Insufficient cpu, 2 Preemption is not helpful for scheduling.";
        assert_eq!(found.message(3), want);
    }
}
