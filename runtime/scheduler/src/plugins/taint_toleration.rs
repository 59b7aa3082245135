//! TaintToleration: taints keep pods away from nodes, or make them a worse choice.

use kubeforge_api::core::v1::{Pod, Taint, TaintEffect, Toleration};
use kubeforge_machinery::feature_gates::FeatureGates;

use crate::framework::{
    Change, ChangeKind, Changes, CycleState, FilterPlugin, NodeInfo, Normalize, Plugin, PodInfo, PreScorePlugin,
    QueueingHint, Row, Scope, ScorePlugin, Snapshot, Status,
};
use crate::tolerations::{ComparisonGate, first_untolerated, tolerates};

/// Turns away nodes with taints that the pod does not tolerate, and prefers those with fewer soft ones.
#[derive(Debug, Default)]
pub struct TaintToleration {
    comparison: ComparisonGate,
}

/// The pod's tolerations that soft taints are held against.
#[derive(Clone)]
struct SoftTolerations(Vec<Toleration>);

impl TaintToleration {
    /// Its name.
    pub const NAME: &'static str = "TaintToleration";

    fn keeps_away(&self, taints: &[Taint], pod: &Pod) -> bool {
        first_untolerated(taints, tolerations(pod), self.comparison.get()).is_some()
    }
}

impl Plugin for TaintToleration {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn scope(&self) -> Scope {
        Scope::Node
    }

    fn obey(&self, gates: &FeatureGates) {
        self.comparison.set(gates);
    }

    fn events_to_register(&self) -> Changes {
        Changes::of(&[ChangeKind::NodeAdded, ChangeKind::NodeUpdated, ChangeKind::PodUpdated])
    }

    fn queueing_hint(&self, pod: &PodInfo, change: &Change<'_>) -> QueueingHint {
        let may_come = |taints: &[Taint]| !self.keeps_away(taints, pod.pod());
        let helps = match change {
            Change::NodeAdded(node) => may_come(&node.spec.taints),
            Change::NodeUpdated { old, new, .. } => !may_come(&old.spec.taints) && may_come(&new.spec.taints),
            Change::PodUpdated { old, new } => tolerations(old) != tolerations(new),
            _ => false,
        };
        if helps { QueueingHint::Queue } else { QueueingHint::QueueSkip }
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

fn tolerations(pod: &Pod) -> &[Toleration] {
    &pod.spec.tolerations
}

impl FilterPlugin for TaintToleration {
    fn filter_node(&self, _state: &CycleState, pod: &PodInfo, node: &NodeInfo) -> Status {
        match self.keeps_away(node.taints(), pod.pod()) {
            false => Status::success(),
            true => Status::unresolvable("node(s) had untolerated taint(s)"),
        }
    }
}

impl PreScorePlugin for TaintToleration {
    fn pre_score_pod(&self, state: &mut CycleState, pod: &PodInfo, _nodes: &Snapshot, _rows: Option<&[Row]>) -> Status {
        let is_soft = |toleration: &&Toleration| {
            toleration.effect.is_empty() || toleration.effect == TaintEffect::PreferNoSchedule
        };
        state.write(SoftTolerations(tolerations(pod.pod()).iter().filter(is_soft).cloned().collect()));
        Status::success()
    }
}

impl ScorePlugin for TaintToleration {
    fn score_node(&self, state: &CycleState, _pod: &PodInfo, node: &NodeInfo) -> Result<i64, Status> {
        let tolerations = state.read::<SoftTolerations>().map_or(&[][..], |kept| &kept.0);
        let soft = node.taints().iter().filter(|taint| taint.effect == TaintEffect::PreferNoSchedule);
        Ok(soft.filter(|taint| !tolerates(tolerations, taint, self.comparison.get())).fold(0, |count, _| count + 1))
    }

    fn normalize(&self) -> Normalize {
        Normalize::ByMaximumReversed
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::plugins::testing::{change_helps, check_filter, node, node_helps, pod};

    #[test]
    fn soft_taints_only_make_a_node_worse() {
        let soft =
            json!({"taints": [{"key": "a", "effect": "PreferNoSchedule"}, {"key": "b", "effect": "PreferNoSchedule"}]});
        let node = node(json!({}), soft);
        let pod = pod(json!({"tolerations": [{"key": "a", "operator": "Exists", "effect": "NoSchedule"},
            {"key": "b", "operator": "Exists"}]}));
        check_filter(&TaintToleration::default(), &pod, &node, "");
        let mut state = CycleState::default();
        assert!(TaintToleration::default().pre_score_pod(&mut state, &pod, &Snapshot::default(), None).is_success());
        assert_eq!(TaintToleration::default().score_node(&state, &pod, &node), Ok(1));
    }

    #[test]
    fn hard_taints_keep_pods_away() {
        let hard = node(json!({}), json!({"taints": [{"key": "a", "effect": "NoExecute"}]}));
        check_filter(&TaintToleration::default(), &pod(json!({})), &hard, "node(s) had untolerated taint(s)");
        check_filter(&TaintToleration::default(), &pod(json!({"tolerations": [{"operator": "Exists"}]})), &hard, "");
    }

    #[test]
    fn nodes_help_whose_taints_are_tolerated_and_were_not() {
        let plugin = TaintToleration::default();
        let tolerant = pod(json!({"tolerations": [{"key": "a", "operator": "Exists"}]}));
        let tainted = |keys: &[&str]| {
            let taints: Vec<_> = keys.iter().map(|key| json!({"key": key, "effect": "NoSchedule"})).collect();
            json!({"metadata": {"name": "n1"}, "spec": {"taints": taints}})
        };
        let none = serde_json::Value::Null;
        assert!(node_helps(&plugin, &tolerant, &none, &tainted(&["a"])));
        assert!(!node_helps(&plugin, &tolerant, &none, &tainted(&["a", "b"])));
        assert!(node_helps(&plugin, &tolerant, &tainted(&["a", "b"]), &tainted(&["a"])));
        assert!(!node_helps(&plugin, &tolerant, &tainted(&["a"]), &tainted(&[])));
        assert!(!node_helps(&plugin, &tolerant, &tainted(&["b"]), &tainted(&["c"])));
        let own = |key: &str| json!({"spec": {"tolerations": [{"key": key, "operator": "Exists"}]}});
        assert!(change_helps(&plugin, json!({"spec": {}}), own("b")));
        assert!(!change_helps(&plugin, own("b"), own("b")));
    }

    #[test]
    fn the_gate_lets_tolerations_compare_numbers() {
        let slow = node(json!({}), json!({"taints": [{"key": "delay", "value": "20", "effect": "NoSchedule"}]}));
        let patient = pod(json!({"tolerations": [{"key": "delay", "operator": "Lt", "value": "50"}]}));
        let plugin = TaintToleration::default();
        check_filter(&plugin, &patient, &slow, "node(s) had untolerated taint(s)");
        plugin.obey(&FeatureGates::default().with("TaintTolerationComparisonOperators", true));
        check_filter(&plugin, &patient, &slow, "");
    }
}
