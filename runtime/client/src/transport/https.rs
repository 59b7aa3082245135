//! Over the network.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{
    HeaderMap, Uri,
    header::AUTHORIZATION,
    uri::{Authority, PathAndQuery, Scheme},
};
use http_body_util::Full;
use hyper_rustls::{FixedServerNameResolver, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use rustls_pki_types::ServerName;

use super::{
    Body, BoxError, Transport, TransportError,
    auth::Authorization,
    body,
    lanes::{Lanes, Placed},
    tls_config,
};
use crate::config::{Config, ConfigError};

/// How long a TCP connection may take (client-go's dialer).
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// A ping is sent over a silent HTTP/2 connection after so long (client-go's ReadIdleTimeout); watches notice a dead peer by it.
const PING_INTERVAL: Duration = Duration::from_secs(30);

/// The connection is given up if no pong comes within so long (client-go's PingTimeout).
const PING_TIMEOUT: Duration = Duration::from_secs(15);

/// How much a server may send ahead on one stream and on the whole connection. Lists are large and many watches share a
/// connection, so these are far above HTTP/2's 64 KiB.
const STREAM_WINDOW_BYTES: u32 = 4 << 20;
const CONNECTION_WINDOW_BYTES: u32 = 16 << 20;

type HttpClient = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// HTTP/2, else HTTP/1.1, over TLS; or HTTP/1.1 in the clear for an `http:` server.
#[derive(Debug)]
pub struct Https {
    lanes: Lanes<HttpClient>,
    scheme: Scheme,
    authority: Authority,
    /// What stands before every path, without a slash at its end.
    prefix: String,
    authorization: Authorization,
    headers: HeaderMap,
}

impl Https {
    /// A transport to the server that `config` names. Connections are made when they are needed.
    ///
    /// # Errors
    /// Where the URL or the TLS material can't be used.
    pub fn new(config: &Config) -> Result<Self, ConfigError> {
        let server = config.server_uri()?;
        let builder = HttpsConnectorBuilder::new().with_tls_config(tls_config(&config.tls)?).https_or_http();
        let builder = match &config.tls.server_name {
            Some(name) => {
                let name = ServerName::try_from(name.clone())
                    .map_err(|err| ConfigError::Tls(format!("the server name {name:?}: {err}")))?;
                builder.with_server_name_resolver(FixedServerNameResolver::new(name))
            }
            None => builder,
        };
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let connector = builder.enable_all_versions().wrap_connector(tcp);
        Ok(Self {
            lanes: Lanes::new(move || http_client(connector.clone())),
            scheme: server.scheme().cloned().unwrap_or(Scheme::HTTPS),
            authority: server.authority().cloned().ok_or_else(|| ConfigError::Server(config.server.clone()))?,
            prefix: server.path().trim_end_matches('/').to_owned(),
            authorization: Authorization::new(config.auth.clone()),
            headers: config.impersonation_headers()?,
        })
    }

    fn uri(&self, path: Option<&PathAndQuery>) -> Result<Uri, http::Error> {
        let path = path.map_or("/", PathAndQuery::as_str);
        let builder = Uri::builder().scheme(self.scheme.clone()).authority(self.authority.clone());
        if self.prefix.is_empty() {
            builder.path_and_query(path).build()
        } else {
            builder.path_and_query(format!("{}{path}", self.prefix)).build()
        }
    }

    fn server(&self) -> String {
        format!("{}://{}{}", self.scheme, self.authority, self.prefix)
    }
}

#[async_trait]
impl Transport for Https {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Body>, TransportError> {
        let mut request = request.map(Full::new);
        *request.uri_mut() = self
            .uri(request.uri().path_and_query())
            .map_err(|err| TransportError::Send { server: self.server(), source: err.into() })?;
        for (name, value) in &self.headers {
            request.headers_mut().append(name, value.clone());
        }
        if let Some(value) = self.authorization.header().await? {
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        let (client, place) = self.lanes.take();
        match client.request(request).await {
            Ok(answer) => Ok(answer.map(|answer| body(Placed::new(answer, place)))),
            Err(err) if err.is_connect() => {
                Err(TransportError::Connect { server: self.server(), source: innermost(err) })
            }
            Err(err) => Err(TransportError::Send { server: self.server(), source: innermost(err) }),
        }
    }
}

fn http_client(connector: HttpsConnector<HttpConnector>) -> HttpClient {
    Client::builder(TokioExecutor::new())
        .timer(TokioTimer::new())
        .pool_timer(TokioTimer::new())
        .http2_initial_stream_window_size(STREAM_WINDOW_BYTES)
        .http2_initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .http2_keep_alive_interval(PING_INTERVAL)
        .http2_keep_alive_timeout(PING_TIMEOUT)
        .build(connector)
}

/// hyper's errors say little themselves; the deepest cause says what happened.
fn innermost(err: hyper_util::client::legacy::Error) -> BoxError {
    let mut text = err.to_string();
    let mut cause = std::error::Error::source(&err);
    while let Some(next) = cause {
        let more = next.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = next.source();
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_uri(server: &str, path: &str, want: &str) {
        let transport = Https::new(&Config::new(server)).unwrap();
        let path = PathAndQuery::try_from(path).unwrap();
        assert_eq!(transport.uri(Some(&path)).unwrap().to_string(), want);
    }

    #[test]
    fn paths_go_below_the_servers_url() {
        check_uri("https://127.0.0.1:6443", "/api/v1/pods?limit=1", "https://127.0.0.1:6443/api/v1/pods?limit=1");
        check_uri("https://example.com/k8s/c1/", "/version", "https://example.com/k8s/c1/version");
        check_uri("127.0.0.1:8080", "/version", "http://127.0.0.1:8080/version");
    }
}
