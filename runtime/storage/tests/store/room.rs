//! A place for a check: a storage of pods, and short words for what checks do.

use std::{path::Path, sync::Arc, time::Duration};

use futures::{FutureExt, StreamExt, stream::BoxStream};
use kubeforge_api::core::v1::{Container, Pod};
use kubeforge_machinery::{GroupVersionKind, Scheme, SchemeBuilder, fields, labels};
use kubeforge_storage::{
    embedded::{EmbeddedKv, EmbeddedOptions},
    entry::Entry,
    key::Scope,
    kv::Kv,
    revision::Revision,
    storage::{
        Change, ListRequest, ListResult, ObjectKey, Preconditions, ReadAt, Selection, Storage, StorageError, Updated,
        WatchEvent, WatchFrom, WatchRequest,
    },
    store::{ObjectStore, StoreConfig},
    watch_cache::{CacheOptions, Indexed, WatchCacheHub},
};

pub const POD: GroupVersionKind = GroupVersionKind::new("", "v1", "Pod");

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    ObjectStore,
    WatchCache,
}

pub struct Room {
    pub kv: Arc<dyn Kv>,
    pub scheme: Arc<Scheme>,
    pub pods: Arc<dyn Storage>,
    hub: Option<Arc<WatchCacheHub>>,
}

impl Room {
    pub async fn in_memory(kind: Kind) -> Self {
        Self::over(kind, Arc::new(EmbeddedKv::in_memory())).await
    }

    pub async fn on_disk(kind: Kind, dir: &Path) -> Self {
        Self::over(kind, Arc::new(EmbeddedKv::open(dir, EmbeddedOptions::default()).unwrap())).await
    }

    pub async fn over(kind: Kind, kv: Arc<dyn Kv>) -> Self {
        let mut scheme = SchemeBuilder::new("test");
        kubeforge_api::register_all(&mut scheme);
        let scheme = Arc::new(scheme.build());
        let hub = (kind == Kind::WatchCache).then(|| WatchCacheHub::start(kv.clone(), "/registry/"));
        let pods = storage(&kv, &scheme, hub.as_ref());
        if let Some(hub) = &hub {
            hub.ready().await;
        }
        Self { kv, scheme, pods, hub }
    }

    /// Another storage of the same pods, as another server has one.
    pub async fn another(&self) -> Arc<dyn Storage> {
        match self.hub {
            Some(_) => {
                let hub = WatchCacheHub::start(self.kv.clone(), "/registry/");
                let pods = storage(&self.kv, &self.scheme, Some(&hub));
                hub.ready().await;
                pods
            }
            None => storage(&self.kv, &self.scheme, None),
        }
    }

    pub async fn create(&self, pod: Pod) -> Arc<Entry> {
        self.try_create(pod).await.unwrap()
    }

    pub async fn try_create(&self, pod: Pod) -> Result<Arc<Entry>, StorageError> {
        self.pods.create(&key_of(&pod), Box::new(pod), None).await
    }

    /// Changes a pod that is there.
    pub async fn change(&self, name: &str, change: impl FnMut(&mut Pod) + Send) -> Arc<Entry> {
        change_in(&self.pods, name, change).await
    }

    pub async fn delete(&self, name: &str) -> Arc<Entry> {
        let (key, preconditions) = (key(name), Preconditions::default());
        let update = self.pods.update(
            &key,
            &preconditions,
            Box::new(|entry| async move { Ok(Change::Delete(entry.unwrap().object().unwrap())) }.boxed()),
        );
        match update.await.unwrap() {
            Updated::Deleted(entry) => entry,
            other => panic!("not deleted: {other:?}"),
        }
    }

    pub async fn list(&self, request: ListRequest) -> ListResult {
        self.pods.list(request).await.unwrap()
    }

    pub async fn watch(&self, selection: Selection, from: WatchFrom) -> Watch {
        let request = WatchRequest { selection, from, bookmarks: false, initial_events_end: false };
        Watch(self.pods.watch(request).await.unwrap())
    }

    pub async fn now(&self) -> Revision {
        self.pods.current_revision().await.unwrap()
    }
}

