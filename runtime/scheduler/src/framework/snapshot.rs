//! All nodes, as plugins see them during one cycle.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    sync::Arc,
};

use super::{NodeInfo, Objects};
use crate::{
    label_column::{LabelColumn, LabelColumns},
    pod_index::PodIndex,
    volumes::{
        attached::{AttachedVolumes, WantedRooms},
        csi::Attachable,
    },
};

/// The place of a node in the columns. Stays the same while the node exists; then another node may get it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row(pub(crate) u32);

impl Row {
    /// The row of nodes that are in no column.
    pub const NOWHERE: Self = Self(u32::MAX);

    /// The place as an index into a column.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Hashes rows: there are few of them and nobody chooses them, so one multiplication will do.
#[derive(Clone, Copy, Debug, Default)]
pub struct RowHasher(u64);

impl Hasher for RowHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u32(u32::from(*byte)));
    }

    fn write_u32(&mut self, number: u32) {
        // the table takes both the highest and the lowest bits
        let mixed = (self.0 ^ u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

/// Makes [`RowHasher`]s.
pub type BuildRowHasher = BuildHasherDefault<RowHasher>;

/// A container image that nodes have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImageState {
    /// Its size.
    pub size_bytes: i64,
    /// How many nodes have it.
    pub nodes: u32,
}

/// All nodes. The scheduler's one thread changes them between cycles and never during one.
#[derive(Default)]
pub struct Snapshot {
    pub(crate) rows: Vec<Option<NodeInfo>>,
    pub(crate) by_name: HashMap<Arc<str>, Row>,
    pub(crate) nodes: usize,
    pub(crate) images: HashMap<String, ImageState>,
    pub(crate) objects: Arc<Objects>,
    pub(crate) labels: LabelColumns,
    pub(crate) pods: PodIndex,
    pub(crate) attached: AttachedVolumes,
}

impl Snapshot {
    /// How many nodes there are.
    pub const fn len(&self) -> usize {
        self.nodes
    }

    /// Whether there are no nodes.
    pub const fn is_empty(&self) -> bool {
        self.nodes == 0
    }

    /// How long a column has to be; some of its rows may stand for no node.
    pub fn rows_len(&self) -> usize {
        self.rows.len()
    }

    /// The nodes with their rows, in the order of the rows.
    pub fn iter(&self) -> impl Iterator<Item = (Row, &NodeInfo)> {
        let rows = self.rows.iter().zip(0..);
        rows.filter_map(|(info, row)| Some((Row(row), info.as_ref().filter(|info| info.node().is_some())?)))
    }

    /// The same from a row on, and round to it.
    pub(crate) fn iter_from(&self, start: usize) -> impl Iterator<Item = (Row, &NodeInfo)> {
        let rows = self.rows.iter().zip(0..);
        let rows = rows.clone().skip(start).chain(rows.take(start));
        rows.filter_map(|(info, row)| Some((Row(row), info.as_ref().filter(|info| info.node().is_some())?)))
    }

    /// The node of a row.
    pub fn node(&self, row: Row) -> Option<&NodeInfo> {
        self.rows.get(row.index())?.as_ref().filter(|info| info.node().is_some())
    }

    /// The row of a node.
    pub fn row(&self, name: &str) -> Option<Row> {
        self.by_name.get(name).copied().filter(|&row| self.node(row).is_some())
    }

    /// The node of this name.
    pub fn by_name(&self, name: &str) -> Option<&NodeInfo> {
        self.node(*self.by_name.get(name)?)
    }

    /// The values of a label by row.
    pub fn label_column(&self, key: &str) -> Arc<LabelColumn> {
        self.labels.get(key, &self.rows)
    }

    /// The placed pods by what they have in common.
    pub const fn pods(&self) -> &PodIndex {
        &self.pods
    }

    /// Everything else that is in the cluster.
    pub const fn objects(&self) -> &Arc<Objects> {
        &self.objects
    }

    /// What nodes have of these volumes, none of which is of an old type.
    pub fn rooms_for(&self, wanted: &[Attachable]) -> WantedRooms {
        self.attached.rooms(self, wanted)
    }

    /// What is known of a container image.
    pub fn image(&self, name: &str) -> Option<ImageState> {
        self.images.get(name).copied()
    }
}
