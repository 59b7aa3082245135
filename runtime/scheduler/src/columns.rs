//! All nodes in rows, and a log of the rows that changed.
//!
//! Whatever is computed from rows remembers how far in the log it has read and computes only what changed since, so the
//! cost of a placement does not grow with the number of nodes.

use std::{collections::VecDeque, sync::Arc};

use kubeforge_api::core::v1::Node;

use crate::framework::{ClusterObject, NodeChange, NodeInfo, Objects, PodInfo, PodKey, Row, Snapshot};

/// The log is cut to this many entries per row; who is further behind looks at all rows instead.
const LOG_LENGTH_PER_ROW: usize = 4;
/// The log is not cut below this length.
const LOG_LENGTH_MIN: usize = 1024;

/// A place in the log of changed rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LogPosition(u64);

/// Counts changes of node objects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct NodesGeneration(u64);

/// All nodes in rows, and a log of the rows that changed.
#[derive(Default)]
pub(crate) struct Columns {
    snapshot: Snapshot,
    free: Vec<Row>,
    log: VecDeque<Row>,
    log_start: u64,
    generation: u64,
}

impl Columns {
    /// The nodes.
    pub(crate) const fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The nodes, for tests that need no more.
    #[cfg(test)]
    pub(crate) fn into_snapshot(self) -> Snapshot {
        self.snapshot
    }

    /// How often node objects have changed.
    pub(crate) const fn generation(&self) -> NodesGeneration {
        NodesGeneration(self.generation)
    }

    /// The end of the log.
    pub(crate) fn log_end(&self) -> LogPosition {
        LogPosition(self.log_start + self.log.len() as u64)
    }

    /// The rows that changed since, some of them perhaps more than once; none where the log does not reach back that far.
    pub(crate) fn changed_since(&self, position: LogPosition) -> Option<impl Iterator<Item = Row>> {
        let skipped = position.0.checked_sub(self.log_start)?;
        Some(self.log.iter().copied().skip(usize::try_from(skipped).ok()?))
    }

    fn touch(&mut self, row: Row) {
        self.log.push_back(row);
        if self.log.len() > LOG_LENGTH_MIN.max(self.snapshot.rows.len() * LOG_LENGTH_PER_ROW) {
            self.log.pop_front();
            self.log_start += 1;
        }
    }

    fn row_for(&mut self, name: &str) -> Row {
        if let Some(&row) = self.snapshot.by_name.get(name) {
            return row;
        }
        let info = NodeInfo::unknown(name);
        let name = info.shared_name();
        let row = match self.free.pop() {
            Some(row) => {
                if let Some(place) = self.snapshot.rows.get_mut(row.index()) {
                    *place = Some(info.at(row));
                }
                row
            }
            None => {
                let row = Row(u32::try_from(self.snapshot.rows.len()).unwrap_or(u32::MAX));
                self.snapshot.rows.push(Some(info.at(row)));
                row
            }
        };
        self.snapshot.by_name.insert(name, row);
        row
    }

    fn info_mut(&mut self, row: Row) -> Option<&mut NodeInfo> {
        self.snapshot.rows.get_mut(row.index())?.as_mut()
    }

    /// Brings a node up to date, and returns it as it was.
    pub(crate) fn set_node(&mut self, node: Arc<Node>) -> Option<Arc<Node>> {
        let row = self.row_for(&node.metadata.name);
        let info = self.info_mut(row)?;
        let old = info.node().cloned();
        info.set_node(Arc::clone(&node));
        if old.as_ref().is_some_and(|old| NodeChange::between(old, &node).is_empty()) {
            return old;
        }
        if let Some(old) = &old {
            self.forget_images(old);
        } else {
            self.snapshot.nodes += 1;
        }
        for image in &node.status.images {
            for name in &image.names {
                let state = self.snapshot.images.entry(name.clone()).or_default();
                // nodes may report different sizes; that of the first counts, as kube-scheduler has it
                if state.nodes == 0 {
                    state.size_bytes = image.size_bytes;
                }
                state.nodes += 1;
            }
        }
        self.generation += 1;
        if let Some(info) = self.info_mut(row) {
            info.touch();
        }
        self.set_labels(row);
        self.snapshot.attached.mark(row);
        self.touch(row);
        old
    }

    fn set_labels(&mut self, row: Row) {
        let Snapshot { rows, labels, .. } = &mut self.snapshot;
        labels.set(row, rows.get(row.index()).and_then(Option::as_ref));
    }

    fn forget_images(&mut self, node: &Node) {
        for name in node.status.images.iter().flat_map(|image| &image.names) {
            if let Some(state) = self.snapshot.images.get_mut(name) {
                state.nodes = state.nodes.saturating_sub(1);
                if state.nodes == 0 {
                    self.snapshot.images.remove(name);
                }
            }
        }
    }

