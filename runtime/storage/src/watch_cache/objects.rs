//! Objects in the order of their keys, with snapshots that cost nothing.

use std::{cmp::Ordering, iter, sync::Arc};

use crate::{entry::Entry, storage::ObjectKey};

/// A chunk that grew to this is split in two. A write after a snapshot copies one chunk's pointers (4 KiB) and the list
/// of chunks.
const CHUNK_MAX: usize = 512;

type Chunk = Vec<Arc<Entry>>;

/// Objects in the order of their keys. A clone is a snapshot: it shares everything until one of the two changes.
#[derive(Clone, Debug, Default)]
pub(super) struct Objects {
    /// Not one of them is empty.
    chunks: Arc<Vec<Arc<Chunk>>>,
    len: usize,
}

/// Compares keys as the store orders them: `a-b/x` comes before `a/x`.
pub(super) fn store_order(a: &ObjectKey, b: &ObjectKey) -> Ordering {
    if a.namespace == b.namespace {
        return a.name.cmp(&b.name);
    }
    a.namespace.bytes().chain(iter::once(b'/')).cmp(b.namespace.bytes().chain(iter::once(b'/')))
}

impl Objects {
    /// Those of a list in any order.
    pub(super) fn of(mut entries: Vec<Arc<Entry>>) -> Self {
        entries.sort_by(|a, b| store_order(a.key(), b.key()));
        let len = entries.len();
        let chunks = entries.chunks(CHUNK_MAX / 2).map(|chunk| Arc::new(chunk.to_vec())).collect();
        Self { chunks: Arc::new(chunks), len }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The place of the first object that is not `before`. Objects that are come first.
    fn place(&self, before: impl Fn(&Entry) -> bool) -> Place {
        let chunk = self.chunks.partition_point(|chunk| chunk.last().is_some_and(|last| before(last)));
        let index = self.chunks.get(chunk).map_or(0, |chunk| chunk.partition_point(|entry| before(entry)));
        Place { chunk, index }
    }

    fn place_of(&self, key: &ObjectKey) -> Place {
        self.place(|entry| store_order(entry.key(), key) == Ordering::Less)
    }

    fn at(&self, place: Place) -> Option<&Arc<Entry>> {
        self.chunks.get(place.chunk)?.get(place.index)
    }

    pub(super) fn get(&self, key: &ObjectKey) -> Option<&Arc<Entry>> {
        self.at(self.place_of(key)).filter(|entry| entry.key() == key)
    }

    /// Puts an object in; returns the one that it replaces.
    pub(super) fn insert(&mut self, entry: Arc<Entry>) -> Option<Arc<Entry>> {
        let mut place = self.place_of(entry.key());
        let replaces = self.at(place).is_some_and(|found| found.key() == entry.key());
        let chunks = Arc::make_mut(&mut self.chunks);
        if place.chunk == chunks.len() {
            // beyond the last: append to it, if there is one
            match place.chunk.checked_sub(1) {
                Some(last) => place = Place { chunk: last, index: chunks.get(last).map_or(0, |chunk| chunk.len()) },
                None => chunks.push(Arc::default()),
            }
        }
        let chunk = Arc::make_mut(chunks.get_mut(place.chunk)?);
        if replaces {
            return chunk.get_mut(place.index).map(|found| std::mem::replace(found, entry));
        }
        chunk.insert(place.index, entry);
        self.len += 1;
        if chunk.len() >= CHUNK_MAX {
            let upper = chunk.split_off(CHUNK_MAX / 2);
            chunk.shrink_to_fit();
            chunks.insert(place.chunk + 1, Arc::new(upper));
        }
        None
    }

    pub(super) fn remove(&mut self, key: &ObjectKey) -> Option<Arc<Entry>> {
        let place = self.place_of(key);
        self.at(place).filter(|found| found.key() == key)?;
        let chunks = Arc::make_mut(&mut self.chunks);
        let chunk = Arc::make_mut(chunks.get_mut(place.chunk)?);
        let removed = chunk.remove(place.index);
        if chunk.is_empty() {
            chunks.remove(place.chunk);
        }
        self.len -= 1;
        Some(removed)
    }

    /// Objects of one namespace or of all, from `start` on, which is a part of a key after the namespace (or after the
    /// resource's prefix, where all are meant).
    pub(super) fn range(&self, namespace: Option<&str>, start: &str) -> Range {
        let before_start = |entry: &Entry| {
            let key = entry.key();
            match namespace {
                Some(_) => key.name.as_str() < start,
                None if key.namespace.is_empty() => key.name.as_str() < start,
                None => {
                    let path = key.namespace.bytes().chain(iter::once(b'/')).chain(key.name.bytes());
                    path.cmp(start.bytes()) == Ordering::Less
                }
            }
        };
        let (place, end) = match namespace {
            None => (self.place(before_start), Place { chunk: self.chunks.len(), index: 0 }),
            Some(namespace) => {
                let at = |name: &str| ObjectKey { namespace: namespace.to_owned(), name: name.to_owned() };
                let first = at("");
                let is_inside = |entry: &Entry| entry.key().namespace == namespace;
                let end = self.place(|entry| is_inside(entry) || store_order(entry.key(), &first) == Ordering::Less);
                (self.place_of(&at(start)), end)
            }
        };
        Range { objects: self.clone(), place, end }
    }

    /// All objects.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.chunks.iter().flat_map(|chunk| chunk.iter())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    chunk: usize,
    index: usize,
}

/// A part of a snapshot, to be walked through.
#[derive(Clone, Debug)]
pub(super) struct Range {
    objects: Objects,
    place: Place,
    end: Place,
}

impl Range {
    /// How many objects are left.
    pub(super) fn left(&self) -> usize {
        let upto = |place: Place| {
            let whole: usize = self.objects.chunks.iter().take(place.chunk).map(|chunk| chunk.len()).sum();
            whole + place.index
        };
        upto(self.end).saturating_sub(upto(self.place))
    }
}

impl Iterator for Range {
    type Item = Arc<Entry>;

