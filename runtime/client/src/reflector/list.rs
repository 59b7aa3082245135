//! Reading the whole state with list requests.

use std::sync::Arc;

use kubeforge_machinery::{ListKind as _, Resource, meta::v1::ListOptions};
use tracing::debug;

use super::{Freshness, Reflector, Sink};
use crate::error::ClientError;

/// What a list gave.
struct Listed<K> {
    objects: Vec<Arc<K>>,
    revision: String,
    /// It came in more than one page.
    is_paged: bool,
}

impl<K: Resource> Reflector<K> {
    /// Lists everything, gives it to the sink and returns its revision.
    pub(super) async fn list(&mut self, freshness: &Freshness, sink: &mut impl Sink<K>) -> Result<String, ClientError> {
        let mut options = ListOptions { limit: self.options.page_size, ..self.list_options() };
        match freshness {
            Freshness::Any => options.resource_version = "0".to_owned(),
            Freshness::NotOlderThan(revision) => {
                options.resource_version.clone_from(revision);
                if !self.is_paged {
                    // all at once comes from the server's cache; pages would not
                    options.limit = 0;
                }
            }
            Freshness::Latest => {}
        }
        let listed = match self.pages(options.clone(), sink).await {
            // the pages after the first took too long: all at once then
            Err(err) if err.is_expired() && options.limit != 0 => {
                debug!(resource = K::PLURAL, %err, "a paged list was too slow; listing at once");
                self.pages(ListOptions { limit: 0, ..options }, sink).await?
            }
            // the resource isn't served: there is nothing, and who waits for it needn't wait longer
            Err(err) if err.is_not_found() => {
                sink.replace(Vec::new(), "");
                return Err(err);
            }
            other => other?,
        };
        self.is_paged |= *freshness == Freshness::Any && listed.is_paged;
        sink.replace(listed.objects, &listed.revision);
        Ok(listed.revision)
    }

    async fn pages(&self, mut options: ListOptions, sink: &mut impl Sink<K>) -> Result<Listed<K>, ClientError> {
        let (mut objects, mut is_paged) = (Vec::new(), false);
        loop {
            let page = self.api.list(&self.tweaked(options.clone())).await?;
            let meta = page.list_metadata();
            let (next, revision) = (meta.continue_.clone(), meta.resource_version.clone());
            objects.extend(page.into_items().into_iter().map(|object| sink.take_in(object)));
            if next.is_empty() {
                return Ok(Listed { objects, revision, is_paged });
            }
            is_paged = true;
            // the token says the revision of the following pages
            options.resource_version.clear();
            options.continue_ = next;
        }
    }
}
