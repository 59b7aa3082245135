//! Connections to other servers, one for each request: what is reached this way is asked seldom.

use std::{fmt, io, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
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
    /// The answer can't be read, or is too long.
    #[error("{0}")]
    Body(String),
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// A server that this one calls.
#[derive(Clone, Debug)]
pub struct Peer {
    /// TLS, and whom to trust; `None` for plain HTTP.
    pub tls: Option<Arc<rustls::ClientConfig>>,
    /// The name that its certificate must carry.
    pub name: String,
    /// Where to connect to: a name or an address, without brackets.
    pub host: String,
    /// The port there.
    pub port: u16,
}

/// Sends a request and reads the answer, which may have `bytes_max` bytes.
///
/// # Errors
/// Where there is no whole answer. Its status is not looked at.
pub async fn exchange(
    peer: &Peer,
    request: Request<Bytes>,
    bytes_max: usize,
) -> Result<(StatusCode, Vec<u8>), DialError> {
    let mut sender = connect(peer).await?;
    let answer = sender.send_request(request.map(Full::new)).await?;
    let status = answer.status();
    let body = Limited::new(answer.into_body(), bytes_max).collect().await;
    Ok((status, body.map_err(|err| DialError::Body(err.to_string()))?.to_bytes().to_vec()))
}

/// Opens a connection on which one request can be sent.
pub(super) async fn open(location: &Location) -> Result<SendRequest<Full<Bytes>>, DialError> {
    let peer = Peer {
        tls: location.tls.clone(),
        name: location.host.clone(),
        host: location.host.clone(),
        port: location.port(),
    };
    connect(&peer).await
}

async fn connect(peer: &Peer) -> Result<SendRequest<Full<Bytes>>, DialError> {
    let stream = tokio::time::timeout(CONNECT_TIMEOUT, dial(peer)).await;
    let stream = stream.map_err(|_| refused(peer, "i/o timeout".to_owned()))??;
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // it ends when the request's answer has been read, or the streams that it became are closed
    tokio::spawn(async move {
        if let Err(error) = connection.with_upgrades().await {
            tracing::debug!(%error, "a connection to another server ended");
        }
    });
    Ok(sender)
}

async fn dial(peer: &Peer) -> Result<Box<dyn Stream>, DialError> {
    let addresses: Vec<_> = match tokio::net::lookup_host((peer.host.as_str(), peer.port)).await {
        Ok(addresses) => addresses.collect(),
        Err(_) => Vec::new(),
    };
    if addresses.is_empty() {
        return Err(DialError::Lookup { host: peer.host.clone() });
    }
    let stream = TcpStream::connect(addresses.as_slice()).await.map_err(|err| refused(peer, in_words(&err)))?;
    // a failure only costs time
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot switch off the delay of a connection");
    }
    let Some(config) = &peer.tls else { return Ok(Box::new(stream)) };
    let name = ServerName::try_from(peer.name.clone()).map_err(|err| DialError::Tls(err.to_string()))?;
    let stream = TlsConnector::from(Arc::clone(config)).connect(name, stream).await;
    Ok(Box::new(stream.map_err(|err| DialError::Tls(tls_in_words(&err)))?))
}

/// What Go calls the common reasons not to trust a server.
fn tls_in_words(error: &io::Error) -> String {
    use rustls::{CertificateError as C, Error};
    let cause = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    let why = match cause {
        Some(Error::InvalidCertificate(C::UnknownIssuer)) => "x509: certificate signed by unknown authority",
        Some(Error::InvalidCertificate(C::Expired | C::ExpiredContext { .. })) => {
            "x509: certificate has expired or is not yet valid"
        }
        _ => return error.to_string(),
    };
    format!("failed to verify certificate: {why}")
}

fn refused(peer: &Peer, why: String) -> DialError {
    let host = &peer.host;
    let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
    DialError::Connect { address: format!("{host}:{}", peer.port), why }
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
