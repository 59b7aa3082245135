//! The objects, and all that happened to them.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    sync::Arc,
};

use kubeforge_machinery::{
    ApiError, GroupVersionKind, GroupVersionResource, Kind, Object, Resource, Scheme,
    codec::{self, JsonReader, JsonWriter, StrictError},
    scheme::{ResourceInfo, TypeEntry},
};
use parking_lot::{Mutex, MutexGuard};
use serde_json::Value;
use tokio::sync::watch;

/// How many events are remembered. A test has far fewer; one that runs for long has watches start over.
const HISTORY_MAX: usize = 100_000;

/// The objects of a [`FakeCluster`](super::FakeCluster). Clones share them.
///
/// Its methods bypass reactors and are no actions.
#[derive(Clone)]
pub struct Tracker {
    inner: Arc<Inner>,
}

struct Inner {
    scheme: Arc<Scheme>,
    state: Mutex<State>,
    /// Tells watches that something happened.
    moved: watch::Sender<Moved>,
}

/// How far things have come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Moved {
    revision: u64,
    /// Watches of an earlier one have been told to end.
    pub(super) epoch: u64,
}

/// A namespace and a name.
pub(super) type Key = (String, String);

#[derive(Debug, Default)]
pub(super) struct State {
    /// The revision of the last write.
    pub(super) revision: u64,
    /// The last revision whose event is forgotten.
    pub(super) forgotten: u64,
    objects: BTreeMap<GroupVersionResource, BTreeMap<Key, Arc<Value>>>,
    history: VecDeque<Event>,
    /// How many objects got a UID.
    uids: u64,
}

/// A write.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) revision: u64,
    pub(super) resource: GroupVersionResource,
    pub(super) old: Option<Arc<Value>>,
    /// The new state; for a deletion the last one, with the deletion's revision.
    pub(super) new: Arc<Value>,
    pub(super) is_deletion: bool,
}

impl fmt::Debug for Tracker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.inner.state.lock();
        let count: usize = state.objects.values().map(BTreeMap::len).sum();
        f.debug_struct("Tracker").field("objects", &count).field("revision", &state.revision).finish_non_exhaustive()
    }
}

impl Tracker {
    pub(super) fn new(scheme: Arc<Scheme>) -> Self {
        let inner = Inner { scheme, state: Mutex::default(), moved: watch::Sender::default() };
        Self { inner: Arc::new(inner) }
    }

    /// The kinds that it knows.
    pub fn scheme(&self) -> &Scheme {
        &self.inner.scheme
    }

    /// Puts an object there as it is, its status too, in place of one with its name. It gets a revision, and a UID if it has
    /// none. A kind that the Scheme doesn't know is served under its name in lower case with an `s`, `es` or `ies`.
    ///
    /// # Errors
    /// Where it has no name, or no kind.
    pub fn add(&self, object: &dyn Object) -> Result<(), ApiError> {
        let gvk = object.gvk();
        let resource = self.resource_of(&gvk);
        let value = value_of(object)?;
        if gvk.kind.is_empty() || object.name().is_empty() {
            return Err(ApiError::bad_request("an object needs a kind and a name"));
        }
        let key = (object.namespace().to_owned(), object.name().to_owned());
        self.lock().put(&resource, key, value);
        self.tell();
        Ok(())
    }

    /// An object, as a `K`.
    ///
    /// # Errors
    /// `NotFound`, or where what is there is no `K`.
    pub fn get<K: Resource>(&self, namespace: &str, name: &str) -> Result<K, ApiError> {
        let resource = GroupVersionResource::new(K::GROUP, K::VERSION, K::PLURAL);
        read(&*self.get_json(&resource, namespace, name)?)
    }

    /// All objects of a kind, by namespace and name.
    ///
    /// # Errors
    /// Where one is no `K`.
    pub fn list<K: Resource>(&self) -> Result<Vec<K>, ApiError> {
        let resource = GroupVersionResource::new(K::GROUP, K::VERSION, K::PLURAL);
        let state = self.lock();
        state.objects.get(&resource).into_iter().flat_map(BTreeMap::values).map(|value| read(value)).collect()
    }

