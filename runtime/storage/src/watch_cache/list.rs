//! Lists from the cache.

use std::sync::Arc;

use super::{WatchCache, objects::Objects, objects::Range};
use crate::{
    entry::Entry,
    revision::Revision,
    storage::{Continue, ListRequest, ListResult, ReadAt, Selection, Storage, StorageError},
};

/// The objects that a list goes through.
struct Source {
    range: Range,
    /// All objects at that revision, for the next chunk.
    objects: Objects,
    revision: Revision,
}

pub(super) async fn list(cache: &WatchCache, request: ListRequest) -> Result<ListResult, StorageError> {
    let start = request.continue_.as_ref().map_or("", |continue_| continue_.start.as_str());
    let at = match &request.continue_ {
        Some(Continue { revision: Some(revision), .. }) => ReadAt::Exact(*revision),
        Some(Continue { revision: None, .. }) => ReadAt::Latest,
        None => request.at,
    };
    let source = match at {
        ReadAt::Exact(revision) => cache.resource.snapshot(revision).map(|objects| {
            let range = objects.range(request.selection.only_namespace(), start);
            Source { range, objects, revision }
        }),
        ReadAt::Latest | ReadAt::Any | ReadAt::NotOlderThan(_) => match cache.freshen(at).await? {
            false => None,
            true => cache.resource.read(|view, revision| {
                let range = view.candidates(&request.selection, start, &cache.options.indexed);
                Source { range, objects: view.objects.clone(), revision }
            }),
        },
    };
    match source {
        Some(source) => Ok(collect(cache, source, &request.selection, request.limit)),
        None => cache.resource.store.list(request).await,
    }
}

fn collect(cache: &WatchCache, source: Source, selection: &Selection, limit: usize) -> ListResult {
    let Source { mut range, objects, revision } = source;
    if limit == 0 {
        let mut items = Vec::with_capacity(if selection.takes_all() { range.left() } else { 0 });
        items.extend(range.filter(|entry| selection.matches(entry)));
        return ListResult { items, revision, continue_: None, remaining: None };
    }
    let mut items: Vec<Arc<Entry>> = Vec::new();
    while let Some(entry) = range.next() {
        if selection.matches(&entry) {
            items.push(entry);
        }
        let left = range.left();
        if items.len() == limit && left > 0 {
            let continue_ =
                items.last().map(|last| Continue { revision: Some(revision), start: after(last, selection) });
            cache.resource.keep_snapshot(&objects, revision);
            let remaining = selection.takes_all().then_some(left as u64);
            return ListResult { items, revision, continue_, remaining };
        }
    }
    ListResult { items, revision, continue_: None, remaining: None }
}

/// Where a list goes on after an object.
fn after(entry: &Entry, selection: &Selection) -> String {
    let key = entry.key();
    if selection.only_namespace().is_some() || key.namespace.is_empty() {
        format!("{}\0", key.name)
    } else {
        format!("{}/{}\0", key.namespace, key.name)
    }
}
