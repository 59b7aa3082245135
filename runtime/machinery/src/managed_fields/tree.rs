//! Objects as the managers' records see them.

use std::collections::BTreeMap;

use crate::codec::{JsonTree, JsonTreeField};

/// An object, or a part of one.
pub type Tree<'a> = JsonTree<'a>;

/// The field of an object.
pub(super) fn field<'t, 'a>(fields: &'t [JsonTreeField<'a>], name: &str) -> Option<&'t Tree<'a>> {
    fields.iter().find(|(found, _)| found == name).map(|(_, value)| value)
}

/// Finds entries of a list by their keys. It costs little where they are asked for in their own order, as two states of
/// one object mostly have it, and never more than a search in a sorted index.
pub(super) struct Finder<'t, K: Ord + ?Sized, Key> {
    len: usize,
    key: Key,
    next: usize,
    index: Option<BTreeMap<&'t K, usize>>,
}

/// Up to so many entries are searched one after another.
const SCANNED_MAX: usize = 16;

impl<'t, K: Ord + ?Sized + 't, Key: Fn(usize) -> &'t K> Finder<'t, K, Key> {
    /// `key` gives the key of each of `len` entries.
    pub(super) fn new(len: usize, key: Key) -> Self {
        Self { len, key, next: 0, index: None }
    }

    /// The position of the first entry with this key.
    pub(super) fn find(&mut self, wanted: &K) -> Option<usize> {
        let found = if self.next < self.len && (self.key)(self.next) == wanted {
            Some(self.next)
        } else if self.len <= SCANNED_MAX {
            (0..self.len).find(|at| (self.key)(*at) == wanted)
        } else {
            let (len, key) = (self.len, &self.key);
            // from the end, so that the first of equal keys stays
            self.index.get_or_insert_with(|| (0..len).rev().map(|at| (key(at), at)).collect()).get(wanted).copied()
        };
        self.next = found.map_or(self.next, |at| at + 1);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_in_any_order() {
        for len in [3, SCANNED_MAX + 4] {
            let keys: Vec<String> = (0..len).map(|n| format!("k{n}")).collect();
            let mut finder = Finder::new(len, |at: usize| keys[at].as_str());
            for at in (0..len).chain((0..len).rev()) {
                assert_eq!(finder.find(&keys[at]), Some(at));
            }
            assert_eq!(finder.find("none"), None);
        }
    }
}
