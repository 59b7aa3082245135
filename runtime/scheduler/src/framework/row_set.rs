//! A set of rows, one bit each: what can be told of many nodes at once is told in words of 64.

use super::Row;

const WORD_BITS: usize = u64::BITS as usize;

/// A set of rows. Sets of different lengths can be compared and joined; rows that a set does not reach are not in it.
#[derive(Clone, Debug, Default)]
pub struct RowSet {
    words: Vec<u64>,
}

const fn place(row: Row) -> (usize, u64) {
    (row.index() / WORD_BITS, 1 << (row.index() % WORD_BITS))
}

impl RowSet {
    /// Whether the row is in it.
    pub fn contains(&self, row: Row) -> bool {
        let (word, bit) = place(row);
        self.word(word) & bit != 0
    }

    /// Puts a row in; [`Row::NOWHERE`] is in no set.
    pub fn insert(&mut self, row: Row) {
        if row == Row::NOWHERE {
            return;
        }
        let (number, bit) = place(row);
        if self.words.len() <= number {
            self.words.resize(number + 1, 0);
        }
        if let Some(word) = self.words.get_mut(number) {
            *word |= bit;
        }
    }

    /// Takes a row out.
    pub fn remove(&mut self, row: Row) {
        let (number, bit) = place(row);
        if let Some(word) = self.words.get_mut(number) {
            *word &= !bit;
        }
    }

    /// Puts a row in or takes it out.
    pub fn set(&mut self, row: Row, is_in: bool) {
        if is_in { self.insert(row) } else { self.remove(row) }
    }

    /// Takes all rows out.
    pub fn clear(&mut self) {
        self.words.fill(0);
    }

    /// How many rows are in it.
    pub fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether there are none in it.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// The rows in it, in their order.
    pub fn iter(&self) -> impl Iterator<Item = Row> {
        let words = self.words.iter().zip((0..).step_by(WORD_BITS));
        words.flat_map(|(word, first)| bits(*word).map(move |bit| Row(first + bit)))
    }

    /// Leaves the rows that are in the other, too.
    pub fn intersect(&mut self, other: &Self) {
        for (number, word) in self.words.iter_mut().enumerate() {
            *word &= other.word(number);
        }
    }

    /// Puts the rows of the other in.
    pub fn unite(&mut self, other: &Self) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word |= other);
    }

    /// Takes the rows of the other out.
    pub fn subtract(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= !other);
    }

    /// The rows of one word of 64: a bit each.
    pub(crate) fn word(&self, number: usize) -> u64 {
        self.words.get(number).copied().unwrap_or(0)
    }
}

/// The places of the bits that are set in a word, from the lowest on.
pub(crate) fn bits(mut word: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = (word != 0).then(|| word.trailing_zeros())?;
        word &= word - 1;
        Some(bit)
    })
}

impl FromIterator<Row> for RowSet {
    fn from_iter<T: IntoIterator<Item = Row>>(rows: T) -> Self {
        let mut set = Self::default();
        rows.into_iter().for_each(|row| set.insert(row));
        set
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn set(rows: &BTreeSet<u32>) -> RowSet {
        rows.iter().copied().map(Row).collect()
    }

    #[track_caller]
    fn check(set: &RowSet, want: &BTreeSet<u32>) {
        assert_eq!(set.iter().map(|row| row.0).collect::<Vec<_>>(), want.iter().copied().collect::<Vec<_>>());
        assert_eq!((set.len(), set.is_empty()), (want.len(), want.is_empty()));
        assert!((0..300).all(|row| set.contains(Row(row)) == want.contains(&row)));
    }

    #[test]
    fn it_does_what_other_sets_do() {
        let short: BTreeSet<u32> = [0, 1, 63, 64, 70].into();
        let long: BTreeSet<u32> = [1, 64, 65, 127, 128, 299].into();
        for (one, other) in [(&short, &long), (&long, &short)] {
            let (mut both, mut either, mut rest) = (set(one), set(one), set(one));
            both.intersect(&set(other));
            either.unite(&set(other));
            rest.subtract(&set(other));
            check(&both, &(one & other));
            check(&either, &(one | other));
            check(&rest, &(one - other));
        }
        let mut changed = set(&short);
        changed.remove(Row(63));
        changed.remove(Row(9_999));
        changed.set(Row(200), true);
        check(&changed, &[0, 1, 64, 70, 200].into());
        changed.clear();
        check(&changed, &BTreeSet::new());
    }
}
