//! Watches: a stream of events until a deadline, an error, or the server's end.

use std::{
    future::Future as _,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures::{StreamExt as _, stream::BoxStream};
use http::StatusCode;
use http_body::Frame;
use kubeforge_machinery::{
    ApiError, Object,
    cbor::CBOR_SEQUENCE,
    codec::{self, JsonWriter, MediaType, Proto as _, ProtoWriter, WireType},
    meta::v1::{INITIAL_EVENTS_ANNOTATION_KEY, Status},
};
use kubeforge_storage::{
    entry::Entry,
    storage::{StorageError, WatchEvent, WatchFrom, WatchRequest},
};
use rand::RngExt as _;
use tokio::time::{Instant, Sleep};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::Call;
use crate::{
    body::{BoxError, ServerBody},
    cbor, errors,
    list_options::{At, ListOptions, Purpose, parse_revision},
    metrics::{Metrics, WatchCounters},
    negotiate::Transform,
    registry::ResourceScope,
    respond::{self, Answer, Form},
    table_render::{TableShape, TableWriter},
};

/// As good as never: what a watch without any deadline gets.
const TIMEOUT_MAX: Duration = Duration::from_secs(365 * 24 * 3600);

/// Events that are ready together are sent together, up to about so many bytes: a frame of HTTP/2 and a record of TLS take
/// no more, and larger buffers of many watchers cost fresh memory.
const BATCH_BYTES: usize = 16 * 1024;

/// An event of this size or more is sent as it is, without a copy: the connection gathers frames anyway.
const ALONE_BYTES: usize = 1024;

/// What watches need of the server.
#[derive(Clone, Debug)]
pub struct WatchEnv {
    /// Cancelled when the server shuts down.
    pub shutdown: CancellationToken,
    /// The time over which the ends of watches are spread then.
    pub shutdown_grace: Duration,
    /// How long a watch runs at least that names no time of its own; zero for without end.
    pub timeout_min: Duration,
    /// Where events are counted.
    pub metrics: Arc<Metrics>,
}

impl WatchEnv {
    /// How long a watch runs. Those that name no time end at different ones, so that they spread over servers.
    fn timeout(&self, asked: Option<Duration>) -> Duration {
        let own = || self.timeout_min.mul_f64(1.0 + rand::rng().random::<f64>());
        let timeout = asked.filter(|asked| !asked.is_zero()).unwrap_or_else(own);
        if timeout.is_zero() { TIMEOUT_MAX } else { timeout.min(TIMEOUT_MAX) }
    }
}

/// Starts a watch.
///
/// # Errors
/// 400 and 422 for bad options; what fails later is an `ERROR` event.
pub async fn watch(call: Call<'_>, env: &WatchEnv) -> Result<Answer, ApiError> {
    let scope = call.scope;
    let storage = match &scope.storage {
        Some(storage) if scope.serves("watch") => storage,
        _ => return Err(errors::verb_not_supported(&scope.resource, "watch")),
    };
    let options = ListOptions::parse(call.query, Purpose::Watch, scope)?;
    let mut selection = options.selection(call.info, scope);
    if call.info.object_in_path() {
        selection.name = Some(call.info.name.to_owned());
    }
    let request = WatchRequest {
        selection,
        from: from(&options)?,
        bookmarks: options.bookmarks,
        initial_events_end: options.send_initial_events == Some(true) && options.bookmarks,
    };
    let stream = match storage.watch(request).await {
        Ok(stream) => stream,
        // upstream's cache answers with a stream that only tells of the error
        Err(error @ StorageError::Expired { .. }) => futures::stream::iter([Err(error)]).boxed(),
        Err(StorageError::TooLarge { .. }) => futures::stream::pending().boxed(),
        Err(error) => return Err(errors::from_storage(error, scope.target(""))),
    };
    let timeout = env.timeout(options.timeout);
    let encoder = EventEncoder { scope: scope.clone(), form: call.form, any_sent: false };
    let content_type = match call.form.output.media {
        MediaType::Protobuf => "application/vnd.kubernetes.protobuf;stream=watch",
        MediaType::Json | MediaType::Yaml if call.form.output.cbor => CBOR_SEQUENCE,
        MediaType::Json | MediaType::Yaml => "application/json",
    };
    let body = WatchStream {
        events: Some(stream),
        encoder,
        deadline: Box::pin(tokio::time::sleep(timeout)),
        shutdown: Box::pin(env.shutdown.clone().cancelled_owned()),
        ending: Ending::NotYet { grace: env.shutdown_grace },
        counters: env.metrics.watches.of(&scope.gvr),
        next: None,
    };
    Ok(Answer {
        status: StatusCode::OK,
        content_type,
        body: ServerBody::Watch(Box::new(body)),
        etag: None,
        nosniff: false,
        cacheable: false,
    })
}

fn from(options: &ListOptions) -> Result<WatchFrom, ApiError> {
    let at = parse_revision(&options.resource_version).map_err(ApiError::unknown)?;
    Ok(match (at, options.send_initial_events) {
        (At::Unset, Some(false)) => WatchFrom::Now,
        (At::Any, Some(false)) => WatchFrom::Now,
        (At::Revision(revision), Some(true)) => WatchFrom::StateNotOlderThan(revision),
        (At::Revision(revision), _) => WatchFrom::After(revision),
        (At::Unset, _) => WatchFrom::LatestState,
        (At::Any, _) => WatchFrom::AnyState,
    })
}

/// The body of a watch's answer.
pub struct WatchStream {
    events: Option<BoxStream<'static, Result<WatchEvent, StorageError>>>,
    encoder: EventEncoder,
    deadline: Pin<Box<Sleep>>,
    shutdown: Pin<Box<WaitForCancellationFutureOwned>>,
    ending: Ending,
    counters: WatchCounters,
    /// An event that found smaller ones before it.
    next: Option<Bytes>,
}

/// Whether the server's end has reached a watch.
#[derive(Clone, Copy, Debug)]
enum Ending {
    /// No; once it does, there is so much time.
    NotYet { grace: Duration },
    /// Yes: the deadline is set to it.
    Set,
}

impl WatchStream {
    /// The next frame: all events that are ready, or the end.
    pub fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Some(next) = self.next.take() {
            return Poll::Ready(Some(Ok(Frame::data(next))));
        }
        let mut batch = Vec::new();
        while let Some(events) = &mut self.events {
            match events.poll_next_unpin(cx) {
                Poll::Ready(Some(Ok(event))) => {
                    let before = batch.len();
                    match self.encoder.shared(&event) {
                        Ok(Some(bytes)) if bytes.len() >= ALONE_BYTES => {
                            self.counters.sent(bytes.len());
                            if batch.is_empty() {
                                return Poll::Ready(Some(Ok(Frame::data(bytes))));
                            }
                            self.next = Some(bytes);
                            break;
                        }
                        Ok(Some(bytes)) => batch.extend_from_slice(&bytes),
                        Ok(None) => {
                            if let Err(error) = self.encoder.event(&event, &mut batch) {
                                self.fail(&error, &mut batch);
                            }
                        }
                        Err(error) => self.fail(&error, &mut batch),
                    }
                    self.counters.sent(batch.len() - before);
                    if batch.len() >= BATCH_BYTES {
                        break;
                    }
                }
                Poll::Ready(Some(Err(error))) => {
                    let error = watch_error(error, &self.encoder.scope);
                    self.fail(&error, &mut batch);
                }
                Poll::Ready(None) => self.events = None,
                Poll::Pending => break,
            }
        }
        if !batch.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(batch.into()))));
        }
        if let Ending::NotYet { grace } = self.ending
            && self.shutdown.as_mut().poll(cx).is_ready()
        {
            self.ending = Ending::Set;
            let end = Instant::now() + grace.mul_f64(rand::rng().random::<f64>());
            let end = end.min(self.deadline.deadline());
            self.deadline.as_mut().reset(end);
        }
        let is_over = self.events.is_none() || self.deadline.as_mut().poll(cx).is_ready();
        if is_over { Poll::Ready(None) } else { Poll::Pending }
    }

    fn fail(&mut self, error: &ApiError, batch: &mut Vec<u8>) {
        self.events = None;
        self.encoder.error(error, batch);
    }
}

