//! Pods for which room was made on a node, before they are placed on it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{NodeInfo, PodInfo, PodKey, Signature, Status, Version};

/// For so many kinds of pods it is kept what filters say of a node with the room made on it.
const ANSWERS_MAX: usize = 4;

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
    answers: Mutex<Vec<Answer>>,
}

/// What filters say of a node to pods of one kind.
struct Answer {
    signature: Signature,
    priority: i32,
    node: Version,
    status: Status,
}

impl Room {
    /// The pods have changed.
    fn touch(&mut self) {
        self.version = Version::next();
        self.answers.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
    }
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

    /// What filters say of the node with the room that was made on it, as it was said to the last pod that is like this one
    /// if nothing changed since. To be asked where that depends on the node and the pods' signature and priority alone.
    pub(crate) fn answer(&self, pod: &PodInfo, node: &NodeInfo, ask: impl FnOnce() -> Status) -> Status {
        let room = self.by_node.get(node.name());
        // the pod's own room is no obstacle to it
        let Some(room) = room.filter(|room| room.pods.iter().all(|other| other.key() != pod.key())) else {
            return ask();
        };
        let mut answers = room.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let is_like = |answer: &Answer| answer.priority == pod.priority() && answer.signature == *pod.signature();
        let place = answers.iter().position(is_like);
        if let Some(answer) = place.and_then(|place| answers.get(place)).filter(|answer| answer.node == node.version())
        {
            return answer.status.clone();
        }
        let status = ask();
        match place {
            Some(place) => drop(answers.swap_remove(place)),
            None if answers.len() >= ANSWERS_MAX => answers.clear(),
            None => {}
        }
        let (signature, priority) = (pod.signature().clone(), pod.priority());
        answers.push(Answer { signature, priority, node: node.version(), status: status.clone() });
        status
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
        room.touch();
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
        if let Some(room) = self.by_node.get_mut(&node) {
            room.pods.retain(|pod| pod.key() != key);
            room.touch();
            if room.pods.is_empty() {
                self.by_node.remove(&node);
            }
        }
        Some(node)
    }
}
