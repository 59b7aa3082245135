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
    /// May be shorter than there are values: the others are zero.
    counts: Arc<Vec<i64>>,
    total: i64,
    changes: Vec<(Domain, i64)>,
}

impl DomainCounts {
    /// All are zero.
    pub(super) fn new(nodes: &Snapshot, key: &str) -> Self {
        Self::of(nodes.label_column(key))
    }

    /// All are zero, for this label.
    pub(super) fn of(column: Arc<LabelColumn>) -> Self {
        Self { column, counts: Arc::default(), total: 0, changes: Vec::new() }
    }

    /// These numbers, for this label.
    pub(super) fn with(column: Arc<LabelColumn>, counts: Vec<i64>) -> Self {
        let total = counts.iter().sum();
        Self { column, counts: Arc::new(counts), total, changes: Vec::new() }
    }

    /// The values of the label.
    pub(super) const fn column(&self) -> &Arc<LabelColumn> {
        &self.column
    }

    /// The numbers as they were before any was changed.
    pub(super) const fn counts(&self) -> &Arc<Vec<i64>> {
        &self.counts
    }

    /// Counts pods in, each so often. While it has not been copied.
    pub(super) fn add_rows(&mut self, rows: &RowCounts, times: i64) {
        let tally = rows.tally(&self.column);
        if let Some(tally) = &tally {
            self.total += tally.total() * times;
            if self.counts.is_empty() && times == 1 {
                self.counts = Arc::clone(tally.counts());
                return;
            }
        }
        let counts = Arc::make_mut(&mut self.counts);
        counts.resize(self.column.len(), 0);
        if let Some(tally) = tally {
            for (place, count) in counts.iter_mut().zip(&**tally.counts()) {
                *place += count * times;
            }
            return;
        }
        for (row, count) in rows.iter() {
            let place = self.column.domain(row).and_then(|domain| counts.get_mut(domain.index()));
            if let Some(place) = place {
                *place += i64::from(count) * times;
                self.total += i64::from(count) * times;
            }
        }
    }

    /// Adds to the value that the row's node has.
    pub(super) fn change(&mut self, row: Row, by: i64) {
        let Some(domain) = self.column.domain(row) else { return };
        self.total += by;
        match self.changes.iter_mut().find(|(changed, _)| *changed == domain) {
            Some((_, change)) => *change += by,
            None => self.changes.push((domain, by)),
        }
    }

    /// The values whose numbers were changed.
    pub(super) fn changed(&self) -> impl Iterator<Item = Domain> {
        self.changes.iter().map(|(domain, _)| *domain)
    }

    /// The number of a value as it was before it was changed.
    pub(super) fn before(&self, domain: Domain) -> i64 {
        self.counts.get(domain.index()).copied().unwrap_or(0)
    }

    /// The number of a value.
    pub(super) fn get(&self, domain: Domain) -> i64 {
        let changed = self.changes.iter().find(|(changed, _)| *changed == domain);
        self.before(domain) + changed.map_or(0, |(_, change)| *change)
    }

    /// The number of the value that the row's node has; none where it has none.
    pub(super) fn at(&self, row: Row) -> Option<i64> {
        Some(self.get(self.column.domain(row)?))
    }

    /// Whether all are zero, none ever being less.
    pub(super) const fn is_zero(&self) -> bool {
        self.total == 0
    }
}
