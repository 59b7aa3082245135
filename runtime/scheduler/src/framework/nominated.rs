//! Pods for which room was made on a node, before they are placed on it.

use std::{collections::HashMap, sync::Arc};

use super::{PodInfo, PodKey};

/// Pods for which room was made, by node: pods of lower or the same priority leave the room alone.
#[derive(Default)]
pub struct NominatedPods {
    by_node: HashMap<String, Vec<Arc<PodInfo>>>,
    node_of: HashMap<PodKey, String>,
}

impl NominatedPods {
    /// The pods for which room was made on a node.
    pub fn on_node(&self, node: &str) -> &[Arc<PodInfo>] {
        self.by_node.get(node).map_or(&[], Vec::as_slice)
    }

    /// The node on which room was made for a pod.
    pub fn node_of(&self, pod: &PodKey) -> Option<&str> {
        self.node_of.get(pod).map(String::as_str)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.node_of.is_empty()
    }

    /// The nodes on which room was made.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = &str> {
        self.by_node.keys().map(String::as_str)
    }

    /// Keeps room for the pod on this node, and on no other.
    pub(crate) fn nominate(&mut self, pod: Arc<PodInfo>, node: &str) {
        self.forget(pod.key());
        self.node_of.insert(pod.key().clone(), node.to_owned());
        self.by_node.entry(node.to_owned()).or_default().push(pod);
    }

    /// Keeps room as the status of a pod says that came or changed. Where it said and says nothing, the room that was decided
    /// on is kept: the API server may not have been told of it yet.
    pub(crate) fn update(&mut self, old: Option<&PodInfo>, pod: &Arc<PodInfo>) {
        let said = old.map_or("", |old| &old.pod().status.nominated_node_name);
        let says = &pod.pod().status.nominated_node_name;
        let decided = self.forget(pod.key()).filter(|_| said.is_empty() && says.is_empty());
        let node = decided.as_ref().unwrap_or(says);
        if !node.is_empty() {
            self.nominate(Arc::clone(pod), node);
        }
    }

    /// Keeps no room for the pod any more.
    pub(crate) fn forget(&mut self, key: &PodKey) -> Option<String> {
        let node = self.node_of.remove(key)?;
        if let Some(pods) = self.by_node.get_mut(&node) {
            pods.retain(|pod| pod.key() != key);
            if pods.is_empty() {
                self.by_node.remove(&node);
            }
        }
        Some(node)
    }
}
