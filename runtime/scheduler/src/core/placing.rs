//! Pods that have a node: what is set aside for them, and what becomes of it.

use std::sync::Arc;

use tokio::time::Instant;
use tracing::info;

use super::{Attempt, Binding, Core, Decision, Rejection, ended, unreserve_follow_ups};
use crate::{
    framework::{Change, ChosenNode, Code, CycleState, Interruption, PermitDecision, Plugin, PodInfo, Status},
    logs::V2,
    metrics::{AttemptResult, Point},
    node_order::Looked,
    queue::{Rejectors, Requeue, Tries},
};

impl Core {
    /// Sets aside for a pod what it needs on a node, and asks Permit.
    pub(super) fn place(
        &mut self,
        mut attempt: Attempt,
        node: Arc<str>,
        mut state: CycleState,
        now: Instant,
    ) -> Decision {
        let Attempt { pod, profile, .. } = &attempt;
        let (pod, profile) = (Arc::clone(pod), Arc::clone(profile));
        state.end_cycle();
        if let Some(info) = self.nodes().by_name(&node)
            && let Some(object) = info.node()
            && !profile.reserve.is_empty()
        {
            let chosen = ChosenNode { node: Arc::clone(object), row: info.row() };
            state.write(chosen);
        }
        self.cache.assume(Arc::clone(&pod), Arc::clone(&node));
        self.nominated.forget(pod.key());
        let mut waits = Vec::new();
        let mut verdict = Status::success();
        for plugin in &profile.reserve {
            if let Some(reserve) = plugin.reserve().filter(|_| verdict.is_success()) {
                let (name, ask) = (plugin.name(), || reserve.reserve_pod(&mut state, &pod, &node));
                let status = profile.timed(&**plugin, Point::Reserve, ask, Status::code);
                verdict = status.in_context(|| format!("running Reserve plugin {name:?}")).by(name);
            }
        }
        attempt.watch.lap_as(Point::Reserve, verdict.code());
        let is_reserved = verdict.is_success();
        for plugin in &profile.permit {
            let Some(permit) = plugin.permit().filter(|_| verdict.is_success()) else { continue };
            let ask = || permit.permit_pod(&state, &pod, &node);
            match profile.timed(&**plugin, Point::Permit, ask, PermitDecision::code) {
                PermitDecision::Allow => {}
                PermitDecision::Wait(waiting) => waits.push(waiting),
                PermitDecision::Reject(status) => {
                    let name = plugin.name();
                    verdict = status.in_context(|| format!("running Permit plugin {name:?}")).by(name);
                }
            }
        }
        if is_reserved {
            let is_waiting = verdict.is_success() && !waits.is_empty();
            attempt.watch.lap_as(Point::Permit, if is_waiting { Code::Wait } else { verdict.code() });
        }
        let has_work = |plugin: &Arc<dyn Plugin>| {
            plugin.pre_bind().is_some_and(|pre_bind| pre_bind.pre_flight(&state, &pod, &node).is_success())
        };
        let is_permitted = verdict.is_success() && waits.is_empty();
        let is_announced = !waits.is_empty() || profile.pre_bind.iter().any(has_work);
        let tries = self.queue.tries(pod.key());
        let binding = Binding {
            pod,
            node,
            profile,
            state: Arc::new(state),
            waits,
            is_announced,
            interruption: Interruption::default(),
            withdrawal: Interruption::default(),
            began: attempt.watch.began(),
            is_sampled: attempt.is_sampled,
            looked: attempt.looked,
            tries,
            is_permitted,
        };
        if verdict.is_success() {
            if !binding.is_permitted {
                self.queue.listen(binding.pod.key());
            }
            if let Some(metrics) = &binding.profile.metrics {
                metrics.cycle(&attempt.watch);
            }
            return Decision::Bind(binding);
        }
        let follow_ups = unreserve_follow_ups(&binding).collect();
        self.undo(&binding, &verdict, now);
        let result = if verdict.is_rejected() { AttemptResult::Unschedulable } else { AttemptResult::Error };
        ended(&attempt, result);
        let rejection = Rejection::of_node(binding.pod, binding.profile, &verdict);
        Decision::Reject(Rejection { follow_ups, ..rejection })
    }