fn storage(kv: &Arc<dyn Kv>, scheme: &Arc<Scheme>, hub: Option<&Arc<WatchCacheHub>>) -> Arc<dyn Storage> {
    let config = StoreConfig::new(scheme.clone(), POD, "/registry/pods", Scope::Namespaced);
    let store = ObjectStore::new(kv.clone(), config);
    match hub {
        None => Arc::new(store),
        Some(hub) => {
            let options = CacheOptions {
                indexed: vec![Indexed::Field("spec.nodeName"), Indexed::Label("app")],
                ..CacheOptions::default()
            };
            Arc::new(hub.cache(store, options))
        }
    }
}

pub async fn change_in(pods: &Arc<dyn Storage>, name: &str, mut change: impl FnMut(&mut Pod) + Send) -> Arc<Entry> {
    let updated = pods
        .update(
            &key(name),
            &Preconditions::default(),
            Box::new(move |entry| {
                let mut object = entry.unwrap().object().unwrap();
                change(object.downcast_mut::<Pod>().unwrap());
                async move { Ok(Change::Put(object)) }.boxed()
            }),
        )
        .await
        .unwrap();
    updated.entry().clone()
}

/// A watch's events, as short texts.
pub struct Watch(pub BoxStream<'static, Result<WatchEvent, StorageError>>);

impl Watch {
    /// The next event; panics where none comes.
    pub async fn event(&mut self) -> WatchEvent {
        tokio::time::timeout(Duration::from_secs(5), self.0.next())
            .await
            .expect("an event in time")
            .expect("a watch that goes on")
            .unwrap()
    }

    /// The next event, as `ADDED default/a 5`.
    pub async fn next(&mut self) -> String {
        text(&self.event().await)
    }

    /// Nothing comes now.
    pub async fn is_silent(&mut self) {
        let next = tokio::time::timeout(Duration::from_millis(100), self.0.next()).await;
        assert!(next.is_err(), "an event that nobody should see: {next:?}");
    }
}

pub fn text(event: &WatchEvent) -> String {
    let show = |type_: &str, entry: &Entry| format!("{type_} {} {}", entry.key(), entry.revision());
    match event {
        WatchEvent::Added(entry) => show("ADDED", entry),
        WatchEvent::Modified(entry) => show("MODIFIED", entry),
        WatchEvent::Deleted(entry) => show("DELETED", entry),
        WatchEvent::Bookmark { initial_events_end: false, .. } => "BOOKMARK".to_owned(),
        WatchEvent::Bookmark { initial_events_end: true, .. } => "BOOKMARK end".to_owned(),
    }
}

/// `namespace/name`, or a name in the namespace `default`.
pub fn key(path: &str) -> ObjectKey {
    let (namespace, name) = path.split_once('/').unwrap_or(("default", path));
    ObjectKey { namespace: namespace.to_owned(), name: name.to_owned() }
}

pub fn key_of(pod: &Pod) -> ObjectKey {
    ObjectKey { namespace: pod.metadata.namespace.clone(), name: pod.metadata.name.clone() }
}

pub fn pod(path: &str) -> Pod {
    let key = key(path);
    let mut pod = Pod::default();
    pod.metadata.uid = format!("uid-of-{}", key.name);
    pod.metadata.namespace = key.namespace;
    pod.metadata.name = key.name;
    pod.spec.containers =
        vec![Container { name: "main".to_owned(), image: "registry/image:1".to_owned(), ..Container::default() }];
    pod
}

pub fn labelled(path: &str, label: &str) -> Pod {
    let (label, value) = label.split_once('=').unwrap();
    let mut pod = pod(path);
    pod.metadata.labels.insert(label.to_owned(), value.to_owned());
    pod
}

pub fn of_node(path: &str, node: &str) -> Pod {
    let mut pod = pod(path);
    pod.spec.node_name = node.to_owned();
    pod
}

pub fn with_labels(selector: &str) -> Selection {
    Selection { labels: labels::Selector::parse(selector).unwrap(), ..Selection::default() }
}

pub fn with_fields(selector: &str) -> Selection {
    Selection { fields: fields::Selector::parse(selector).unwrap(), ..Selection::default() }
}

pub fn names(list: &ListResult) -> Vec<String> {
    list.items.iter().map(|entry| entry.key().to_string()).collect()
}

pub fn at(at: ReadAt) -> ListRequest {
    ListRequest { at, ..ListRequest::default() }
}
