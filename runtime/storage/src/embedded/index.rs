//! Which keys exist, and their history since the last compaction, in memory and without values.

use std::{
    collections::{BTreeMap, btree_map},
    ops::Bound,
};

use bytes::Bytes;

use crate::{embedded::stamp::Stamp, kv::KeyRange, revision::Revision};

/// All keys with all their states that can still be read.
///
/// A key costs its own bytes, two words to hold them, and 32 bytes of history while it has one state.
pub(super) struct Index {
    keys: BTreeMap<Box<[u8]>, KeyHistory>,
    latest: Revision,
    compacted: Option<Revision>,
}

/// The states of one key. Most keys have one, so the others lie elsewhere.
struct KeyHistory {
    latest: Stamp,
    older: Option<Box<Older>>,
}

/// States before the latest, oldest first.
struct Older(Vec<Stamp>);

/// The keys a range read found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// At most as many as asked for.
    pub keys: Vec<(Bytes, Stamp)>,
    /// All in the range.
    pub count: usize,
}

impl Default for Index {
    /// An empty store stands at revision 1, as etcd's does.
    fn default() -> Self {
        Self { keys: BTreeMap::new(), latest: Revision::FIRST, compacted: None }
    }
}

impl Index {
    pub(super) fn latest(&self) -> Revision {
        self.latest
    }

    /// The oldest revision that can be read, once there was a compaction.
    pub(super) fn compacted(&self) -> Option<Revision> {
        self.compacted
    }

    pub(super) fn set_compacted(&mut self, revision: Revision) {
        self.compacted = self.compacted.max(Some(revision));
        self.latest = self.latest.max(revision);
    }

    /// Adds the newest state of a key. Revisions only grow.
    pub(super) fn apply(&mut self, key: &[u8], stamp: Stamp) {
        self.latest = self.latest.max(stamp.modified);
        match self.keys.get_mut(key) {
            Some(history) => history.push(stamp),
            None => drop(self.keys.insert(key.into(), KeyHistory { latest: stamp, older: None })),
        }
    }

    /// The key's state now, unless it is deleted.
    pub(super) fn get(&self, key: &[u8]) -> Option<Stamp> {
        self.keys.get(key).map(|history| history.latest).filter(|stamp| !stamp.is_deletion())
    }

    /// The key's state at `revision`, unless it did not exist then.
    pub(super) fn get_at(&self, key: &[u8], revision: Revision) -> Option<Stamp> {
        self.keys.get(key)?.at(revision)
    }

    /// The key's state before the change at `revision`.
    pub(super) fn get_before(&self, key: &[u8], revision: Revision) -> Option<Stamp> {
        let before = Revision::new(revision.get() - 1)?;
        self.get_at(key, before)
    }

    /// The keys of a range at a revision; the latest if `None`.
    pub(super) fn find(&self, range: &KeyRange, at: Option<Revision>, limit: usize) -> Found {
        let mut found = Found::default();
        match range {
            KeyRange::One(key) => {
                let stamp = at.map_or_else(|| self.get(key), |at| self.get_at(key, at));
                found.count = usize::from(stamp.is_some());
                found.keys = stamp.into_iter().take(limit).map(|stamp| (key.clone(), stamp)).collect();
            }
            KeyRange::Between { start, end } => {
                for (key, history) in self.between(start, end) {
                    let state = at.map_or(Some(history.latest), |at| history.at(at));
                    let Some(stamp) = state.filter(|stamp| !stamp.is_deletion()) else { continue };
                    found.count += 1;
                    if found.keys.len() < limit {
                        found.keys.push((Bytes::copy_from_slice(key), stamp));
                    }
                }
            }
        }
        found
    }

    fn between(&self, start: &[u8], end: &[u8]) -> btree_map::Range<'_, Box<[u8]>, KeyHistory> {
        // An inverted range would panic below; it holds nothing.
        let end = end.max(start);
        self.keys.range::<[u8], _>((Bound::Included(start), Bound::Excluded(end)))
    }

    /// Drops states that a read at `revision` or later can't see, of at most `keys_max` keys after `after`. The dropped
    /// states go to `dropped`; returns the key to go on after, `None` at the end.
    ///
    /// A deletion at exactly `revision` stays, so that a watch from there still reports it.
    pub(super) fn drop_before(
        &mut self,
        revision: Revision,
        after: Option<&[u8]>,
        keys_max: usize,
        dropped: &mut Vec<(Bytes, Stamp)>,
    ) -> Option<Box<[u8]>> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut empty = Vec::new();
        let mut last = None;
        for (key, history) in self.keys.range_mut::<[u8], _>((from, Bound::Unbounded)).take(keys_max) {
            let rest = history.drop_before(revision, |stamp| dropped.push((Bytes::copy_from_slice(key), stamp)));
            if rest == Rest::Nothing {
                empty.push(key.clone());
            }
            last = Some(key);
        }
        let last = last.cloned();
        for key in empty {
            self.keys.remove(&key);
        }
        last
    }
}

