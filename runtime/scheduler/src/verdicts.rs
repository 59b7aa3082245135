//! What Filter said of each row, in two bytes per row.

use crate::framework::{Row, RowSet, Status};

/// The row passed.
pub(crate) const PASSED: u16 = u16::MAX - 1;
/// The row stands for no node.
pub(crate) const ABSENT: u16 = u16::MAX;

/// What Filter said of each row: a place in a list of the different things that were said.
#[derive(Clone, Default)]
pub(crate) struct Verdicts {
    /// [`PASSED`], [`ABSENT`] or a place in `statuses`.
    rows: Vec<u16>,
    statuses: Vec<Status>,
    /// Of how many rows each was said.
    counts: Vec<u32>,
    passed: usize,
    passed_rows: RowSet,
}

impl Verdicts {
    /// Makes room for rows; new ones stand for no node.
    pub(crate) fn resize(&mut self, rows: usize) {
        self.rows.resize(rows, ABSENT);
    }

    /// What was said of a row.
    pub(crate) fn get(&self, row: Row) -> u16 {
        self.rows.get(row.index()).copied().unwrap_or(ABSENT)
    }

    /// How many rows passed.
    pub(crate) const fn passed_len(&self) -> usize {
        self.passed
    }

    /// The rows that passed.
    pub(crate) const fn passed_rows(&self) -> &RowSet {
        &self.passed_rows
    }

    /// Notes that a row stands for no node.
    pub(crate) fn clear(&mut self, row: Row) {
        self.put(row, ABSENT);
    }

    /// Notes what was said of a row; none where it passed.
    pub(crate) fn set(&mut self, row: Row, status: Option<Status>) {
        let verdict = status.map_or(PASSED, |status| self.intern(status));
        self.put(row, verdict);
    }

    fn intern(&mut self, status: Status) -> u16 {
        let known = self.statuses.iter().position(|known| *known == status);
        let free = || self.counts.iter().position(|count| *count == 0);
        let place = match known {
            Some(place) => place,
            None => match free() {
                Some(place) => {
                    if let Some(old) = self.statuses.get_mut(place) {
                        *old = status;
                    }
                    place
                }
                None => {
                    self.statuses.push(status);
                    self.counts.push(0);
                    self.statuses.len() - 1
                }
            },
        };
        u16::try_from(place).ok().filter(|place| *place < PASSED).unwrap_or(ABSENT)
    }

    fn put(&mut self, row: Row, verdict: u16) {
        let Some(place) = self.rows.get_mut(row.index()) else { return };
        let old = std::mem::replace(place, verdict);
        if (old == PASSED) != (verdict == PASSED) {
            self.passed_rows.set(row, verdict == PASSED);
        }
        match old {
            PASSED => self.passed -= 1,
            ABSENT => {}
            old => {
                if let Some(count) = self.counts.get_mut(usize::from(old)) {
                    *count -= 1;
                }
            }
        }
        match verdict {
            PASSED => self.passed += 1,
            ABSENT => {}
            verdict => {
                if let Some(count) = self.counts.get_mut(usize::from(verdict)) {
                    *count += 1;
                }
            }
        }
    }

    /// What was said of a row that did not pass.
    pub(crate) fn status(&self, row: Row) -> Option<&Status> {
        self.statuses.get(usize::from(self.get(row)))
    }

    /// The different things that were said, and of how many rows.
    pub(crate) fn counted(&self) -> impl Iterator<Item = (&Status, u32)> {
        let counted = self.statuses.iter().zip(self.counts.iter().copied());
        counted.filter(|(_, count)| *count > 0)
    }

    /// The rows of which something was said.
    pub(crate) fn rejected(&self) -> impl Iterator<Item = (Row, &Status)> {
        let rows = self.rows.iter().zip(0..);
        rows.filter_map(|(verdict, row)| Some((Row(row), self.statuses.get(usize::from(*verdict))?)))
    }
}
