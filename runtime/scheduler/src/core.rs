//! The scheduler without its connections: events go in, decisions come out, nothing waits.

mod suspension;

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

use kubeforge_api::core::v1::{Node, Pod};
use tokio::time::Instant;
use tracing::{error, info};

use crate::{
    cache::Cache,
    classes::Classes,
    cycle::{Cycle, Found, Run, ToAsk},
    framework::{
        Change, ChangeKind, ChosenNode, ClusterObject, Code, CycleState, Diagnosis, FollowUp, Interruption, NodeChange,
        NominatedPods, ObjectKind, PermitDecision, PodInfo, PodKey, PostFilterContext, PostFilterOutcome, Preemption,
        Profile, Snapshot, Status, WaitingPermit,
    },
    logs::{V2, V3},
    metrics::{AttemptResult, Point, ProfileMetrics, SchedulerMetrics, Stopwatch},
    node_order::{Looked, NodeOrder},
    queue::{Backoff, Queue, Requeue},
};
use suspension::Suspensions;

/// What was decided about a pod.
pub enum Decision {
    /// It goes to a node; it counts there already. Answer with [`Core::bound`] or [`Core::bind_failed`].
    Bind(Binding),
    /// No node can take it.
    Reject(Rejection),
}

/// A pod that goes to a node.
pub struct Binding {
    /// The pod.
    pub pod: Arc<PodInfo>,
    /// The node.
    pub node: Arc<str>,
    /// The plugins.
    pub profile: Arc<Profile>,
    /// What they prepared.
    pub state: Arc<CycleState>,
    /// Whose word it has to wait for, as Permit says.
    pub waits: Vec<WaitingPermit>,
    /// Whether it may take a while, so that the API server is told beforehand where the pod is going.
    pub is_announced: bool,
    /// When it is in vain to go on.
    pub interruption: Interruption,
    /// When the attempt began.
    pub(crate) began: std::time::Instant,
    /// Whether plugins' own times are taken.
    pub(crate) is_sampled: bool,
    /// At how many nodes it was looked.
    pub(crate) looked: Looked,
}

/// A pod that no node can take, or about which a plugin failed.
pub struct Rejection {
    /// The pod.
    pub pod: Arc<PodInfo>,
    /// The plugins.
    pub profile: Arc<Profile>,
    /// `Unschedulable` or `SchedulerError`.
    pub reason: &'static str,
    /// Why, for people.
    pub message: String,
    /// What becomes of its nominated node, and which pods have to go.
    pub preemption: Preemption,
    /// Whether the API server was told of a node that the pod is not going to after all.
    pub is_withdrawn: bool,
    /// Pods of lower priority whose nomination for that node no longer holds.
    pub displaced: Vec<Arc<PodInfo>>,
    /// What plugins want to have written.
    pub follow_ups: Vec<Arc<dyn FollowUp>>,
}

/// The reason of the condition of pods that no node can take.
pub const REASON_UNSCHEDULABLE: &str = "Unschedulable";
/// The reason of the condition of pods about which a plugin failed.
pub const REASON_SCHEDULER_ERROR: &str = "SchedulerError";

