//! In which order nodes are looked at where not all of them are: those of the zones in turn, so that the part that is looked
//! at is spread over zones; each cycle goes on where the one before left off.
//!
//! Follows kube-scheduler's internal/cache/node_tree.go and the nextStartNodeIndex of schedule_one.go.

use std::collections::HashMap;

use kubeforge_api::core::v1::Node;

use crate::framework::Row;

/// The old names count first (component-helpers' GetZoneKey).
const REGION: [&str; 2] = ["failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region"];
const ZONE: [&str; 2] = ["failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone"];

/// Region and zone of a node; empty where it says neither.
type ZoneKey = (String, String);

/// The nodes in the order in which they are looked at.
#[derive(Default)]
pub(crate) struct NodeOrder {
    /// In the order in which they came.
    zones: Vec<(ZoneKey, Vec<Row>)>,
    zone_of: HashMap<Row, ZoneKey>,
    /// The zones' nodes in turn; none where nodes came or went since.
    list: Option<Vec<Row>>,
    start: usize,
}

/// A part of the nodes: no more than are enough, from one on.
#[derive(Clone, Copy)]
pub(crate) struct Sampling<'a> {
    order: &'a [Row],
    start: usize,
    enough: usize,
    is_strict: bool,
}

/// How many nodes a cycle has looked at, and how many of them can take the pod.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Looked {
    pub(crate) evaluated: usize,
    pub(crate) feasible: usize,
    /// By how many nodes the next walk begins further on. None where no walk was made, as for the node on which room was made.
    pub(crate) walked: usize,
}

impl NodeOrder {
    /// A node came or changed.
    pub(crate) fn set(&mut self, row: Row, node: &Node) {
        let key = zone_key(node);
        if self.zone_of.get(&row) == Some(&key) {
            return;
        }
        self.remove(row);
        match self.zones.iter_mut().find(|(zone, _)| *zone == key) {
            Some((_, rows)) => rows.push(row),
            None => self.zones.push((key.clone(), vec![row])),
        }
        self.zone_of.insert(row, key);
        self.list = None;
    }

    /// A node went.
    pub(crate) fn remove(&mut self, row: Row) {
        let Some(key) = self.zone_of.remove(&row) else { return };
        if let Some((_, rows)) = self.zones.iter_mut().find(|(zone, _)| *zone == key) {
            rows.retain(|other| *other != row);
        }
        self.zones.retain(|(_, rows)| !rows.is_empty());
        self.list = None;
    }

    /// Enough of the nodes, from where the last cycle left off.
    pub(crate) fn sampling(&mut self, enough: usize, is_strict: bool) -> Sampling<'_> {
        let zones = &self.zones;
        let order = self.list.get_or_insert_with(|| in_turn(zones));
        Sampling { order, start: self.start, enough, is_strict }
    }

    /// So many nodes were walked over.
    pub(crate) fn advance(&mut self, walked: usize) {
        self.start = (self.start + walked) % self.zone_of.len().max(1);
    }
}

fn in_turn(zones: &[(ZoneKey, Vec<Row>)]) -> Vec<Row> {
    let longest = zones.iter().map(|(_, rows)| rows.len()).max().unwrap_or(0);
    let turn = |turn: usize| zones.iter().filter_map(move |(_, rows)| rows.get(turn).copied());
    (0..longest).flat_map(turn).collect()
}

fn zone_key(node: &Node) -> ZoneKey {
    let labels = &node.metadata.labels;
    let of = |names: [&str; 2]| names.iter().find_map(|name| labels.get(*name)).cloned().unwrap_or_default();
    (of(REGION), of(ZONE))
}

impl<'a> Sampling<'a> {
    /// How many nodes there are.
    pub(crate) const fn len(&self) -> usize {
        self.order.len()
    }

    /// How many nodes that can take the pod are enough.
    pub(crate) const fn enough(&self) -> usize {
        self.enough
    }

    /// Whether there are to be no more even where more are known that can take the pod.
    pub(crate) const fn is_strict(&self) -> bool {
        self.is_strict
    }

    /// All rows in the order in which they are looked at.
    pub(crate) fn rows(self) -> impl Iterator<Item = Row> + use<'a> {
        let start = if self.start < self.order.len() { self.start } else { 0 };
        let (before, after) = self.order.split_at(start);
        after.iter().chain(before).copied()
    }

    /// The first rows that can take the pod, and how many were looked at for them.
    pub(crate) fn take(self, can_take: impl Fn(Row) -> bool) -> (Vec<Row>, Looked) {
        let (mut rows, mut evaluated) = (Vec::with_capacity(self.enough.min(self.order.len())), 0);
        for row in self.rows() {
            if rows.len() >= self.enough {
                break;
            }
            evaluated += 1;
            if can_take(row) {
                rows.push(row);
            }
        }
        let feasible = rows.len();
        (rows, Looked { evaluated, feasible, walked: evaluated })
    }
}

#[cfg(test)]
mod tests {
    use kubeforge_machinery::meta::v1::ObjectMeta;

    use super::*;

    fn node(zone: &str) -> Node {
        let labels = [(ZONE[1].to_owned(), zone.to_owned())].into();
        Node { metadata: ObjectMeta { labels, ..Default::default() }, ..Default::default() }
    }

    fn taken(order: &mut NodeOrder, enough: usize, can_take: impl Fn(u32) -> bool) -> Vec<u32> {
        let (rows, looked) = order.sampling(enough, true).take(|row| can_take(row.0));
        order.advance(looked.walked);
        rows.into_iter().map(|row| row.0).collect()
    }

    #[test]
    fn zones_come_in_turn_and_cycles_go_on() {
        let mut order = NodeOrder::default();
        for (row, zone) in [(0, "a"), (1, "a"), (2, "a"), (3, "b"), (4, "c"), (5, "c")] {
            order.set(Row(row), &node(zone));
        }
        assert_eq!(taken(&mut order, 2, |_| true), [0, 3]);
        assert_eq!(taken(&mut order, 3, |_| true), [4, 1, 5]);
        assert_eq!(taken(&mut order, 2, |row| row != 0), [2, 3], "those that can't take it are looked at, too");
        assert_eq!(taken(&mut order, 9, |row| row == 4), [4], "all are looked at, so the next begins where this did");
        order.remove(Row(0));
        order.set(Row(3), &node("c"));
        assert_eq!(taken(&mut order, 9, |_| true), [2, 5, 3, 1, 4]);
    }
}
