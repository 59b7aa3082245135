//! Who watches what, so that a change wakes only those whom it may concern.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use parking_lot::Mutex;

use super::watcher::{End, Watcher};
use crate::{
    change::Change,
    storage::{ObjectKey, Selection},
};

/// The narrowest thing that a watcher's selection is confined to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Confines {
    /// One object.
    Object(ObjectKey),
    /// Objects with one value of an indexed field, by the field's place among them.
    Field(usize, Box<str>),
    /// Objects of one name, whatever their namespace.
    Name(Box<str>),
    /// One namespace.
    Namespace(Box<str>),
    /// Nothing.
    All,
}

impl Confines {
    pub(super) fn of(selection: &Selection, indexed: &[&'static str]) -> Self {
        let (namespace, name) = (selection.only_namespace(), selection.only_name());
        if let (Some(namespace), Some(name)) = (namespace, name) {
            return Self::Object(ObjectKey { namespace: namespace.to_owned(), name: name.to_owned() });
        }
        let field = indexed.iter().enumerate().find_map(|(at, label)| {
            let value = selection.fields.required_value(label)?;
            Some(Self::Field(at, value.into()))
        });
        field
            .or_else(|| name.map(|name| Self::Name(name.into())))
            .or_else(|| namespace.map(|namespace| Self::Namespace(namespace.into())))
            .unwrap_or(Self::All)
    }
}

type Group = Vec<Arc<Watcher>>;

/// Watchers by what they are confined to. Each is in one place.
#[derive(Debug, Default)]
struct Index {
    all: Group,
    namespaces: HashMap<Box<str>, Group>,
    names: HashMap<Box<str>, Group>,
    objects: HashMap<ObjectKey, Group>,
    fields: Vec<HashMap<Box<str>, Group>>,
    is_closed: bool,
}

/// The watchers of a resource.
#[derive(Debug)]
pub(super) struct Watchers {
    indexed: Vec<&'static str>,
    index: Mutex<Index>,
    overflows: AtomicU64,
}

impl Watchers {
    pub(super) fn new(indexed: &[&'static str]) -> Self {
        let fields = indexed.iter().map(|_| HashMap::new()).collect();
        Self {
            indexed: indexed.to_vec(),
            index: Mutex::new(Index { fields, ..Index::default() }),
            overflows: AtomicU64::new(0),
        }
    }

    /// Adds a watcher; the ticket takes it off.
    pub(super) fn add(self: &Arc<Self>, watcher: Arc<Watcher>, selection: &Selection) -> Ticket {
        let confines = Confines::of(selection, &self.indexed);
        let mut index = self.index.lock();
        if index.is_closed {
            watcher.end(End::Closed);
        }
        match &confines {
            Confines::All => index.all.push(watcher.clone()),
            Confines::Namespace(namespace) => add(&mut index.namespaces, namespace, &watcher),
            Confines::Name(name) => add(&mut index.names, name, &watcher),
            Confines::Object(key) => add(&mut index.objects, key, &watcher),
            Confines::Field(at, value) => {
                if let Some(values) = index.fields.get_mut(*at) {
                    add(values, value, &watcher);
                }
            }
        }
        drop(index);
        Ticket { watchers: self.clone(), watcher, confines }
    }

    fn remove(&self, watcher: &Arc<Watcher>, confines: &Confines) {
        let index = &mut *self.index.lock();
        match confines {
            Confines::All => take(&mut index.all, watcher),
            Confines::Namespace(namespace) => remove(&mut index.namespaces, namespace, watcher),
            Confines::Name(name) => remove(&mut index.names, name, watcher),
            Confines::Object(key) => remove(&mut index.objects, key, watcher),
            Confines::Field(at, value) => {
                if let Some(values) = index.fields.get_mut(*at) {
                    remove(values, value, watcher);
                }
            }
        }
    }

    /// Puts a change into the queues of those whom it may concern.
    pub(super) fn push(&self, change: &Arc<Change>) {
        let index = &*self.index.lock();
        let key = change.key();
        let push = |group: Option<&Group>| {
            let slow = group.into_iter().flatten().filter(|watcher| !watcher.push(change)).count();
            if slow > 0 {
                self.overflows.fetch_add(slow as u64, Ordering::Relaxed);
            }
        };
        push(Some(&index.all));
        push(index.namespaces.get(key.namespace.as_str()));
        push(index.names.get(key.name.as_str()));
        push(index.objects.get(key));
        for (label, values) in self.indexed.iter().zip(&index.fields) {
            if values.is_empty() {
                continue;
            }
            let now = change.entry.field(label).unwrap_or_default();
            push(values.get(now));
            // a deletion's entry has the fields of the state before it
            let before = change.previous.as_ref().map(|previous| previous.field(label).unwrap_or_default());
            if let Some(before) = before.filter(|before| *before != now) {
                push(values.get(before));
            }
        }
    }

    /// Ends every watch.
    pub(super) fn end_all(&self) {
        let index = &*self.index.lock();
        end(index);
    }

    /// Ends every watch, also those to come.
    pub(super) fn close(&self) {
        let index = &mut *self.index.lock();
        index.is_closed = true;
        end(index);
    }

    /// How many were ended because they read too slowly.
    pub(super) fn overflows(&self) -> u64 {
        self.overflows.load(Ordering::Relaxed)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        let index = &*self.index.lock();
        groups(index).map(Vec::len).sum()
    }
}

fn groups(index: &Index) -> impl Iterator<Item = &Group> {
    std::iter::once(&index.all)
        .chain(index.namespaces.values())
        .chain(index.names.values())
        .chain(index.objects.values())
        .chain(index.fields.iter().flat_map(HashMap::values))
}

fn end(index: &Index) {
    groups(index).flatten().for_each(|watcher| watcher.end(End::Closed));
}

fn add<K: Eq + Hash + Clone>(groups: &mut HashMap<K, Group>, key: &K, watcher: &Arc<Watcher>) {
    match groups.get_mut(key) {
        Some(group) => group.push(watcher.clone()),
        None => drop(groups.insert(key.clone(), vec![watcher.clone()])),
    }
}

fn remove<K: Eq + Hash>(groups: &mut HashMap<K, Group>, key: &K, watcher: &Arc<Watcher>) {
    if let Some(group) = groups.get_mut(key) {
        take(group, watcher);
        if group.is_empty() {
            groups.remove(key);
        }
    }
}

fn take(group: &mut Group, watcher: &Arc<Watcher>) {
    if let Some(at) = group.iter().position(|found| Arc::ptr_eq(found, watcher)) {
        group.swap_remove(at);
    }
}

/// A watcher's place among the others, which ends with it.
#[derive(Debug)]
pub(super) struct Ticket {
    watchers: Arc<Watchers>,
    watcher: Arc<Watcher>,
    confines: Confines,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.watchers.remove(&self.watcher, &self.confines);
    }
}
