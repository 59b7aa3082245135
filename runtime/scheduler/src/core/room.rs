//! Pods that no node can take: PostFilter may make room for them.

use std::sync::Arc;

use tokio::time::Instant;
use tracing::info;

use super::{Attempt, Core, Decision, Ended, REASON_UNSCHEDULABLE, Rejection};
use crate::{
    framework::{
        Code, CycleState, Diagnosis, PodInfo, PodKey, PostFilterContext, PostFilterOutcome, Preemption, Status,
    },
    logs::V2,
    metrics::{AttemptResult, Point},
    plugins::DefaultPreemption,
    queue::{Rejectors, Requeue},
};

impl Core {
    /// Lets PostFilter make room. None where extenders are to be asked first.
    pub(super) fn make_room(
        &mut self,
        mut attempt: Attempt,
        state: CycleState,
        diagnosis: Diagnosis,
        now: Instant,
    ) -> Option<Decision> {
        let (pod, profile) = (&attempt.pod, &attempt.profile);
        let disruption_budgets = self.nodes().objects().disruption_budgets.list();
        let context = PostFilterContext {
            state: &state,
            pod,
            nodes: self.cache.columns.snapshot(),
            diagnosis: &diagnosis,
            profile,
            nominated: &self.nominated,
            disruption_budgets: &disruption_budgets,
        };
        if profile.post_filter.iter().any(|plugin| plugin.name() == DefaultPreemption::NAME) {
            self.metrics.preemption_attempts.inc();
        }
        let mut outcome = run_post_filters(&context);
        if profile.post_filter.is_empty() {
            outcome.preemption = Preemption::Clear;
        } else {
            attempt.watch.lap_as(Point::PostFilter, outcome.status.code());
        }
        if !outcome.candidates.is_empty() {
            self.queue.listen(attempt.pod.key());
            self.suspensions.ask_about_victims(attempt, diagnosis, outcome);
            return None;
        }
        Some(self.reject_unfit(attempt, &diagnosis, outcome, now))
    }

    /// No node can take the pod; what PostFilter found is done.
    pub(super) fn reject_unfit(
        &mut self,
        attempt: Attempt,
        diagnosis: &Diagnosis,
        outcome: PostFilterOutcome,
        now: Instant,
    ) -> Decision {
        let message = match outcome.status.is_success() {
            true => diagnosis.message(""),
            false => diagnosis.message(&outcome.status.message()),
        };
        let displaced = self.nominate(&attempt.pod, &outcome.preemption);
        let rejectors = Rejectors { plugins: diagnosis.plugins().clone(), pending: diagnosis.pending() };
        self.queue.requeue(attempt.pod.key(), Requeue::Rejected(rejectors), now);
        self.not_found(&attempt, AttemptResult::Unschedulable);
        info!(target: V2, pod = %attempt.pod.key(), err = message, "Unable to schedule pod; no fit; waiting");
        let rejection = Rejection::new(attempt.pod, attempt.profile, REASON_UNSCHEDULABLE, message);
        let follow_ups = outcome.follow_up.into_iter().collect();
        Decision::Reject(Rejection { preemption: outcome.preemption, displaced, follow_ups, ..rejection })
    }

    /// Somebody begins to end the pods that have to go for this one. It is not tried again until that is over, see
    /// [`Self::preempted`]: what is known of its victims changes one by one.
    pub fn preempting(&mut self, rejection: &Rejection) {
        self.metrics.preempting(rejection.preemption.victims().len());
        self.queue.hold(rejection.pod.key());
    }

    /// The pods that had to go for this one were told to, or could not be told: it may be tried again.
    pub fn preempted(&mut self, pod: &PodKey, ended: Ended, now: Instant) {
        self.queue.reported(pod, now);
        if ended == Ended::NotAll {
            // nothing may happen that would bring it back
            self.queue.force(pod, now);
        }
    }

    /// Keeps room for the pod as PostFilter says. Returns the pods of lower priority that lose theirs.
    fn nominate(&mut self, pod: &Arc<PodInfo>, preemption: &Preemption) -> Vec<Arc<PodInfo>> {
        match preemption {
            Preemption::None => Vec::new(),
            Preemption::Clear => {
                self.nominated.forget(pod.key());
                Vec::new()
            }
            Preemption::Nominate { node, victims } => {
                let is_room_being_made = victims.iter().all(|victim| victim.is_terminating());
                let others = self.nominated.on_node(node).iter().filter(|_| !is_room_being_made);
                let displaced: Vec<_> = others.filter(|other| other.priority() < pod.priority()).cloned().collect();
                for other in &displaced {
                    self.nominated.forget(other.key());
                }
                self.nominated.nominate(Arc::clone(pod), node);
                displaced
            }
        }
    }
}

/// Runs PostFilter until a plugin makes room; the reasons of those that can't are put together.
fn run_post_filters(context: &PostFilterContext<'_>) -> PostFilterOutcome {
    let mut reasons = Vec::new();
    let mut preemption = Preemption::None;
    let mut follow_up = None;
    for plugin in &context.profile.post_filter {
        let Some(post_filter) = plugin.post_filter() else { continue };
        let ask = || post_filter.post_filter_pod(context);
        let outcome = context
            .profile
            .timed(&**plugin, Point::PostFilter, ask, |outcome: &PostFilterOutcome| outcome.status.code());
        // success, a failure, or the word of one that knows that no other can help either
        if outcome.status.code() == Code::UnschedulableAndUnresolvable || !outcome.status.is_rejected() {
            let follow_up = outcome.follow_up.clone().or(follow_up);
            return PostFilterOutcome { status: outcome.status.by(plugin.name()), follow_up, ..outcome };
        }
        follow_up = outcome.follow_up.or(follow_up);
        reasons.extend(outcome.status.reasons().iter().cloned());
        if !matches!(outcome.preemption, Preemption::None) {
            preemption = outcome.preemption;
        }
    }
    let status = Status::new(Code::Unschedulable, reasons);
    PostFilterOutcome { status, preemption, candidates: Vec::new(), follow_up }
}
