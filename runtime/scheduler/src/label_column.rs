//! The values of one node label, a number per row, so that what is counted per value is an index away.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use crate::framework::{NodeInfo, Row, RowSet};

/// The nodes with one value of a label: a zone, a rack, or one host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Domain(u32);

impl Domain {
    /// The number as an index into what is kept per domain.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// The row's node has no such label, or there is no node.
const NONE: u32 = u32::MAX;

/// So many labels have columns; when one more is asked for, all are made anew as they are asked for.
const COLUMNS_MAX: usize = 128;

/// A value that at least one in so many nodes has has its rows in a set, so that all sets of a column take at most so many
/// bits per row.
const SHARE_OF_SETS: usize = 64;

/// The rows of one value.
#[derive(Clone, Debug)]
enum ValueRows {
    Few(Vec<Row>),
    Many(RowSet),
}

/// The rows by value, and all that have one.
#[derive(Clone, Debug, Default)]
struct ByValue {
    values: Vec<ValueRows>,
    labelled: RowSet,
}

/// The values of one node label.
#[derive(Clone, Debug, Default)]
pub struct LabelColumn {
    key: Arc<str>,
    rows: Vec<u32>,
    values: HashMap<Arc<str>, u32>,
    nodes: Vec<u32>,
    labelled: usize,
    /// How many values nodes have.
    used: usize,
    /// Made when it is asked for, as not all who read columns do, and again after a change: those are rare.
    by_value: OnceLock<ByValue>,
}

impl LabelColumn {
    fn new(key: &str, rows: &[Option<NodeInfo>]) -> Self {
        let mut column = Self { key: key.into(), ..Self::default() };
        for (row, info) in (0..).map(Row).zip(rows) {
            column.set(row, info.as_ref().and_then(|info| info.label(key)));
        }
        column
    }

    /// The label.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// How many values were met; a bound of what [`Domain::index`] gives.
    pub const fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether no node has the label or had it.
    pub const fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// How many nodes have the label.
    pub const fn labelled(&self) -> usize {
        self.labelled
    }

    /// The value that the row's node has.
    pub fn domain(&self, row: Row) -> Option<Domain> {
        self.rows.get(row.index()).copied().filter(|domain| *domain != NONE).map(Domain)
    }

    /// The number of a value; none where no node has had it.
    pub fn domain_of(&self, value: &str) -> Option<Domain> {
        self.values.get(value).copied().map(Domain)
    }

    /// How many values nodes have.
    pub const fn used(&self) -> usize {
        self.used
    }

    /// The values that nodes have.
    pub fn domains(&self) -> impl Iterator<Item = Domain> {
        (0..).map(Domain).zip(&self.nodes).filter(|(_, nodes)| **nodes > 0).map(|(domain, _)| domain)
    }

    /// Puts the rows into a set that have a value.
    pub fn add_rows_of(&self, domain: Domain, rows: &mut RowSet) {
        match self.by_value().values.get(domain.index()) {
            Some(ValueRows::Few(few)) => few.iter().for_each(|row| rows.insert(*row)),
            Some(ValueRows::Many(many)) => rows.unite(many),
            None => {}
        }
    }

    /// The rows whose nodes have the label.
    pub fn labelled_rows(&self) -> &RowSet {
        &self.by_value().labelled
    }

    /// The values that were met, with their numbers.
    pub fn values(&self) -> impl Iterator<Item = (&str, Domain)> {
        self.values.iter().map(|(value, domain)| (&**value, Domain(*domain)))
    }

    fn by_value(&self) -> &ByValue {
        self.by_value.get_or_init(|| {
            let rows_of_value = |nodes: &u32| match (*nodes as usize).saturating_mul(SHARE_OF_SETS) > self.rows.len() {
                true => ValueRows::Many(RowSet::default()),
                false => ValueRows::Few(Vec::with_capacity(*nodes as usize)),
            };
            let mut by_value =
                ByValue { values: self.nodes.iter().map(rows_of_value).collect(), labelled: RowSet::default() };
            for (row, domain) in (0..).map(Row).zip(&self.rows) {
                match by_value.values.get_mut(*domain as usize) {
                    Some(ValueRows::Few(few)) => few.push(row),
                    Some(ValueRows::Many(many)) => many.insert(row),
                    None => continue,
                }
                by_value.labelled.insert(row);
            }
            by_value
        })
    }

