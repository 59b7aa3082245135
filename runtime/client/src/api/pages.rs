//! Long lists, page by page (client-go tools/pager).

use std::{collections::HashSet, future::Future};

use futures::{Stream, StreamExt as _, TryStreamExt as _, stream};
use kubeforge_machinery::{
    ListKind as _, Resource,
    meta::v1::{ListMeta, ListOptions, ResourceVersionMatch},
};

use super::Api;
use crate::error::ClientError;

/// How a long list is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pager {
    /// How many objects a page has, where the options don't say.
    pub page_size: i64,
    /// Lists everything at once where the server has forgotten the pages' revision meanwhile; otherwise that is an error.
    pub full_list_if_expired: bool,
}

impl Default for Pager {
    /// Pages of 500, and a full list in the end: client-go's.
    fn default() -> Self {
        Self { page_size: 500, full_list_if_expired: true }
    }
}

/// A list that was read page by page.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed<T> {
    /// The list's metadata. A resource version is that of all pages.
    pub metadata: ListMeta,
    /// The objects.
    pub items: Vec<T>,
    /// It took more than one page.
    pub is_paginated: bool,
}

impl<K: Resource> Api<K> {
    /// Reads many objects in pages, and gives one by one: memory holds a page at a time, and with `full_list_if_expired` the
    /// namespaces and names of what was given before.
    ///
    /// Where the pages' revision is forgotten meanwhile, a full list follows (unless the pager says otherwise), of which
    /// objects that were given already are left out. After an error nothing more comes.
    ///
    /// ```
    /// # use futures::TryStreamExt as _;
    /// # use kubeforge_client::{Api, ClientError, api::Pager};
    /// # use kubeforge_machinery::{Resource, meta::v1::ListOptions};
    /// async fn count<K: Resource>(api: &Api<K>) -> Result<usize, ClientError> {
    ///     let objects = api.list_stream(&ListOptions::default(), Pager { page_size: 100, ..Pager::default() });
    ///     objects.try_fold(0, |count, _| async move { Ok(count + 1) }).await
    /// }
    /// ```
    pub fn list_stream(
        &self,
        options: &ListOptions,
        pager: Pager,
    ) -> impl Stream<Item = Result<K, ClientError>> + Send + use<K> {
        let api = self.clone();
        let list = move |options: ListOptions| {
            let api = api.clone();
            async move { api.list(&options).await.map(parts::<K>) }
        };
        items(options, pager, list, |object| {
            let meta = object.object_meta();
            (meta.namespace.clone(), meta.name.clone())
        })
    }

    /// Reads many objects in pages, and gives all of one revision together.
    ///
    /// # Errors
    /// Where a page can't be read.
    pub async fn list_all(&self, options: &ListOptions, pager: Pager) -> Result<Listed<K>, ClientError> {
        all(options, pager, |options| async move { self.list(&options).await.map(parts::<K>) }).await
    }
}

fn parts<K: Resource>(list: K::List) -> (ListMeta, Vec<K>) {
    (list.list_metadata().clone(), list.into_items())
}

/// Where a walk through pages stands.
struct Walk<L> {
    list: L,
    pager: Pager,
    /// What the caller asked for: for a full list.
    asked: ListOptions,
    /// The next page; `None` after the last.
    next: Option<ListOptions>,
    /// Namespaces and names of what was given, in case of a full list.
    given: HashSet<(String, String)>,
}

impl<L> Walk<L> {
    fn new(options: &ListOptions, pager: Pager, list: L) -> Self {
        let mut first = options.clone();
        if first.limit == 0 {
            first.limit = pager.page_size;
        }
        Self { list, pager, asked: options.clone(), next: Some(first), given: HashSet::new() }
    }

