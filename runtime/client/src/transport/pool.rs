//! Connections with the certificates that are valid now.
//!
//! Certificates change while a program runs: files are replaced, and programs that provide credentials provide new ones.
//! Requests then go over new connections. A new certificate of the client ends the old connections, watches and WebSockets
//! too, as client-go does, so that nobody goes on as who he was; a new CA leaves them. Files are looked at when a request
//! comes, and while none does from time to time.

use std::{
    sync::{Arc, OnceLock},
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures::future::BoxFuture;
use http::Uri;
use http_body_util::Full;
use hyper_rustls::{FixedServerNameResolver, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::Client,
    rt::{TokioExecutor, TokioTimer},
};
use parking_lot::Mutex;
use rustls_pki_types::ServerName;
use tokio::time::Instant;
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};
use tower::Service;
use tracing::{info, warn};

use super::{
    BoxError, TransportError,
    exec::Identity,
    lanes::{Lanes, Speaks},
    proxy::{Proxy, Route},
    tls_config,
};
use crate::config::{ConfigError, Tls};

/// How often files are looked at, at most: a request that comes later looks first.
const FILES_PERIOD: Duration = Duration::from_secs(10);

/// How often files are looked at while no request comes (client-go's CertCallbackRefreshDuration): for open watches and
/// WebSockets.
const IDLE_FILES_PERIOD: Duration = Duration::from_secs(5 * 60);

/// A ping is sent over a silent HTTP/2 connection after so long (client-go's ReadIdleTimeout); watches notice a dead peer by
/// it. `HTTP2_READ_IDLE_TIMEOUT_SECONDS` says otherwise.
const PING_INTERVAL_SECONDS: u64 = 30;

/// The connection is given up if no pong comes within so long (client-go's PingTimeout). `HTTP2_PING_TIMEOUT_SECONDS` says
/// otherwise.
const PING_TIMEOUT_SECONDS: u64 = 15;

/// How much a server may send ahead on one stream and on the whole connection. Lists are large and many watches share a
/// connection, so these are far above HTTP/2's 64 KiB.
const STREAM_WINDOW_BYTES: u32 = 4 << 20;
const CONNECTION_WINDOW_BYTES: u32 = 16 << 20;

/// How long a connection may take with all its handshakes: net/http's ten seconds for TLS after the thirty for TCP.
const HANDSHAKES_TIMEOUT: Duration = Duration::from_secs(40);

/// hyper's client over our connections.
pub(super) type HttpClient = Client<Patient<HttpsConnector<Route>>, Full<Bytes>>;

/// The connections to one server.
#[derive(Debug)]
pub(super) struct Pool {
    shared: Arc<Shared>,
    /// Looks at the files while no request comes; begins with the first request.
    watching: OnceLock<AbortOnDropHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    server: Uri,
    proxy: Option<Proxy>,
    current: Mutex<Current>,
    /// Held while connections are replaced, so that two requests don't both do it.
    replacing: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Current {
    generation: Arc<Generation>,
    files_seen: Instant,
}

/// Connections that share certificates.
#[derive(Debug)]
pub(super) struct Generation {
    tls: Tls,
    identity: Option<Arc<Identity>>,
    /// For requests.
    pub lanes: Lanes<HttpClient>,
    /// For requests that turn their connection into something else, which HTTP/2 has not.
    pub upgrades: HttpClient,
    /// Ends them.
    pub closed: CancellationToken,
    /// Whether they may be closed at all.
    pub is_replaceable: bool,
}

impl Pool {
    /// # Errors
    /// Where the TLS material can't be used.
    pub(super) fn new(tls: Tls, server: Uri, proxy: Option<Proxy>, rotates: bool) -> Result<Self, ConfigError> {
        let is_replaceable = rotates || !tls.files.is_empty();
        let generation = Arc::new(Generation::new(tls, None, &server, proxy.as_ref(), is_replaceable)?);
        let current = Mutex::new(Current { generation, files_seen: Instant::now() });
        let shared = Arc::new(Shared { server, proxy, current, replacing: tokio::sync::Mutex::default() });
        Ok(Self { shared, watching: OnceLock::new() })
    }

    /// The connections for a request.
    ///
    /// # Errors
    /// Where a program's certificate can't be used.
    pub(super) async fn connections(
        &self,
        identity: Option<&Arc<Identity>>,
    ) -> Result<Arc<Generation>, TransportError> {
        let connections = self.shared.connections(identity).await?;
        let files = &connections.tls.files;
        if files.client_certificate.is_some() || files.client_key.is_some() {
            let shared = &self.shared;
            self.watching.get_or_init(|| AbortOnDropHandle::new(tokio::spawn(shared.clone().watch_files())));
        }
        Ok(connections)
    }
}

impl Shared {
    async fn watch_files(self: Arc<Self>) {
        loop {
            tokio::time::sleep(IDLE_FILES_PERIOD).await;
            let identity = self.current.lock().generation.identity.clone();
            if let Err(err) = self.connections(identity.as_ref()).await {
                warn!(%err, "changed certificates can't be used");
            }
        }
    }

    async fn connections(&self, identity: Option<&Arc<Identity>>) -> Result<Arc<Generation>, TransportError> {
        if let Some(current) = self.usable(identity) {
            return Ok(current);
        }
        let replacing = self.replacing.lock().await;
        if let Some(current) = self.usable(identity) {
            return Ok(current);
        }
        let old = self.current.lock().generation.clone();
        let tls = reread(&old.tls).await;
        let result = if tls == old.tls && old.is_of(identity) { Ok(old) } else { self.replace(&old, tls, identity) };
        self.current.lock().files_seen = Instant::now();
        drop(replacing);
        result
    }

