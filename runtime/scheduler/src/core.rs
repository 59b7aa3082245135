//! The scheduler without its connections: events go in, decisions come out, nothing waits.

mod changes;
mod decision;
mod room;
mod suspension;

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use kubeforge_api::core::v1::Pod;
use tokio::time::Instant;
use tracing::{error, info};

use crate::{
    cache::Cache,
    classes::Classes,
    cycle::{Cycle, Found, Run, ToAsk},
    framework::{
        Change, ChosenNode, Code, CycleState, Interruption, NominatedPods, PermitDecision, PodInfo, Preemption,
        Profile, Snapshot, Status,
    },
    logs::{V2, V3},
    metrics::{AttemptResult, Point, SchedulerMetrics, Stopwatch},
    node_order::{Looked, NodeOrder},
    queue::{Backoff, Queue, Requeue, Tries},
};
pub(crate) use decision::unreserve_follow_ups;
pub use decision::{Binding, Decision, Ended, NodeScore, REASON_SCHEDULER_ERROR, REASON_UNSCHEDULABLE, Rejection};
use decision::{reject, reject_for};
use suspension::Suspensions;

/// The scheduler without its connections.
pub struct Core {
    profiles: HashMap<String, Arc<Profile>>,
    cache: Cache,
    classes: Classes,
    queue: Queue,
    nominated: NominatedPods,
    random: Random,
    order: NodeOrder,
    suspensions: Suspensions,
    /// How often something happened that may help a pod.
    changes: u64,
    /// What happened last, as metrics name it.
    last_change: Option<&'static str>,
    /// How many attempts there were.
    attempts: u64,
    metrics: Arc<SchedulerMetrics>,
}

/// An attempt to place a pod that is under way.
struct Attempt {
    pod: Arc<PodInfo>,
    profile: Arc<Profile>,
    watch: Stopwatch,
    looked: Looked,
    is_sampled: bool,
}

impl Core {
    /// A scheduler that places pods with these profiles, and knows of nothing yet.
    pub fn new(profiles: Vec<Profile>, backoff: Backoff) -> Self {
        Self::with_metrics(profiles, backoff, Arc::default())
    }

    /// The same, which counts what it does.
    pub fn with_metrics(mut profiles: Vec<Profile>, backoff: Backoff, metrics: Arc<SchedulerMetrics>) -> Self {
        for profile in &mut profiles {
            profile.metrics = Some(Arc::new(metrics.of_profile(profile)));
        }
        let sort = profiles.first().and_then(|profile| profile.queue_sort.first()).cloned();
        let cache = Cache::default();
        // the objects are new: nobody has told them of other metrics
        let _is_first = cache.columns.snapshot().objects().metrics.set(Arc::clone(&metrics));
        for profile in &profiles {
            profile.attach(cache.columns.snapshot().objects());
        }
        let by_name = |profile: Profile| (profile.scheduler_name.clone(), Arc::new(profile));
        Self {
            profiles: profiles.into_iter().map(by_name).collect(),
            cache,
            classes: Classes::default(),
            queue: Queue::new(sort, backoff, Arc::clone(&metrics)),
            nominated: NominatedPods::default(),
            random: Random(0x9e37_79b9_7f4a_7c15),
            order: NodeOrder::default(),
            suspensions: Suspensions::default(),
            changes: 0,
            last_change: None,
            attempts: 0,
            metrics,
        }
    }

    /// What was decided is taken for done, though nobody does it.
    pub(crate) fn take_for_bound(&mut self, binding: &Binding, now: Instant) {
        for plugin in &binding.profile.pre_bind {
            let Some(pre_bind) = plugin.pre_bind() else { continue };
            for object in pre_bind.foretell(&binding.state, &binding.pod, &binding.node) {
                self.set_object(object, now);
            }
        }
        self.bound(binding);
    }

    fn profile_of(&self, pod: &PodInfo) -> Option<Arc<Profile>> {
        self.profiles.get(&pod.pod().spec.scheduler_name).cloned()
    }

    /// When there may be something to decide without anything happening.
    pub fn next_wakeup(&self) -> Option<Instant> {
        self.queue.next_wakeup()
    }

    /// Decides about the next pod that waits. Pods whose extenders are to be asked first are put aside, see
    /// [`Self::consultation`].
    pub fn schedule_next(&mut self, now: Instant) -> Option<Decision> {
        loop {
            let pod = self.next_pod(now)?;
            let Some(profile) = self.profile_of(&pod) else {
                self.queue.remove(pod.key());
                continue;
            };
            info!(target: V3, pod = %pod.key(), "Attempting to schedule pod");
            self.attempts += 1;
            let is_sampled = SchedulerMetrics::is_sampled(self.attempts);
            if let Some(metrics) = &profile.metrics {
                metrics.sample(is_sampled);
            }
            let looked = Looked::default();
            let attempt = Attempt { pod, profile, watch: Stopwatch::start(), looked, is_sampled };
            if let Some(decision) = self.schedule(attempt, now) {
                return Some(decision);
            }
        }
    }