/// What watchers are told; upstream words a revision that is too old differently here than in lists.
fn watch_error(error: StorageError, scope: &ResourceScope) -> ApiError {
    match error {
        error @ StorageError::Expired { .. } => ApiError::resource_expired(error.to_string()),
        other => errors::from_storage(other, scope.target("")),
    }
}

/// Encodes a watch's events, one after another.
struct EventEncoder {
    scope: Arc<ResourceScope>,
    form: Form,
    any_sent: bool,
}

impl EventEncoder {
    /// A change that many watchers may see in the same form: it is encoded once.
    fn shared(&mut self, event: &WatchEvent) -> Result<Option<Bytes>, ApiError> {
        let (type_, entry) = match event {
            WatchEvent::Added(entry) => ("ADDED", entry),
            WatchEvent::Modified(entry) => ("MODIFIED", entry),
            WatchEvent::Deleted(entry) => ("DELETED", entry),
            WatchEvent::Bookmark { .. } => return Ok(None),
        };
        let Form { output, .. } = self.form;
        if output.transform != Transform::None || !entry.is_recent() {
            return Ok(None);
        }
        let scope = self.scope.clone();
        self.any_sent = true;
        entry
            .event(type_, &scope.kind, output.media, || {
                let mut out = Vec::with_capacity(entry.document_bytes() * 2 + 64);
                self.entry(type_, entry, &mut out).map(|()| out.into())
            })
            .map(Some)
    }

