//! Which deletions a watch has told of, so that an event that comes late doesn't bring an object back.

use std::collections::{HashMap, VecDeque};

use crate::store::ObjectKey;

/// How many deletions are remembered. An event that is late by more than this many leaves doubt, and costs a list.
const REMEMBERED_MAX: usize = 1000;

/// Deletions since the last list.
#[derive(Debug, Default)]
pub(super) struct Deletions {
    revisions: HashMap<ObjectKey, u64>,
    /// In the order in which they were told. Only the entry that agrees with `revisions` counts.
    told: VecDeque<(u64, ObjectKey)>,
    /// Of what happened until then nothing is known.
    forgotten: Option<u64>,
}

/// What an event about an object says that isn't there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Absent {
    /// It is new.
    New,
    /// It was there before it was deleted.
    Deleted,
    /// Either.
    Unknown,
}

impl Deletions {
    /// Begins anew after a list, which says all that there was until then.
    pub(super) fn restart(&mut self, revision: &str) {
        *self = Self { forgotten: revision.parse().ok(), ..Self::default() };
    }

    /// Remembers a deletion. Revisions that aren't numbers can't be compared and are left out.
    pub(super) fn remember(&mut self, key: ObjectKey, revision: &str) {
        let Ok(revision) = revision.parse::<u64>() else { return };
        let known = self.revisions.entry(key.clone()).or_insert(revision);
        *known = revision.max(*known);
        self.told.push_back((revision, key));
        if self.told.len() > REMEMBERED_MAX
            && let Some((revision, key)) = self.told.pop_front()
        {
            self.forgotten = self.forgotten.max(Some(revision));
            if self.revisions.get(&key) == Some(&revision) {
                self.revisions.remove(&key);
            }
        }
    }

    /// What is known of an object that isn't there and yet in an event.
    pub(super) fn judge(&self, key: &ObjectKey, revision: &str) -> Absent {
        let Ok(revision) = revision.parse::<u64>() else { return Absent::New };
        match self.revisions.get(key) {
            Some(deleted) if revision <= *deleted => Absent::Deleted,
            // a deletion that is known needn't have been the last one before that
            _ if self.forgotten.is_some_and(|forgotten| revision <= forgotten) => Absent::Unknown,
            _ => Absent::New,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_events_are_told_from_news() {
        let key = |name: &str| ObjectKey::new("n", name);
        let mut deletions = Deletions::default();
        assert_eq!(deletions.judge(&key("a"), "1"), Absent::New);
        deletions.restart("5");
        deletions.remember(key("a"), "8");
        deletions.remember(key("a"), "7");
        let cases = [
            ("a", "8", Absent::Deleted),
            ("a", "9", Absent::New),
            ("b", "5", Absent::Unknown),
            ("b", "6", Absent::New),
        ];
        for (name, revision, want) in cases {
            assert_eq!(deletions.judge(&key(name), revision), want, "{name} at {revision}");
        }
        assert_eq!(deletions.judge(&key("b"), "opaque"), Absent::New);
        deletions.remember(key("c"), "2");
        assert_eq!(deletions.judge(&key("c"), "4"), Absent::Unknown, "it was made and deleted again, or it is there");
        for number in 0..REMEMBERED_MAX {
            deletions.remember(key(&format!("x{number}")), "9");
        }
        assert_eq!(deletions.judge(&key("a"), "8"), Absent::Unknown, "too many came since");
        deletions.restart("");
        assert_eq!(deletions.judge(&key("a"), "8"), Absent::New);
    }
}
