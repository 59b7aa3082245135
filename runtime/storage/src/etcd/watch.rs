//! One watch, on a stream of its own.

use std::{sync::Arc, time::Duration};

use futures::{SinkExt, Stream, channel::mpsc, stream};
use tokio::{sync::watch, task::AbortHandle};
use tokio_util::sync::CancellationToken;
use tonic::Streaming;

use crate::{
    etcd::{
        client::Client,
        convert::{self, Asked},
        messages::{Event, WatchCreateRequest, WatchProgressRequest, WatchRequest, WatchRequestKind, WatchResponse},
    },
    kv::{KeyRange, KvError, KvEvent, WatchItem},
    outbox::{Outbox, event_key, event_revision},
    revision::Revision,
};

/// A watch that so many events wait for is ended. Reading on would be the alternative to ending it; not reading would
/// stop the other watches of the connection.
const EVENTS_MAX: usize = 16_384;
const BYTES_MAX: usize = 64 << 20;

/// A watch without events asks for progress so often.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(5);

/// A stream sends two kinds of requests, one at a time.
const REQUESTS_MAX: usize = 4;

/// What all watches of a store share.
#[derive(Clone)]
pub(super) struct Watches {
    pub(super) client: Client,
    /// Changes when someone asks for progress.
    pub(super) progress: watch::Receiver<u64>,
    /// Whether this etcd can be asked for it. One that can't is made to send the changes of all keys, so that each
    /// revision tells how far a watch is.
    pub(super) can_ask: bool,
    pub(super) closed: CancellationToken,
}

impl Watches {
    /// Opens a watch; when this returns, the server follows the range.
    pub(super) async fn open(
        &self,
        range: &KeyRange,
        from: Option<Revision>,
    ) -> Result<impl Stream<Item = Result<WatchItem, KvError>> + Send + 'static, KvError> {
        let Some((key, range_end)) = convert::bounds(range) else {
            return Err(KvError::Unavailable("etcd can't watch an empty range".to_owned()));
        };
        let (key, range_end) = if self.can_ask { (key, range_end) } else { convert::ALL_KEYS };
        let create = WatchCreateRequest {
            key,
            range_end,
            start_revision: convert::to_etcd(from),
            progress_notify: true,
            prev_kv: true,
            fragment: true,
        };
        let first = WatchRequest { request: Some(WatchRequestKind::Create(create)) };
        let prepare = || {
            let (mut requests, receiver) = mpsc::channel(REQUESTS_MAX);
            requests.try_send(first.clone()).map_err(|err| KvError::Unavailable(err.to_string()))?;
            Ok((requests, receiver))
        };
        let (requests, mut responses) = self.client.watch(prepare).await?;
        let created = next(&mut responses).await?;
        let outbox = Arc::new(Outbox::new(EVENTS_MAX, BYTES_MAX));
        let mut follower = Follower {
            watches: self.clone(),
            requests,
            responses,
            outbox: outbox.clone(),
            from: from.unwrap_or(convert::revision(created.header.as_ref())?.next()),
            range: range.clone(),
            fragments: Vec::new(),
        };
        // The answer may say already that the revision is compacted.
        let task = match follower.accept(created) {
            Ok(()) => Some(Abort(tokio::spawn(follower.run()).abort_handle())),
            Err(err) => {
                outbox.end(err);
                None
            }
        };
        Ok(items(outbox, task))
    }
}

/// Ends the task of a watch that nobody reads any more.
struct Abort(AbortHandle);

impl Drop for Abort {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn items(outbox: Arc<Outbox>, task: Option<Abort>) -> impl Stream<Item = Result<WatchItem, KvError>> + Send {
    stream::unfold(Some((outbox, task)), |state| async {
        let (outbox, task) = state?;
        loop {
            if let Some(item) = outbox.take() {
                let rest = item.is_ok().then_some((outbox, task));
                return Some((item, rest));
            }
            outbox.arrived().await;
        }
    })
}

/// Reads a stream as fast as it comes, whether or not anyone takes what it brings.
struct Follower {
    watches: Watches,
    requests: mpsc::Sender<WatchRequest>,
    responses: Streaming<WatchResponse>,
    outbox: Arc<Outbox>,
    /// The next revision to expect.
    from: Revision,
    /// What is watched; where progress can't be asked for, etcd sends more.
    range: KeyRange,
    /// The beginning of a response that comes in pieces.
    fragments: Vec<Event>,
}

impl Follower {
    async fn run(mut self) {
        let err = loop {
            if let Err(err) = self.step().await {
                break err;
            }
        };
        self.outbox.end(err);
    }

    async fn step(&mut self) -> Result<(), KvError> {
        tokio::select! {
            response = next(&mut self.responses) => self.accept(response?),
            () = self.watches.closed.cancelled() => Err(KvError::Closed),
            changed = self.watches.progress.changed() => {
                changed.map_err(|_| KvError::Closed)?;
                self.ask_for_progress().await
            }
            () = tokio::time::sleep(PROGRESS_INTERVAL) => self.ask_for_progress().await,
        }
    }

    async fn ask_for_progress(&mut self) -> Result<(), KvError> {
        if !self.watches.can_ask {
            return Ok(());
        }
        send(&mut self.requests, WatchRequestKind::Progress(WatchProgressRequest {})).await
    }

    fn accept(&mut self, response: WatchResponse) -> Result<(), KvError> {
        if response.compact_revision > 0 {
            let oldest = convert::from_etcd(response.compact_revision);
            return Err(KvError::Compacted { asked: self.from, oldest });
        }
        if response.canceled {
            return Err(KvError::Unavailable(format!("etcd canceled a watch: {}", response.cancel_reason)));
        }
        let is_progress = response.events.is_empty() && !response.created && !response.fragment;
        self.fragments.extend(response.events);
        if response.fragment {
            return Ok(());
        }
        let events: Vec<KvEvent> =
            std::mem::take(&mut self.fragments).into_iter().map(convert::event).collect::<Result<_, _>>()?;
        self.outbox.push(events.iter().filter(|event| self.range.contains(event_key(event))));
        if let Some(last) = events.last().map(event_revision) {
            self.from = last.next();
            if !self.watches.can_ask {
                self.outbox.progress(last);
            }
        }
        if is_progress && events.is_empty() {
            let revision = convert::revision(response.header.as_ref())?;
            self.from = self.from.max(revision.next());
            self.outbox.progress(revision);
        }
        Ok(())
    }
}

async fn send(requests: &mut mpsc::Sender<WatchRequest>, kind: WatchRequestKind) -> Result<(), KvError> {
    let sent = requests.send(WatchRequest { request: Some(kind) }).await;
    sent.map_err(|_| KvError::Unavailable("the watch stream broke".to_owned()))
}

async fn next(responses: &mut Streaming<WatchResponse>) -> Result<WatchResponse, KvError> {
    let response = responses.message().await.map_err(|status| convert::error(&status, Asked::default()))?;
    response.ok_or_else(|| KvError::Unavailable("etcd ended the watch stream".to_owned()))
}
