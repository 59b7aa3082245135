//! Pods counted per value of a node label, kept up to date as pods come and go.
//!
//! Where all that is asked is how many pods of a kind there are near each node, this answers without looking at pods or
//! nodes, however many there are.

use std::{collections::BTreeMap, sync::Arc};

use crate::{framework::Row, label_column::LabelColumn};

/// Pods counted per value of a label. A copy shares the numbers.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    column: Arc<LabelColumn>,
    counts: Arc<Vec<i64>>,
    total: i64,
    /// How many of the values that nodes have, have so many pods.
    values: BTreeMap<i64, usize>,
}

/// The smallest number of pods that a value has, and how many values have it; and the next larger one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lowest {
    pub(crate) first: Option<(i64, usize)>,
    pub(crate) second: Option<i64>,
}

impl Lowest {
    /// Of the numbers of values.
    pub(crate) fn of(numbers: impl IntoIterator<Item = i64>) -> Self {
        let mut lowest = Self::default();
        for number in numbers {
            match &mut lowest.first {
                Some((first, values)) if *first == number => *values += 1,
                Some((first, _)) if *first < number => {
                    lowest.second = Some(lowest.second.map_or(number, |second| second.min(number)));
                }
                _ => {
                    lowest.second = lowest.first.map(|(first, _)| first);
                    lowest.first = Some((number, 1));
                }
            }
        }
        lowest
    }
}

impl Tally {
    /// Counts the pods of rows.
    pub(crate) fn new(column: &Arc<LabelColumn>, rows: impl Iterator<Item = (Row, u32)>) -> Self {
        let mut counts = vec![0; column.len()];
        let mut total = 0;
        for (row, count) in rows {
            if let Some(place) = column.domain(row).and_then(|domain| counts.get_mut(domain.index())) {
                *place += i64::from(count);
                total += i64::from(count);
            }
        }
        let mut values = BTreeMap::new();
        for domain in column.domains() {
            *values.entry(counts.get(domain.index()).copied().unwrap_or(0)).or_default() += 1;
        }
        Self { column: Arc::clone(column), counts: Arc::new(counts), total, values }
    }

    /// The label.
    pub(crate) const fn column(&self) -> &Arc<LabelColumn> {
        &self.column
    }

    /// The numbers, by [`Domain::index`](crate::label_column::Domain::index).
    pub(crate) const fn counts(&self) -> &Arc<Vec<i64>> {
        &self.counts
    }

    /// All pods on nodes that have the label.
    pub(crate) const fn total(&self) -> i64 {
        self.total
    }

    /// The smallest numbers, of the values that nodes have.
    pub(crate) fn lowest(&self) -> Lowest {
        let mut values = self.values.iter();
        let first = values.next().map(|(number, values)| (*number, *values));
        Lowest { first, second: values.next().map(|(number, _)| *number) }
    }

    /// A pod came to the row, or went.
    pub(crate) fn change(&mut self, row: Row, by: i64) {
        let Some(domain) = self.column.domain(row) else { return };
        let Some(place) = Arc::make_mut(&mut self.counts).get_mut(domain.index()) else { return };
        let old = *place;
        *place += by;
        self.total += by;
        if let Some(values) = self.values.get_mut(&old) {
            *values -= 1;
            if *values == 0 {
                self.values.remove(&old);
            }
        }
        *self.values.entry(old + by).or_default() += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_are_told_apart() {
        let of = |numbers: &[i64]| Lowest::of(numbers.iter().copied());
        assert_eq!(of(&[]), Lowest::default());
        assert_eq!(of(&[3]), Lowest { first: Some((3, 1)), second: None });
        assert_eq!(of(&[5, 3, 9, 3]), Lowest { first: Some((3, 2)), second: Some(5) });
        assert_eq!(of(&[3, 7, 5, 1]), Lowest { first: Some((1, 1)), second: Some(3) });
    }
}
