//! SchedulingGates: pods with gates are not considered.

use crate::framework::{Change, ChangeKind, Changes, Plugin, PodInfo, PreEnqueuePlugin, QueueingHint, Scope, Status};

/// Keeps pods out of the queue while somebody holds them back.
#[derive(Clone, Copy, Debug)]
pub struct SchedulingGates;

impl SchedulingGates {
    /// Its name.
    pub const NAME: &'static str = "SchedulingGates";
}

impl Plugin for SchedulingGates {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn scope(&self) -> Scope {
        Scope::Node
    }

    fn events_to_register(&self) -> Changes {
        Changes::of(&[ChangeKind::PodUpdated])
    }

    fn queueing_hint(&self, _pod: &PodInfo, change: &Change<'_>) -> QueueingHint {
        match change {
            Change::PodUpdated { new, .. } if new.spec.scheduling_gates.is_empty() => QueueingHint::Queue,
            _ => QueueingHint::QueueSkip,
        }
    }

    fn pre_enqueue(&self) -> Option<&dyn PreEnqueuePlugin> {
        Some(self)
    }
}

impl PreEnqueuePlugin for SchedulingGates {
    fn pre_enqueue_pod(&self, pod: &PodInfo) -> Status {
        let gates: Vec<&str> = pod.pod().spec.scheduling_gates.iter().map(|gate| gate.name.as_str()).collect();
        if gates.is_empty() {
            return Status::success();
        }
        Status::unresolvable(format!("waiting for scheduling gates: [{}]", gates.join(" ")))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::plugins::testing::{change_helps, pod};

    #[test]
    fn gates_hold_a_pod_back() {
        let gated = pod(json!({"schedulingGates": [{"name": "a.example/x"}, {"name": "b"}]}));
        let status = SchedulingGates.pre_enqueue_pod(&gated);
        assert_eq!(status.message(), "waiting for scheduling gates: [a.example/x b]");
        assert!(SchedulingGates.pre_enqueue_pod(&pod(json!({}))).is_success());
    }

    #[test]
    fn only_the_last_gate_to_go_helps() {
        let gated = |gates: &[&str]| {
            let gates: Vec<_> = gates.iter().map(|gate| json!({"name": gate})).collect();
            json!({"spec": {"schedulingGates": gates}})
        };
        assert!(change_helps(&SchedulingGates, gated(&["a", "b"]), gated(&[])));
        assert!(!change_helps(&SchedulingGates, gated(&["a", "b"]), gated(&["b"])));
    }
}