    /// Reads a page, and says whether it is a full list that makes up for lost pages.
    async fn page<T, F>(&mut self) -> Result<Option<(ListMeta, Vec<T>, IsFull)>, ClientError>
    where
        L: FnMut(ListOptions) -> F,
        F: Future<Output = Result<(ListMeta, Vec<T>), ClientError>>,
    {
        let Some(options) = self.next.take() else { return Ok(None) };
        let is_later = !options.continue_.is_empty();
        match (self.list)(options.clone()).await {
            Ok((meta, items)) => {
                if !meta.continue_.is_empty() {
                    // the token knows the revision
                    self.next = Some(ListOptions {
                        continue_: meta.continue_.clone(),
                        resource_version: String::new(),
                        resource_version_match: ResourceVersionMatch::default(),
                        ..options
                    });
                }
                Ok(Some((meta, items, IsFull::No)))
            }
            Err(err) if is_later && self.pager.full_list_if_expired && is_expired(&err) => {
                let full = ListOptions { limit: 0, continue_: String::new(), ..self.asked.clone() };
                let (meta, items) = (self.list)(full).await?;
                Ok(Some((meta, items, IsFull::Yes)))
            }
            Err(err) => Err(err),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum IsFull {
    Yes,
    No,
}

fn is_expired(err: &ClientError) -> bool {
    err.api().is_some_and(kubeforge_machinery::ApiError::is_resource_expired)
}

/// Objects of pages that `list` reads, one by one.
pub(crate) fn items<T, L, F>(
    options: &ListOptions,
    pager: Pager,
    list: L,
    key: fn(&T) -> (String, String),
) -> impl Stream<Item = Result<T, ClientError>> + Send + use<T, L, F>
where
    T: Send + 'static,
    L: FnMut(ListOptions) -> F + Send,
    F: Future<Output = Result<(ListMeta, Vec<T>), ClientError>> + Send,
{
    let pages = stream::try_unfold(Walk::new(options, pager, list), move |mut walk| async move {
        let Some((_, mut items, is_full)) = walk.page().await? else { return Ok::<_, ClientError>(None) };
        if is_full == IsFull::Yes {
            items.retain(|item| !walk.given.contains(&key(item)));
        } else if walk.pager.full_list_if_expired && walk.next.is_some() {
            walk.given.extend(items.iter().map(key));
        }
        Ok(Some((items, walk)))
    });
    pages.map_ok(|items| stream::iter(items).map(Ok)).try_flatten()
}

/// Objects of pages that `list` reads, together.
pub(crate) async fn all<T, L, F>(options: &ListOptions, pager: Pager, list: L) -> Result<Listed<T>, ClientError>
where
    L: FnMut(ListOptions) -> F,
    F: Future<Output = Result<(ListMeta, Vec<T>), ClientError>>,
{
    let mut walk = Walk::new(options, pager, list);
    let mut listed = Listed { metadata: ListMeta::default(), items: Vec::new(), is_paginated: false };
    let mut pages = 0;
    while let Some((meta, items, is_full)) = walk.page().await? {
        pages += 1;
        listed.metadata = meta;
        listed.is_paginated = pages > 1;
        match is_full {
            IsFull::Yes => listed.items = items,
            IsFull::No => listed.items.extend(items),
        }
    }
    listed.metadata.continue_.clear();
    listed.metadata.remaining_item_count = None;
    Ok(listed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Client, test_kind::Gadget, transport::Fake};

    const EXPIRED: &str =
        r#"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"too old","reason":"Expired","code":410}"#;

    fn page(continue_: &str, names: &[&str]) -> http::Response<crate::transport::Body> {
        let items: Vec<_> =
            names.iter().map(|name| serde_json::json!({"metadata": {"namespace": "n", "name": name}})).collect();
        let list = serde_json::json!({
            "kind": "GadgetList", "apiVersion": "test.example.com/v1",
            "metadata": {"resourceVersion": "5", "continue": continue_}, "items": items,
        });
        Fake::json(200, list.to_string())
    }

    async fn names(fake: &Fake, pager: Pager) -> Result<Vec<String>, ClientError> {
        let api = Api::<Gadget>::namespaced(Client::new(fake.clone()), "n");
        let options = ListOptions { resource_version: "3".to_owned(), ..ListOptions::default() };
        api.list_stream(&options, pager).map_ok(|gadget| gadget.metadata.name).try_collect().await
    }

    #[tokio::test]
    async fn pages_follow_one_another() {
        let fake = Fake::script([page("x", &["a", "b"]), page("", &["c"])]);
        assert_eq!(names(&fake, Pager::default()).await.unwrap(), ["a", "b", "c"]);
        let path = "GET /apis/test.example.com/v1/namespaces/n/gadgets";
        assert_eq!(
            fake.lines(),
            [format!("{path}?limit=500&resourceVersion=3"), format!("{path}?continue=x&limit=500")]
        );
    }

    #[tokio::test]
    async fn a_full_list_makes_up_for_lost_pages() {
        let script = || Fake::script([page("x", &["a", "b"]), Fake::json(410, EXPIRED), page("", &["a", "b", "c"])]);
        let fake = script();
        assert_eq!(names(&fake, Pager::default()).await.unwrap(), ["a", "b", "c"]);
        assert!(fake.lines()[2].ends_with("/gadgets?resourceVersion=3"), "{:?}", fake.lines());
        let strict = Pager { full_list_if_expired: false, ..Pager::default() };
        assert!(names(&script(), strict).await.unwrap_err().is_expired());

        let api = Api::<Gadget>::namespaced(Client::new(script()), "n");
        let listed = api.list_all(&ListOptions::default(), Pager::default()).await.unwrap();
        assert_eq!(
            (listed.items.len(), listed.metadata.resource_version.as_str(), listed.is_paginated),
            (3, "5", true)
        );
    }
}
