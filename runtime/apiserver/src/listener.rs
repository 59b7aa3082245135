//! The HTTPS listener: HTTP/1.1 and HTTP/2, drained on shutdown.

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};

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
};

/// A client must finish its TLS handshake and send its request's head within this time.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
const HEADER_TIMEOUT: Duration = Duration::from_secs(32);

/// How many requests one HTTP/2 connection may have open (`--http2-max-streams-per-connection` is 250 upstream; watches
/// of informers each take one, so ours is higher).
const STREAMS_MAX: u32 = 1000;

/// How much a client may send ahead on a stream and on a connection. Requests are small.
const STREAM_WINDOW_BYTES: u32 = 256 * 1024;
const CONNECTION_WINDOW_BYTES: u32 = 1024 * 1024;

/// After accepting failed (too many open files), it is tried again after this time.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Accepts connections until `stop` is cancelled, then waits until the open ones are done, at most for `drain`.
pub(crate) async fn run(
    chain: Arc<Chain>,
    listener: TcpListener,
    tls: Arc<ServerConfig>,
    stop: CancellationToken,
    drain: Duration,
) {
    let acceptor = TlsAcceptor::from(tls);
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let task = connection(chain.clone(), acceptor.clone(), stream, peer, stop.clone());
                connections.spawn(task);
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    connections.close();
    if tokio::time::timeout(drain, connections.wait()).await.is_err() {
        tracing::warn!(open = connections.len(), "connections are cut, they did not end in time");
    }
}

async fn connection(
    chain: Arc<Chain>,
    acceptor: TlsAcceptor,
    stream: TcpStream,
    peer: SocketAddr,
    stop: CancellationToken,
) {
    if let Err(error) = serve(chain, acceptor, stream, peer, stop).await {
        tracing::debug!(%peer, error = %error, "connection ended");
    }
}

async fn serve(
    chain: Arc<Chain>,
    acceptor: TlsAcceptor,
    stream: TcpStream,
    peer: SocketAddr,
    stop: CancellationToken,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    stream.set_nodelay(true)?;
    let stream = tokio::time::timeout(HANDSHAKE_TIMEOUT, acceptor.accept(stream))
        .await
        .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "TLS handshake took too long"))??;
    let certificate = stream
        .get_ref()
        .1
        .peer_certificates()
        .and_then(<[_]>::first)
        .map(|certificate| certificate.clone().into_owned());
    let known = Arc::new(Connection::tls(peer, certificate));
    let service = service_fn(move |request: http::Request<Incoming>| {
        let (chain, known) = (chain.clone(), known.clone());
        async move {
            let request = request.map(|body| RequestBody::Incoming(body.into()));
            Ok::<_, Infallible>(chain::serve(&chain, request, &known).await)
        }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_MAX)
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .keep_alive_interval(Duration::from_secs(30));
    let (io, turns) = gather::gathered(stream);
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(io), service);
    let served = async move {
        let mut connection = std::pin::pin!(connection);
        tokio::select! {
            ended = connection.as_mut() => return ended,
            () = stop.cancelled() => connection.as_mut().graceful_shutdown(),
        }
        connection.await
    };
    turns.run(served).await?
}