    fn schedule(&mut self, mut attempt: Attempt, now: Instant) -> Option<Decision> {
        if self.nodes().is_empty() {
            info!(
                target: V2, pod = %attempt.pod.key(),
                "Unable to schedule pod; no nodes are registered to the cluster; waiting"
            );
            self.queue.requeue(attempt.pod.key(), Requeue::Rejected(BTreeSet::new()), now);
            self.not_found(&attempt, AttemptResult::Unschedulable);
            return Some(reject(attempt.pod, attempt.profile, "no nodes available to schedule pods".to_owned()));
        }
        let random = self.random.next();
        let Attempt { pod, profile, watch, .. } = &mut attempt;
        let (columns, nominated) = (&self.cache.columns, &self.nominated);
        let nodes = columns.snapshot().len();
        let enough = profile.enough_nodes(nodes);
        let search = (enough < nodes).then(|| self.order.sampling(enough, profile.is_search_strict()));
        let is_searching = search.is_some();
        let class = self.classes.of(profile, pod, columns, search);
        watch.lap(if class.refusal.is_some() { Point::PreFilter } else { Point::Filter });
        // of some nodes none may take the pod, and of the others one may
        let is_partial = class.is_partial();
        let (cycle, profile) = (Cycle { profile, class, columns, nominated, pod, search }, &**profile);
        if profile.asks_about_nodes(pod) {
            let mut to_ask = cycle.nodes_to_ask(watch);
            if is_partial && matches!(to_ask, Err((_, Found::Nothing(_)))) {
                let class = self.classes.whole(profile, pod, columns);
                to_ask = Cycle { profile, class, columns, nominated, pod, search }.nodes_to_ask(watch);
            }
            match to_ask {
                Ok(ToAsk { nodes, looked }) => {
                    self.order.advance(if is_searching { looked.evaluated } else { 0 });
                    attempt.looked = looked;
                    self.suspensions.ask_about_nodes(attempt, nodes, self.changes);
                    return None;
                }
                Err((state, found)) => return self.decide(attempt, state, found, now),
            }
        }
        let mut run = cycle.run(random, watch);
        if is_partial && matches!(run.found, Found::Nothing(_)) {
            let class = self.classes.whole(profile, pod, columns);
            run = Cycle { profile, class, columns, nominated, pod, search }.run(random, watch);
        }
        let Run { state, found, looked } = run;
        self.order.advance(if is_searching { looked.evaluated } else { 0 });
        attempt.looked = looked;
        self.decide(attempt, state, found, now)
    }

    fn decide(&mut self, attempt: Attempt, state: CycleState, found: Found, now: Instant) -> Option<Decision> {
        Some(match found {
            Found::Node(row) => match self.nodes().node(row).map(|node| node.shared_name()) {
                Some(node) => {
                    self.metrics.algorithm_seconds.observe(attempt.watch.began().elapsed().as_secs_f64());
                    self.place(attempt, node, state, now)
                }
                None => self.fail(attempt, &Status::error("the node is gone"), now),
            },
            Found::Nothing(diagnosis) => return self.make_room(attempt, state, *diagnosis, now),
            Found::Failed(status) => self.fail(attempt, &status, now),
        })
    }

    /// Tells the metrics of an attempt that ended without a node.
    fn not_found(&self, attempt: &Attempt, result: AttemptResult) {
        self.metrics.algorithm_seconds.observe(attempt.watch.began().elapsed().as_secs_f64());
        ended(attempt, result);
    }

