//! What is said about pods at the API server: conditions, nominated nodes, events, and the end of victims.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Instant,
};

use futures::future::join_all;
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
    core::{Binding, Ended, Rejection},
    framework::{PodInfo, PodKey, Preemption, Profile},
    logs::V2,
    metrics::SchedulerMetrics,
};

const CANNOT_WRITE_STATUS: &str = "cannot write the pod's status";

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

    /// Tells that a pod was not placed, and makes the room that was decided on. The pods of `preempted` need not be deleted
    /// for that: they were not bound yet. Returns how it went, where pods had to go.
    pub(crate) async fn rejected(&self, rejection: &Rejection, preempted: &HashSet<PodKey>) -> Option<Ended> {
        let Rejection { pod, profile, message, .. } = rejection;
        self.event(profile, pod, EventType::Warning, ("FailedScheduling", "Scheduling"), message.clone(), None);
        if rejection.is_skipped {
            return None;
        }
        for follow_up in &rejection.follow_ups {
            follow_up.carry_out(&self.clientset).await;
        }
        let status = async {
            if let Some(patch) = status_patch(pod.pod(), rejection) {
                let done = self.patch_status(pod.key(), &patch).await;
                log(done, pod.key(), CANNOT_WRITE_STATUS);
            }
        };
        tokio::join!(self.make_room(rejection, preempted), status).0
    }

    /// Ends the pods that have to go, all at once but the last, which stays where another could not be told: the pod comes
    /// back to the queue then, and may find that fewer have to go.
    async fn make_room(&self, rejection: &Rejection, preempted: &HashSet<PodKey>) -> Option<Ended> {
        let victims: Vec<&PodInfo> = rejection.victims_to_end().map(|victim| &**victim).collect();
        let (last, others) = victims.split_last()?;
        let Preemption::Nominate { node, .. } = &rejection.preemption else { return None };
        let began = Instant::now();
        let withdraw = json!({ "status": { "nominatedNodeName": null } });
        let withdrawn = rejection.displaced.iter().map(async |other| {
            let done = self.patch_status(other.key(), &withdraw).await;
            is_done_or_gone(done, other.key(), CANNOT_WRITE_STATUS)
        });
        let mut are_told = join_all(withdrawn).await.into_iter().all(|told| told);
        let end = async |victim: &PodInfo| self.end(victim, rejection, node, preempted.contains(victim.key())).await;
        let are_ended = join_all(others.iter().map(|victim| end(victim))).await.into_iter().all(|told| told);
        are_told &= are_ended && end(last).await;
        self.metrics.preempted(are_told, began.elapsed());
        Some(if are_told { Ended::All } else { Ended::NotAll })
    }

    /// Ends a pod to make room for another. Returns whether it was told so, or is gone.
    async fn end(&self, victim: &PodInfo, rejection: &Rejection, node: &str, is_preempted: bool) -> bool {
        let mut note = format!("Preempted by pod {} on node {node}", rejection.pod.key().uid());
        if is_preempted {
            note.push_str(" (in kube-scheduler memory).");
        } else {
            match self.delete(victim, &rejection.profile.scheduler_name).await {
                Ok(()) => info!(
                    target: V2, preemptor = %rejection.pod.key(), victim = %victim.key(), node,
                    "Preemptor Pod preempted victim Pod"
                ),
                Err(failed) => return is_done_or_gone(Err(failed), victim.key(), "cannot end the pod"),
            }
        }
        let related = Some(ObjectReference::of(&**rejection.pod.pod()));
        self.event(&rejection.profile, victim, EventType::Normal, ("Preempted", "Preempting"), note, related);
        true
    }

    /// Says in the pod's status why it goes, and deletes it. One of which that can't be said is not deleted.
    async fn delete(&self, victim: &PodInfo, scheduler: &str) -> Result<(), ClientError> {
        let message = format!("{scheduler}: preempting to accommodate a higher priority pod");
        let wanted = Condition {
            type_: DISRUPTION_TARGET,
            status: ConditionStatus::True,
            reason: "PreemptionByScheduler",
            message: &message,
        };
        if let Some(condition) = wanted.change_of(victim.pod()) {
            self.patch_status(victim.key(), &json!({ "status": { "conditions": [condition] } })).await?;
        }
        // another pod of the same name has nothing to do with it
        let preconditions = Preconditions { uid: Some(victim.key().uid().to_owned()), ..Default::default() };
        let options = DeleteOptions { preconditions: Some(preconditions.into()), ..Default::default() };
        let pods = self.clientset.core_v1().pods(victim.key().namespace());
        pods.delete_unread(victim.key().name(), &options).await
    }

    async fn patch_status(&self, key: &PodKey, patch: &Value) -> Result<(), ClientError> {
        let pods = self.clientset.core_v1().pods(key.namespace());
        let patch = Patch::strategic(patch);
        pods.patch_unread(key.name(), "status", &patch, &PatchOptions::default()).await
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

fn log(done: Result<(), ClientError>, pod: &PodKey, what: &str) {
    if let Err(err) = done {
        warn!(%pod, err = &err as &dyn std::error::Error, "{what}");
    }
}

/// Whether something was done to a pod, or need not be: it is gone, or another pod has its name.
fn is_done_or_gone(done: Result<(), ClientError>, pod: &PodKey, what: &str) -> bool {
    match done {
        Ok(()) => true,
        Err(err) if err.is_not_found() || err.is_conflict() => {
            info!(target: V2, %pod, "Pod is already deleted");
            true
        }
        Err(err) => {
            log(Err(err), pod, what);
            false
        }
    }
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
mod tests;
