//! What happens in the cluster.

use std::{sync::Arc, time::Duration};

use kubeforge_api::core::v1::{Node, Pod};
use tokio::time::Instant;

use super::Core;
use crate::{
    classes::Classes,
    framework::{Change, ClusterObject, NodeChange, ObjectKind, PodInfo, PodKey, Snapshot},
    metrics::ProfileMetrics,
    queue::{POD_ADDED, POD_UPDATED},
};

impl Core {
    /// Tells the metrics how long it took to take note of what happened, if something did.
    pub(crate) fn event_took(&mut self, took: Duration) {
        if let Some(change) = self.last_change.take() {
            self.metrics.event(change, took);
        }
    }

    /// Tells the metrics how much waits and how much is kept.
    pub fn measure(&self) {
        self.queue.measure();
        self.profiles.values().filter_map(|profile| profile.metrics.as_deref()).for_each(ProfileMetrics::tell);
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
            if pod.is_terminating() && self.cache.forget(pod.key()).is_some() {
                self.changed(&Change::AssignedPodDeleted(pod.pod()), now);
            }
            // where the binding fails it is tried again as it is now
            if self.queue.in_flight(pod.key()).is_some() {
                self.queue.update(pod, &profile, now);
            }
            return;
        }
        let old = self.queue.get(pod.key()).cloned();
        if self.queue.in_flight(pod.key()).is_none() {
            self.nominated.update(old.as_deref(), &pod);
        }
        let change = if old.is_some() { POD_UPDATED } else { POD_ADDED };
        let nominated = pod.pod().status.nominated_node_name.clone();
        self.queue.update(pod, &profile, now);
        if let Some(old) = old.filter(|old| ![String::new(), nominated].contains(&old.pod().status.nominated_node_name))
        {
            self.room_given_up(&old, now);
        }
        self.last_change = Some(change);
    }

    /// The room that was made for a pod is free for those that may not push it out.
    fn room_given_up(&mut self, pod: &PodInfo, now: Instant) {
        let change = Change::AssignedPodDeleted(pod.pod());
        self.changed_for(&change, |other| other.priority() <= pod.priority(), now);
    }

    fn set_placed_pod(&mut self, pod: Arc<PodInfo>, now: Instant) {
        self.queue.remove(pod.key());
        self.nominated.forget(pod.key());
        match self.cache.confirm(Arc::clone(&pod)) {
            Some(old) => {
                let is_scaled_down = pod.resources().requests.is_less_of_something(&old.resources().requests);
                self.changed(&Change::AssignedPodUpdated { old: old.pod(), new: pod.pod(), is_scaled_down }, now);
            }
            // also where it was decided here: it was not told of then, as it might have come to nothing
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
        } else if let Some(old) = waited {
            if nominated.is_some() {
                self.room_given_up(&old, now);
            }
            self.last_change = Some("UnschedulablePodDelete");
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

    pub(super) fn changed(&mut self, change: &Change<'_>, now: Instant) {
        self.changed_for(change, |_| true, now);
    }

    pub(super) fn changed_for(&mut self, change: &Change<'_>, may_wake: impl Fn(&PodInfo) -> bool, now: Instant) {
        self.last_change = Some(change.label());
        self.queue.changed(change, may_wake, now);
    }
}
