//! Objects of one resource, straight over the key-value store. Follows apiserver pkg/storage/etcd3/store.go.

mod config;
mod lease;
mod list;
mod transform;
mod update;
mod watch;
mod writes;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use futures::stream::BoxStream;
use kubeforge_machinery::{Object, status::ApiError};
use tokio_util::sync::CancellationToken;

pub use config::StoreConfig;
pub use lease::LEASE_REUSE;
pub(crate) use list::all;
pub use transform::{Identity, TransformError, Transformed, Transformer};

use crate::{
    entry::{Entry, StoredKind},
    key::KeyLayout,
    kv::{Expect, KeyRange, KeyValue, Kv, KvError, LeaseId, RangeRequest, RangeResult, Want, Written},
    revision::Revision,
    storage::{
        ListRequest, ListResult, ObjectKey, Preconditions, ReadAt, Storage, StorageError, UpdateFn, Updated,
        WatchEvent, WatchRequest,
    },
    store::{
        lease::Leases,
        writes::{Prepared, Write, Writes},
    },
};

/// Objects of one resource, straight over the key-value store. Cheap to clone.
#[derive(Clone)]
pub struct ObjectStore {
    inner: Arc<Inner>,
}

struct Inner {
    kv: Arc<dyn Kv>,
    layout: KeyLayout,
    kind: Arc<StoredKind>,
    transformer: Arc<dyn Transformer>,
    leases: Leases,
    writes: Writes,
    /// Its watches have to end.
    closed: CancellationToken,
}

impl ObjectStore {
    fn closed(&self) -> CancellationToken {
        self.inner.closed.clone()
    }