    /// Takes a node out.
    pub(crate) fn remove_node(&mut self, name: &str) -> Option<Arc<Node>> {
        let row = self.snapshot.by_name.get(name).copied()?;
        let info = self.info_mut(row)?;
        let old = info.node().cloned()?;
        info.forget_node();
        info.touch();
        let is_empty = info.pods().is_empty();
        self.snapshot.nodes -= 1;
        self.forget_images(&old);
        self.generation += 1;
        self.set_labels(row);
        self.snapshot.attached.mark(row);
        self.touch(row);
        if is_empty {
            self.free_row(row);
        }
        Some(old)
    }

    fn free_row(&mut self, row: Row) {
        let info = self.snapshot.rows.get_mut(row.index()).and_then(Option::take);
        if let Some(info) = info {
            self.snapshot.by_name.remove(info.name());
            self.free.push(row);
        }
    }

    /// Counts a pod in on its node.
    pub(crate) fn add_pod(&mut self, node: &str, pod: Arc<PodInfo>) {
        let row = self.row_for(node);
        self.snapshot.pods.add(&pod, row);
        self.snapshot.attached.pod_came(row, &pod, &self.snapshot.objects);
        if let Some(info) = self.info_mut(row) {
            info.add_pod(pod);
        }
        self.touch(row);
    }

    /// Takes a pod out of its node.
    pub(crate) fn remove_pod(&mut self, node: &str, pod: &PodKey) {
        let Some(row) = self.snapshot.by_name.get(node).copied() else { return };
        let Some(info) = self.info_mut(row) else { return };
        let removed = info.remove_pod(pod);
        let is_unused = info.pods().is_empty() && info.node().is_none();
        if let Some(removed) = removed {
            self.snapshot.pods.remove(&removed, row);
            self.snapshot.attached.pod_went(row, &removed, &self.snapshot.objects);
        }
        self.touch(row);
        if is_unused {
            self.free_row(row);
        }
    }

    /// Another object came, changed or went: what was counted with its help counts no more.
    pub(crate) fn object_changed(&mut self, object: &ClusterObject) {
        let Snapshot { objects, pods, attached, by_name, .. } = &mut self.snapshot;
        match object {
            ClusterObject::CSINode(node) => {
                if let Some(row) = by_name.get(node.metadata.name.as_str()) {
                    attached.mark(*row);
                }
            }
            ClusterObject::PersistentVolumeClaim(claim) => {
                let meta = &claim.metadata;
                pods.rows_of_claim(&meta.namespace, &meta.name).for_each(|row| attached.mark(row));
            }
            ClusterObject::PersistentVolume(volume) => {
                let name = &volume.metadata.name;
                for claim in objects.persistent_volume_claims.by_index(Objects::BY_VOLUME, name) {
                    let meta = &claim.metadata;
                    pods.rows_of_claim(&meta.namespace, &meta.name).for_each(|row| attached.mark(row));
                }
                for attachment in objects.volume_attachments.by_index(Objects::BY_VOLUME, name) {
                    if let Some(row) = by_name.get(attachment.spec.node_name.as_str()) {
                        attached.mark(*row);
                    }
                }
            }
            ClusterObject::StorageClass(_) => attached.mark_all(),
            ClusterObject::VolumeAttachment(attachment) => {
                if let Some(row) = by_name.get(attachment.spec.node_name.as_str()) {
                    attached.mark(*row);
                }
            }
            _ => {}
        }
    }

    /// Brings a pod on a node up to date. Where it takes the same as before, the row counts as unchanged.
    pub(crate) fn replace_pod(&mut self, node: &str, pod: Arc<PodInfo>) {
        let Some(row) = self.snapshot.by_name.get(node).copied() else { return };
        let Some(info) = self.info_mut(row) else { return };
        let old = info.remove_pod(pod.key());
        info.add_pod(Arc::clone(&pod));
        let is_same = old.as_ref().is_some_and(|old| {
            old.resources() == pod.resources() && old.host_ports() == pod.host_ports() && old.traits() == pod.traits()
        });
        if let Some(old) = &old {
            self.snapshot.pods.remove(old, row);
        }
        self.snapshot.pods.add(&pod, row);
        if !is_same {
            self.touch(row);
        }
    }
}

#[cfg(test)]
mod tests {
    use kubeforge_machinery::meta::v1::ObjectMeta;

    use super::*;

    fn node(name: &str) -> Arc<Node> {
        Arc::new(Node { metadata: ObjectMeta { name: name.to_owned(), ..Default::default() }, ..Default::default() })
    }

    #[test]
    fn the_log_names_what_changed_until_it_is_cut() {
        let mut columns = Columns::default();
        let start = columns.log_end();
        columns.set_node(node("a"));
        columns.set_node(node("b"));
        columns.set_node(node("a"));
        assert_eq!(columns.changed_since(start).unwrap().collect::<Vec<_>>(), [Row(0), Row(1)]);
        for _ in 0..LOG_LENGTH_MIN {
            columns.remove_node("b");
            columns.set_node(node("b"));
        }
        assert!(columns.changed_since(start).is_none());
        assert_eq!(columns.snapshot().len(), 2);
        assert_eq!(columns.snapshot().rows_len(), 2, "rows are used again");
    }
}