/// A node that can take a pod, with its scores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeScore {
    /// The node.
    pub node: String,
    /// The sum.
    pub total: i64,
    /// What each plugin that had something to say gave it, normalised and weighted.
    pub plugins: Vec<(&'static str, i64)>,
}

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
    /// What happened last.
    last_change: Option<ChangeKind>,
    /// How many attempts there were.
    attempts: u64,
    metrics: Arc<SchedulerMetrics>,
    by_profile: HashMap<String, Arc<ProfileMetrics>>,
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
    pub fn with_metrics(profiles: Vec<Profile>, backoff: Backoff, metrics: Arc<SchedulerMetrics>) -> Self {
        let of_profile = |profile: &Profile| {
            let name = &profile.scheduler_name;
            (name.clone(), Arc::new(metrics.of_profile(name)))
        };
        let by_profile = profiles.iter().map(of_profile).collect();
        let sort = profiles.first().and_then(|profile| profile.queue_sort.first()).cloned();
        let cache = Cache::default();
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
            by_profile,
        }
    }

    /// Tells the metrics how long it took to take note of what happened, if something did that may help a pod.
    pub(crate) fn event_took(&mut self, took: Duration) {
        if let Some(change) = self.last_change.take() {
            self.metrics.event(change.label(), took);
        }
    }

    /// Tells the metrics how much waits and how much is kept.
    pub fn measure(&self) {
        self.queue.measure();
        self.metrics.set_cached("nodes", self.nodes().len());
        self.metrics.set_cached("pods", self.cache.len());
        self.metrics.set_cached("assumed_pods", self.cache.assumed_len());
    }

    /// The nodes.
    pub const fn nodes(&self) -> &Snapshot {
        self.cache.columns.snapshot()
    }

    /// A node came or changed.
    pub fn set_node(&mut self, node: Arc<Node>, now: Instant) {
        let old = self.cache.columns.set_node(Arc::clone(&node));
        if let Some(row) = self.nodes().row(&node.metadata.name) {
            self.order.set(row, &node);
        }
        match &old {
            None => self.changed(&Change::NodeAdded(&node), now),
            Some(old) => {
                let what = NodeChange::between(old, &node);
                if !what.is_empty() {
                    self.changed(&Change::NodeUpdated { old, new: &node, what }, now);
                }
            }
        }
    }

    /// A node went.
    pub fn remove_node(&mut self, name: &str, now: Instant) {
        if let Some(row) = self.nodes().row(name) {
            self.order.remove(row);
        }
        if let Some(old) = self.cache.columns.remove_node(name) {
            self.changed(&Change::NodeDeleted(&old), now);
        }
    }

    /// A pod came or changed.
    pub fn set_pod(&mut self, pod: Arc<Pod>, now: Instant) {
        let info = Arc::new(PodInfo::new(pod));
        if info.is_terminal() {
            self.remove_pod_by_key(info.key(), now);
        } else if info.pod().spec.node_name.is_empty() {
            self.set_waiting_pod(info, now);
        } else {
            self.set_placed_pod(info, now);
        }
    }

    fn set_waiting_pod(&mut self, pod: Arc<PodInfo>, now: Instant) {
        let Some(profile) = self.profile_of(&pod) else { return };
        // a pod that is being bound is waiting in the eyes of others only
        if self.cache.contains(pod.key()) {
            return;
        }
        if pod.is_terminating() {
            self.queue.remove(pod.key());
            self.nominated.forget(pod.key());
            return;
        }
        let nominated = &pod.pod().status.nominated_node_name;
        if !nominated.is_empty() && self.nominated.node_of(pod.key()).is_none() && !self.queue.contains(pod.key()) {
            self.nominated.nominate(Arc::clone(&pod), nominated);
        }
        self.queue.update(pod, &profile, now);
    }

    fn set_placed_pod(&mut self, pod: Arc<PodInfo>, now: Instant) {
        self.queue.remove(pod.key());
        self.nominated.forget(pod.key());
        let was_known = self.cache.contains(pod.key());
        match self.cache.confirm(Arc::clone(&pod)) {
            Some(old) => self.changed(&Change::AssignedPodUpdated { old: old.pod(), new: pod.pod() }, now),
            None if was_known => {}
            None => self.changed(&Change::AssignedPodAdded(pod.pod()), now),
        }
    }

    /// A pod went.
    pub fn remove_pod(&mut self, pod: &Pod, now: Instant) {
        self.remove_pod_by_key(&PodKey::of(pod), now);
    }

    fn remove_pod_by_key(&mut self, key: &PodKey, now: Instant) {
        let waited = self.queue.remove(key);
        let nominated = self.nominated.forget(key);
        if let Some(old) = self.cache.remove(key) {
            self.changed(&Change::AssignedPodDeleted(old.pod()), now);
        } else if let Some(old) = waited.filter(|_| nominated.is_some()) {
            // the room that was made for it is free
            self.changed(&Change::AssignedPodDeleted(old.pod()), now);
        }
    }

    /// Another object came or changed.
    pub fn set_object(&mut self, object: ClusterObject, now: Instant) {
        let old = self.nodes().objects().insert(object.clone());
        self.cache.columns.object_changed(&object);
        self.forget_answers(&object);
        match old {
            None => self.changed(&Change::ObjectAdded(&object), now),
            Some(old) => {
                self.cache.columns.object_changed(&old);
                self.changed(&Change::ObjectUpdated { old: &old, new: &object }, now);
            }
        }
    }

    /// Another object went.
    pub fn remove_object(&mut self, object: &ClusterObject, now: Instant) {
        if let Some(old) = self.nodes().objects().remove(object) {
            self.cache.columns.object_changed(&old);
            self.forget_answers(&old);
            self.changed(&Change::ObjectDeleted(&old), now);
        }
    }

    /// Forgets what plugins said where that depended on the object: a class of devices says which extended resources nodes
    /// need not have.
    fn forget_answers(&mut self, object: &ClusterObject) {
        if object.kind() == ObjectKind::DeviceClass {
            self.classes = Classes::default();
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

    fn changed(&mut self, change: &Change<'_>, now: Instant) {
        self.changes += 1;
        self.last_change = Some(change.kind());
        let profiles = &self.profiles;
        self.queue.changed(change, |pod| profiles.get(&pod.pod().spec.scheduler_name).cloned(), now);
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
            self.ended(&attempt, AttemptResult::Unschedulable, Code::Unschedulable);
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
        watch.lap(Point::Filter);
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
        self.metrics.algorithm_seconds.observe(attempt.watch.began().elapsed().as_secs_f64());
        Some(match found {
            Found::Node(row) => match self.nodes().node(row).map(|node| node.shared_name()) {
                Some(node) => self.place(attempt, node, state, now),
                None => self.fail(attempt, &Status::error("the node is gone"), now),
            },
            Found::Nothing(diagnosis) => return self.make_room(attempt, state, *diagnosis, now),
            Found::Failed(status) => self.fail(attempt, &status, now),
        })
    }

    /// Tells the metrics of an attempt that ended without a binding.
    fn ended(&self, attempt: &Attempt, result: AttemptResult, code: Code) {
        if let Some(metrics) = self.by_profile.get(&attempt.profile.scheduler_name) {
            metrics.ended(result, attempt.watch.began().elapsed());
            metrics.cycle(&attempt.watch, code.as_str());
        }
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
                let (name, began) = (plugin.name(), std::time::Instant::now());
                let status = reserve.reserve_pod(&mut state, &pod, &node);
                if attempt.is_sampled {
                    self.metrics.plugin(name, Point::Reserve, status.code().as_str(), began.elapsed());
                }
                verdict = status.in_context(|| format!("running Reserve plugin {name:?}")).by(name);
            }
        }
        attempt.watch.lap(Point::Reserve);
        for plugin in &profile.permit {
            let Some(permit) = plugin.permit().filter(|_| verdict.is_success()) else { continue };
            match permit.permit_pod(&state, &pod, &node) {
                PermitDecision::Allow => {}
                PermitDecision::Wait(waiting) => waits.push(waiting),
                PermitDecision::Reject(status) => verdict = status.by(plugin.name()),
            }
        }
        attempt.watch.lap(Point::Permit);
        let has_work = |plugin: &Arc<dyn crate::framework::Plugin>| {
            plugin.pre_bind().is_some_and(|pre_bind| pre_bind.pre_flight(&state, &pod, &node).is_success())
        };
        let is_announced = !waits.is_empty() || profile.pre_bind.iter().any(has_work);
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
        };
        if verdict.is_success() {
            if let Some(metrics) = self.by_profile.get(&binding.profile.scheduler_name) {
                metrics.cycle(&attempt.watch, Code::Success.as_str());
            }
            return Decision::Bind(binding);
        }
        let follow_ups = unreserve_follow_ups(&binding).collect();
        self.undo(&binding, &verdict, now);
        let is_rejected = verdict.is_rejected();
        let result = if is_rejected { AttemptResult::Unschedulable } else { AttemptResult::Error };
        self.ended(&attempt, result, verdict.code());
        match reject_for(binding.pod, binding.profile, &verdict) {
            Decision::Reject(rejection) => Decision::Reject(Rejection { follow_ups, ..rejection }),
            bind @ Decision::Bind(_) => bind,
        }
    }

    fn fail(&mut self, attempt: Attempt, status: &Status, now: Instant) -> Decision {
        error!(err = status.message(), pod = %attempt.pod.key(), "Error scheduling pod; retrying");
        self.queue.requeue(attempt.pod.key(), Requeue::Failed, now);
        self.ended(&attempt, AttemptResult::Error, Code::Error);
        reject_for(attempt.pod, attempt.profile, status)
    }

    /// Lets PostFilter make room. None where extenders are to be asked first.
    fn make_room(
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
        if !profile.post_filter.is_empty() {
            self.metrics.preemption_attempts.inc();
        }
        let outcome = run_post_filters(&context, attempt.is_sampled.then_some(&self.metrics));
        attempt.watch.lap(Point::PostFilter);
        if !outcome.candidates.is_empty() {
            self.suspensions.ask_about_victims(attempt, diagnosis, outcome, self.changes);
            return None;
        }
        Some(self.reject_unfit(attempt, &diagnosis, outcome, now))
    }

    /// No node can take the pod; what PostFilter found is done.
    fn reject_unfit(
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
        if let Preemption::Nominate { victims, .. } = &outcome.preemption {
            self.metrics.preempting(victims.len());
        }
        self.queue.requeue(attempt.pod.key(), Requeue::Rejected(diagnosis.plugins().clone()), now);
        self.ended(&attempt, AttemptResult::Unschedulable, outcome.status.code());
        info!(target: V2, pod = %attempt.pod.key(), err = message, "Unable to schedule pod; no fit; waiting");
        Decision::Reject(Rejection {
            pod: attempt.pod,
            profile: attempt.profile,
            reason: REASON_UNSCHEDULABLE,
            message,
            preemption: outcome.preemption,
            is_withdrawn: false,
            displaced,
            follow_ups: outcome.follow_up.into_iter().collect(),
        })
    }

    /// Keeps room for the pod as PostFilter says. Returns the pods of lower priority that lose theirs.
    fn nominate(&mut self, pod: &Arc<PodInfo>, preemption: &Preemption) -> Vec<Arc<PodInfo>> {
        match preemption {
            Preemption::None => Vec::new(),
            Preemption::Clear => {
                self.nominated.forget(pod.key());
                Vec::new()
            }
            Preemption::Nominate { node, .. } => {
                let others = self.nominated.on_node(node).iter();
                let displaced: Vec<_> = others.filter(|other| other.priority() < pod.priority()).cloned().collect();
                for other in &displaced {
                    self.nominated.forget(other.key());
                }
                self.nominated.nominate(Arc::clone(pod), node);
                displaced
            }
        }
    }

    /// The pod was bound.
    pub fn bound(&mut self, binding: &Binding) {
        if let Some(metrics) = self.by_profile.get(&binding.profile.scheduler_name) {
            metrics.ended(AttemptResult::Scheduled, binding.began.elapsed());
        }
        if let Some(finished) = self.queue.finish(binding.pod.key()) {
            let since = finished.first_attempt.map_or(Duration::ZERO, |first| first.elapsed());
            self.metrics.placed(finished.attempts, since);
            if finished.is_flushed {
                self.metrics.after_flush.inc();
            }
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
                post_bind.post_bind_pod(&binding.state, &binding.pod, &binding.node);
            }
        }
        if let Some(metrics) = self.by_profile.get(&binding.profile.scheduler_name) {
            metrics.point(Point::PostBind, Code::Success.as_str(), began.elapsed());
        }
    }

    /// The pod could not be bound: its place is free again, and it is tried again. Returns what to report, unless the pod is
    /// gone meanwhile.
    pub fn bind_failed(&mut self, binding: &Binding, status: &Status, now: Instant) -> Option<Rejection> {
        let is_there = self.queue.contains(binding.pod.key());
        self.undo(binding, status, now);
        if let Some(metrics) = self.by_profile.get(&binding.profile.scheduler_name) {
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

    fn undo(&mut self, binding: &Binding, status: &Status, now: Instant) {
        let mut state = (*binding.state).clone();
        for plugin in binding.profile.reserve.iter().rev() {
            if let Some(reserve) = plugin.reserve() {
                reserve.unreserve_pod(&mut state, &binding.pod, &binding.node);
            }
        }
        let requeue = match status.is_rejected() {
            true => Requeue::Rejected(BTreeSet::from([status.plugin()])),
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

fn reject(pod: Arc<PodInfo>, profile: Arc<Profile>, message: String) -> Decision {
    let preemption = Preemption::None;
    Decision::Reject(Rejection {
        pod,
        profile,
        reason: REASON_UNSCHEDULABLE,
        message,
        preemption,
        is_withdrawn: false,
        displaced: Vec::new(),
        follow_ups: Vec::new(),
    })
}

/// What must be written because a pod is not bound after all.
pub(crate) fn unreserve_follow_ups(binding: &Binding) -> impl Iterator<Item = Arc<dyn FollowUp>> {
    let plugins = binding.profile.reserve.iter().rev();
    plugins.filter_map(|plugin| plugin.reserve()?.unreserve_follow_up(&binding.state, &binding.pod, &binding.node))
}

fn reject_for(pod: Arc<PodInfo>, profile: Arc<Profile>, status: &Status) -> Decision {
    let reason = if status.is_rejected() { REASON_UNSCHEDULABLE } else { REASON_SCHEDULER_ERROR };
    let preemption = Preemption::None;
    let message = status.message();
    let (is_withdrawn, displaced, follow_ups) = (false, Vec::new(), Vec::new());
    Decision::Reject(Rejection { pod, profile, reason, message, preemption, is_withdrawn, displaced, follow_ups })
}

/// Runs PostFilter until a plugin makes room; the reasons of those that can't are put together.
fn run_post_filters(context: &PostFilterContext<'_>, metrics: Option<&Arc<SchedulerMetrics>>) -> PostFilterOutcome {
    let mut reasons = Vec::new();
    let mut preemption = Preemption::None;
    let mut follow_up = None;
    for plugin in &context.profile.post_filter {
        let Some(post_filter) = plugin.post_filter() else { continue };
        let began = std::time::Instant::now();
        let outcome = post_filter.post_filter_pod(context);
        if let Some(metrics) = metrics {
            metrics.plugin(plugin.name(), Point::PostFilter, outcome.status.code().as_str(), began.elapsed());
        }
        if outcome.status.is_success() || !outcome.status.is_rejected() {
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
