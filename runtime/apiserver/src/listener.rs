//! The HTTPS listener: HTTP/1.1 and HTTP/2, drained on shutdown.

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};

use http::{Version, header};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
};
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    body::RequestBody,
    chain::{self, Chain},
    connection::Connection,
    gather,
    shutdown::Shutdown,
};

/// A client must finish its TLS handshake and send its request's head within this time, or its connection is closed.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
const HEADER_TIMEOUT: Duration = Duration::from_secs(32);

/// A request's head may have so many bytes (apiserver's `MaxHeaderBytes`) and, over HTTP/1.1, so many lines; others get
/// 431. Users who are impersonated with all their groups need many lines.
const HEADER_BYTES_MAX: u32 = 1024 * 1024;
const HEADER_LINES_MAX: usize = 1000;

/// How much a client may send ahead on a stream and on a connection. Requests are small.
const STREAM_WINDOW_BYTES: u32 = 256 * 1024;
const CONNECTION_WINDOW_BYTES: u32 = 1024 * 1024;

/// A client that opens streams and resets them faster than they are taken up, or that makes the server reset them, loses
/// its connection beyond so many (CVE-2023-44487, CVE-2025-8671).
const PENDING_RESETS_MAX: usize = 20;
const OWN_RESETS_MAX: usize = 1024;

/// After so long without a sign of a client it is asked for one, and after so much longer its connection is closed.
const PING_EVERY: Duration = Duration::from_secs(30);
const PONG_WITHIN: Duration = Duration::from_secs(15);

/// After accepting failed (too many open files), it is tried again after this time.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Accepts connections until nothing new is to be let in, then waits until the open ones are done, within bounds.
pub(crate) async fn run(chain: Arc<Chain>, listener: TcpListener, tls: Arc<ServerConfig>) {
    let acceptor = TlsAcceptor::from(tls);
    let connections = TaskTracker::new();
    let closing = chain.shutdown.closing.clone();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = closing.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                connections.spawn(connection(chain.clone(), acceptor.clone(), stream, peer));
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    connections.close();
    if tokio::time::timeout(Shutdown::drain(&chain.options), connections.wait()).await.is_err() {
        tracing::warn!(open = connections.len(), "connections are cut, they did not end in time");
    }
}

async fn connection(chain: Arc<Chain>, acceptor: TlsAcceptor, stream: TcpStream, peer: SocketAddr) {
    let stream = match handshake(&acceptor, stream).await {
        Ok(stream) => stream,
        Err(error) => {
            chain.metrics.tls_handshake_errors.inc();
            tracing::info!("http: TLS handshake error from {peer}: {error}");
            return;
        }
    };
    if let Err(error) = serve(chain, stream, peer).await {
        tracing::debug!(%peer, error = %error, "connection ended");
    }
}

type TlsStream = tokio_rustls::server::TlsStream<TcpStream>;

async fn handshake(acceptor: &TlsAcceptor, stream: TcpStream) -> io::Result<TlsStream> {
    stream.set_nodelay(true)?;
    tokio::time::timeout(HANDSHAKE_TIMEOUT, acceptor.accept(stream))
        .await
        .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "it took too long"))?
}

async fn serve(
    chain: Arc<Chain>,
    stream: TlsStream,
    peer: SocketAddr,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let certificate = stream
        .get_ref()
        .1
        .peer_certificates()
        .and_then(<[_]>::first)
        .map(|certificate| certificate.clone().into_owned());
    let known = Arc::new(Connection::tls(peer, certificate));
    let closing = chain.shutdown.closing.clone();
    let go_away = CancellationToken::new();
    let builder = builder(chain.options.http2_streams_max);
    let leave = go_away.clone();
    let service = service_fn(move |request: http::Request<Incoming>| {
        let (chain, known, leave) = (chain.clone(), known.clone(), leave.clone());
        async move {
            let is_http2 = request.version() == Version::HTTP_2;
            let request = request.map(|body| RequestBody::Incoming(body.into()));
            let mut response = chain::serve(&chain, request, &known).await;
            // HTTP/2 has no such header: it says GOAWAY
            if is_http2 && response.headers_mut().remove(header::CONNECTION).is_some() {
                leave.cancel();
            }
            Ok::<_, Infallible>(response)
        }
    });
    let (io, turns) = gather::gathered(stream);
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(io), service);
    let served = async move {
        let mut connection = std::pin::pin!(connection);
        tokio::select! {
            ended = connection.as_mut() => return ended,
            () = closing.cancelled() => {}
            () = go_away.cancelled() => {}
        }
        // requests that are open go on
        connection.as_mut().graceful_shutdown();
        connection.await
    };
    turns.run(served).await?
}

fn builder(streams_max: u32) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_headers(HEADER_LINES_MAX)
        .max_buf_size(HEADER_BYTES_MAX as usize);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(streams_max)
        .max_header_list_size(HEADER_BYTES_MAX)
        .max_pending_accept_reset_streams(PENDING_RESETS_MAX)
        .max_local_error_reset_streams(OWN_RESETS_MAX)
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PONG_WITHIN);
    builder
}