    fn usable(&self, identity: Option<&Arc<Identity>>) -> Option<Arc<Generation>> {
        let current = self.current.lock();
        let is_seen = current.generation.tls.files.is_empty() || current.files_seen.elapsed() < FILES_PERIOD;
        (is_seen && current.generation.is_of(identity)).then(|| current.generation.clone())
    }

    fn replace(
        &self,
        old: &Arc<Generation>,
        tls: Tls,
        identity: Option<&Arc<Identity>>,
    ) -> Result<Arc<Generation>, TransportError> {
        let made = Generation::new(tls, identity.cloned(), &self.server, self.proxy.as_ref(), old.is_replaceable);
        let new = match made {
            Ok(new) => Arc::new(new),
            // a file may be half written
            Err(err) if old.is_of(identity) => {
                warn!(%err, "changed certificates can't be used");
                return Ok(old.clone());
            }
            Err(err) => return Err(TransportError::Credentials(err.to_string())),
        };
        self.current.lock().generation = new.clone();
        let is_same_client = old.tls.client_certificate == new.tls.client_certificate
            && old.tls.client_key == new.tls.client_key
            && old.is_of(identity);
        // the first certificate of a program finds no connections
        if !is_same_client {
            info!("certificate rotation detected, shutting down client connections to start using new credentials");
            old.closed.cancel();
        }
        Ok(new)
    }
}

impl Generation {
    fn new(
        tls: Tls,
        identity: Option<Arc<Identity>>,
        server: &Uri,
        proxy: Option<&Proxy>,
        is_replaceable: bool,
    ) -> Result<Self, ConfigError> {
        let mut used = tls.clone();
        // what a kubeconfig says wins over what its program says
        if let Some(identity) = identity.as_ref().filter(|_| used.client_certificate.is_none()) {
            used.client_certificate = Some(identity.certificate.clone());
            used.client_key = Some(identity.key.clone());
        }
        let config = tls_config(&used)?;
        let route = Route::new(proxy.cloned(), server, &config);
        let builder = || -> Result<_, ConfigError> {
            let builder = HttpsConnectorBuilder::new().with_tls_config(config.clone()).https_or_http();
            match &tls.server_name {
                Some(name) => {
                    let name = ServerName::try_from(name.clone())
                        .map_err(|err| ConfigError::Tls(format!("the server name {name:?}: {err}")))?;
                    Ok(builder.with_server_name_resolver(FixedServerNameResolver::new(name)))
                }
                None => Ok(builder),
            }
        };
        let has_http2 = std::env::var_os("DISABLE_HTTP2").is_none_or(|value| value.is_empty());
        let connector = match has_http2 {
            true => builder()?.enable_all_versions().wrap_connector(route.clone()),
            false => builder()?.enable_http1().wrap_connector(route.clone()),
        };
        let upgrades = builder()?.enable_http1().wrap_connector(route);
        Ok(Self {
            lanes: Lanes::new(move |speaks| http_client(connector.clone(), speaks)),
            upgrades: http_client(upgrades, Speaks::Unknown),
            closed: CancellationToken::new(),
            tls,
            identity,
            is_replaceable,
        })
    }

    fn is_of(&self, identity: Option<&Arc<Identity>>) -> bool {
        match (&self.identity, identity) {
            (None, None) => true,
            (Some(own), Some(other)) => Arc::ptr_eq(own, other) || own == other,
            _ => false,
        }
    }
}

/// Gives up a connection that doesn't come about: a server may take it and then say nothing.
#[derive(Clone, Debug)]
pub(super) struct Patient<C>(C);

impl<C> Service<Uri> for Patient<C>
where
    C: Service<Uri>,
    C::Error: Into<BoxError>,
    C::Future: Send + 'static,
{
    type Response = C::Response;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<C::Response, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        let connecting = tokio::time::timeout(HANDSHAKES_TIMEOUT, self.0.call(target));
        Box::pin(async move {
            match connecting.await {
                Ok(connected) => connected.map_err(Into::into),
                Err(_) => Err("TLS handshake timeout".into()),
            }
        })
    }
}

fn http_client(connector: HttpsConnector<Route>, speaks: Speaks) -> HttpClient {
    let seconds = |name: &str, usual: u64| {
        let asked = std::env::var(name).ok().and_then(|text| text.parse().ok());
        Duration::from_secs(asked.unwrap_or(usual))
    };
    let interval = seconds("HTTP2_READ_IDLE_TIMEOUT_SECONDS", PING_INTERVAL_SECONDS);
    Client::builder(TokioExecutor::new())
        .timer(TokioTimer::new())
        .pool_timer(TokioTimer::new())
        .http2_only(speaks == Speaks::Http2)
        .http2_initial_stream_window_size(STREAM_WINDOW_BYTES)
        .http2_initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        // zero is never
        .http2_keep_alive_interval((!interval.is_zero()).then_some(interval))
        .http2_keep_alive_timeout(seconds("HTTP2_PING_TIMEOUT_SECONDS", PING_TIMEOUT_SECONDS))
        .build(Patient(connector))
}

/// The same with what files say now. A file that can't be read stays as it was.
async fn reread(tls: &Tls) -> Tls {
    let mut new = tls.clone();
    let files = tls.files.clone();
    let places = [
        (&mut new.ca, files.ca),
        (&mut new.client_certificate, files.client_certificate),
        (&mut new.client_key, files.client_key),
    ];
    for (place, file) in places {
        let Some(file) = file else { continue };
        match tokio::fs::read(&file).await {
            Ok(bytes) => *place = Some(bytes),
            Err(err) => warn!(file = %file.display(), %err, "cannot read a certificate again"),
        }
    }
    new
}
