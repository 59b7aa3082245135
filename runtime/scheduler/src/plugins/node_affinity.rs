//! NodeAffinity: the nodes that a pod must or would rather run on, by labels and names.

use kubeforge_api::core::v1::{Node, NodeAffinity as Affinity, PreferredSchedulingTerm};
use serde::Deserialize;
use serde_json::Value;

use super::arguments;
use crate::framework::{
    Change, ChangeKind, Changes, CycleState, FilterPlugin, NodeInfo, Normalize, Plugin, PluginError, PodInfo,
    PreFilterOutcome, PreFilterPlugin, PreScorePlugin, QueueingHint, Row, Scope, ScorePlugin, Snapshot, Status,
};
use crate::node_selector::{NamedNodes, PreferredNodeAffinity, RequiredNodeAffinity, Selector, node_affinity};

/// Turns away nodes that do not match the pod's `nodeSelector` and required affinity, and prefers those that match more
/// of its preferred affinity. The profile may add affinity of its own to that of all pods.
#[derive(Clone, Debug, Default)]
pub struct NodeAffinity {
    added_required: Option<Selector>,
    added_preferred: PreferredNodeAffinity,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Arguments {
    #[serde(default)]
    added_affinity: Option<Affinity>,
}

/// What PreFilter found that the pod requires.
#[derive(Clone)]
struct Required(RequiredNodeAffinity);

/// What PreScore found that the pod prefers.
#[derive(Clone)]
struct Preferred(PreferredNodeAffinity);

impl NodeAffinity {
    /// Its name.
    pub const NAME: &'static str = "NodeAffinity";

    /// The plugin with its arguments (NodeAffinityArgs).
    ///
    /// # Errors
    /// Where they can't be used.
    pub fn new(arguments: Option<&Value>) -> Result<Self, PluginError> {
        let arguments: Arguments = arguments::read(Self::NAME, arguments)?;
        let Some(added) = arguments.added_affinity else { return Ok(Self::default()) };
        let terms = &added.preferred_during_scheduling_ignored_during_execution;
        Ok(Self {
            added_required: added.required_during_scheduling_ignored_during_execution.as_ref().map(Selector::new),
            added_preferred: PreferredNodeAffinity::new(terms)
                .map_err(|error| arguments::wrong(Self::NAME, format_args!("parsing addedAffinity: {error}")))?,
        })
    }

    fn allows(&self, required: &RequiredNodeAffinity, node: &Node) -> bool {
        let added = self.added_required.as_ref();
        added.is_none_or(|added| added.matches(&node.metadata.name, &node.metadata.labels))
            && required.matches(&node.metadata.name, &node.metadata.labels)
    }
}

fn preferred_terms(pod: &PodInfo) -> &[PreferredSchedulingTerm] {
    node_affinity(pod.pod()).map_or(&[], |affinity| &affinity.preferred_during_scheduling_ignored_during_execution)
}

impl Plugin for NodeAffinity {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn scope(&self) -> Scope {
        Scope::Node
    }

    fn events_to_register(&self) -> Changes {
        Changes::of(&[ChangeKind::NodeAdded, ChangeKind::NodeUpdated])
    }

