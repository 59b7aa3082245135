//! Watches that go on when they break off (client-go's tools/watch: RetryWatcher, ListWatchUntil).

use std::time::Duration;

use futures::{Stream, StreamExt as _, TryStreamExt as _, stream};
use kubeforge_machinery::{Resource, meta::v1::ListOptions};
use tokio::time::Instant;
use tracing::debug;

use super::{WatchEvent, WatchStream};
use crate::{
    api::{Api, Pager},
    error::ClientError,
};

/// From the beginning of one watch to that of the next at least so much time passes (client-go's minRestartDelay).
const RESTART_PAUSE: Duration = Duration::from_secs(1);

impl<K: Resource> Api<K> {
    /// Follows changes from `options.resource_version` on, for as long as the stream is read: a watch that ends or breaks off
    /// is followed by another from the last revision on. Bookmarks move that on, and are not told.
    ///
    /// What can't get better by trying again is an error, after which nothing more comes: a revision that the server has
    /// forgotten (list anew then), credentials that it refuses, events that can't be read.
    ///
    /// # Errors
    /// Without a revision to begin with, or with `0`: nobody could tell what was told already.
    pub fn watch_on(
        &self,
        options: &ListOptions,
    ) -> Result<impl Stream<Item = Result<WatchEvent<K>, ClientError>> + Send + use<K>, ClientError> {
        if matches!(options.resource_version.as_str(), "" | "0") {
            let words = format!(
                "initial RV {:?} is not supported due to issues with underlying WATCH",
                options.resource_version
            );
            return Err(ClientError::Request(words));
        }
        let options = ListOptions { allow_watch_bookmarks: true, ..options.clone() };
        let walk = Walk { api: self.clone(), options, events: None, next_at: Instant::now(), is_over: false };
        Ok(stream::unfold(walk, Walk::next))
    }

    /// Tells of what is there, as objects that were added, and then of changes, as [`Api::watch_on`] does.
    pub fn list_and_watch(
        &self,
        options: &ListOptions,
    ) -> impl Stream<Item = Result<WatchEvent<K>, ClientError>> + Send + use<K> {
        let (api, options) = (self.clone(), options.clone());
        let begun = async move {
            let listed = api.list_all(&options, Pager::default()).await?;
            let from = ListOptions {
                resource_version: listed.metadata.resource_version,
                resource_version_match: Default::default(),
                limit: 0,
                ..options
            };
            let there = stream::iter(listed.items.into_iter().map(|object| Ok(WatchEvent::Added(object))));
            Ok::<_, ClientError>(there.chain(api.watch_on(&from)?))
        };
        stream::once(begun).try_flatten()
    }
}

/// Where a watch stands.
struct Walk<K> {
    api: Api<K>,
    /// The next watch's: its revision is the last one that was told.
    options: ListOptions,
    events: Option<WatchStream<K>>,
    /// The next watch doesn't begin before.
    next_at: Instant,
    is_over: bool,
}

impl<K: Resource> Walk<K> {
    async fn next(mut self) -> Option<(Result<WatchEvent<K>, ClientError>, Self)> {
        while !self.is_over {
            match self.step().await {
                Ok(Some(event)) => return Some((Ok(event), self)),
                Ok(None) => {}
                Err(err) if is_final(&err) => {
                    self.is_over = true;
                    return Some((Err(err), self));
                }
                Err(err) => {
                    debug!(resource = K::PLURAL, %err, "a watch broke off; going on");
                    self.events = None;
                    let asked = err.api().and_then(kubeforge_machinery::ApiError::suggested_delay).unwrap_or_default();
                    let pause = Duration::from_secs(asked.into());
                    self.next_at = self.next_at.max(Instant::now() + pause);
                }
            }
        }
        None
    }

    /// The next event, if that is one to tell.
    async fn step(&mut self) -> Result<Option<WatchEvent<K>>, ClientError> {
        let Some(events) = &mut self.events else {
            tokio::time::sleep_until(self.next_at).await;
            self.next_at = Instant::now() + RESTART_PAUSE;
            self.events = Some(self.api.watch(&self.options).await?);
            return Ok(None);
        };
        let Some(event) = events.next().await.transpose()? else {
            self.events = None;
            return Ok(None);
        };
        let revision = match &event {
            WatchEvent::Added(object) | WatchEvent::Modified(object) | WatchEvent::Deleted(object) => {
                &object.object_meta().resource_version
            }
            WatchEvent::Bookmark(bookmark) => &bookmark.resource_version,
        };
        if revision.is_empty() {
            return Err(ClientError::Request(format!("a {} in a watch doesn't support resourceVersion", K::KIND)));
        }
        self.options.resource_version.clone_from(revision);
        Ok(Some(event).filter(|event| !matches!(event, WatchEvent::Bookmark(_))))
    }
}