    /// The pod was bound.
    pub fn bound(&mut self, binding: &Binding) {
        let metrics = binding.profile.metrics.as_deref();
        if let Some(metrics) = metrics {
            metrics.ended(AttemptResult::Scheduled, binding.began.elapsed());
        }
        // the informer may have told of the binding before, so what is counted is not the queue's
        self.queue.remove(binding.pod.key());
        let Tries { attempts, queued, is_flushed } = binding.tries;
        self.metrics.placed(attempts, queued.map(|since| since.elapsed()));
        if is_flushed {
            self.metrics.after_flush.inc();
        }
        let Looked { evaluated, feasible, .. } = binding.looked;
        info!(
            target: V2, pod = %binding.pod.key(), node = &*binding.node, evaluatedNodes = evaluated, feasibleNodes = feasible,
            "Successfully bound pod to node"
        );
        let began = std::time::Instant::now();
        for plugin in &binding.profile.post_bind {
            if let Some(post_bind) = plugin.post_bind() {
                let began = std::time::Instant::now();
                post_bind.post_bind_pod(&binding.state, &binding.pod, &binding.node);
                if let Some(metrics) = metrics.filter(|_| binding.is_sampled) {
                    metrics.plugin(plugin.name(), Point::PostBind, Code::Success, began.elapsed());
                }
            }
        }
        if let Some(metrics) = metrics {
            metrics.point(Point::PostBind, Code::Success, began.elapsed());
        }
    }

    /// The pod could not be bound: its place is free again, and it is tried again. Returns what to report, unless the pod is
    /// gone meanwhile.
    pub fn bind_failed(&mut self, binding: &Binding, status: &Status, now: Instant) -> Option<Rejection> {
        let is_there = self.queue.contains(binding.pod.key());
        self.undo(binding, status, now);
        if let Some(metrics) = &binding.profile.metrics {
            let is_rejected = status.is_rejected();
            let result = if is_rejected { AttemptResult::Unschedulable } else { AttemptResult::Error };
            metrics.ended(result, binding.began.elapsed());
        }
        let (pod, profile) = (Arc::clone(&binding.pod), Arc::clone(&binding.profile));
        let rejection = match binding.is_permitted {
            true => Rejection::of(pod, profile, status),
            false => Rejection::of_node(pod, profile, status),
        };
        let is_withdrawn = binding.is_announced && !binding.profile.is_quiet;
        is_there.then_some(Rejection { is_withdrawn, ..rejection })
    }

    /// Gives back what was set aside for a pod, and puts the pod back into the queue.
    fn undo(&mut self, binding: &Binding, status: &Status, now: Instant) {
        let (mut state, began) = ((*binding.state).clone(), std::time::Instant::now());
        let metrics = binding.profile.metrics.as_deref();
        for plugin in binding.profile.reserve.iter().rev() {
            if let Some(reserve) = plugin.reserve() {
                let began = std::time::Instant::now();
                reserve.unreserve_pod(&mut state, &binding.pod, &binding.node);
                if let Some(metrics) = metrics.filter(|_| binding.is_sampled) {
                    metrics.plugin(plugin.name(), Point::Unreserve, Code::Success, began.elapsed());
                }
            }
        }
        if let Some(metrics) = metrics {
            metrics.point(Point::Unreserve, Code::Success, began.elapsed());
        }
        let is_rejected = status.is_rejected() && !binding.is_permitted;
        let requeue = match is_rejected {
            true => Requeue::Rejected(Rejectors::only(status.plugin())),
            false => Requeue::Failed,
        };
        self.queue.requeue(binding.pod.key(), requeue, now);
        // the room is free for others; the pod itself was not turned away for want of it, so it must not hear of it
        if let Some(pod) = self.cache.forget(binding.pod.key()) {
            let is_other = |other: &PodInfo| other.key() != binding.pod.key();
            self.changed_for(&Change::AssignedPodDeleted(pod.pod()), is_other, now);
        }
        // nobody was told of it
        self.last_change = None;
    }
}
