//! InterPodAffinity: pods that want others near them, or far away, and those that others want so.

mod filtering;
mod hints;
mod scoring;

use std::sync::Arc;

use kubeforge_api::core::v1::Pod;
use serde::Deserialize;
use serde_json::Value;

use super::arguments;
use crate::{
    affinity::{AffinityTerm, AffinityTerms},
    framework::{
        Change, ChangeKind, Changes, FilterPlugin, Objects, Plugin, PluginError, PodInfo, PreFilterPlugin,
        PreScorePlugin, QueueingHint, ScorePlugin,
    },
    pod_index::PodTraits,
};

/// Turns away nodes near which there are not the pods that this one wants, or are some that it or they do not want near,
/// and prefers nodes by what the pods would rather have.
#[derive(Clone, Copy, Debug)]
pub struct InterPodAffinity {
    /// How much it counts that a pod that needs such pods near it is near.
    hard_pod_affinity_weight: i32,
    ignore_preferred_terms_of_existing_pods: bool,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Arguments {
    #[serde(default)]
    hard_pod_affinity_weight: Option<i32>,
    #[serde(default)]
    ignore_preferred_terms_of_existing_pods: bool,
}

/// The most that `hardPodAffinityWeight` may be.
const WEIGHT_MAX: i32 = 100;

impl InterPodAffinity {
    /// Its name.
    pub const NAME: &'static str = "InterPodAffinity";

    /// The plugin with its arguments (InterPodAffinityArgs).
    ///
    /// # Errors
    /// Where they can't be used.
    pub fn new(arguments: Option<&Value>) -> Result<Self, PluginError> {
        let arguments: Arguments = arguments::read(Self::NAME, arguments)?;
        let hard_pod_affinity_weight = arguments.hard_pod_affinity_weight.unwrap_or(1);
        if !(0..=WEIGHT_MAX).contains(&hard_pod_affinity_weight) {
            let text = format!(
                "hardPodAffinityWeight: Invalid value: {hard_pod_affinity_weight}: not in valid range [0-{WEIGHT_MAX}]"
            );
            return Err(arguments::wrong(Self::NAME, text));
        }
        let ignore_preferred_terms_of_existing_pods = arguments.ignore_preferred_terms_of_existing_pods;
        Ok(Self { hard_pod_affinity_weight, ignore_preferred_terms_of_existing_pods })
    }
}

/// The labels of the namespace of a pod.
fn namespace_labels(objects: &Objects, pod: &PodInfo) -> std::collections::BTreeMap<String, String> {
    let namespace = objects.namespaces.get("", pod.key().namespace());
    namespace.map(|namespace| namespace.metadata.labels.clone()).unwrap_or_default()
}

/// Whether all terms are about the pod; never where there are none.
fn all_match(terms: &[AffinityTerm], pod: &PodTraits) -> bool {
    !terms.is_empty() && terms.iter().all(|term| term.matches(pod, &std::collections::BTreeMap::new()))
}

impl Plugin for InterPodAffinity {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn events_to_register(&self) -> Changes {
        Changes::of(&[
            ChangeKind::AssignedPodAdded,
            ChangeKind::AssignedPodUpdated,
            ChangeKind::AssignedPodDeleted,
            ChangeKind::PodUpdated,
            ChangeKind::NodeAdded,
            ChangeKind::NodeUpdated,
        ])
    }

    fn queueing_hint(&self, pod: &PodInfo, change: &Change<'_>) -> QueueingHint {
        let terms = pod.affinity();
        // without a look at namespaces, whose labels are not known here, a term that selects them may be about any pod
        let is_wanted =
            |other: &Pod| terms.is_some_and(|terms| all_may_match(&terms.required_affinity, &PodTraits::of(other)));
        let is_unwanted = |other: &Pod| {
            terms.is_some_and(|terms| {
                terms.required_anti_affinity.iter().any(|term| may_match(term, &PodTraits::of(other)))
            })
        };
        let does_not_want = |other: &Pod| {
            let others = AffinityTerms::of(other).ok().flatten();
            others.is_some_and(|others| others.required_anti_affinity.iter().any(|term| may_match(term, pod.traits())))
        };
        let helps = match change {
            Change::AssignedPodAdded(new) => is_wanted(new),
            Change::AssignedPodUpdated { old, new, .. } => {
                (!is_wanted(old) && is_wanted(new)) || (is_unwanted(old) && !is_unwanted(new))
            }
            Change::AssignedPodDeleted(old) => is_unwanted(old) || does_not_want(old),
            Change::PodUpdated { old, new } => old.metadata.labels != new.metadata.labels,
            Change::NodeAdded(new) => hints::is_of_use(terms.map(Arc::as_ref), new),
            Change::NodeUpdated { old, new, what } => {
                what.labels && hints::is_moved_for_good(terms.map(Arc::as_ref), old, new)
            }
            _ => true,
        };
        if helps { QueueingHint::Queue } else { QueueingHint::QueueSkip }
    }

    fn pre_filter(&self) -> Option<&dyn PreFilterPlugin> {
        Some(self)
    }

    fn filter(&self) -> Option<&dyn FilterPlugin> {
        Some(self)
    }

    fn pre_score(&self) -> Option<&dyn PreScorePlugin> {
        Some(self)
    }

    fn score(&self) -> Option<&dyn ScorePlugin> {
        Some(self)
    }
}

/// Whether the term is about the pod, or may be, the labels of its namespace not being known.
fn may_match(term: &AffinityTerm, pod: &PodTraits) -> bool {
    term.selects_namespaces() && term.matches_labels(pod) || term.matches(pod, &std::collections::BTreeMap::new())
}

fn all_may_match(terms: &[AffinityTerm], pod: &PodTraits) -> bool {
    !terms.is_empty() && terms.iter().all(|term| may_match(term, pod))
}
