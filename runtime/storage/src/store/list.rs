//! Lists, page by page.

use std::sync::Arc;

use bytes::Bytes;

use super::ObjectStore;
use crate::{
    entry::Entry,
    key::prefix_end,
    kv::{KeyRange, KeyValue, RangeRequest, Want},
    revision::Revision,
    storage::{Continue, ListRequest, ListResult, ObjectKey, ReadAt, Selection, StorageError},
    watch_cache::BATCH_BYTES,
};

/// The most keys read at once, as upstream's.
const PAGE_KEYS_MAX: usize = 10_000;

/// A list without a limit begins with so many ...
const PAGE_KEYS_FIRST: usize = 500;

/// ... and goes on with as many as make about so many bytes: that bounds what a backend must answer in one message, and
/// what of it is in memory beside the objects.
const PAGE_BYTES: usize = 8 << 20;

pub(super) async fn list(store: &ObjectStore, request: ListRequest) -> Result<ListResult, StorageError> {
    if let Some(key) = single_key(store, &request.selection) {
        return list_one(store, &key, &request).await;
    }
    let mut pages = Pages::new(store, &request);
    let limit = if request.limit == 0 { usize::MAX } else { request.limit };
    let mut items = Vec::new();
    loop {
        let page = pages.next().await?;
        let kvs = page.kvs.len();
        let mut announced = 0;
        for (index, kv) in page.kvs.iter().enumerate() {
            if index == announced {
                announced += store.foresee_some(page.kvs.get(index..).unwrap_or_default());
            }
            let entry = Arc::new(store.load(kv)?);
            if !request.selection.matches(&entry) {
                continue;
            }
            items.push(entry);
            let left = page.count.saturating_sub(index + 1);
            if items.len() == limit && left > 0 {
                let continue_ = Continue { revision: Some(page.revision), start: pages.after(kv) };
                let remaining = request.selection.takes_all().then_some(left as u64);
                return Ok(ListResult { items, revision: page.revision, continue_: Some(continue_), remaining });
            }
        }
        if kvs == 0 || page.count <= kvs {
            return Ok(ListResult { items, revision: page.revision, continue_: None, remaining: None });
        }
        tokio::task::yield_now().await;
    }
}

/// The one object that can be meant, where its namespace and name are given.
fn single_key(store: &ObjectStore, selection: &Selection) -> Option<ObjectKey> {
    let name = selection.only_name()?.to_owned();
    let namespace = selection.only_namespace().unwrap_or_default().to_owned();
    let key = ObjectKey { namespace, name };
    // a namespaced resource's name alone says nothing of its key
    store.layout().object(store.layout().path(&key).as_bytes()).filter(|found| *found == key)
}

async fn list_one(store: &ObjectStore, key: &ObjectKey, request: &ListRequest) -> Result<ListResult, StorageError> {
    let (kv, revision) = store.read_one(key, exact(request)).await?;
    check_not_older(request, revision)?;
    let entry = kv.map(|kv| store.load(&kv).map(Arc::new)).transpose()?;
    let items = entry.into_iter().filter(|entry| request.selection.matches(entry)).collect();
    Ok(ListResult { items, revision, continue_: None, remaining: None })
}

/// The revision that must be read.
fn exact(request: &ListRequest) -> Option<Revision> {
    match (&request.continue_, request.at) {
        (Some(continue_), _) => continue_.revision,
        (None, ReadAt::Exact(revision)) => Some(revision),
        (None, ReadAt::Latest | ReadAt::Any | ReadAt::NotOlderThan(_)) => None,
    }
}

fn check_not_older(request: &ListRequest, current: Revision) -> Result<(), StorageError> {
    match request.at {
        ReadAt::NotOlderThan(asked) if request.continue_.is_none() && asked > current => {
            Err(StorageError::TooLarge { asked, current })
        }
        _ => Ok(()),
    }
}

/// Reads a range of keys at one revision, in order.
struct Pages<'a> {
    store: &'a ObjectStore,
    request: &'a ListRequest,
    prefix: String,
    start: Bytes,
    end: Bytes,
    at: Option<Revision>,
    page_keys: usize,
}

struct Page {
    kvs: Vec<KeyValue>,
    /// Keys in this page and all after it.
    count: usize,
    revision: Revision,
}