/// What compaction left of a key's history.
#[derive(PartialEq, Eq)]
enum Rest {
    Nothing,
    Something,
}

impl KeyHistory {
    fn push(&mut self, stamp: Stamp) {
        let previous = std::mem::replace(&mut self.latest, stamp);
        self.older.get_or_insert_with(|| Box::new(Older(Vec::with_capacity(1)))).0.push(previous);
    }

    fn at(&self, revision: Revision) -> Option<Stamp> {
        let stamp = if self.latest.modified <= revision {
            Some(self.latest)
        } else {
            let older = &self.older.as_ref()?.0;
            let after = older.partition_point(|stamp| stamp.modified <= revision);
            older.get(after.checked_sub(1)?).copied()
        };
        stamp.filter(|stamp| !stamp.is_deletion())
    }

    fn drop_before(&mut self, revision: Revision, mut dropped: impl FnMut(Stamp)) -> Rest {
        let unseen = |stamp: Stamp| stamp.is_deletion() && stamp.modified < revision;
        if self.latest.modified <= revision {
            self.older.take().into_iter().flat_map(|older| older.0).for_each(&mut dropped);
            if unseen(self.latest) {
                dropped(self.latest);
                return Rest::Nothing;
            }
            return Rest::Something;
        }
        let Some(older) = &mut self.older else { return Rest::Something };
        // The last state at or before the revision is what a read there sees.
        let mut first_kept = older.0.partition_point(|stamp| stamp.modified <= revision).saturating_sub(1);
        if older.0.get(first_kept).is_some_and(|stamp| unseen(*stamp)) {
            first_kept += 1;
        }
        older.0.drain(..first_kept).for_each(dropped);
        if older.0.is_empty() {
            self.older = None;
        } else {
            older.0.shrink_to_fit();
        }
        Rest::Something
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revision(number: u64) -> Revision {
        Revision::new(number).unwrap()
    }

    /// `a` is put at 2, 3 and 6 and deleted at 4; `b` is put at 5 and deleted at 7.
    fn index() -> Index {
        let mut index = Index::default();
        for (key, number, put) in
            [(b"a", 2, true), (b"a", 3, true), (b"a", 4, false), (b"b", 5, true), (b"a", 6, true), (b"b", 7, false)]
        {
            let at = revision(number);
            let stamp = if put { Stamp::put(at, index.get(key)) } else { Stamp::deletion(at) };
            index.apply(key, stamp);
        }
        index
    }

    #[track_caller]
    fn check_at(index: &Index, key: &[u8], at: u64, modified: Option<u64>) {
        assert_eq!(index.get_at(key, revision(at)).map(|stamp| stamp.modified.get()), modified, "at {at}");
    }

    #[test]
    fn states_are_found_by_revision() {
        let index = index();
        check_at(&index, b"a", 1, None);
        check_at(&index, b"a", 2, Some(2));
        check_at(&index, b"a", 3, Some(3));
        check_at(&index, b"a", 4, None);
        check_at(&index, b"a", 5, None);
        check_at(&index, b"a", 9, Some(6));
        assert_eq!(index.get(b"b"), None);
        assert_eq!(index.get(b"a"), Some(Stamp { modified: revision(6), created: revision(6), version: 1 }));
        assert_eq!(index.get_before(b"b", revision(7)).map(|stamp| stamp.modified), Some(revision(5)));
    }

    #[test]
    fn an_inverted_range_is_empty() {
        let range = KeyRange::Between { start: Bytes::from_static(b"b"), end: Bytes::from_static(b"a") };
        assert_eq!(index().find(&range, None, usize::MAX), Found::default());
    }

    #[track_caller]
    fn check_drop(at: u64, want: &[u64]) {
        let mut index = index();
        let mut dropped = Vec::new();
        let mut after = None;
        while let Some(key) = index.drop_before(revision(at), after.as_deref(), 1, &mut dropped) {
            after = Some(key);
        }
        let mut numbers: Vec<u64> = dropped.iter().map(|(_, stamp)| stamp.modified.get()).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, want, "at {at}");
    }

    #[test]
    fn compaction_keeps_what_a_read_at_its_revision_sees() {
        check_drop(2, &[]);
        check_drop(3, &[2]);
        check_drop(4, &[2, 3]);
        check_drop(5, &[2, 3, 4]);
        check_drop(6, &[2, 3, 4]);
        check_drop(7, &[2, 3, 4, 5]);
    }
}
