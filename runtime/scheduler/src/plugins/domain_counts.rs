//! Pods counted per value of a node label.

use std::sync::Arc;

use crate::{
    framework::{Row, Snapshot},
    label_column::{Domain, LabelColumn},
    pod_index::RowCounts,
};

/// A number per value of a node label. A copy shares the numbers, and remembers only what it changed since.
#[derive(Clone, Debug)]
pub(super) struct DomainCounts {
    column: Arc<LabelColumn>,
    counts: Arc<Vec<i64>>,
    changes: Vec<(Domain, i64)>,
}

impl DomainCounts {
    /// All are zero.
    pub(super) fn new(nodes: &Snapshot, key: &str) -> Self {
        let column = nodes.label_column(key);
        let counts = Arc::new(vec![0; column.len()]);
        Self { column, counts, changes: Vec::new() }
    }

    /// The values of the label.
    pub(super) const fn column(&self) -> &Arc<LabelColumn> {
        &self.column
    }

    /// Counts pods in, each so often. While it has not been copied.
    pub(super) fn add_rows(&mut self, rows: &RowCounts, times: i64) {
        let counts = Arc::make_mut(&mut self.counts);
        for (row, count) in rows.iter() {
            let place = self.column.domain(row).and_then(|domain| counts.get_mut(domain.index()));
            if let Some(place) = place {
                *place += i64::from(count) * times;
            }
        }
    }

    /// Adds to the value that the row's node has.
    pub(super) fn change(&mut self, row: Row, by: i64) {
        let Some(domain) = self.column.domain(row) else { return };
        match self.changes.iter_mut().find(|(changed, _)| *changed == domain) {
            Some((_, change)) => *change += by,
            None => self.changes.push((domain, by)),
        }
    }

    /// The number of a value.
    pub(super) fn get(&self, domain: Domain) -> i64 {
        let changed = self.changes.iter().find(|(changed, _)| *changed == domain);
        self.counts.get(domain.index()).copied().unwrap_or(0) + changed.map_or(0, |(_, change)| *change)
    }

    /// The number of the value that the row's node has; none where it has none.
    pub(super) fn at(&self, row: Row) -> Option<i64> {
        Some(self.get(self.column.domain(row)?))
    }

    /// Whether all are zero.
    pub(super) fn is_zero(&self) -> bool {
        match self.changes.as_slice() {
            [] => self.counts.iter().all(|count| *count == 0),
            _ => (self.column.domains()).all(|domain| self.get(domain) == 0),
        }
    }
}
