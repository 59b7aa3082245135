//! Reading the whole state with list requests.

use kubeforge_machinery::{ListKind as _, Resource, meta::v1::ListOptions};
use tracing::debug;

use super::{Freshness, Reflector, Sink};
use crate::error::ClientError;

impl<K: Resource> Reflector<K> {
    /// Lists everything, gives it to the sink and returns its revision.
    pub(super) async fn list(&self, freshness: &Freshness, sink: &mut impl Sink<K>) -> Result<String, ClientError> {
        let mut options = ListOptions { limit: self.options.page_size, ..self.list_options() };
        match freshness {
            Freshness::Any => options.resource_version = "0".to_owned(),
            Freshness::NotOlderThan(revision) => {
                options.resource_version.clone_from(revision);
                // a page of a later revision than asked for can't be had; all at once comes from the server's cache
                options.limit = 0;
            }
            Freshness::Latest => {}
        }
        let (objects, revision) = match self.pages(options.clone()).await {
            // the pages after the first took too long: all at once then
            Err(err) if err.is_expired() && options.limit != 0 => {
                debug!(resource = K::PLURAL, %err, "a paged list was too slow; listing at once");
                self.pages(ListOptions { limit: 0, resource_version: String::new(), ..options }).await?
            }
            other => other?,
        };
        sink.replace(objects);
        Ok(revision)
    }

    async fn pages(&self, mut options: ListOptions) -> Result<(Vec<K>, String), ClientError> {
        let mut objects = Vec::new();
        loop {
            let page = self.api.list(&self.tweaked(options.clone())).await?;
            let meta = page.list_metadata();
            let (next, revision) = (meta.continue_.clone(), meta.resource_version.clone());
            if objects.is_empty() {
                objects = page.into_items();
            } else {
                objects.extend(page.into_items());
            }
            if next.is_empty() {
                return Ok((objects, revision));
            }
            // the token says the revision of the following pages
            options.resource_version.clear();
            options.continue_ = next;
        }
    }
}
