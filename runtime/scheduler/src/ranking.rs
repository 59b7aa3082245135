//! The nodes that can take a pod, by how well they suit it.

use crate::framework::{Row, RowSet, bits};

/// How many rows share a summary: as many as there are in a word of a [`RowSet`].
const BLOCK_LENGTH: usize = 64;

/// So often one of the best of all rows is tried before those of a set are looked at.
const TRIES: u64 = 8;

/// The total of a row that can't take the pod.
const NONE: i64 = i64::MIN;

/// A column of totals from which the best is found without looking at all rows.
#[derive(Default)]
pub(crate) struct Ranking {
    totals: Vec<i64>,
    blocks: Vec<Block>,
}

/// The best total of some rows, and how many have it.
#[derive(Clone, Copy)]
struct Block {
    best: i64,
    count: u32,
}

impl Ranking {
    /// Makes room for rows; new ones can't take the pod.
    pub(crate) fn resize(&mut self, rows: usize) {
        self.totals.resize(rows, NONE);
        self.blocks.resize(rows.div_ceil(BLOCK_LENGTH), Block { best: NONE, count: 0 });
    }

    /// Sets the total of a row; none where it can't take the pod.
    pub(crate) fn set(&mut self, row: usize, total: Option<i64>) {
        let total = total.unwrap_or(NONE);
        let Some(place) = self.totals.get_mut(row) else { return };
        let old = std::mem::replace(place, total);
        if old == total {
            return;
        }
        let number = row / BLOCK_LENGTH;
        let Some(block) = self.blocks.get_mut(number) else { return };
        if total > block.best {
            *block = Block { best: total, count: 1 };
        } else if total == block.best {
            block.count += 1;
        } else if old == block.best {
            block.count -= 1;
            if block.count == 0 {
                let start = number * BLOCK_LENGTH;
                let rows = self.totals.get(start..).unwrap_or_default();
                *block = Block::of(rows.get(..BLOCK_LENGTH).unwrap_or(rows));
            }
        }
    }

    /// The total of a row; none where it can't take the pod.
    pub(crate) fn total(&self, row: usize) -> Option<i64> {
        self.totals.get(row).copied().filter(|total| *total != NONE)
    }

    /// One of the best rows, `random` saying which of several.
    pub(crate) fn best(&self, random: u64) -> Option<usize> {
        let best = self.blocks.iter().map(|block| block.best).max().filter(|best| *best != NONE)?;
        let with_best = || self.blocks.iter().enumerate().filter(|(_, block)| block.best == best);
        let count: u64 = with_best().map(|(_, block)| u64::from(block.count)).sum();
        let mut left = random % count.max(1);
        for (number, block) in with_best() {
            if left < u64::from(block.count) {
                let rows = self.totals.iter().enumerate().skip(number * BLOCK_LENGTH).take(BLOCK_LENGTH);
                let mut rows = rows.filter(|(_, total)| **total == best);
                return rows.nth(usize::try_from(left).ok()?).map(|(row, _)| row);
            }
            left -= u64::from(block.count);
        }
        None
    }
}

impl Ranking {
    /// The same of a set.
    pub(crate) fn best_of(&self, set: &RowSet, random: u64) -> Option<usize> {
        // most often some of the best of all are in the set, and each of those is as likely to be met first
        for turn in 0..TRIES {
            let row = self.best(random.rotate_left(8 * u32::try_from(turn).unwrap_or(0)).wrapping_add(turn))?;
            if set.contains(Row(u32::try_from(row).ok()?)) {
                return Some(row);
            }
        }
        let mut best = NONE;
        let mut count = 0_u64;
        for (number, block) in self.blocks.iter().enumerate().filter(|(_, block)| block.best != NONE) {
            // whose best is worse than what there is already need not be looked at
            if block.best < best {
                continue;
            }
            for total in self.totals_of(set, number).map(|(_, total)| total) {
                if total > best {
                    (best, count) = (total, 1);
                } else if total == best && total != NONE {
                    count += 1;
                }
            }
        }
        let mut left = random % count.max(1);
        for (number, _) in self.blocks.iter().enumerate().filter(|(_, block)| block.best >= best && best != NONE) {
            for (row, _) in self.totals_of(set, number).filter(|(_, total)| *total == best) {
                if left == 0 {
                    return Some(row);
                }
                left -= 1;
            }
        }
        None
    }

    /// The rows of a set in one block, with their totals.
    fn totals_of(&self, set: &RowSet, number: usize) -> impl Iterator<Item = (usize, i64)> {
        let start = number * BLOCK_LENGTH;
        let row = move |bit: u32| start + bit as usize;
        bits(set.word(number)).filter_map(move |bit| Some((row(bit), *self.totals.get(row(bit))?)))
    }
}

impl Block {
    fn of(totals: &[i64]) -> Self {
        let best = totals.iter().copied().max().unwrap_or(NONE);
        let count = if best == NONE { 0 } else { totals.iter().filter(|total| **total == best).count() };
        Self { best, count: u32::try_from(count).unwrap_or(u32::MAX) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_agrees_with_looking_at_all_rows() {
        let mut ranking = Ranking::default();
        ranking.resize(200);
        let mut model = vec![NONE; 200];
        let mut random = 1_u64;
        for _ in 0..20_000 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let row = (random >> 33) as usize % 200;
            let total = ((random >> 45) % 4).checked_sub(1).map(|total| total as i64);
            ranking.set(row, total);
            model[row] = total.unwrap_or(NONE);
            let best = model.iter().copied().max().filter(|best| *best != NONE);
            assert_eq!(ranking.best(random >> 20).map(|row| model[row]), best);
            let in_set = |row: usize| row.is_multiple_of(1 + (random >> 40) as usize % 70);
            let set = (0..200).filter(|row| in_set(*row)).map(|row| Row(row as u32)).collect();
            let best = (0..200).filter(|row| in_set(*row)).map(|row| model[row]).max().filter(|best| *best != NONE);
            let found = ranking.best_of(&set, random >> 20);
            assert_eq!(found.map(|row| model[row]), best);
            assert!(found.is_none_or(in_set));
        }
    }

    #[test]
    fn every_one_of_the_best_is_reached() {
        let mut ranking = Ranking::default();
        ranking.resize(100);
        for row in [3, 70, 99] {
            ranking.set(row, Some(5));
        }
        ranking.set(50, Some(4));
        assert_eq!((0..3).filter_map(|random| ranking.best(random)).collect::<Vec<_>>(), [3, 70, 99]);
        let set = [Row(50), Row(70), Row(99)].into_iter().collect();
        let met: std::collections::BTreeSet<_> = (0..99).filter_map(|random| ranking.best_of(&set, random)).collect();
        assert_eq!(met, [70, 99].into());
    }
}