    fn event(&mut self, event: &WatchEvent, out: &mut Vec<u8>) -> Result<(), ApiError> {
        match event {
            WatchEvent::Added(entry) => self.entry("ADDED", entry, out),
            WatchEvent::Modified(entry) => self.entry("MODIFIED", entry, out),
            WatchEvent::Deleted(entry) => self.entry("DELETED", entry, out),
            WatchEvent::Bookmark { revision, initial_events_end } => {
                let mut object = self.scope.scheme.new_object(&self.scope.kind).map_err(errors::internal)?;
                if let Some(meta) = object.meta_mut() {
                    meta.resource_version = revision.to_string();
                    if *initial_events_end {
                        meta.annotations.insert(INITIAL_EVENTS_ANNOTATION_KEY.to_owned(), "true".to_owned());
                    }
                }
                self.object("BOOKMARK", object.as_ref(), out)
            }
        }
    }

    fn entry(&mut self, type_: &str, entry: &Entry, out: &mut Vec<u8>) -> Result<(), ApiError> {
        let scope = self.scope.clone();
        let is_proto = self.form.output.media == MediaType::Protobuf;
        match self.form.output.transform {
            Transform::Table(version) => {
                let shape = TableShape { version, include: self.form.include, with_columns: !self.any_sent };
                let table = TableWriter::of_entry(&scope, entry, shape)?;
                self.json(type_, out, |out| out.extend_from_slice(&table))?;
            }
            Transform::Metadata(version) | Transform::MetadataList(version) if is_proto => {
                self.proto(type_, &respond::entry_partial_proto(version, &scope, entry)?, out);
            }
            Transform::Metadata(version) | Transform::MetadataList(version) => {
                let mut object = JsonWriter::with_capacity(1024);
                respond::write_entry_partial(&mut object, version, &scope, entry)?;
                self.json(type_, out, |out| out.extend_from_slice(object.as_bytes()))?;
            }
            Transform::None if scope.strategy.decorate().is_some() => {
                let object = respond::decorated(&scope, entry)?;
                self.plain_object(type_, object.as_ref(), out)?;
            }
            Transform::None if is_proto => {
                let document = entry.document(&scope.kind, MediaType::Protobuf).map_err(errors::internal)?;
                self.proto(type_, &document.unwrap_or_default(), out);
            }
            Transform::None if self.form.output.cbor => {
                self.any_sent = true;
                cbor::event(type_, &cbor::document(&scope, entry)?, out);
            }
            Transform::None => {
                let mut written = Ok(());
                self.json(type_, out, |out| written = entry.write_json(&scope.kind, out))?;
                written.map_err(errors::internal)?;
            }
        }
        Ok(())
    }

