//! What changed between two lists of lines, found as Python's `difflib` finds it, whose Go port upstream uses: the
//! longest common run first, then the longest ones before and after it. Other ways are shorter but tell some changes
//! differently, and clients see the text.

use std::{collections::HashMap, ops::Range};

/// Lines that give way to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// The lines that go.
    pub(super) old: Range<usize>,
    /// The lines that come.
    pub(super) new: Range<usize>,
}

/// From this many lines on, a line that makes up more than a hundredth of them does not start a common run.
const POPULARITY_LINES_MIN: usize = 200;

/// A run of common lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Run {
    old: usize,
    new: usize,
    length: usize,
}

/// The changes that lead from `old` to `new`, in order.
pub(super) fn changes(old: &[&str], new: &[&str]) -> Vec<Change> {
    let places = places(new);
    let mut runs = Vec::new();
    let mut open = vec![(0..old.len(), 0..new.len())];
    while let Some((in_old, in_new)) = open.pop() {
        let run = longest_run(old, new, &places, &in_old, &in_new);
        if run.length == 0 {
            continue;
        }
        open.push((in_old.start..run.old, in_new.start..run.new));
        open.push((run.old + run.length..in_old.end, run.new + run.length..in_new.end));
        runs.push(run);
    }
    runs.sort_unstable();
    runs.push(Run { old: old.len(), new: new.len(), length: 0 });
    let (mut old_at, mut new_at) = (0, 0);
    let mut changes = Vec::new();
    for run in runs {
        if old_at < run.old || new_at < run.new {
            changes.push(Change { old: old_at..run.old, new: new_at..run.new });
        }
        (old_at, new_at) = (run.old + run.length, run.new + run.length);
    }
    changes
}

/// Where each line stands, but for those that stand everywhere.
fn places<'a>(lines: &[&'a str]) -> HashMap<&'a str, Vec<usize>> {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, line) in lines.iter().enumerate() {
        places.entry(line).or_default().push(at);
    }
    if lines.len() >= POPULARITY_LINES_MIN {
        let often = lines.len() / 100 + 1;
        places.retain(|_, at| at.len() <= often);
    }
    places
}

/// The longest run within the two ranges; of several the first in `old`, then the first in `new`.
fn longest_run(
    old: &[&str],
    new: &[&str],
    places: &HashMap<&str, Vec<usize>>,
    in_old: &Range<usize>,
    in_new: &Range<usize>,
) -> Run {
    let mut best = Run { old: in_old.start, new: in_new.start, length: 0 };
    // for each line of `new`, how long the run is that ends there and at the line of `old` before
    let mut lengths: HashMap<usize, usize> = HashMap::new();
    for old_at in in_old.clone() {
        let mut next = HashMap::new();
        for &new_at in old.get(old_at).and_then(|line| places.get(line)).into_iter().flatten() {
            if !in_new.contains(&new_at) {
                continue;
            }
            let length = new_at.checked_sub(1).and_then(|before| lengths.get(&before)).unwrap_or(&0) + 1;
            next.insert(new_at, length);
            if length > best.length {
                best = Run { old: old_at + 1 - length, new: new_at + 1 - length, length };
            }
        }
        lengths = next;
    }
    widen(old, new, in_old, in_new, best)
}

/// Takes in equal lines on both sides, among them those that stand everywhere.
fn widen(old: &[&str], new: &[&str], in_old: &Range<usize>, in_new: &Range<usize>, mut run: Run) -> Run {
    while run.old > in_old.start && run.new > in_new.start && old.get(run.old - 1) == new.get(run.new - 1) {
        run = Run { old: run.old - 1, new: run.new - 1, length: run.length + 1 };
    }
    while run.old + run.length < in_old.end
        && run.new + run.length < in_new.end
        && old.get(run.old + run.length) == new.get(run.new + run.length)
    {
        run.length += 1;
    }
    run
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(old: &str, new: &str, want: &[(Range<usize>, Range<usize>)]) {
        let old: Vec<&str> = old.split_inclusive(|_: char| true).collect();
        let new: Vec<&str> = new.split_inclusive(|_: char| true).collect();
        let found: Vec<_> = changes(&old, &new).into_iter().map(|change| (change.old, change.new)).collect();
        assert_eq!(found, want);
    }

    #[test]
    fn the_longest_run_stays() {
        check("abc", "abc", &[]);
        check("abcd", "abxd", &[(2..3, 2..3)]);
        check("ab", "axyb", &[(1..1, 1..3)]);
        check("qabxcd", "abycdf", &[(0..1, 0..0), (3..4, 2..3), (6..6, 5..6)]);
    }
}