    fn queueing_hint(&self, pod: &PodInfo, change: &Change<'_>) -> QueueingHint {
        let required = RequiredNodeAffinity::of(pod.pod());
        let helps = match change {
            Change::NodeAdded(node) => self.allows(&required, node),
            Change::NodeUpdated { old, new, .. } => !self.allows(&required, old) && self.allows(&required, new),
            _ => false,
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

impl PreFilterPlugin for NodeAffinity {
    fn pre_filter_pod(&self, state: &mut CycleState, pod: &PodInfo, _nodes: &Snapshot) -> PreFilterOutcome {
        let required = RequiredNodeAffinity::of(pod.pod());
        if required.is_empty() && self.added_required.is_none() {
            return PreFilterOutcome::Skip;
        }
        state.write(Required(required));
        let terms = node_affinity(pod.pod())
            .and_then(|affinity| affinity.required_during_scheduling_ignored_during_execution.as_ref());
        match terms.map_or(NamedNodes::Any, NamedNodes::of) {
            NamedNodes::Any => PreFilterOutcome::AllNodes,
            NamedNodes::Only(names) => PreFilterOutcome::Nodes(names),
            NamedNodes::Conflict => PreFilterOutcome::Rejected(Status::unresolvable("pod affinity terms conflict")),
        }
    }
}

impl FilterPlugin for NodeAffinity {
    fn filter_node(&self, state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> Status {
        let Some(object) = node.node() else { return Status::error("node not found") };
        let (name, labels) = (node.name(), &object.metadata.labels);
        if self.added_required.as_ref().is_some_and(|added| !added.matches(name, labels)) {
            return Status::unresolvable("node(s) didn't match scheduler-enforced node affinity");
        }
        let matches = match state.read::<Required>() {
            Some(required) => required.0.matches(name, labels),
            None => RequiredNodeAffinity::of(pod.pod()).matches(name, labels),
        };
        if matches {
            return Status::success();
        }
        Status::unresolvable("node(s) didn't match Pod's node affinity/selector")
    }
}

impl PreScorePlugin for NodeAffinity {
    fn pre_score_pod(&self, state: &mut CycleState, pod: &PodInfo, _nodes: &Snapshot, _rows: Option<&[Row]>) -> Status {
        let preferred = match PreferredNodeAffinity::new(preferred_terms(pod)) {
            Ok(preferred) => preferred,
            Err(error) => return Status::error(error),
        };
        if preferred.is_empty() && self.added_preferred.is_empty() {
            return Status::skip();
        }
        state.write(Preferred(preferred));
        Status::success()
    }
}

impl ScorePlugin for NodeAffinity {
    fn score_node(&self, state: &CycleState, _pod: &PodInfo, node: &NodeInfo) -> Result<i64, Status> {
        let Some(object) = node.node() else { return Err(Status::error("node not found")) };
        let (name, labels) = (node.name(), &object.metadata.labels);
        let own = state.read::<Preferred>().map_or(0, |preferred| preferred.0.score(name, labels));
        Ok(own + self.added_preferred.score(name, labels))
    }

    fn normalize(&self) -> Normalize {
        Normalize::ByMaximum
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;
    use crate::{
        framework::Code,
        plugins::testing::{check_filter, node, node_helps, pod, pre_filter},
    };

    fn requiring(terms: Value) -> PodInfo {
        let required = json!({"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}});
        pod(json!({"affinity": {"nodeAffinity": required}}))
    }

    #[test]
    fn names_in_every_term_narrow_the_nodes() {
        let plugin = NodeAffinity::default();
        let name = |values: &[&str]| json!({"key": "metadata.name", "operator": "In", "values": values});
        let named = requiring(json!([{"matchFields": [name(&["a"])]}, {"matchFields": [name(&["b"])]}]));
        let want = PreFilterOutcome::Nodes(BTreeSet::from(["a".to_owned(), "b".to_owned()]));
        assert_eq!(pre_filter(&plugin, &named), want);
        let torn = requiring(json!([{"matchFields": [name(&["a"]), name(&["b"])]}]));
        let conflict = Status::unresolvable("pod affinity terms conflict");
        assert_eq!(pre_filter(&plugin, &torn), PreFilterOutcome::Rejected(conflict));
        assert_eq!(pre_filter(&plugin, &pod(json!({}))), PreFilterOutcome::Skip);
    }

    #[test]
    fn the_profile_may_require_more() {
        let terms = json!([{"matchExpressions": [{"key": "tier", "operator": "In", "values": ["b"]}]}]);
        let added = json!({"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}});
        let plugin = NodeAffinity::new(Some(&json!({"addedAffinity": added}))).unwrap();
        let refusal = "node(s) didn't match scheduler-enforced node affinity";
        check_filter(&plugin, &pod(json!({})), &node(json!({"tier": "a"}), json!({})), refusal);
        check_filter(&plugin, &pod(json!({})), &node(json!({"tier": "b"}), json!({})), "");
        let refusal = "node(s) didn't match Pod's node affinity/selector";
        let picky = pod(json!({"nodeSelector": {"disk": "ssd"}}));
        check_filter(&plugin, &picky, &node(json!({"tier": "b"}), json!({})), refusal);
    }

    #[test]
    fn nodes_help_that_match_and_did_not_before() {
        let plugin = NodeAffinity::default();
        let picky = pod(json!({"nodeSelector": {"disk": "ssd"}}));
        let labelled = |disk: &str| json!({"metadata": {"name": "n1", "labels": {"disk": disk}}});
        assert!(node_helps(&plugin, &picky, &Value::Null, &labelled("ssd")));
        assert!(!node_helps(&plugin, &picky, &Value::Null, &labelled("hdd")));
        assert!(node_helps(&plugin, &picky, &labelled("hdd"), &labelled("ssd")));
        assert!(!node_helps(&plugin, &picky, &labelled("ssd"), &labelled("hdd")));
        let more = json!({"metadata": {"name": "n1", "labels": {"disk": "ssd", "tier": "a"}}});
        assert!(!node_helps(&plugin, &picky, &labelled("ssd"), &more));
    }

    #[test]
    fn preferred_terms_that_are_empty_or_weigh_nothing_are_dropped() {
        let plugin = NodeAffinity::default();
        let preferring = |weight: i32, preference: Value| {
            let terms = json!([{"weight": weight, "preference": preference}]);
            pod(json!({"affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": terms}}}))
        };
        let ssd = json!({"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]});
        let nodes = Snapshot::default();
        let pre_score = |pod: &PodInfo| plugin.pre_score_pod(&mut CycleState::default(), pod, &nodes, None);
        assert!(pre_score(&preferring(1, json!({}))).is_skip() && pre_score(&preferring(0, ssd.clone())).is_skip());
        assert!(pre_score(&preferring(1, ssd)).is_success());
        let wrong = json!({"matchExpressions": [{"key": "disk", "operator": "Odd", "values": ["ssd"]}]});
        assert_eq!(pre_score(&preferring(1, wrong)).code(), Code::Error);
    }
}