impl<'a> Pages<'a> {
    fn new(store: &'a ObjectStore, request: &'a ListRequest) -> Self {
        let prefix = store.layout().list_prefix(request.selection.only_namespace());
        let start = request.continue_.as_ref().map_or("", |continue_| &continue_.start);
        Self {
            store,
            request,
            start: format!("{prefix}{start}").into(),
            end: prefix_end(prefix.as_bytes()),
            prefix,
            at: exact(request),
            page_keys: match request.limit {
                0 => PAGE_KEYS_FIRST,
                limit => limit.min(PAGE_KEYS_MAX),
            },
        }
    }

    async fn next(&mut self) -> Result<Page, StorageError> {
        let range = KeyRange::Between { start: self.start.clone(), end: self.end.clone() };
        let range = RangeRequest { range, at: self.at, limit: Some(self.page_keys), want: Want::KeyValues };
        let result = self.store.range(range).await?;
        let revision = self.at.or(result.revision).unwrap_or(Revision::FIRST);
        check_not_older(self.request, revision)?;
        self.at = Some(revision);
        if let Some(last) = result.kvs.last() {
            self.start = successor(&last.key);
        }
        self.page_keys = next_page_keys(self.page_keys, &result.kvs);
        Ok(Page { kvs: result.kvs, count: result.count, revision })
    }

    /// Where a list goes on after this key, for the continue token.
    fn after(&self, kv: &KeyValue) -> String {
        let rest = kv.key.get(self.prefix.len()..).unwrap_or_default();
        format!("{}\0", String::from_utf8_lossy(rest))
    }
}

/// How many keys to read next, after a page of `asked` had these: more, as few may have matched, but not too large a page.
fn next_page_keys(asked: usize, page: &[KeyValue]) -> usize {
    let bytes: usize = page.iter().map(|kv| kv.value.len()).sum();
    let fitting = (page.len() * PAGE_BYTES).checked_div(bytes).unwrap_or(PAGE_KEYS_MAX);
    (asked * 4).min(fitting).clamp(1, PAGE_KEYS_MAX)
}

fn successor(key: &[u8]) -> Bytes {
    let mut next = Vec::with_capacity(key.len() + 1);
    next.extend_from_slice(key);
    next.push(0);
    next.into()
}

impl ObjectStore {
    /// Tells whoever converts objects elsewhere of the first of these, as many as are asked about at once. How many that are.
    fn foresee_some(&self, kvs: &[KeyValue]) -> usize {
        if !self.kind().asks_elsewhere() {
            return kvs.len();
        }
        let mut bytes = 0;
        let fitting = kvs.iter().take_while(|kv| {
            bytes += kv.value.len();
            bytes <= BATCH_BYTES
        });
        let count = fitting.count().max(1).min(kvs.len());
        self.foresee(kvs.iter().take(count));
        count
    }
}

/// Everything that a resource has, at one revision: what a cache begins with.
pub(crate) async fn all(store: &ObjectStore) -> Result<(Vec<Arc<Entry>>, Revision), StorageError> {
    let request = ListRequest::default();
    let mut pages = Pages::new(store, &request);
    let mut items = Vec::new();
    loop {
        let page = pages.next().await?;
        let kvs = page.kvs.len();
        let mut rest = page.kvs.as_slice();
        while !rest.is_empty() {
            let (chunk, next) = rest.split_at(store.foresee_some(rest).min(256));
            rest = next;
            for kv in chunk {
                match store.load(kv) {
                    Ok(entry) => items.push(Arc::new(entry)),
                    // a webhook may answer later; what is broken stays so
                    Err(err) if err.is_unconverted() => return Err(err),
                    Err(err) => tracing::error!(%err, "a stored object can't be read and is left out of the cache"),
                }
            }
            tokio::task::yield_now().await;
        }
        if kvs == 0 || page.count <= kvs {
            return Ok((items, page.revision));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_grow_with_what_fits() {
        let page = |keys: usize, value_bytes: usize| {
            let value = Bytes::from(vec![0; value_bytes]);
            let revision = Revision::FIRST;
            let kv = KeyValue { key: "k".into(), value, create_revision: revision, mod_revision: revision, version: 1 };
            vec![kv; keys]
        };
        assert_eq!(next_page_keys(500, &page(500, 1 << 10)), 2000);
        assert_eq!(next_page_keys(2000, &page(2000, 1 << 10)), 8000);
        assert_eq!(next_page_keys(500, &page(500, 1 << 20)), 8, "large objects come in small pages");
        assert_eq!(next_page_keys(5000, &[]), PAGE_KEYS_MAX);
        assert_eq!(next_page_keys(1, &page(1, 16 << 20)), 1);
    }
}