    /// An object, as JSON.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn get_json(
        &self,
        resource: &GroupVersionResource,
        namespace: &str,
        name: &str,
    ) -> Result<Arc<Value>, ApiError> {
        self.lock().get(resource, &(namespace.to_owned(), name.to_owned()))
    }

    /// Takes an object away, whatever its finalizers.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn remove(&self, resource: &GroupVersionResource, namespace: &str, name: &str) -> Result<(), ApiError> {
        let key = (namespace.to_owned(), name.to_owned());
        let mut state = self.lock();
        let value = state.get(resource, &key)?;
        state.delete(resource, &key, Value::clone(&value));
        drop(state);
        self.tell();
        Ok(())
    }

    /// Changes an object with `change`, past all rules: also its status.
    ///
    /// # Errors
    /// `NotFound`, or where what is there is no `K`.
    pub fn modify<K: Resource>(
        &self,
        namespace: &str,
        name: &str,
        change: impl FnOnce(&mut K),
    ) -> Result<(), ApiError> {
        let resource = GroupVersionResource::new(K::GROUP, K::VERSION, K::PLURAL);
        let key = (namespace.to_owned(), name.to_owned());
        let mut state = self.lock();
        let mut object: K = read(&*state.get(&resource, &key)?)?;
        change(&mut object);
        state.put(&resource, key, value_of(&object)?);
        drop(state);
        self.tell();
        Ok(())
    }

    /// The revision of the last write.
    pub fn revision(&self) -> u64 {
        self.lock().revision
    }

    /// Forgets all that happened so far: watches from earlier revisions are told that these have expired.
    pub fn forget_history(&self) {
        let mut state = self.lock();
        state.forgotten = state.revision;
        state.history.clear();
    }

    /// Ends all watches, as a server does from time to time.
    pub fn end_watches(&self) {
        self.inner.moved.send_modify(|moved| moved.epoch += 1);
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock()
    }

    /// Tells watches of what was written. To be called without the lock.
    pub(super) fn tell(&self) {
        let revision = self.revision();
        self.inner.moved.send_modify(|moved| moved.revision = moved.revision.max(revision));
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<Moved> {
        self.inner.moved.subscribe()
    }

    /// What the Scheme knows of a resource.
    pub(super) fn entry(&self, resource: &GroupVersionResource) -> Option<&Arc<TypeEntry>> {
        self.inner.scheme.by_resource(resource)
    }

    pub(super) fn info(&self, resource: &GroupVersionResource) -> Option<&ResourceInfo> {
        self.entry(resource)?.info.resource.as_ref()
    }

    /// Whether the status is written apart from the rest.
    pub(super) fn has_status(&self, resource: &GroupVersionResource) -> bool {
        self.info(resource).is_some_and(|info| info.subresources.iter().any(|subresource| subresource.name == "status"))
    }

    fn resource_of(&self, gvk: &GroupVersionKind) -> GroupVersionResource {
        let known = self.inner.scheme.get(gvk).ok().and_then(|entry| entry.gvr());
        known.unwrap_or_else(|| gvk.group_version().with_resource(guess_plural(&gvk.kind)))
    }

    /// The object in its type's form, where the type is known, and what strict reading objects to.
    pub(super) fn normal(
        &self,
        resource: &GroupVersionResource,
        value: Value,
    ) -> Result<(Value, Vec<StrictError>), ApiError> {
        let text = |field: &str| value.get(field).and_then(Value::as_str).unwrap_or_default();
        let Some(entry) = self.entry(resource) else {
            if text("kind").is_empty() {
                return Err(ApiError::bad_request(format!("Object 'Kind' is missing in '{value}'")));
            }
            return Ok((value, Vec::new()));
        };
        let (kind, version) = (text("kind"), text("apiVersion"));
        let is_other = |said: &str, own: &str| !said.is_empty() && said != own;
        if is_other(kind, &entry.gvk.kind) || is_other(version, &entry.gvk.api_version()) {
            let words = format!("{version}, Kind={kind} in request does not match {}", entry.gvk);
            return Err(ApiError::bad_request(words));
        }
        let json = value.to_string();
        let mut object = entry.new_object();
        let mut reader = JsonReader::strict(json.as_bytes());
        object.read_json(&mut reader).map_err(|err| ApiError::bad_request(err.to_string()))?;
        Ok((value_of(object.as_ref())?, reader.take_strict_errors()))
    }
}