    fn place(&mut self, mut attempt: Attempt, node: Arc<str>, mut state: CycleState, now: Instant) -> Decision {
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
                PermitDecision::Reject(status) => verdict = status.by(plugin.name()),
            }
        }
        if is_reserved {
            let is_waiting = verdict.is_success() && !waits.is_empty();
            attempt.watch.lap_as(Point::Permit, if is_waiting { Code::Wait } else { verdict.code() });
        }
        let has_work = |plugin: &Arc<dyn crate::framework::Plugin>| {
            plugin.pre_bind().is_some_and(|pre_bind| pre_bind.pre_flight(&state, &pod, &node).is_success())
        };
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
            began: attempt.watch.began(),
            is_sampled: attempt.is_sampled,
            looked: attempt.looked,
            tries,
            changes: self.changes,
        };
        if verdict.is_success() {
            if let Some(metrics) = &binding.profile.metrics {
                metrics.cycle(&attempt.watch);
            }
            return Decision::Bind(binding);
        }
        let follow_ups = unreserve_follow_ups(&binding).collect();
        self.undo(&binding, &verdict, Requeue::Rejected, now);
        let is_rejected = verdict.is_rejected();
        let result = if is_rejected { AttemptResult::Unschedulable } else { AttemptResult::Error };
        ended(&attempt, result);
        match reject_for(binding.pod, binding.profile, &verdict) {
            Decision::Reject(rejection) => Decision::Reject(Rejection { follow_ups, ..rejection }),
            bind @ Decision::Bind(_) => bind,
        }
    }

    fn fail(&mut self, attempt: Attempt, status: &Status, now: Instant) -> Decision {
        error!(err = status.message(), pod = %attempt.pod.key(), "Error scheduling pod; retrying");
        self.queue.requeue(attempt.pod.key(), Requeue::Failed, now);
        self.not_found(&attempt, AttemptResult::Error);
        reject_for(attempt.pod, attempt.profile, status)
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
        let Looked { evaluated, feasible } = binding.looked;
        info!(
            target: V2, pod = %binding.pod.key(), node = &*binding.node, evaluatedNodes = evaluated, feasibleNodes = feasible,
            "Successfully bound pod to node"
        );
        self.nominated.forget(binding.pod.key());
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
        // what happened since may help it, and it was not in the queue to hear of it
        let is_stale = binding.changes != self.changes;
        self.undo(binding, status, if is_stale { Requeue::Outdated } else { Requeue::Rejected }, now);
        if let Some(metrics) = &binding.profile.metrics {
            let is_rejected = status.is_rejected();
            let result = if is_rejected { AttemptResult::Unschedulable } else { AttemptResult::Error };
            metrics.ended(result, binding.began.elapsed());
        }
        if !is_there {
            return None;
        }
        match reject_for(Arc::clone(&binding.pod), Arc::clone(&binding.profile), status) {
            Decision::Reject(rejection) if binding.is_announced => {
                Some(Rejection { preemption: Preemption::Clear, is_withdrawn: true, ..rejection })
            }
            Decision::Reject(rejection) => Some(rejection),
            Decision::Bind(_) => None,
        }
    }

    /// Gives back what was set aside for a pod, which goes back to the queue: as `rejected` says where it was turned away.
    fn undo(
        &mut self,
        binding: &Binding,
        status: &Status,
        rejected: fn(BTreeSet<&'static str>) -> Requeue,
        now: Instant,
    ) {
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
        let requeue = match status.is_rejected() {
            true => rejected(BTreeSet::from([status.plugin()])),
            false => Requeue::Failed,
        };
        self.queue.requeue(binding.pod.key(), requeue, now);
        if let Some(pod) = self.cache.forget(binding.pod.key()) {
            self.changed(&Change::AssignedPodDeleted(pod.pod()), now);
        }
    }

    /// The nodes that can take a pod, with their scores, and what the placement of the pod would be. Changes nothing.
    ///
    /// # Errors
    /// The text that tells why there is none.
    pub fn assess(&mut self, pod: Arc<Pod>) -> Result<Vec<NodeScore>, String> {
        self.with_cycle(pod, |cycle, _| {
            let assessment = cycle.assess().map_err(|found| match found {
                Found::Nothing(diagnosis) => diagnosis.message(""),
                Found::Failed(status) => status.message(),
                Found::Node(_) => String::new(),
            })?;
            Ok(cycle.node_scores(&assessment))
        })?
    }

    /// Does something with the cycle that a pod would go through now.
    pub(crate) fn with_cycle<T>(
        &mut self,
        pod: Arc<Pod>,
        work: impl FnOnce(Cycle<'_>, &Snapshot) -> T,
    ) -> Result<T, String> {
        let pod = PodInfo::new(pod);
        let profile = self
            .profile_of(&pod)
            .ok_or_else(|| format!("no profile is for pods of the scheduler {:?}", pod.pod().spec.scheduler_name))?;
        let columns = &self.cache.columns;
        let class = self.classes.whole(&profile, &pod, columns);
        let nominated = &self.nominated;
        let cycle = Cycle { profile: &profile, class, columns, nominated, pod: &pod, search: None };
        Ok(work(cycle, columns.snapshot()))
    }
}

/// Tells the metrics of an attempt that ended without a binding.
fn ended(attempt: &Attempt, result: AttemptResult) {
    if let Some(metrics) = &attempt.profile.metrics {
        metrics.ended(result, attempt.watch.began().elapsed());
        metrics.cycle(&attempt.watch);
    }
}

/// Says which of several nodes that are equally good is taken (splitmix64).
struct Random(u64);

impl Random {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests;
