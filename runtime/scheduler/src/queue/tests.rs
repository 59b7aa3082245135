use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::{
    framework::{PreEnqueuePlugin, QueueingHint, Scope, Status},
    plugins::PrioritySort,
};

/// A plugin that wants a pod tried again where a pod with its name as a label's key came, and that holds back pods with its
/// name among their annotations.
struct Fake(&'static str);

impl Plugin for Fake {
    fn name(&self) -> &'static str {
        self.0
    }

    fn scope(&self) -> Scope {
        Scope::Node
    }

    fn events_to_register(&self) -> Changes {
        Changes::of(&[ChangeKind::AssignedPodAdded, ChangeKind::PodUpdated])
    }

    fn queueing_hint(&self, _pod: &PodInfo, change: &Change<'_>) -> QueueingHint {
        let labels = match change {
            Change::AssignedPodAdded(pod) | Change::PodUpdated { new: pod, .. } => &pod.metadata.labels,
            _ => return QueueingHint::QueueSkip,
        };
        if labels.contains_key(self.0) { QueueingHint::Queue } else { QueueingHint::QueueSkip }
    }

    fn pre_enqueue(&self) -> Option<&dyn PreEnqueuePlugin> {
        Some(self)
    }
}

impl PreEnqueuePlugin for Fake {
    fn pre_enqueue_pod(&self, pod: &PodInfo) -> Status {
        match pod.pod().metadata.annotations.contains_key(self.0) {
            true => Status::unschedulable("held back"),
            false => Status::success(),
        }
    }
}

struct World {
    queue: Queue,
    profile: Arc<Profile>,
    now: Instant,
}

fn pod(name: &str, priority: i32, labels: Value, annotations: Value) -> Arc<PodInfo> {
    let pod = json!({
        "metadata": {"namespace": "n", "name": name, "uid": name, "labels": labels, "annotations": annotations},
        "spec": {"priority": priority, "containers": []},
    });
    Arc::new(PodInfo::new(Arc::new(serde_json::from_value(pod).unwrap())))
}

impl World {
    fn new(backoff: Backoff) -> Self {
        let pre_enqueue: Vec<Arc<dyn Plugin>> = vec![Arc::new(Fake("a")), Arc::new(Fake("b"))];
        Self {
            queue: Queue::new(Some(Arc::new(PrioritySort)), backoff, Arc::default()),
            profile: Arc::new(Profile { pre_enqueue, ..Profile::default() }),
            now: Instant::now(),
        }
    }

    fn set(&mut self, pod: Arc<PodInfo>) {
        self.queue.update(pod, &self.profile, self.now);
    }

    fn add(&mut self, name: &str, priority: i32) {
        self.set(pod(name, priority, json!({}), json!({})));
    }

    /// The name of the pod that is taken, or nothing.
    fn pop(&mut self) -> String {
        self.queue.pop(self.now).map(|pod| pod.key().name().to_owned()).unwrap_or_default()
    }

    fn put_back(&mut self, name: &str, plugins: &[&'static str], pending: &[&'static str]) {
        let rejectors = Rejectors {
            plugins: plugins.iter().chain(pending).copied().collect(),
            pending: pending.iter().copied().collect(),
        };
        self.queue.requeue(&key(name), Requeue::Rejected(rejectors), self.now);
    }

    fn fail(&mut self, name: &str) {
        self.queue.requeue(&key(name), Requeue::Failed, self.now);
    }

    /// A pod came that has a node; it helps pods that this plugin turned away.
    fn happens(&mut self, helped: &str) {
        let other = pod("other", 0, json!({ helped: "" }), json!({}));
        self.queue.changed(&Change::AssignedPodAdded(other.pod()), |_| true, self.now);
    }

    fn pass(&mut self, millis: u64) {
        self.now += Duration::from_millis(millis);
    }

    fn state(&self, name: &str) -> State {
        self.queue.entries[&key(name)].state
    }

    /// All that can be taken now, in order.
    fn drain(&mut self) -> Vec<String> {
        std::iter::from_fn(|| Some(self.pop()).filter(|name| !name.is_empty())).collect()
    }
}

fn key(name: &str) -> PodKey {
    pod(name, 0, json!({}), json!({})).key().clone()
}

#[test]
fn pods_go_by_priority_and_then_by_when_they_came_or_came_back() {
    let mut world = World::new(Backoff::default());
    for (name, priority) in [("d", 0), ("c", 0), ("b", 0), ("a", 1)] {
        world.add(name, priority);
    }
    // a change of a pod that waits does not cost it its place
    world.set(pod("d", 0, json!({ "x": "" }), json!({})));
    assert_eq!(world.drain(), ["a", "d", "c", "b"]);
    for name in ["c", "d", "b"] {
        world.put_back(name, &["a"], &[]);
    }
    world.pass(60_000);
    world.add("e", 0);
    world.happens("a");
    assert_eq!(world.drain(), ["c", "d", "b", "e"], "those that came back first, though all were woken at once");
}