impl State {
    pub(super) fn get(&self, resource: &GroupVersionResource, key: &Key) -> Result<Arc<Value>, ApiError> {
        let found = self.objects.get(resource).and_then(|objects| objects.get(key));
        found.cloned().ok_or_else(|| ApiError::not_found(&resource.group_resource(), &key.1))
    }

    /// The resource's objects, by namespace and name.
    pub(super) fn objects(&self, resource: &GroupVersionResource) -> impl Iterator<Item = (&Key, &Arc<Value>)> {
        self.objects.get(resource).into_iter().flatten()
    }

    /// Keeps an object, with a revision of its own.
    pub(super) fn put(&mut self, resource: &GroupVersionResource, key: Key, mut value: Value) -> Arc<Value> {
        self.revision += 1;
        set_metadata(&mut value, "resourceVersion", self.revision.to_string().into());
        if metadata(&value, "uid").is_empty() {
            set_metadata(&mut value, "uid", self.new_uid().into());
        }
        let new = Arc::new(value);
        let old = self.objects.entry(resource.clone()).or_default().insert(key, new.clone());
        self.remember(Event {
            revision: self.revision,
            resource: resource.clone(),
            old,
            new: new.clone(),
            is_deletion: false,
        });
        new
    }

    /// Takes an object away, whose last state is `value`.
    pub(super) fn delete(&mut self, resource: &GroupVersionResource, key: &Key, mut value: Value) -> Arc<Value> {
        self.revision += 1;
        set_metadata(&mut value, "resourceVersion", self.revision.to_string().into());
        let new = Arc::new(value);
        let old = self.objects.get_mut(resource).and_then(|objects| objects.remove(key));
        self.remember(Event {
            revision: self.revision,
            resource: resource.clone(),
            old,
            new: new.clone(),
            is_deletion: true,
        });
        new
    }

    /// The first event after a revision.
    pub(super) fn next_event(&self, after: u64) -> Option<&Event> {
        let at = self.history.partition_point(|event| event.revision <= after);
        self.history.get(at)
    }

    /// A UID; the same ones in each run of a test.
    pub(super) fn new_uid(&mut self) -> String {
        self.uids += 1;
        format!("00000000-0000-4000-8000-{:012x}", self.uids)
    }

    fn remember(&mut self, event: Event) {
        self.history.push_back(event);
        if self.history.len() > HISTORY_MAX
            && let Some(oldest) = self.history.pop_front()
        {
            self.forgotten = oldest.revision;
        }
    }
}

/// A text of the metadata.
pub(super) fn metadata<'a>(value: &'a Value, field: &str) -> &'a str {
    value.get("metadata").and_then(|metadata| metadata.get(field)).and_then(Value::as_str).unwrap_or_default()
}

/// Sets a field of the metadata; `null` removes it.
pub(super) fn set_metadata(value: &mut Value, field: &str, new: Value) {
    let Value::Object(fields) = value else { return };
    let metadata = fields.entry("metadata").or_insert_with(|| Value::Object(serde_json::Map::new()));
    if let Value::Object(metadata) = metadata {
        if new.is_null() {
            metadata.remove(field);
        } else {
            metadata.insert(field.to_owned(), new);
        }
    }
}

pub(super) fn value_of(object: &dyn Object) -> Result<Value, ApiError> {
    let mut w = JsonWriter::new();
    object.write_json(&mut w);
    serde_json::from_slice(w.as_bytes()).map_err(ApiError::internal_error)
}

fn read<K: Kind>(value: &Value) -> Result<K, ApiError> {
    codec::from_json_slice(value.to_string().as_bytes()).map_err(ApiError::internal_error)
}

/// apimachinery's UnsafeGuessKindToResource.
fn guess_plural(kind: &str) -> String {
    let singular = kind.to_lowercase();
    match singular.as_bytes().last() {
        Some(b's') => format!("{singular}es"),
        Some(b'y') => format!("{}ies", singular.trim_end_matches('y')),
        _ => format!("{singular}s"),
    }
}
