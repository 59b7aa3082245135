//! An HTTP proxy that can't be trusted.

use std::{convert::Infallible, sync::Arc, time::Duration};

use bytes::Bytes;
use futures::StreamExt as _;
use http::{
    Request, Response, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use http_body::Frame;
use http_body_util::{BodyExt as _, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use kubeforge_machinery::codec::{MediaType, encode};
use kubeforge_runtime::testing::Service;
use tokio::{net::TcpListener, sync::mpsc, task::JoinHandle, time::timeout};
use tower::ServiceExt as _;

use crate::{
    chaos::{Chaos, Fault},
    frames::{Frames, ends_initial_events, error, status},
};

/// After so long without an event a watch is silent, and something can go wrong.
const SILENCE: Duration = Duration::from_millis(15);

type Body = UnsyncBoxBody<Bytes, BoxError>;
type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Sender = mpsc::Sender<Result<Frame<Bytes>, BoxError>>;

/// Stands between a client and a server.
pub(crate) struct Proxy {
    address: std::net::SocketAddr,
    task: JoinHandle<()>,
}

impl Proxy {
    pub(crate) async fn start(server: Service, chaos: Arc<Chaos>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (server, chaos) = (server.clone(), chaos.clone());
                connections.spawn(async move {
                    let answer = service_fn(|request| answer(server.clone(), chaos.clone(), request));
                    // connections break: that is the point
                    let _broken =
                        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
                });
            }
        });
        Self { address, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) async fn stop(self) {
        self.task.abort();
        let _aborted = self.task.await;
    }
}

/// What a client gets. An error closes the connection.
async fn answer(server: Service, chaos: Arc<Chaos>, request: Request<Incoming>) -> Result<Response<Body>, BoxError> {
    chaos.delay().await;
    // seldom: the client waits a second then
    if chaos.strikes(Fault::Drop, 20) {
        return Err("dropped".into());
    }
    let query = request.uri().query().unwrap_or_default().to_owned();
    for (fault, code, once_in) in [(Fault::Expired, 410, 10), (Fault::Broken, 500, 10)] {
        if chaos.strikes(fault, once_in) {
            let body = Full::new(Bytes::from(encode(&status(code), MediaType::Json).unwrap()));
            let mut refusal = Response::new(body.map_err(|never: Infallible| match never {}).boxed_unsync());
            *refusal.status_mut() = StatusCode::from_u16(u16::try_from(code).unwrap()).unwrap();
            refusal.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
            return Ok(refusal);
        }
    }
    let (mut head, body) = server.oneshot(request).await?.into_parts();
    head.headers.remove(CONTENT_LENGTH);
    let is_proto = head.headers.get(CONTENT_TYPE).is_some_and(|it| it.as_bytes().starts_with(b"application/vnd."));
    let media = if is_proto { MediaType::Protobuf } else { MediaType::Json };
    let (sender, receiver) = mpsc::channel(1);
    let body = body.map_err(Into::<BoxError>::into).boxed_unsync();
    if head.status.is_success() && query.contains("watch=true") {
        let is_initial = query.contains("sendInitialEvents=true");
        let watch = Watch { chaos, media, sender, held: Vec::new(), is_initial };
        tokio::spawn(watch.forward(body));
    } else {
        tokio::spawn(list(chaos, body, sender));
    }
    let pieces = futures::stream::unfold(receiver, |mut receiver| async {
        let piece = receiver.recv().await?;
        Some((piece, receiver))
    });
    Ok(Response::from_parts(head, StreamBody::new(pieces).boxed_unsync()))
}

/// Sends a whole answer, or half of it. Nobody reads it any more where sending fails.
async fn list(chaos: Arc<Chaos>, body: Body, sender: Sender) {
    let Ok(whole) = body.collect().await else { return };
    let whole = whole.to_bytes();
    let is_cut = chaos.strikes(Fault::CutList, 3);
    let end = if is_cut { whole.len() / 2 } else { whole.len() };
    if sender.send(Ok(Frame::data(whole.slice(..end)))).await.is_ok() && is_cut {
        let _unread = sender.send(Err("cut".into())).await;
    }
}

/// A watch on its way.
struct Watch {
    chaos: Arc<Chaos>,
    media: MediaType,
    sender: Sender,
    /// Events that others overtake.
    held: Vec<Bytes>,
    /// The state is still being told. What is replayed there nobody can tell from the state.
    is_initial: bool,
}

/// The watch is over.
struct Over;

impl Watch {
    async fn forward(mut self, body: Body) {
        let mut body = body.into_data_stream();
        let mut frames = Frames::new(self.media);
        loop {
            let silence = timeout(SILENCE, body.next()).await;
            let passed = match silence {
                Err(_elapsed) => self.silence().await,
                Ok(Some(Ok(bytes))) => {
                    frames.push(bytes);
                    self.events(&mut frames).await
                }
                Ok(Some(Err(_)) | None) => {
                    let _over = self.let_go().await;
                    return;
                }
            };
            if passed.is_err() {
                return;
            }
        }
    }

    async fn events(&mut self, frames: &mut Frames) -> Result<(), Over> {
        while let Some(event) = frames.next() {
            self.event(event).await?;
        }
        Ok(())
    }

    async fn event(&mut self, event: Bytes) -> Result<(), Over> {
        self.chaos.delay().await;
        if ends_initial_events(&event) {
            self.is_initial = false;
        } else {
            self.chaos.remember(event.clone());
        }
        if self.chaos.strikes(Fault::Reorder, 5) {
            self.held.push(event);
            return Ok(());
        }
        if self.chaos.strikes(Fault::CutEvent, 25) {
            // what would be lost with the connection must have come before
            self.let_go().await?;
            self.send(event.slice(..event.len() / 2)).await?;
            return self.cut().await;
        }
        self.send(event.clone()).await?;
        if self.chaos.strikes(Fault::Twice, 6) {
            self.send(event).await?;
        }
        if self.chaos.below(2) == 0 {
            self.let_go().await?;
        }
        self.replay(10).await
    }

    /// Nothing happens for a while: time for mischief.
    async fn silence(&mut self) -> Result<(), Over> {
        self.let_go().await?;
        self.replay(10).await?;
        if self.chaos.strikes(Fault::CutWatch, 25) {
            return self.cut().await;
        }
        for (fault, code) in [(Fault::ExpiredEvent, 410), (Fault::BrokenEvent, 500)] {
            if self.chaos.strikes(fault, 25) {
                self.send(error(self.media, code)).await?;
                return Err(Over);
            }
        }
        Ok(())
    }

    async fn replay(&mut self, once_in: u64) -> Result<(), Over> {
        match self.chaos.replay(once_in) {
            Some(event) if !self.is_initial => self.send(event).await,
            _ => Ok(()),
        }
    }

    /// Sends what was held back, in some order.
    async fn let_go(&mut self) -> Result<(), Over> {
        while !self.held.is_empty() {
            let some = self.chaos.below(self.held.len() as u64) as usize;
            let event = self.held.swap_remove(some);
            self.send(event).await?;
        }
        Ok(())
    }

    async fn send(&self, bytes: Bytes) -> Result<(), Over> {
        self.sender.send(Ok(Frame::data(bytes))).await.map_err(|_| Over)
    }

    async fn cut(&self) -> Result<(), Over> {
        let _unread = self.sender.send(Err("cut".into())).await;
        Err(Over)
    }
}
