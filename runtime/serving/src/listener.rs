//! A small HTTPS listener: for components that answer a handful of pages and nothing that lasts.

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
};
use rustls::ServerConfig;
use rustls_pki_types::CertificateDer;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// A client must finish its TLS handshake and send its request's head within this time, or its connection is closed.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
const HEADER_TIMEOUT: Duration = Duration::from_secs(32);

/// After accepting failed (too many open files), it is tried again after this time.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How long open requests may take once nothing new is let in.
const DRAIN_MAX: Duration = Duration::from_secs(5);

/// Requests are short: a log level at most. Longer bodies are refused.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 1024;

/// How many requests a connection of HTTP/2 may have open, unless it is said otherwise (apiserver's default).
pub const STREAMS_MAX: u32 = 250;

/// Whoever sends a request.
#[derive(Clone, Debug, Default)]
pub struct Peer {
    /// The client's address.
    pub address: Option<SocketAddr>,
    /// The certificates that the client sent, its own first; TLS has verified them against one of the listener's CAs.
    pub certificates: Vec<CertificateDer<'static>>,
}

/// Answers requests.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// The answer to a request.
    async fn handle(&self, request: Request<Bytes>, peer: &Peer) -> Response<Bytes>;
}

/// Whether other sockets may listen on the very same address and port (`--permit-port-sharing`): `SO_REUSEPORT`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PortSharing {
    /// They may not.
    #[default]
    Alone,
    /// They may.
    Shared,
}

/// Opens a socket to listen on. Old connections to the address don't keep it from being bound (`SO_REUSEADDR`), as Go has it
/// for all listeners.
///
/// # Errors
/// Where the address is taken or can't be bound.
pub fn bind(address: SocketAddr, sharing: PortSharing) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    if sharing == PortSharing::Shared {
        socket.set_reuseport(true)?;
    }
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves until it is cancelled, then waits until open requests are answered, within bounds.
pub async fn serve(
    listener: TcpListener,
    tls: Arc<ServerConfig>,
    streams_max: u32,
    handler: Arc<dyn Handler>,
    cancel: CancellationToken,
) {
    let acceptor = TlsAcceptor::from(tls);
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = cancel.cancelled() => break,
        };
        match accepted {
            Ok((stream, address)) => {
                let (acceptor, handler, cancel) = (acceptor.clone(), Arc::clone(&handler), cancel.clone());
                connections.spawn(async move {
                    match handshake(&acceptor, stream).await {
                        Ok(stream) => connection(stream, address, streams_max, handler, cancel).await,
                        Err(error) => tracing::info!("http: TLS handshake error from {address}: {error}"),
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    connections.close();
    if tokio::time::timeout(DRAIN_MAX, connections.wait()).await.is_err() {
        tracing::warn!(open = connections.len(), "connections are cut, they did not end in time");
    }
}

async fn handshake(acceptor: &TlsAcceptor, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
    stream.set_nodelay(true)?;
    tokio::time::timeout(HANDSHAKE_TIMEOUT, acceptor.accept(stream))
        .await
        .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "it took too long"))?
}

async fn connection(
    stream: TlsStream<TcpStream>,
    address: SocketAddr,
    streams_max: u32,
    handler: Arc<dyn Handler>,
    cancel: CancellationToken,
) {
    let session = stream.get_ref().1;
    let is_h2 = session.alpn_protocol() == Some(b"h2");
    let sent = session.peer_certificates().unwrap_or_default();
    let certificates = sent.iter().map(|certificate| certificate.clone().into_owned()).collect();
    let peer = Arc::new(Peer { address: Some(address), certificates });
    let service = service_fn(move |request: Request<Incoming>| {
        let (handler, peer) = (Arc::clone(&handler), Arc::clone(&peer));
        async move { Ok::<_, Infallible>(answer(&*handler, request, &peer).await.map(Full::new)) }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(HEADER_TIMEOUT).max_concurrent_streams(streams_max);
    // as was agreed: guessing from the first bytes would wait for them for ever
    let builder = if is_h2 { builder.http2_only() } else { builder.http1_only() };
    let served = builder.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(served);
    let ended = tokio::select! {
        ended = served.as_mut() => ended,
        () = cancel.cancelled() => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%address, %error, "connection ended");
    }
}

async fn answer(handler: &dyn Handler, request: Request<Incoming>, peer: &Peer) -> Response<Bytes> {
    let (head, body) = request.into_parts();
    match Limited::new(body, BODY_BYTES_MAX).collect().await {
        Ok(body) => handler.handle(Request::from_parts(head, body.to_bytes()), peer).await,
        Err(_) => {
            let mut refusal = Response::new(Bytes::from_static(b"request body too large\n"));
            *refusal.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
            refusal
        }
    }
}
