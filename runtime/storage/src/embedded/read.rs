//! Range reads.

use std::sync::Arc;

use bytes::Bytes;

use crate::{
    embedded::{index::Found, shared::Shared, stamp::Stamp},
    kv::{KeyValue, KvError, RangeRequest, RangeResult, Want},
    revision::Revision,
};

/// So many values are read in place; more, and the read moves to a thread that may block.
const INLINE_VALUES_MAX: usize = 64;

/// Between the look at the index and that at the values, compaction may remove a value that was just replaced. The
/// next look sees the new one; a value that is still missing is a broken store.
const TRIES_MAX: usize = 8;

/// Answers a range read.
pub(super) async fn range(shared: &Arc<Shared>, request: &RangeRequest) -> Result<RangeResult, KvError> {
    for _ in 0..TRIES_MAX {
        let (found, latest) = find(shared, request)?;
        let more = request.want != Want::Count && found.count > found.keys.len();
        if let Some(kvs) = load(shared, found.keys, request.want).await? {
            return Ok(RangeResult { kvs, count: found.count, more, revision: Some(latest) });
        }
    }
    Err(KvError::Engine("a value that the index knows is missing".to_owned()))
}

fn find(shared: &Shared, request: &RangeRequest) -> Result<(Found, Revision), KvError> {
    let index = shared.index.read();
    let latest = index.latest();
    if let Some(asked) = request.at {
        if asked > latest {
            return Err(KvError::Future { asked, latest: Some(latest) });
        }
        if index.compacted().is_some_and(|oldest| asked < oldest) {
            return Err(KvError::Compacted { asked, oldest: index.compacted() });
        }
    }
    let limit = match request.want {
        Want::Count => 0,
        Want::Keys | Want::KeyValues => request.limit.unwrap_or(usize::MAX),
    };
    Ok((index.find(&request.range, request.at, limit), latest))
}

async fn load(shared: &Arc<Shared>, keys: Vec<(Bytes, Stamp)>, want: Want) -> Result<Option<Vec<KeyValue>>, KvError> {
    let engine = shared.engine()?;
    if want != Want::KeyValues {
        return Ok(Some(keys.into_iter().map(|(key, stamp)| stamp.with(key, Bytes::new())).collect()));
    }
    if keys.len() <= INLINE_VALUES_MAX || !engine.is_on_disk() {
        return values(shared, keys);
    }
    let shared = shared.clone();
    tokio::task::spawn_blocking(move || values(&shared, keys))
        .await
        .map_err(|err| KvError::Engine(format!("a read was interrupted: {err}")))?
}

fn values(shared: &Shared, keys: Vec<(Bytes, Stamp)>) -> Result<Option<Vec<KeyValue>>, KvError> {
    keys.into_iter().map(|(key, stamp)| Ok(shared.value(&key, stamp)?.map(|value| stamp.with(key, value)))).collect()
}