/// Whether trying again can't help.
fn is_final(err: &ClientError) -> bool {
    match err {
        ClientError::Api(err) => err.code() == 410 || err.is_unauthorized() || err.is_forbidden(),
        ClientError::Decode { .. } | ClientError::Request(_) | ClientError::Config(_) => true,
        ClientError::Transport(_) | ClientError::Stream(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Client, test_kind::Gadget, transport::Fake, watch::until};

    const GADGETS: &str = "GET /apis/test.example.com/v1/gadgets";

    fn event(type_: &str, name: &str, revision: &str) -> String {
        format!(
            r#"{{"type":"{type_}","object":{{"kind":"Gadget","metadata":{{"name":"{name}","resourceVersion":"{revision}"}}}}}}"#
        ) + "\n"
    }

    fn error(code: u16, more: &str) -> String {
        format!(r#"{{"type":"ERROR","object":{{"kind":"Status","status":"Failure","code":{code}{more}}}}}"#)
    }

    fn api(fake: &Fake) -> Api<Gadget> {
        Api::all(Client::new(fake.clone()))
    }

    fn from(revision: &str) -> ListOptions {
        ListOptions { resource_version: revision.to_owned(), ..ListOptions::default() }
    }

    #[tokio::test(start_paused = true)]
    async fn a_watch_goes_on_where_it_was_until_that_is_forgotten() {
        let refused = Fake::json(500, r#"{"kind":"Status","status":"Failure","code":500}"#);
        let fake = Fake::script([
            Fake::json(200, event("ADDED", "a", "5")),
            Fake::json(200, event("BOOKMARK", "", "7")),
            refused,
            Fake::json(200, event("DELETED", "a", "8") + &error(504, r#","details":{"retryAfterSeconds":30}"#)),
            Fake::json(200, event("ADDED", "b", "9") + &error(410, r#","reason":"Expired""#)),
        ]);
        let began = Instant::now();
        let told: Vec<_> = api(&fake).watch_on(&from("3")).unwrap().collect().await;
        let [Ok(WatchEvent::Added(_)), Ok(WatchEvent::Deleted(_)), Ok(WatchEvent::Added(b)), Err(err)] = &told[..]
        else {
            panic!("{told:?}")
        };
        assert!(b.metadata.name == "b" && err.is_expired());
        let asked =
            |revision: &str| format!("{GADGETS}?allowWatchBookmarks=true&resourceVersion={revision}&watch=true");
        assert_eq!(fake.lines(), ["3", "5", "7", "7", "8"].map(asked));
        // a second between two watches, and what the server asked for
        assert_eq!(began.elapsed().as_secs(), 33);
    }

    #[tokio::test(start_paused = true)]
    async fn what_does_not_get_better_is_an_error() {
        for code in [401, 403] {
            let status = format!(r#"{{"kind":"Status","status":"Failure","code":{code}}}"#);
            let told: Vec<_> =
                api(&Fake::script([Fake::json(code, status)])).watch_on(&from("3")).unwrap().collect().await;
            assert!(matches!(&told[..], [Err(err)] if err.api().unwrap().code() == code), "{told:?}");
        }
        let told: Vec<_> = api(&Fake::script([Fake::json(200, event("ADDED", "a", ""))]))
            .watch_on(&from("3"))
            .unwrap()
            .collect()
            .await;
        assert!(matches!(&told[..], [Err(ClientError::Request(_))]), "{told:?}");
        for revision in ["", "0"] {
            let err = api(&Fake::script([])).watch_on(&from(revision)).err().unwrap().to_string();
            assert!(err.starts_with(&format!("initial RV {revision:?} is not supported")), "{err}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn conditions_are_met_one_after_the_other() {
        let list = r#"{"kind":"GadgetList","metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"a"}}]}"#;
        let script = || Fake::script([Fake::json(200, list), Fake::json(200, event("DELETED", "a", "6"))]);
        let is_there = |event: &WatchEvent<Gadget>| matches!(event, WatchEvent::Added(_));
        let is_gone = |event: &WatchEvent<Gadget>| matches!(event, WatchEvent::Deleted(_));
        let fake = script();
        let met =
            until(api(&fake).list_and_watch(&ListOptions::default()), vec![Box::new(is_there), Box::new(is_gone)]);
        assert!(matches!(met.await.unwrap(), Some(WatchEvent::Deleted(_))));
        assert!(fake.lines()[1].contains("resourceVersion=5"), "{:?}", fake.lines());
        // one event may meet several
        let met =
            until(api(&script()).list_and_watch(&ListOptions::default()), vec![Box::new(is_there), Box::new(is_there)]);
        assert!(matches!(met.await.unwrap(), Some(WatchEvent::Added(_))));
        let ended = until(stream::empty(), vec![Box::new(is_there)]).await;
        assert_eq!(ended.unwrap_err().to_string(), "watch closed before UntilWithoutRetry timeout");
    }
}