    fn next(&mut self) -> Option<Arc<Entry>> {
        if self.place >= self.end {
            return None;
        }
        let chunk = self.objects.chunks.get(self.place.chunk)?;
        let entry = chunk.get(self.place.index)?.clone();
        self.place.index += 1;
        if self.place.index >= chunk.len() {
            self.place = Place { chunk: self.place.chunk + 1, index: 0 };
        }
        Some(entry)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use kubeforge_machinery::{Scheme, SchemeBuilder, meta::v1::PartialObjectMetadata};

    use super::*;

    fn scheme() -> Arc<Scheme> {
        let mut scheme = SchemeBuilder::new("test");
        scheme.kind::<PartialObjectMetadata>(Default::default());
        Arc::new(scheme.build())
    }

    fn key(path: &str) -> ObjectKey {
        let (namespace, name) = path.split_once('/').unwrap();
        ObjectKey { namespace: namespace.to_owned(), name: name.to_owned() }
    }

    fn entry(scheme: &Arc<Scheme>, path: &str) -> Arc<Entry> {
        Arc::new(Entry::from_object(scheme, key(path), None, Box::new(PartialObjectMetadata::default())).unwrap())
    }

    fn paths(entries: impl Iterator<Item = Arc<Entry>>) -> Vec<String> {
        entries.map(|entry| entry.key().to_string()).collect()
    }

    #[test]
    fn it_agrees_with_a_map_of_paths() {
        let scheme = scheme();
        let mut objects = Objects::default();
        let mut model = BTreeMap::new();
        let mut seed = 7u64;
        let mut random = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        let namespaces = ["a", "a-b", "a.b", "a0", "b"];
        for step in 0..20_000u64 {
            let path = format!("{}/{:03}", namespaces[random(5) as usize], random(400));
            // grows first, then shrinks
            if random(20_000) > step {
                let replaced = objects.insert(entry(&scheme, &path));
                assert_eq!(replaced.is_some(), model.insert(path, ()).is_some());
            } else {
                assert_eq!(objects.remove(&key(&path)).is_some(), model.remove(&path).is_some());
            }
            if step % 1000 != 0 {
                continue;
            }
            assert_eq!(objects.len(), model.len());
            assert_eq!(paths(objects.range(None, "")), model.keys().cloned().collect::<Vec<_>>());
            assert!(objects.chunks.iter().all(|chunk| !chunk.is_empty() && chunk.len() < CHUNK_MAX));
            for namespace in namespaces {
                let start = format!("{:03}", random(400));
                let found = objects.range(Some(namespace), &start);
                let range = format!("{namespace}/{start}")..format!("{namespace}0");
                let want: Vec<String> = model.range(range).map(|(path, ())| path.clone()).collect();
                assert_eq!(found.left(), want.len());
                assert_eq!(paths(found), want);
                let from = format!("{namespace}/{start}\0");
                let want: Vec<String> = model.range(from.clone()..).map(|(path, ())| path.clone()).collect();
                assert_eq!(paths(objects.range(None, &from)), want);
            }
        }
    }

    #[test]
    fn a_snapshot_stays_as_it_was() {
        let scheme = scheme();
        let mut objects = Objects::of((0..1000).map(|at| entry(&scheme, &format!("a/{at:04}"))).collect());
        let before = objects.clone();
        objects.remove(&key("a/0500"));
        objects.insert(entry(&scheme, "a/new"));
        let entry = before.get(&key("a/0500")).unwrap();
        assert_eq!(entry.key().name, "0500");
        assert!(before.get(&key("a/new")).is_none());
        assert_eq!((before.len(), objects.len()), (1000, 1000));
        assert!(objects.get(&key("a/0500")).is_none() && objects.get(&key("a/new")).is_some());
    }
}
