//! Connections to other servers, one for each request: what is reached this way is asked seldom.

use std::{fmt, io, sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls_pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

use super::Location;

/// How long connecting may take, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// Why another server can't be reached, in the words of upstream's network library.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// There is no connection.
    #[error("dial tcp {address}: {why}")]
    Connect {
        /// Where to.
        address: String,
        /// Why not.
        why: String,
    },
    /// The name stands for no address.
    #[error("dial tcp: lookup {host}: no such host")]
    Lookup {
        /// The name.
        host: String,
    },
    /// There is a connection, but not one that can be trusted.
    #[error("tls: {0}")]
    Tls(String),
    /// The other side does not speak HTTP.
    #[error("{0}")]
    Http(#[from] hyper::Error),
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// Opens a connection on which one request can be sent.
pub(super) async fn open(location: &Location) -> Result<SendRequest<Full<Bytes>>, DialError> {
    let stream = tokio::time::timeout(CONNECT_TIMEOUT, dial(location)).await;
    let stream = stream.map_err(|_| refused(location, "i/o timeout".to_owned()))??;
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // it ends when the request's answer has been read, or the streams that it became are closed
    tokio::spawn(async move {
        if let Err(error) = connection.with_upgrades().await {
            tracing::debug!(%error, "a connection to another server ended");
        }
    });
    Ok(sender)
}

async fn dial(location: &Location) -> Result<Box<dyn Stream>, DialError> {
    let addresses: Vec<_> = match tokio::net::lookup_host((location.host.as_str(), location.port())).await {
        Ok(addresses) => addresses.collect(),
        Err(_) => Vec::new(),
    };
    if addresses.is_empty() {
        return Err(DialError::Lookup { host: location.host.clone() });
    }
    let stream = TcpStream::connect(addresses.as_slice()).await.map_err(|err| refused(location, in_words(&err)))?;
    // a failure only costs time
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot switch off the delay of a connection");
    }
    let Some(config) = &location.tls else { return Ok(Box::new(stream)) };
    let name = ServerName::try_from(location.host.clone()).map_err(|err| DialError::Tls(err.to_string()))?;
    let stream = TlsConnector::from(Arc::clone(config)).connect(name, stream).await;
    Ok(Box::new(stream.map_err(|err| DialError::Tls(err.to_string()))?))
}

fn refused(location: &Location, why: String) -> DialError {
    let host = &location.host;
    let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
    DialError::Connect { address: format!("{host}:{}", location.port()), why }
}

/// What Go calls the common failures.
fn in_words(error: &io::Error) -> String {
    let why: &dyn fmt::Display = match error.kind() {
        io::ErrorKind::ConnectionRefused => &"connection refused",
        io::ErrorKind::ConnectionReset => &"connection reset by peer",
        io::ErrorKind::HostUnreachable => &"no route to host",
        io::ErrorKind::NetworkUnreachable => &"network is unreachable",
        io::ErrorKind::TimedOut => &"connection timed out",
        _ => error,
    };
    format!("connect: {why}")
}
