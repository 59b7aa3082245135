//! PodTopologySpread: pods of a kind evenly over zones, hosts, or any other label's values.

mod constraint;
mod default_selector;
mod filtering;
mod hints;
mod scoring;

use std::sync::{Arc, PoisonError, RwLock};

use kubeforge_api::core::v1::{Pod, TopologySpreadConstraint, UnsatisfiableConstraintAction};
use kubeforge_machinery::feature_gates::FeatureGates;
use serde::Deserialize;
use serde_json::Value;

use super::arguments;
use crate::framework::{
    Change, ChangeKind, Changes, FilterPlugin, Objects, Plugin, PluginError, PodInfo, PreFilterPlugin, PreScorePlugin,
    QueueingHint, ScorePlugin, Snapshot,
};
use crate::tolerations::ComparisonGate;
use constraint::Constraint;

/// Turns away nodes on which the pod would make its kind more uneven than its constraints allow, and prefers those that
/// make it more even.
#[derive(Debug)]
pub struct PodTopologySpread {
    defaults: Vec<TopologySpreadConstraint>,
    is_system_defaulted: bool,
    objects: RwLock<Arc<Objects>>,
    comparison: ComparisonGate,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Arguments {
    #[serde(default)]
    default_constraints: Vec<TopologySpreadConstraint>,
    #[serde(default)]
    defaulting_type: Option<String>,
}

const LABEL_HOSTNAME: &str = "kubernetes.io/hostname";
const LABEL_ZONE: &str = "topology.kubernetes.io/zone";

/// What pods that say nothing are spread by, where the configuration says nothing either.
fn system_defaults() -> Vec<TopologySpreadConstraint> {
    let constraint = |key: &str, max_skew| TopologySpreadConstraint {
        max_skew,
        topology_key: key.to_owned(),
        when_unsatisfiable: UnsatisfiableConstraintAction::ScheduleAnyway,
        ..Default::default()
    };
    vec![constraint(LABEL_HOSTNAME, 3), constraint(LABEL_ZONE, 5)]
}

impl PodTopologySpread {
    /// Its name.
    pub const NAME: &'static str = "PodTopologySpread";

    /// The plugin with its arguments (PodTopologySpreadArgs).
    ///
    /// # Errors
    /// Where they can't be used.
    pub fn new(arguments: Option<&Value>) -> Result<Self, PluginError> {
        let arguments: Arguments = arguments::read(Self::NAME, arguments)?;
        let wrong = |text: String| Err(arguments::wrong(Self::NAME, text));
        match arguments.defaulting_type.as_deref() {
            None | Some("" | "System") if arguments.default_constraints.is_empty() => {
                Ok(Self::with(system_defaults(), true))
            }
            Some("System") => {
                wrong("defaultingType: Invalid value: \"System\": when .defaultConstraints are not empty".to_owned())
            }
            None | Some("" | "List") => {
                for (place, constraint) in arguments.default_constraints.iter().enumerate() {
                    if let Some(problem) = constraint::problem(constraint) {
                        return wrong(format!("defaultConstraints[{place}].{problem}"));
                    }
                }
                Ok(Self::with(arguments.default_constraints, false))
            }
            Some(other) => {
                wrong(format!("defaultingType: Unsupported value: {other:?}: supported values: \"System\", \"List\""))
            }
        }
    }

    fn with(defaults: Vec<TopologySpreadConstraint>, is_system_defaulted: bool) -> Self {
        Self { defaults, is_system_defaulted, objects: RwLock::default(), comparison: ComparisonGate::default() }
    }

    /// What is to hold for the pod, of those constraints that do this where they can't.
    fn constraints(
        &self,
        pod: &PodInfo,
        nodes: &Snapshot,
        action: &UnsatisfiableConstraintAction,
    ) -> Result<Vec<Constraint>, String> {
        let own = &pod.pod().spec.topology_spread_constraints;
        let chosen = if own.is_empty() { &self.defaults } else { own };
        let mut constraints = Vec::new();
        for constraint in chosen.iter().filter(|constraint| constraint.when_unsatisfiable == *action) {
            constraints.push(Constraint::new(constraint, pod.pod(), nodes, self.comparison.get())?);
        }
        if own.is_empty() && !constraints.is_empty() {
            let Some(selector) = default_selector::of(pod.pod(), nodes.objects()) else { return Ok(Vec::new()) };
            for constraint in &mut constraints {
                constraint.select(selector.clone(), pod.pod());
            }
        }
        Ok(constraints)
    }

    /// Whether nodes that lack one of the labels do not count. With the defaults of the system they do, so that hosts
    /// without a zone are still spread over.
    fn requires_all_labels(&self, pod: &Pod) -> bool {
        !pod.spec.topology_spread_constraints.is_empty() || !self.is_system_defaulted
    }
}

impl Plugin for PodTopologySpread {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn attach(&self, objects: &Arc<Objects>) {
        *self.objects.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(objects);
    }

    fn obey(&self, gates: &FeatureGates) {
        self.comparison.set(gates);
    }

    fn events_to_register(&self) -> Changes {
        Changes::of(&[
            ChangeKind::AssignedPodAdded,
            ChangeKind::AssignedPodUpdated,
            ChangeKind::AssignedPodDeleted,
            ChangeKind::PodUpdated,
            ChangeKind::NodeAdded,
            ChangeKind::NodeDeleted,
            ChangeKind::NodeUpdated,
        ])
    }

    fn queueing_hint(&self, pod: &PodInfo, change: &Change<'_>) -> QueueingHint {
        if self.may_help(pod, change) { QueueingHint::Queue } else { QueueingHint::QueueSkip }
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