    /// An object that is not stored: a bookmark.
    fn object(&mut self, type_: &str, object: &dyn Object, out: &mut Vec<u8>) -> Result<(), ApiError> {
        match self.form.output.transform {
            Transform::Table(version) => {
                let scope = self.scope.clone();
                let shape = TableShape { version, include: self.form.include, with_columns: !self.any_sent };
                let hub = scope.scheme.to_hub(object.deep_copy_object()).map_err(errors::internal)?;
                let table = TableWriter::of_object(&scope, hub.as_ref(), shape)?;
                self.json(type_, out, |out| out.extend_from_slice(&table))
            }
            Transform::Metadata(version) | Transform::MetadataList(version) => {
                let form = Form {
                    output: crate::negotiate::Output { transform: Transform::Metadata(version), ..self.form.output },
                    ..self.form
                };
                let answer = respond::object(&self.scope, form, object.deep_copy_object(), StatusCode::OK)?;
                let ServerBody::Full(bytes) = answer.body else { return Ok(()) };
                if self.form.output.media == MediaType::Protobuf {
                    self.proto(type_, &bytes, out);
                    return Ok(());
                }
                self.json(type_, out, |out| out.extend_from_slice(bytes.trim_ascii_end()))
            }
            Transform::None => self.plain_object(type_, object, out),
        }
    }

    fn plain_object(&mut self, type_: &str, object: &dyn Object, out: &mut Vec<u8>) -> Result<(), ApiError> {
        if self.form.output.media == MediaType::Protobuf {
            let document = codec::encode(object, MediaType::Protobuf).unwrap_or_default();
            self.proto(type_, &document, out);
            return Ok(());
        }
        let json = crate::parts::json_of(object);
        self.json(type_, out, |out| out.extend_from_slice(&json))
    }

    fn error(&mut self, error: &ApiError, out: &mut Vec<u8>) {
        let status: &Status = error.status();
        // a Status always encodes
        if self.plain_object("ERROR", status, out).is_err() {
            tracing::warn!(%error, "a watch's error could not be told");
        }
    }

    /// Writes an event in JSON, or what it becomes in CBOR.
    fn json(&mut self, type_: &str, out: &mut Vec<u8>, object: impl FnOnce(&mut Vec<u8>)) -> Result<(), ApiError> {
        self.any_sent = true;
        if self.form.output.cbor {
            let mut json = Vec::new();
            object(&mut json);
            cbor::event(type_, &cbor::document_of(&json, self.scope.schema)?, out);
            return Ok(());
        }
        out.extend_from_slice(b"{\"type\":\"");
        out.extend_from_slice(type_.as_bytes());
        out.extend_from_slice(b"\",\"object\":");
        object(out);
        out.extend_from_slice(b"}\n");
        Ok(())
    }

    /// A frame of four bytes of length and a `WatchEvent` message `{type = 1, object = 2 {raw = 1}}`.
    fn proto(&mut self, type_: &str, document: &[u8], out: &mut Vec<u8>) {
        self.any_sent = true;
        let mut w = ProtoWriter::with_capacity(document.len() + 32);
        w.message_field(2, |w| {
            w.bytes(document);
            w.varint(document.len() as u64);
            w.tag(1, WireType::Bytes);
        });
        type_.to_owned().write_tagged(1, &mut w);
        let message = w.as_bytes();
        // events are far smaller than 4 GiB
        out.extend_from_slice(&u32::try_from(message.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(message);
    }
}
