//! Guaranteed update: a function of the current state, tried until no other writer comes between.

use std::{sync::Arc, time::Duration};

use kubeforge_machinery::Object;

use super::{ObjectStore, from_kv};
use crate::{
    entry::Entry,
    kv::{Expect, KeyValue, Written},
    storage::{Change, ObjectKey, Preconditions, StorageError, UpdateFn, Updated},
};

/// Some writer wins each round, so even a crowd is served long before this.
const TRIES_MAX: usize = 1000;

/// What is known of the object.
struct Current {
    entry: Option<Arc<Entry>>,
    /// Read from the store; what a cache has may be old.
    is_fresh: bool,
}

/// How a try ended.
enum Outcome {
    Done(Updated),
    /// Another writer was faster; this is what is there now.
    Lost(Option<KeyValue>),
    /// It rests on what a cache had: to be trusted only if that is still so.
    Doubtful(Result<Updated, StorageError>),
}

pub(super) async fn update<'a>(
    store: &'a ObjectStore,
    key: &'a ObjectKey,
    preconditions: &'a Preconditions,
    mut update: UpdateFn<'a>,
    cached: Option<Arc<Entry>>,
) -> Result<Updated, StorageError> {
    let mut current = match cached {
        Some(entry) => Current { entry: Some(entry), is_fresh: false },
        None => Current { entry: store.current(key).await?, is_fresh: true },
    };
    for _ in 0..TRIES_MAX {
        match attempt(store, key, preconditions, &mut update, &current).await? {
            Outcome::Done(updated) => return Ok(updated),
            Outcome::Lost(kv) => {
                let entry = kv.map(|kv| store.load(&kv).map(Arc::new)).transpose()?;
                current = Current { entry, is_fresh: true };
            }
            Outcome::Doubtful(result) => {
                let entry = store.current(key).await?;
                let revision = |entry: &Option<Arc<Entry>>| entry.as_ref().map(|entry| entry.revision());
                if revision(&entry) == revision(&current.entry) {
                    return result;
                }
                current = Current { entry, is_fresh: true };
            }
        }
    }
    Err(StorageError::Contended(key.clone()))
}

async fn attempt<'a>(
    store: &ObjectStore,
    key: &ObjectKey,
    preconditions: &Preconditions,
    update: &mut UpdateFn<'a>,
    current: &Current,
) -> Result<Outcome, StorageError> {
    let settle = |result: Result<Updated, StorageError>| match current.is_fresh {
        true => result.map(Outcome::Done),
        false => Ok(Outcome::Doubtful(result)),
    };
    if let Err(err) = check(key, preconditions, current.entry.as_deref()) {
        return settle(Err(err));
    }
    let change = match update(current.entry.clone()).await {
        Ok(change) => change,
        Err(err) => return settle(Err(err.into())),
    };
    let (object, ttl) = match (change, &current.entry) {
        (Change::Keep, None) | (Change::Delete(_), None) => return settle(Err(StorageError::NotFound(key.clone()))),
        (Change::Keep, Some(entry)) => return settle(Ok(Updated::Changed(entry.clone()))),
        (Change::Delete(object), Some(entry)) => return delete(store, key, object, entry).await,
        (Change::Put(object), _) => (object, None),
        (Change::PutWithTtl(object, ttl), _) => (object, Some(ttl)),
    };
    let mut prepared = store.prepare(key, object)?;
    if let Some(entry) = &current.entry
        && prepared.equals(store.kind(), entry)
    {
        return settle(Ok(Updated::Changed(entry.clone())));
    }
    put(store, key, prepared, current.entry.as_deref(), ttl).await
}

async fn put(
    store: &ObjectStore,
    key: &ObjectKey,
    prepared: super::Prepared,
    current: Option<&Entry>,
    ttl: Option<Duration>,
) -> Result<Outcome, StorageError> {
    let expect = current.map_or(Expect::Absent, |entry| Expect::At(entry.revision()));
    Ok(match store.put(key, prepared, expect, ttl).await? {
        Ok(entry) if current.is_none() => Outcome::Done(Updated::Created(entry)),
        Ok(entry) => Outcome::Done(Updated::Changed(entry)),
        Err(kv) => Outcome::Lost(kv),
    })
}

async fn delete(
    store: &ObjectStore,
    key: &ObjectKey,
    last: Box<dyn Object>,
    current: &Entry,
) -> Result<Outcome, StorageError> {
    let path = store.layout().key(key);
    match store.kv().delete(path, Expect::At(current.revision())).await.map_err(from_kv)? {
        Written::Done { revision, .. } => {
            let prepared = store.prepare(key, last)?;
            let entry = Entry::written(store.kind(), key.clone(), revision, &prepared.plain, prepared.object)?;
            Ok(Outcome::Done(Updated::Deleted(Arc::new(entry))))
        }
        Written::Unexpected { current, .. } => Ok(Outcome::Lost(current)),
    }
}

/// Checks preconditions; an absent object has neither uid nor resource version.
fn check(key: &ObjectKey, preconditions: &Preconditions, current: Option<&Entry>) -> Result<(), StorageError> {
    let failed = |what: &str, wanted: &str, found: &str| {
        let message = format!("Precondition failed: {what} in precondition: {wanted}, {what} in object meta: {found}");
        Err(StorageError::Precondition { key: key.clone(), message })
    };
    let uid = current.map_or("", Entry::uid);
    if let Some(wanted) = &preconditions.uid
        && wanted != uid
    {
        return failed("UID", wanted, uid);
    }
    let version = current.map(|entry| entry.revision().to_string()).unwrap_or_default();
    if let Some(wanted) = &preconditions.resource_version
        && *wanted != version
    {
        return failed("ResourceVersion", wanted, &version);
    }
    Ok(())
}
