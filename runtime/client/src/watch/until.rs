//! Waiting for what a watch tells (client-go's tools/watch: UntilWithoutRetry).

use std::pin::pin;

use futures::{Stream, StreamExt as _};

use super::WatchEvent;
use crate::error::ClientError;

/// Whether an event is what somebody waits for.
pub type Condition<K> = Box<dyn FnMut(&WatchEvent<K>) -> bool + Send>;

/// Reads events until all conditions were met, one after the other, and returns the one that met the last: none without
/// conditions. An event that meets one condition is shown to the next one, too. How long to wait is the caller's to say, with
/// tokio's `timeout`.
///
/// ```no_run
/// # use futures::TryStreamExt as _;
/// # use kubeforge_client::{Api, ClientError, watch::{WatchEvent, until}};
/// # use kubeforge_machinery::{Resource, meta::v1::ListOptions};
/// async fn wait_until_gone<K: Resource>(api: &Api<K>, name: &str) -> Result<(), ClientError> {
///     let options = ListOptions { field_selector: format!("metadata.name={name}"), ..ListOptions::default() };
///     let is_gone = |event: &WatchEvent<K>| matches!(event, WatchEvent::Deleted(_));
///     until(api.list_and_watch(&options), vec![Box::new(is_gone)]).await.map(drop)
/// }
/// ```
///
/// # Errors
/// What the stream tells, and where it ends before.
pub async fn until<K>(
    events: impl Stream<Item = Result<WatchEvent<K>, ClientError>>,
    conditions: Vec<Condition<K>>,
) -> Result<Option<WatchEvent<K>>, ClientError> {
    let mut events = pin!(events);
    let mut last = None;
    for mut condition in conditions {
        while !last.as_ref().is_some_and(&mut condition) {
            let Some(event) = events.next().await else {
                return Err(ClientError::Stream("watch closed before UntilWithoutRetry timeout".to_owned()));
            };
            last = Some(event?);
        }
    }
    Ok(last)
}
