//! A cluster of plain objects.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::json::{key, name, namespace, text};

/// All there is: manifests by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    pub(crate) nodes: BTreeMap<String, Value>,
    /// The pods that have a node, by namespace and name.
    pub(crate) placed: BTreeMap<String, Value>,
    /// Everything else, by kind, namespace and name.
    pub(crate) others: BTreeMap<[String; 3], Value>,
    /// The pods for which room was made, with the nodes.
    pub(crate) nominated: BTreeMap<String, (Value, String)>,
}

impl World {
    pub(crate) fn get(&self, kind: &str, namespace: &str, name: &str) -> Option<&Value> {
        self.others.get(&[kind, namespace, name].map(str::to_owned))
    }

    pub(crate) fn all<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        self.others.values().filter(move |object| object["kind"] == kind)
    }

    pub(crate) fn set(&mut self, object: Value) {
        self.others.insert(place(&object), object);
    }

    pub(crate) fn remove(&mut self, object: &Value) {
        self.others.remove(&place(object));
    }

    /// The cluster as it is.
    pub(crate) fn view(&self) -> View<'_> {
        View { world: self, added: Vec::new(), removed: BTreeSet::new() }
    }
}

fn place(object: &Value) -> [String; 3] {
    [text(&object["kind"]), namespace(object), name(object)].map(str::to_owned)
}

/// A cluster with some pods moved in thought.
#[derive(Clone)]
pub(crate) struct View<'a> {
    pub(crate) world: &'a World,
    /// Pods that are there too, with their nodes.
    pub(crate) added: Vec<(&'a Value, &'a str)>,
    /// Placed pods that are not there.
    pub(crate) removed: BTreeSet<String>,
}

impl<'a> View<'a> {
    /// The pods on nodes that exist, with their nodes' objects.
    pub(crate) fn placed(&self) -> Vec<(&'a Value, &'a Value)> {
        let placed = self.world.placed.values().filter(|pod| !self.removed.contains(&key(pod)));
        let placed = placed.map(|pod| (pod, text(&pod["spec"]["nodeName"])));
        let all = placed.chain(self.added.iter().copied());
        all.filter_map(|(pod, node)| Some((pod, self.world.nodes.get(node)?))).collect()
    }

    /// The pods on one node.
    pub(crate) fn on(&self, node: &Value) -> Vec<&'a Value> {
        self.placed().into_iter().filter(|(_, on)| name(on) == name(node)).map(|(pod, _)| pod).collect()
    }

    /// The pods that were moved, with their nodes, and by how much that changes how often they are there.
    pub(crate) fn moves(&self) -> Vec<(&'a Value, &'a Value, i64)> {
        let removed = self.removed.iter().filter_map(|key| self.world.placed.get(key));
        let removed = removed.map(|pod| (pod, text(&pod["spec"]["nodeName"]), -1));
        let all = removed.chain(self.added.iter().map(|(pod, node)| (*pod, *node, 1)));
        all.filter_map(|(pod, node, by)| Some((pod, self.world.nodes.get(node)?, by))).collect()
    }
}
