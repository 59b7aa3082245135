//! The pods that have a node, and the nodes they are on.

use std::{collections::HashMap, sync::Arc};

use crate::{
    columns::Columns,
    framework::{PodInfo, PodKey},
};

/// Whether the API server knows where a pod is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Placement {
    /// Decided here and being bound; stays until the informer confirms it or binding fails.
    Assumed,
    /// Seen at the API server.
    Confirmed,
}

struct Placed {
    pod: Arc<PodInfo>,
    node: Arc<str>,
    placement: Placement,
}

/// The pods that have a node, and the nodes they are on.
#[derive(Default)]
pub(crate) struct Cache {
    pub(crate) columns: Columns,
    pods: HashMap<PodKey, Placed>,
    /// How many of them are assumed.
    assumed: usize,
}

impl Cache {
    /// Counts a pod in on the node that was decided for it.
    pub(crate) fn assume(&mut self, pod: Arc<PodInfo>, node: Arc<str>) {
        self.columns.add_pod(&node, Arc::clone(&pod));
        self.pods.insert(pod.key().clone(), Placed { pod, node, placement: Placement::Assumed });
        self.assumed += 1;
    }

    /// Takes a pod out again that could not be bound. Nothing happens where it was confirmed meanwhile.
    pub(crate) fn forget(&mut self, key: &PodKey) -> Option<Arc<PodInfo>> {
        self.pods.get(key).filter(|placed| placed.placement == Placement::Assumed)?;
        self.remove(key)
    }

    /// Brings a pod up to date of which the API server says that it has a node. Returns it as it was, if it was confirmed.
    pub(crate) fn confirm(&mut self, pod: Arc<PodInfo>) -> Option<Arc<PodInfo>> {
        let node = pod.pod().spec.node_name.as_str();
        match self.pods.get_mut(pod.key()) {
            Some(placed) if *placed.node == *node => {
                let old = std::mem::replace(&mut placed.pod, Arc::clone(&pod));
                let before = std::mem::replace(&mut placed.placement, Placement::Confirmed);
                self.assumed -= usize::from(before == Placement::Assumed);
                let node = Arc::clone(&placed.node);
                self.columns.replace_pod(&node, pod);
                (before == Placement::Confirmed).then_some(old)
            }
            Some(_) => {
                // somebody else bound it elsewhere
                self.remove(pod.key());
                self.confirm(pod)
            }
            None => {
                let node: Arc<str> = node.into();
                self.columns.add_pod(&node, Arc::clone(&pod));
                let placed = Placed { pod: Arc::clone(&pod), node, placement: Placement::Confirmed };
                self.pods.insert(pod.key().clone(), placed);
                None
            }
        }
    }

    /// Takes a pod out that is gone or has ended.
    pub(crate) fn remove(&mut self, key: &PodKey) -> Option<Arc<PodInfo>> {
        let placed = self.pods.remove(key)?;
        self.assumed -= usize::from(placed.placement == Placement::Assumed);
        self.columns.remove_pod(&placed.node, key);
        Some(placed.pod)
    }

    /// How many pods have a node.
    pub(crate) fn len(&self) -> usize {
        self.pods.len()
    }

    /// How many of them have it by our decision only.
    pub(crate) const fn assumed_len(&self) -> usize {
        self.assumed
    }

    /// Whether the pod has a node, decided or seen.
    pub(crate) fn contains(&self, key: &PodKey) -> bool {
        self.pods.contains_key(key)
    }
}
