//! Pods for which room was made on a node, before they are placed on it.

use std::{collections::HashMap, sync::Arc};

use super::{PodInfo, PodKey, Version};

/// Pods for which room was made, by node: pods of lower or the same priority leave the room alone.
#[derive(Default)]
pub struct NominatedPods {
    by_node: HashMap<String, Room>,
    node_of: HashMap<PodKey, String>,
}

/// The room that was made on a node.
#[derive(Default)]
struct Room {
    pods: Vec<Arc<PodInfo>>,
    version: Version,
}

impl NominatedPods {
    /// The pods for which room was made on a node.
    pub fn on_node(&self, node: &str) -> &[Arc<PodInfo>] {
        self.by_node.get(node).map_or(&[], |room| &room.pods)
    }

    /// Another one whenever the pods changed for which room was made on a node.
    pub(crate) fn version(&self, node: &str) -> Version {
        self.by_node.get(node).map(|room| room.version).unwrap_or_default()
    }

    /// The node on which room was made for a pod.
    pub fn node_of(&self, pod: &PodKey) -> Option<&str> {
        self.node_of.get(pod).map(String::as_str)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.node_of.is_empty()
    }

    /// The nodes on which room was made, with the pods for which it was.
    pub(crate) fn rooms(&self) -> impl Iterator<Item = (&str, &[Arc<PodInfo>])> {
        self.by_node.iter().map(|(node, room)| (node.as_str(), room.pods.as_slice()))
    }

    /// Keeps room for the pod on this node, and on no other.
    pub(crate) fn nominate(&mut self, pod: Arc<PodInfo>, node: &str) {
        self.forget(pod.key());
        self.node_of.insert(pod.key().clone(), node.to_owned());
        let room = self.by_node.entry(node.to_owned()).or_default();
        room.pods.push(pod);
        room.version = Version::next();
    }

    /// Keeps no room for the pod any more.
    pub(crate) fn forget(&mut self, key: &PodKey) -> Option<String> {
        let node = self.node_of.remove(key)?;
        if let Some(room) = self.by_node.get_mut(&node) {
            room.pods.retain(|pod| pod.key() != key);
            room.version = Version::next();
            if room.pods.is_empty() {
                self.by_node.remove(&node);
            }
        }
        Some(node)
    }
}