    /// The objects that `config` describes, in `kv`.
    pub fn new(kv: Arc<dyn Kv>, config: StoreConfig) -> Self {
        let kind = Arc::new(StoredKind::new(config.scheme, config.hub, config.storage, config.form));
        let layout = KeyLayout::new(&config.prefix, config.scope);
        let inner = Inner {
            kv,
            layout,
            kind,
            transformer: config.transformer,
            leases: Leases::new(config.lease_reuse),
            writes: Writes::default(),
            closed: CancellationToken::new(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The key-value store below.
    pub fn kv(&self) -> &Arc<dyn Kv> {
        &self.inner.kv
    }

    /// Where the objects are in it.
    pub fn layout(&self) -> &KeyLayout {
        &self.inner.layout
    }

    pub(crate) fn kind(&self) -> &Arc<StoredKind> {
        &self.inner.kind
    }

    pub(crate) fn writes(&self) -> &Writes {
        &self.inner.writes
    }

    /// Decodes what the key-value store has under a key of this resource.
    pub(crate) fn load(&self, kv: &KeyValue) -> Result<Entry, StorageError> {
        let corrupt =
            |message: String| StorageError::Corrupt { key: String::from_utf8_lossy(&kv.key).into_owned(), message };
        let key = self.inner.layout.object(&kv.key).ok_or_else(|| corrupt("not a key of the resource".to_owned()))?;
        let plain = self.inner.transformer.from_storage(&kv.key, &kv.value).map_err(|err| corrupt(err.to_string()))?;
        Entry::load(&self.inner.kind, key, kv.mod_revision, &plain.value, plain.stale)
    }

    /// Tells whoever is elsewhere and converts objects that these are about to be loaded.
    pub(crate) fn foresee<'a>(&self, kvs: impl IntoIterator<Item = &'a KeyValue>) {
        if !self.inner.kind.asks_elsewhere() {
            return;
        }
        let plain = kvs.into_iter().filter_map(|kv| self.inner.transformer.from_storage(&kv.key, &kv.value).ok());
        let plain: Vec<_> = plain.map(|plain| plain.value).collect();
        self.inner.kind.foresee(plain.iter().map(AsRef::as_ref));
    }

    async fn range(&self, request: RangeRequest) -> Result<RangeResult, StorageError> {
        match self.inner.kv.range(request).await {
            Err(KvError::Future { asked, latest: None }) => {
                let current = self.inner.kv.current_revision().await.map_err(from_kv)?;
                Err(StorageError::TooLarge { asked, current })
            }
            result => result.map_err(from_kv),
        }
    }

    async fn read_one(
        &self,
        key: &ObjectKey,
        at: Option<Revision>,
    ) -> Result<(Option<KeyValue>, Revision), StorageError> {
        let range = KeyRange::One(self.inner.layout.key(key));
        let request = RangeRequest { range, at, limit: None, want: Want::KeyValues };
        let result = self.range(request).await?;
        let revision = at.or(result.revision).unwrap_or(Revision::FIRST);
        Ok((result.kvs.into_iter().next(), revision))
    }

    /// The object as it is now.
    pub(crate) async fn current(&self, key: &ObjectKey) -> Result<Option<Arc<Entry>>, StorageError> {
        let (kv, _) = self.read_one(key, None).await?;
        kv.map(|kv| self.load(&kv).map(Arc::new)).transpose()
    }

    /// Encodes an object for storing. Its resource version is dropped: the store gives it one.
    fn prepare(&self, key: &ObjectKey, mut object: Box<dyn Object>) -> Result<Prepared, StorageError> {
        let corrupt = |message: String| StorageError::Corrupt { key: key.to_string(), message };
        if let Some(meta) = object.meta_mut() {
            meta.resource_version.clear();
            meta.self_link.clear();
        }
        let object =
            self.inner.kind.scheme.convert(object, &self.inner.kind.hub).map_err(|err| corrupt(err.to_string()))?;
        let kind = &self.inner.kind;
        let encoded = kind.encode_fully(object.as_ref()).map_err(corrupt)?;
        let object = match encoded.reads_back_otherwise {
            true => kind.load(&encoded.value, "").map_err(corrupt)?.object,
            false => object,
        };
        Ok(Prepared { plain: encoded.value.into(), object })
    }

    /// Puts a prepared object if the key is as expected.
    async fn put(
        &self,
        key: &ObjectKey,
        prepared: Prepared,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> Result<Result<Arc<Entry>, Option<KeyValue>>, StorageError> {
        let path = self.inner.layout.key(key);
        let corrupt = |err: TransformError| StorageError::Corrupt { key: key.to_string(), message: err.to_string() };
        let value = self.inner.transformer.to_storage(&path, prepared.plain.clone()).map_err(corrupt)?;
        let write = self.inner.writes.begin(&self.inner.kind, key.clone(), path, value, prepared);
        match self.put_leased(&write, expect, ttl).await? {
            Written::Done { revision, .. } => write.done(revision).map(Ok),
            Written::Unexpected { current, .. } => Ok(Err(current)),
        }
    }

    async fn put_leased(
        &self,
        write: &Write<'_>,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> Result<Written, StorageError> {
        let put = |lease: Option<LeaseId>| self.inner.kv.put(write.path(), write.value(), expect, lease);
        let Some(ttl) = ttl else { return put(None).await.map_err(from_kv) };
        let lease = self.inner.leases.get(&*self.inner.kv, ttl).await.map_err(from_kv)?;
        match put(Some(lease)).await {
            Err(KvError::LeaseNotFound(_)) => {
                // it ended earlier than its time: someone revoked it, or the store was restored
                self.inner.leases.forget(lease);
                let lease = self.inner.leases.get(&*self.inner.kv, ttl).await.map_err(from_kv)?;
                put(Some(lease)).await.map_err(from_kv)
            }
            result => result.map_err(from_kv),
        }
    }
}

/// What a failure of the key-value store means for objects.
pub(crate) fn from_kv(err: KvError) -> StorageError {
    match err {
        KvError::Compacted { asked, oldest } => StorageError::Expired { asked, oldest },
        KvError::Future { asked, latest } => {
            StorageError::TooLarge { asked, current: latest.unwrap_or(Revision::FIRST) }
        }
        other => StorageError::Kv(other),
    }
}

#[async_trait]
impl Storage for ObjectStore {
    fn close(&self) {
        self.inner.closed.cancel();
    }

    async fn create(
        &self,
        key: &ObjectKey,
        object: Box<dyn Object>,
        ttl: Option<Duration>,
    ) -> Result<Arc<Entry>, StorageError> {
        if object.meta().is_some_and(|meta| !meta.resource_version.is_empty()) {
            return Err(ApiError::unknown("resourceVersion should not be set on objects to be created").into());
        }
        let prepared = self.prepare(key, object)?;
        self.put(key, prepared, Expect::Absent, ttl).await?.map_err(|_| StorageError::Exists(key.clone()))
    }

    async fn get(&self, key: &ObjectKey, at: ReadAt) -> Result<Arc<Entry>, StorageError> {
        let exact = match at {
            ReadAt::Exact(revision) => Some(revision),
            ReadAt::Latest | ReadAt::Any | ReadAt::NotOlderThan(_) => None,
        };
        let (kv, current) = self.read_one(key, exact).await?;
        if let ReadAt::NotOlderThan(asked) = at
            && asked > current
        {
            return Err(StorageError::TooLarge { asked, current });
        }
        let kv = kv.ok_or_else(|| StorageError::NotFound(key.clone()))?;
        self.load(&kv).map(Arc::new)
    }

    async fn list(&self, request: ListRequest) -> Result<ListResult, StorageError> {
        list::list(self, request).await
    }

    async fn update<'a>(
        &'a self,
        key: &'a ObjectKey,
        preconditions: &'a Preconditions,
        update: UpdateFn<'a>,
    ) -> Result<Updated, StorageError> {
        update::update(self, key, preconditions, update, None).await
    }

    async fn watch(
        &self,
        request: WatchRequest,
    ) -> Result<BoxStream<'static, Result<WatchEvent, StorageError>>, StorageError> {
        watch::watch(self, request).await
    }

    async fn count(&self) -> Result<usize, StorageError> {
        let request = RangeRequest { range: self.inner.layout.range(), at: None, limit: None, want: Want::Count };
        Ok(self.range(request).await?.count)
    }

    async fn current_revision(&self) -> Result<Revision, StorageError> {
        self.inner.kv.current_revision().await.map_err(from_kv)
    }
}

impl ObjectStore {
    /// As [`Storage::update`], with the object as a cache has it to begin with.
    pub(crate) async fn update_from<'a>(
        &'a self,
        key: &'a ObjectKey,
        preconditions: &'a Preconditions,
        update: UpdateFn<'a>,
        cached: Option<Arc<Entry>>,
    ) -> Result<Updated, StorageError> {
        update::update(self, key, preconditions, update, cached).await
    }
}
