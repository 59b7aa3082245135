//! Finds what two texts have in common, line by line, as Python's `difflib` does: the longest common block first, then
//! what is left and right of it.

use std::{collections::HashMap, ops::Range};

/// From this many lines on, lines that occur more often than in one of a hundred start no block.
const POPULAR_FROM: usize = 200;

/// A block of equal lines: `lines` of them from `old` and from `new` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) old: usize,
    pub(super) new: usize,
    pub(super) lines: usize,
}

/// The common blocks in order, neighbours joined; the last one is empty and ends both texts.
pub(super) fn matching_blocks(old: &[&str], new: &[&str]) -> Vec<Match> {
    let matcher = Matcher { old, new, positions: positions(new) };
    let mut found = Vec::new();
    matcher.collect(0..old.len(), 0..new.len(), &mut found);
    let mut joined: Vec<Match> = Vec::new();
    for block in found {
        match joined.last_mut() {
            Some(last) if last.old + last.lines == block.old && last.new + last.lines == block.new => {
                last.lines += block.lines;
            }
            _ => joined.push(block),
        }
    }
    joined.push(Match { old: old.len(), new: new.len(), lines: 0 });
    joined
}

/// Where each line of the new text is, but for popular ones.
fn positions<'a>(new: &[&'a str]) -> HashMap<&'a str, Vec<usize>> {
    let mut positions: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, line) in new.iter().enumerate() {
        positions.entry(line).or_default().push(at);
    }
    if new.len() >= POPULAR_FROM {
        let most = new.len() / 100 + 1;
        positions.retain(|_, found| found.len() <= most);
    }
    positions
}

struct Matcher<'a> {
    old: &'a [&'a str],
    new: &'a [&'a str],
    positions: HashMap<&'a str, Vec<usize>>,
}

impl Matcher<'_> {
    fn collect(&self, old: Range<usize>, new: Range<usize>, found: &mut Vec<Match>) {
        // parts still to be looked at; a block goes between those on its two sides
        enum Part {
            Look(Range<usize>, Range<usize>),
            Found(Match),
        }
        let mut parts = vec![Part::Look(old, new)];
        while let Some(part) = parts.pop() {
            match part {
                Part::Found(block) => found.push(block),
                Part::Look(old, new) => {
                    let block = self.longest(&old, &new);
                    if block.lines == 0 {
                        continue;
                    }
                    parts.push(Part::Look(block.old + block.lines..old.end, block.new + block.lines..new.end));
                    parts.push(Part::Found(block));
                    parts.push(Part::Look(old.start..block.old, new.start..block.new));
                }
            }
        }
    }

    /// The longest common block; of several the first in the old text, then in the new one.
    fn longest(&self, old: &Range<usize>, new: &Range<usize>) -> Match {
        let mut best = Match { old: old.start, new: new.start, lines: 0 };
        // how many equal lines end at a line of the new text, for the line of the old one that was looked at last
        let mut lengths: HashMap<usize, usize> = HashMap::new();
        for (at, line) in self.old.iter().enumerate().take(old.end).skip(old.start) {
            let mut next = HashMap::new();
            let places = self.positions.get(line).map(Vec::as_slice).unwrap_or_default();
            for place in places.iter().copied().filter(|place| new.contains(place)) {
                let before = place.checked_sub(1).and_then(|before| lengths.get(&before)).copied().unwrap_or(0);
                let lines = before + 1;
                next.insert(place, lines);
                if lines > best.lines {
                    best = Match { old: at + 1 - lines, new: place + 1 - lines, lines };
                }
            }
            lengths = next;
        }
        self.extend(&mut best, old, new);
        best
    }

    /// Popular lines may not start a block, but may be part of one.
    fn extend(&self, best: &mut Match, old: &Range<usize>, new: &Range<usize>) {
        while best.old > old.start && best.new > new.start && self.equal(best.old - 1, best.new - 1) {
            best.old -= 1;
            best.new -= 1;
            best.lines += 1;
        }
        while best.old + best.lines < old.end
            && best.new + best.lines < new.end
            && self.equal(best.old + best.lines, best.new + best.lines)
        {
            best.lines += 1;
        }
    }

    fn equal(&self, old: usize, new: usize) -> bool {
        self.old.get(old) == self.new.get(new)
    }
}
