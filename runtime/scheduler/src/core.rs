//! The scheduler without its connections: events go in, decisions come out, nothing waits.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use kubeforge_api::core::v1::{Node, Pod};
use tokio::time::Instant;

use crate::{
    cache::Cache,
    classes::Classes,
    cycle::{Cycle, Found},
    framework::{
        Change, ChosenNode, ClusterObject, CycleState, Diagnosis, FollowUp, Interruption, NodeChange, NominatedPods,
        ObjectKind, PermitDecision, PodInfo, PodKey, PostFilterContext, PostFilterOutcome, Preemption, Profile,
        Snapshot, Status, WaitingPermit,
    },
    queue::{Backoff, Queue, Requeue},
};

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
    /// How many pods were placed without scores.
    turn: u64,
}

impl Core {
    /// A scheduler that places pods with these profiles, and knows of nothing yet.
    pub fn new(profiles: Vec<Profile>, backoff: Backoff) -> Self {
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
            queue: Queue::new(sort, backoff),
            nominated: NominatedPods::default(),
            random: Random(0x9e37_79b9_7f4a_7c15),
            turn: 0,
        }
    }

    /// The nodes.
    pub const fn nodes(&self) -> &Snapshot {
        self.cache.columns.snapshot()
    }

    /// A node came or changed.
    pub fn set_node(&mut self, node: Arc<Node>, now: Instant) {
        let old = self.cache.columns.set_node(Arc::clone(&node));
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

    /// Decides about the next pod that waits.
    pub fn schedule_next(&mut self, now: Instant) -> Option<Decision> {
        loop {
            let pod = self.queue.pop(now)?;
            match self.profile_of(&pod) {
                Some(profile) => return Some(self.schedule(pod, profile, now)),
                None => {
                    self.queue.remove(pod.key());
                }
            }
        }
    }

    fn schedule(&mut self, pod: Arc<PodInfo>, profile: Arc<Profile>, now: Instant) -> Decision {
        if self.nodes().is_empty() {
            self.queue.requeue(pod.key(), Requeue::Rejected(BTreeSet::new()), now);
            return reject(pod, profile, "no nodes available to schedule pods".to_owned());
        }
        let random = self.choice(&profile);
        let class = self.classes.of(&profile, &pod, &self.cache.columns);
        let cycle =
            Cycle { profile: &profile, class, columns: &self.cache.columns, nominated: &self.nominated, pod: &pod };
        let (state, found) = cycle.run(random);
        match found {
            Found::Node(row) => match self.nodes().node(row).map(|node| node.shared_name()) {
                Some(node) => self.place(pod, profile, node, state, now),
                None => self.fail(pod, profile, &Status::error("the node is gone"), now),
            },
            Found::Nothing(diagnosis) => self.make_room(pod, profile, &state, &diagnosis, now),
            Found::Failed(status) => self.fail(pod, profile, &status, now),
        }
    }

    /// Says which of several nodes that are equally good is taken: any; in turn where nothing scores, as kube-scheduler
    /// then takes the first that can take the pod and goes on from there.
    const fn choice(&mut self, profile: &Profile) -> u64 {
        if !profile.score.is_empty() {
            return self.random.next();
        }
        self.turn += 1;
        self.turn - 1
    }

    fn place(
        &mut self,
        pod: Arc<PodInfo>,
        profile: Arc<Profile>,
        node: Arc<str>,
        mut state: CycleState,
        now: Instant,
    ) -> Decision {
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
                let name = plugin.name();
                let status = reserve.reserve_pod(&mut state, &pod, &node);
                verdict = status.in_context(|| format!("running Reserve plugin {name:?}")).by(name);
            }
        }
        for plugin in &profile.permit {
            let Some(permit) = plugin.permit().filter(|_| verdict.is_success()) else { continue };
            match permit.permit_pod(&state, &pod, &node) {
                PermitDecision::Allow => {}
                PermitDecision::Wait(waiting) => waits.push(waiting),
                PermitDecision::Reject(status) => verdict = status.by(plugin.name()),
            }
        }
        let has_work = |plugin: &Arc<dyn crate::framework::Plugin>| {
            plugin.pre_bind().is_some_and(|pre_bind| pre_bind.pre_flight(&state, &pod, &node).is_success())
        };
        let is_announced = !waits.is_empty() || profile.pre_bind.iter().any(has_work);
        let state = Arc::new(state);
        let interruption = Interruption::default();
        let binding = Binding { pod, node, profile, state, waits, is_announced, interruption };
        if verdict.is_success() {
            return Decision::Bind(binding);
        }
        let follow_ups = unreserve_follow_ups(&binding).collect();
        self.undo(&binding, &verdict, now);
        match reject_for(binding.pod, binding.profile, &verdict) {
            Decision::Reject(rejection) => Decision::Reject(Rejection { follow_ups, ..rejection }),
            bind @ Decision::Bind(_) => bind,
        }
    }

    fn fail(&mut self, pod: Arc<PodInfo>, profile: Arc<Profile>, status: &Status, now: Instant) -> Decision {
        self.queue.requeue(pod.key(), Requeue::Failed, now);
        reject_for(pod, profile, status)
    }

    fn make_room(
        &mut self,
        pod: Arc<PodInfo>,
        profile: Arc<Profile>,
        state: &CycleState,
        diagnosis: &Diagnosis,
        now: Instant,
    ) -> Decision {
        let disruption_budgets = self.nodes().objects().disruption_budgets.list();
        let context = PostFilterContext {
            state,
            pod: &pod,
            nodes: self.cache.columns.snapshot(),
            diagnosis,
            profile: &profile,
            nominated: &self.nominated,
            disruption_budgets: &disruption_budgets,
        };
        let outcome = run_post_filters(&context);
        let message = match outcome.status.is_success() {
            true => diagnosis.message(""),
            false => diagnosis.message(&outcome.status.message()),
        };
        let displaced = self.nominate(&pod, &outcome.preemption);
        self.queue.requeue(pod.key(), Requeue::Rejected(diagnosis.plugins().clone()), now);
        Decision::Reject(Rejection {
            pod,
            profile,
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
        self.queue.remove(binding.pod.key());
        self.nominated.forget(binding.pod.key());
        for plugin in &binding.profile.post_bind {
            if let Some(post_bind) = plugin.post_bind() {
                post_bind.post_bind_pod(&binding.state, &binding.pod, &binding.node);
            }
        }
    }

    /// The pod could not be bound: its place is free again, and it is tried again. Returns what to report, unless the pod is
    /// gone meanwhile.
    pub fn bind_failed(&mut self, binding: &Binding, status: &Status, now: Instant) -> Option<Rejection> {
        let is_there = self.queue.contains(binding.pod.key());
        self.undo(binding, status, now);
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
        let class = self.classes.of(&profile, &pod, &self.cache.columns);
        let columns = &self.cache.columns;
        let cycle = Cycle { profile: &profile, class, columns, nominated: &self.nominated, pod: &pod };
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
fn run_post_filters(context: &PostFilterContext<'_>) -> PostFilterOutcome {
    let mut reasons = Vec::new();
    let mut preemption = Preemption::None;
    let mut follow_up = None;
    for plugin in &context.profile.post_filter {
        let Some(post_filter) = plugin.post_filter() else { continue };
        let outcome = post_filter.post_filter_pod(context);
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
    PostFilterOutcome { status: Status::new(crate::framework::Code::Unschedulable, reasons), preemption, follow_up }
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
