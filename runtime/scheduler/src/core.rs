//! The scheduler without its connections: events go in, decisions come out, nothing waits.

mod changes;
mod decision;
mod placing;
mod room;
mod suspension;

use std::{collections::HashMap, sync::Arc};

use kubeforge_api::core::v1::Pod;
use tokio::time::Instant;
use tracing::{error, info};

use crate::{
    cache::Cache,
    classes::Classes,
    cycle::{Cycle, Found, Nominated, Run},
    framework::{CycleState, NominatedPods, PodInfo, PodKey, Profile, Snapshot, Status},
    logs::{V2, V3},
    metrics::{AttemptResult, Point, SchedulerMetrics, Stopwatch},
    node_order::{Looked, NodeOrder},
    queue::{Backoff, Queue, Requeue},
};
pub(crate) use decision::unreserve_follow_ups;
pub use decision::{Binding, Decision, Ended, NodeScore, REASON_SCHEDULER_ERROR, REASON_UNSCHEDULABLE, Rejection};
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
    /// What happened last.
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

    /// From now on a pod that is not placed is not tried again before [`Self::reported`].
    pub(crate) const fn hold_reported(&mut self) {
        self.queue.hold_reported();
    }

    /// What became of a pod is written at the API server.
    pub(crate) fn reported(&mut self, pod: &PodKey, now: Instant) {
        self.queue.reported(pod, now);
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
            if pod.is_terminating() {
                self.queue.remove(pod.key());
                info!(target: V3, pod = %pod.key(), "Skip schedule deleting pod");
                let message = format!("skip schedule deleting pod: {}", pod.key());
                let rejection = Rejection::new(pod, profile, REASON_UNSCHEDULABLE, message);
                return Some(Decision::Reject(Rejection { is_skipped: true, ..rejection }));
            }
            info!(target: V3, pod = %pod.key(), "Attempting to schedule pod");
            self.attempts += 1;
            let is_sampled = SchedulerMetrics::is_sampled(self.attempts);
            if let Some(metrics) = &profile.metrics {
                metrics.sample(is_sampled);
            }
            let looked = Looked::default();
            let attempt = Attempt { pod, profile, watch: Stopwatch::start(), looked, is_sampled };
            if let Some(decision) = self.schedule(attempt, Nominated::First, now) {
                return Some(decision);
            }
        }
    }

    /// Looks for a node. None where extenders are to be asked, about the node on which room was made before all others.
    fn schedule(&mut self, mut attempt: Attempt, asked: Nominated, now: Instant) -> Option<Decision> {
        if self.nodes().is_empty() {
            return Some(self.fail_without_nodes(attempt, now));
        }
        let random = self.random.next();
        let Attempt { pod, profile, watch, .. } = &mut attempt;
        let (pod, profile): (&PodInfo, &Profile) = (pod, profile);
        let (columns, nominated) = (&self.cache.columns, &self.nominated);
        let nodes = columns.snapshot().len();
        let enough = profile.enough_nodes(nodes);
        let search = (enough < nodes).then(|| self.order.sampling(enough, profile.is_search_strict()));
        let is_searching = search.is_some();
        let mut class = self.classes.of(profile, pod, columns, search);
        watch.lap(if class.refusal.is_some() { Point::PreFilter } else { Point::Filter });
        let asks = profile.asks_about_nodes(pod);
        // what is known of some nodes may turn out to be too little
        let (run, to_ask) = loop {
            let cycle = Cycle { profile, class, columns, nominated, pod, search };
            let (run, to_ask) = match asks {
                true => cycle.nodes_to_ask(asked, watch),
                false => (cycle.run(random, watch), None),
            };
            match (&run.found, search) {
                (Found::TooFew(missing), Some(search)) => {
                    class = self.classes.extended(profile, pod, columns, search, *missing);
                }
                _ => break (run, to_ask),
            }
        };
        let Run { state, found, looked } = run;
        self.order.advance(if is_searching { looked.walked } else { 0 });
        attempt.looked = looked;
        if let Some(nodes) = to_ask {
            let room = self.nominated.node_of(attempt.pod.key());
            let is_room = asked == Nominated::First && matches!(&*nodes, [only] if Some(&*only.metadata.name) == room);
            self.queue.listen(attempt.pod.key());
            self.suspensions.ask_about_nodes(attempt, nodes, is_room);
            return None;
        }
        self.decide(attempt, state, found, now)
    }

    /// There are no nodes: nobody turned the pod away, so it is tried again after a while.
    fn fail_without_nodes(&mut self, attempt: Attempt, now: Instant) -> Decision {
        info!(
            target: V2, pod = %attempt.pod.key(),
            "Unable to schedule pod; no nodes are registered to the cluster; waiting"
        );
        self.queue.requeue(attempt.pod.key(), Requeue::Failed, now);
        self.nominated.forget(attempt.pod.key());
        self.not_found(&attempt, AttemptResult::Unschedulable);
        let message = "no nodes available to schedule pods".to_owned();
        Decision::Reject(Rejection::new(attempt.pod, attempt.profile, REASON_UNSCHEDULABLE, message))
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
            Found::TooFew(_) => self.fail(attempt, &Status::error("too few nodes were looked at"), now),
        })
    }

    /// Tells the metrics of an attempt that ended without a node.
    fn not_found(&self, attempt: &Attempt, result: AttemptResult) {
        self.metrics.algorithm_seconds.observe(attempt.watch.began().elapsed().as_secs_f64());
        ended(attempt, result);
    }

    fn fail(&mut self, attempt: Attempt, status: &Status, now: Instant) -> Decision {
        error!(err = status.message(), pod = %attempt.pod.key(), "Error scheduling pod; retrying");
        self.queue.requeue(attempt.pod.key(), Requeue::Failed, now);
        self.nominated.forget(attempt.pod.key());
        self.not_found(&attempt, AttemptResult::Error);
        Decision::Reject(Rejection::of(attempt.pod, attempt.profile, status))
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
                Found::Node(_) | Found::TooFew(_) => String::new(),
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