#[test]
fn a_pod_that_something_may_help_is_tried_before_its_time_where_no_other_waits() {
    let mut world = World::new(Backoff::default());
    for (name, priority) in [("low", 0), ("high", 5), ("failed", 9)] {
        world.add(name, priority);
    }
    world.drain();
    world.put_back("low", &["a"], &[]);
    world.put_back("high", &["a"], &[]);
    world.fail("failed");
    assert_eq!(world.drain(), [""; 0], "nothing has happened");
    world.happens("a");
    world.add("new", 0);
    assert_eq!(world.drain(), ["new", "high", "low"]);
    world.pass(1_000);
    assert_eq!(world.drain(), ["failed"], "what failed is left alone for its time");

    let mut world = World::new(Backoff { is_cut_short: false, ..Backoff::default() });
    world.add("p", 0);
    world.pop();
    world.put_back("p", &["a"], &[]);
    world.happens("a");
    world.pass(999);
    assert_eq!(world.pop(), "");
    world.pass(1);
    assert_eq!(world.pop(), "p");
}

#[tokio::test(start_paused = true)]
async fn times_to_be_left_alone_end_with_a_second_and_count_failures_apart() {
    let mut world = World::new(Backoff::default());
    world.add("p", 0);
    world.pass(900);
    // when it is tried again after the attempt at these times, by whether it failed
    for (is_failure, seconds) in
        [(true, 1), (true, 2), (false, 1), (false, 2), (true, 1), (false, 4), (false, 8), (false, 10)]
    {
        assert_eq!(world.pop(), "p");
        match is_failure {
            true => world.fail("p"),
            false => world.put_back("p", &["nobody knows"], &[]),
        }
        world.pass(seconds * 1000 - 901);
        if is_failure {
            assert_eq!(world.pop(), "", "{seconds} s are not over");
        } else {
            world.happens("x");
            assert_eq!(world.state("p"), State::BackingOff, "{seconds} s are not over");
        }
        world.pass(1);
        assert_eq!(world.queue.next_wakeup().filter(|at| *at <= world.now), Some(world.now), "after {seconds} s");
        world.pass(900);
    }
}

#[test]
fn a_pod_is_woken_by_what_helps_one_of_those_that_turned_it_away() {
    for (plugins, pending, happens, want) in [
        (vec!["a"], vec![], "a", State::BackingOff),
        (vec!["a"], vec![], "b", State::Unschedulable),
        (vec!["a", "b"], vec![], "b", State::BackingOff),
        (vec!["a"], vec!["b"], "a", State::BackingOff),
        (vec!["a"], vec!["b"], "b", State::Active),
        // a plugin of which nothing is known, as extenders
        (vec!["x"], vec![], "c", State::BackingOff),
    ] {
        for is_in_flight in [false, true] {
            let mut world = World::new(Backoff::default());
            world.add("p", 0);
            world.pop();
            if is_in_flight {
                world.queue.listen(&key("p"));
                world.happens(happens);
                world.put_back("p", &plugins, &pending);
            } else {
                world.put_back("p", &plugins, &pending);
                world.happens(happens);
            }
            assert_eq!(world.state("p"), want, "{plugins:?} {pending:?} {happens} {is_in_flight}");
        }
    }
}

#[test]
fn pods_are_held_back_until_a_change_that_concerns_whoever_does_it() {
    let mut world = World::new(Backoff::default());
    world.set(pod("p", 0, json!({}), json!({ "a": "", "b": "" })));
    world.add("q", 0);
    assert_eq!((world.state("p"), world.drain()), (State::Gated, vec!["q".to_owned()]));
    // the hint of the one that holds it back says no
    world.set(pod("p", 0, json!({}), json!({ "b": "" })));
    assert_eq!(world.state("p"), State::Gated);
    world.set(pod("p", 0, json!({ "a": "" }), json!({ "b": "" })));
    assert_eq!(world.state("p"), State::Gated, "now the other one holds it back");
    world.set(pod("p", 0, json!({ "b": "" }), json!({})));
    assert_eq!(world.pop(), "p");
    // and it is asked again whenever it comes back
    world.set(pod("p", 0, json!({}), json!({ "a": "" })));
    world.put_back("p", &["b"], &[]);
    world.happens("b");
    assert_eq!(world.state("p"), State::Gated);
}

#[test]
fn pods_that_wait_for_too_long_are_tried_again() {
    let mut world = World::new(Backoff::default());
    world.add("p", 0);
    world.pop();
    world.put_back("p", &["a"], &[]);
    world.pass(299_000);
    assert_eq!(world.pop(), "");
    world.pass(31_000);
    assert_eq!(world.pop(), "p");
}

#[test]
fn a_pod_is_not_tried_again_before_what_became_of_it_is_written() {
    for (is_failure, happens, want) in [
        (false, None, State::Unschedulable),
        (false, Some("a"), State::BackingOff),
        (false, Some("b"), State::Unschedulable),
        (true, None, State::BackingOff),
    ] {
        let mut world = World::new(Backoff::default());
        world.queue.hold_reported();
        world.add("p", 0);
        world.pop();
        if is_failure {
            world.fail("p");
        } else {
            world.put_back("p", &["a"], &[]);
        }
        happens.into_iter().for_each(|plugin| world.happens(plugin));
        world.pass(400_000);
        assert_eq!(world.pop(), "", "{is_failure} {happens:?}");
        world.now -= Duration::from_secs(400);
        world.queue.reported(&key("p"), world.now);
        assert_eq!(world.state("p"), want, "{is_failure} {happens:?}");
    }
}
