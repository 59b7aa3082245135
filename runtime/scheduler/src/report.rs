//! What is said about pods at the API server: conditions, nominated nodes, events, and the end of victims.

use std::{collections::HashMap, sync::Arc, time::Instant};

use kubeforge_api::core::v1::{ConditionStatus, Pod, PodCondition};
use kubeforge_client::{
    ClientError, Patch,
    events::{EventBroadcaster, EventRecorder, EventType, ObjectReference, Report},
};
use kubeforge_client_set::Clientset;
use kubeforge_machinery::{
    Time,
    meta::v1::{DeleteOptions, PatchOptions, Preconditions},
};
use serde_json::{Value, json};
use tracing::{info, warn};

use crate::{
    core::{Binding, Rejection},
    framework::{PodInfo, PodKey, Preemption, Profile},
    logs::V2,
    metrics::SchedulerMetrics,
};

const POD_SCHEDULED: &str = "PodScheduled";
const DISRUPTION_TARGET: &str = "DisruptionTarget";

/// The longest note of an event (events.k8s.io/v1), in bytes.
const NOTE_LENGTH_MAX: usize = 1024;
const NOTE_CUT: &str = " ...";

/// Says at the API server what became of pods.
pub(crate) struct Reporter {
    clientset: Clientset,
    /// By the name of the profile's scheduler.
    recorders: HashMap<String, EventRecorder>,
    metrics: Arc<SchedulerMetrics>,
}

impl Reporter {
    /// One that reports in the name of each profile's scheduler.
    pub(crate) fn new(
        clientset: Clientset,
        events: &EventBroadcaster,
        profiles: &[Profile],
        metrics: Arc<SchedulerMetrics>,
    ) -> Self {
        let recorder = |profile: &Profile| {
            let name = &profile.scheduler_name;
            (name.clone(), events.recorder(name.clone(), format!("{name}-{}", hostname())))
        };
        Self { clientset, recorders: profiles.iter().map(recorder).collect(), metrics }
    }

    /// Tells that a pod was bound.
    pub(crate) fn bound(&self, binding: &Binding) {
        let message = format!("Successfully assigned {} to {}", binding.pod.key(), binding.node);
        self.event(&binding.profile, &binding.pod, EventType::Normal, ("Scheduled", "Binding"), message, None);
    }

    /// Tells that a pod was not placed, and makes the room that was decided on.
    pub(crate) async fn rejected(&self, rejection: &Rejection) {
        let Rejection { pod, profile, message, .. } = rejection;
        self.event(profile, pod, EventType::Warning, ("FailedScheduling", "Scheduling"), message.clone(), None);
        if rejection.is_skipped {
            return;
        }
        for follow_up in &rejection.follow_ups {
            follow_up.carry_out(&self.clientset).await;
        }
        for other in &rejection.displaced {
            self.patch_status(other.key(), &json!({ "status": { "nominatedNodeName": null } })).await;
        }
        if let Preemption::Nominate { node, victims } = &rejection.preemption {
            let (began, mut are_told) = (Instant::now(), true);
            for victim in victims {
                are_told &= self.end(victim, rejection, node).await;
            }
            if !victims.is_empty() {
                self.metrics.preempted(are_told, began.elapsed());
            }
        }
        if let Some(patch) = status_patch(pod.pod(), rejection) {
            self.patch_status(pod.key(), &patch).await;
        }
    }

    /// Ends a pod to make room for another. Returns whether it was told so.
    async fn end(&self, victim: &PodInfo, rejection: &Rejection, node: &str) -> bool {
        let scheduler = &rejection.profile.scheduler_name;
        let message = format!("{scheduler}: preempting to accommodate a higher priority pod");
        let wanted = Condition {
            type_: DISRUPTION_TARGET,
            status: ConditionStatus::True,
            reason: "PreemptionByScheduler",
            message: &message,
        };
        if let Some(condition) = wanted.change_of(victim.pod()) {
            self.patch_status(victim.key(), &json!({ "status": { "conditions": [condition] } })).await;
        }
        let preconditions = Preconditions { uid: Some(victim.key().uid().to_owned()), ..Default::default() };
        let options = DeleteOptions { preconditions: Some(preconditions.into()), ..Default::default() };
        let pods = self.clientset.core_v1().pods(victim.key().namespace());
        match pods.delete(victim.key().name(), &options).await {
            Ok(_) => {
                info!(
                    target: V2, preemptor = %rejection.pod.key(), victim = %victim.key(), node,
                    "Preemptor Pod preempted victim Pod"
                );
                let message = format!("Preempted by pod {} on node {node}", rejection.pod.key().uid());
                let related = Some(ObjectReference::of(&**rejection.pod.pod()));
                let words = ("Preempted", "Preempting");
                self.event(&rejection.profile, victim, EventType::Normal, words, message, related);
                true
            }
            Err(err) => {
                log(&err, victim.key(), "cannot end the pod");
                false
            }
        }
    }

    async fn patch_status(&self, key: &PodKey, patch: &Value) {
        let pods = self.clientset.core_v1().pods(key.namespace());
        let patch = Patch::strategic(patch);
        if let Err(err) = pods.patch_subresource(key.name(), "status", &patch, &PatchOptions::default()).await {
            log(&err, key, "cannot write the pod's status");
        }
    }