    fn set(&mut self, row: Row, value: Option<&str>) {
        self.by_value.take();
        if self.rows.len() <= row.index() {
            self.rows.resize(row.index() + 1, NONE);
        }
        let new = value.map_or(NONE, |value| self.intern(value));
        let Some(place) = self.rows.get_mut(row.index()) else { return };
        let old = std::mem::replace(place, new);
        if let Some(nodes) = self.nodes.get_mut(old as usize) {
            *nodes -= 1;
            self.labelled -= 1;
            self.used -= usize::from(*nodes == 0);
        }
        if let Some(nodes) = self.nodes.get_mut(new as usize) {
            self.used += usize::from(*nodes == 0);
            *nodes += 1;
            self.labelled += 1;
        }
    }

    fn intern(&mut self, value: &str) -> u32 {
        if let Some(&known) = self.values.get(value) {
            return known;
        }
        let new = u32::try_from(self.nodes.len()).unwrap_or(NONE);
        self.values.insert(value.into(), new);
        self.nodes.push(0);
        new
    }
}

/// The columns of the labels that were asked for.
#[derive(Debug, Default)]
pub(crate) struct LabelColumns(Mutex<HashMap<Arc<str>, Arc<LabelColumn>>>);

impl LabelColumns {
    /// The column of a label.
    pub(crate) fn get(&self, key: &str, rows: &[Option<NodeInfo>]) -> Arc<LabelColumn> {
        let mut columns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(column) = columns.get(key) {
            return Arc::clone(column);
        }
        if columns.len() >= COLUMNS_MAX {
            columns.clear();
        }
        let column = Arc::new(LabelColumn::new(key, rows));
        columns.insert(Arc::clone(&column.key), Arc::clone(&column));
        column
    }

    /// Brings the row up to date; none where there is no node any more.
    pub(crate) fn set(&mut self, row: Row, info: Option<&NodeInfo>) {
        let columns = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        for column in columns.values_mut() {
            let value = info.and_then(|info| info.label(&column.key));
            let domain = value.and_then(|value| column.values.get(value).copied());
            let is_same = match (value, domain) {
                (Some(_), None) => false,
                _ => column.domain(row).map(|domain| domain.0) == domain,
            };
            if !is_same {
                Arc::make_mut(column).set(row, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use kubeforge_api::core::v1::Node;
    use kubeforge_machinery::meta::v1::ObjectMeta;

    use super::*;

    fn node(zone: Option<&str>) -> NodeInfo {
        let labels = zone.map(|zone| ("zone".to_owned(), zone.to_owned())).into_iter().collect();
        NodeInfo::of(Arc::new(Node { metadata: ObjectMeta { labels, ..Default::default() }, ..Default::default() }))
    }

    #[test]
    fn a_column_follows_the_nodes() {
        let rows = [Some(node(Some("a"))), None, Some(node(None)), Some(node(Some("a")))];
        let mut columns = LabelColumns::default();
        let seen = |columns: &LabelColumns| {
            let column = columns.get("zone", &rows);
            for domain in column.domains() {
                let mut set = RowSet::default();
                column.add_rows_of(domain, &mut set);
                let want = (0..9).map(Row).filter(|row| column.domain(*row) == Some(domain));
                assert_eq!(set.iter().collect::<Vec<_>>(), want.collect::<Vec<_>>());
            }
            assert_eq!(column.labelled_rows().len(), column.labelled());
            let domains: Vec<_> = (0..5).map(|row| column.domain(Row(row)).map(Domain::index)).collect();
            assert_eq!(column.domains().count(), column.used());
            (domains, column.used(), column.labelled())
        };
        assert_eq!(seen(&columns), (vec![Some(0), None, None, Some(0), None], 1, 2));
        columns.set(Row(4), Some(&node(Some("b"))));
        columns.set(Row(0), Some(&node(Some("b"))));
        columns.set(Row(3), None);
        assert_eq!(seen(&columns), (vec![Some(1), None, None, None, Some(1)], 1, 2));
    }
}
