//! DefaultPreemption: makes room for a pod that no node can take, by having pods of lower priority go.
//!
//! Of each node that may help it finds the pods that would have to go ([`victims`]), chooses the node that loses least
//! ([`choice`]), and hands both to the framework, which nominates the node and has the pods deleted.

mod budgets;
mod candidates;
mod choice;
mod kept;
mod victims;

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use kubeforge_api::core::v1::{ConditionStatus, DISRUPTION_TARGET, PreemptionPolicy};
use serde::Deserialize;
use serde_json::Value;

use super::arguments;
use crate::framework::{
    self, Changes, Code, Plugin, PluginError, PodInfo, PostFilterContext, PostFilterOutcome, PostFilterPlugin,
    Preemption, Status,
};

use candidates::{Found, Search};
use choice::{Candidate, Loss};
use kept::KeptDryRuns;

/// The reason in the condition of pods that go for another pod.
const PREEMPTION_BY_SCHEDULER: &str = "PreemptionByScheduler";

/// Makes room for pods by having others go.
#[derive(Debug)]
pub struct DefaultPreemption {
    arguments: Arguments,
    /// How often it looked for victims.
    searches: AtomicU64,
    kept: Mutex<KeptDryRuns>,
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
        Ok(Self { arguments, searches: AtomicU64::new(0), kept: Mutex::default() })
    }

    /// How many candidates are enough to choose from, of so many nodes where fewer pods may help.
    fn enough(&self, nodes: usize) -> usize {
        let share = nodes * self.arguments.min_candidate_nodes_percentage / 100;
        share.max(self.arguments.min_candidate_nodes_absolute).min(nodes)
    }

    fn search(&self, context: &PostFilterContext<'_>) -> Search {
        let drawn = mix(self.searches.fetch_add(1, Ordering::Relaxed));
        let rows = context.nodes.rows_len().max(1) as u64;
        Search {
            start: usize::try_from(drawn % rows).unwrap_or(0),
            enough: self.enough(context.diagnosis.resolvable_len()),
        }
    }
}

/// Another row for each search, so that where not all nodes are tried not always the same ones are (splitmix64).
const fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
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
        let found = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            Found::search(context, self.search(context), kept.of(context))
        };
        if context.profile.asks_about_victims(context.pod) && !found.candidates.is_empty() {
            let candidate = |found: &Candidate| {
                let (node, victims) = (context.nodes.node(found.row)?, found.victims()?);
                Some(framework::Candidate {
                    node: node.shared_name(),
                    victims: victims.pods.clone(),
                    budget_violations: victims.budget_violations,
                    pods: node.pods().to_vec(),
                })
            };
            let candidates = found.candidates.iter().filter_map(candidate).collect();
            return PostFilterOutcome { candidates, ..PostFilterOutcome::default() };
        }
        let best = choice::best(&found.candidates);
        match best.and_then(|best| Some((context.nodes.node(best.row)?, best.victims()?))) {
            Some((node, victims)) => PostFilterOutcome {
                status: Status::success(),
                preemption: Preemption::Nominate { node: node.name().to_owned(), victims: victims.pods.clone() },
                ..Default::default()
            },
            None => {
                let status = found.refusal(context.nodes.len());
                // where something failed it is not known whether room can be made
                let preemption = if status.is_rejected() { Preemption::Clear } else { Preemption::None };
                PostFilterOutcome { status, preemption, ..Default::default() }
            }
        }
    }

    fn choose<'a>(&self, candidates: &'a [framework::Candidate]) -> Option<&'a framework::Candidate> {
        candidates.iter().min_by_key(|candidate| Loss::of(&candidate.victims, candidate.budget_violations))
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
    // the room that was made there is of no use any more
    if context.diagnosis.status(row).is_some_and(|status| status.code() == Code::UnschedulableAndUnresolvable) {
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
mod tests;