    fn event(
        &self,
        profile: &Profile,
        pod: &PodInfo,
        type_: EventType,
        (reason, action): (&str, &str),
        message: String,
        related: Option<ObjectReference>,
    ) {
        let Some(recorder) = self.recorders.get(&profile.scheduler_name) else { return };
        recorder.report(Report {
            regarding: ObjectReference::of(&**pod.pod()),
            related,
            type_,
            reason: reason.to_owned(),
            action: action.to_owned(),
            message: cut(message),
        });
    }
}

fn log(err: &ClientError, pod: &PodKey, what: &str) {
    warn!(%pod, err = err as &dyn std::error::Error, "{what}");
}

pub(crate) fn hostname() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .map_or_else(|_| "localhost".to_owned(), |name| name.trim().to_owned())
}

/// Cuts a note to what the API takes.
fn cut(mut message: String) -> String {
    if message.len() > NOTE_LENGTH_MAX {
        let mut end = NOTE_LENGTH_MAX - NOTE_CUT.len();
        while !message.is_char_boundary(end) {
            end -= 1;
        }
        message.truncate(end);
        message.push_str(NOTE_CUT);
    }
    message
}

/// What has to change in the status of a pod that was not placed; none where it says so already.
fn status_patch(pod: &Pod, rejection: &Rejection) -> Option<Value> {
    let mut status = serde_json::Map::new();
    let wanted = Condition {
        type_: POD_SCHEDULED,
        status: ConditionStatus::False,
        reason: rejection.reason,
        message: &rejection.message,
    };
    if let Some(condition) = wanted.change_of(pod) {
        status.insert("conditions".to_owned(), json!([condition]));
    }
    let nominated = &pod.status.nominated_node_name;
    match &rejection.preemption {
        Preemption::Nominate { node, .. } if node != nominated => {
            status.insert("nominatedNodeName".to_owned(), json!(node));
        }
        Preemption::Clear if !nominated.is_empty() || rejection.is_withdrawn => {
            status.insert("nominatedNodeName".to_owned(), Value::Null);
        }
        Preemption::None | Preemption::Clear | Preemption::Nominate { .. } => {}
    }
    (!status.is_empty()).then(|| json!({ "status": status }))
}

struct Condition<'a> {
    type_: &'a str,
    status: ConditionStatus,
    reason: &'a str,
    message: &'a str,
}

impl Condition<'_> {
    /// The condition as it should be; none where the pod has it already.
    fn change_of(&self, pod: &Pod) -> Option<Value> {
        let old: Option<&PodCondition> = pod.status.conditions.iter().find(|condition| condition.type_ == self.type_);
        let is_same_status = old.is_some_and(|old| old.status == self.status);
        if is_same_status && old.is_some_and(|old| old.reason == self.reason && old.message == self.message) {
            return None;
        }
        let since = old.filter(|_| is_same_status).map_or_else(Time::now, |old| old.last_transition_time);
        let mut condition = json!({
            "type": self.type_,
            "status": self.status.as_str(),
            "reason": self.reason,
            "message": self.message,
            "lastProbeTime": null,
            "lastTransitionTime": since.to_string(),
        });
        if let Some(fields) = condition.as_object_mut().filter(|_| pod.metadata.generation > 0) {
            fields.insert("observedGeneration".to_owned(), json!(pod.metadata.generation));
        }
        Some(condition)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejection(pod: Pod, preemption: Preemption) -> Rejection {
        Rejection {
            pod: Arc::new(PodInfo::new(Arc::new(pod))),
            profile: Arc::new(Profile::default()),
            reason: "Unschedulable",
            message: "no room".to_owned(),
            preemption,
            is_withdrawn: false,
            is_skipped: false,
            displaced: Vec::new(),
            follow_ups: Vec::new(),
        }
    }

    #[test]
    fn a_status_that_says_so_already_is_left_alone() {
        let mut pod = Pod::default();
        let patch = status_patch(&pod, &rejection(pod.clone(), Preemption::None)).unwrap();
        let condition = &patch["status"]["conditions"][0];
        assert_eq!((condition["type"].as_str(), condition["message"].as_str()), (Some(POD_SCHEDULED), Some("no room")));
        pod.status.conditions.push(PodCondition {
            type_: POD_SCHEDULED.to_owned(),
            status: ConditionStatus::False,
            reason: "Unschedulable".to_owned(),
            message: "no room".to_owned(),
            ..Default::default()
        });
        assert_eq!(status_patch(&pod, &rejection(pod.clone(), Preemption::None)), None);
        pod.status.nominated_node_name = "n".to_owned();
        let patch = status_patch(&pod, &rejection(pod.clone(), Preemption::Clear));
        assert_eq!(patch, Some(json!({ "status": { "nominatedNodeName": null } })));
    }

    #[test]
    fn long_notes_are_cut_between_characters() {
        assert_eq!(cut("ä".repeat(2000)).len(), NOTE_LENGTH_MAX);
        assert_eq!(cut("short".to_owned()), "short");
    }
}
