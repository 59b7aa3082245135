//! Over the network.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, StatusCode, Uri,
    header::{ACCEPT_ENCODING, AUTHORIZATION, PROXY_AUTHORIZATION},
    uri::{Authority, PathAndQuery, Scheme},
};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use tokio::time::Instant;

use super::{
    Body, BoxError, Io, Transport, TransportError, Upgrade, body,
    credentials::{Credentials, Presented},
    debug, gzip,
    lanes::Placed,
    pool::{Generation, Pool},
    proxy::{Proxy, without_credentials},
    redirect::{self, Redirect},
    severed::Severed,
};
use crate::{
    config::{Config, ConfigError},
    transport::Auth,
};

/// HTTP/2, else HTTP/1.1, over TLS; or HTTP/1.1 in the clear for an `http:` server. Redirects within the server are
/// followed, compressed answers decompressed, refused credentials renewed where they can be.
#[derive(Debug)]
pub struct Https {
    pool: Pool,
    credentials: Credentials,
    base: Base,
    headers: HeaderMap,
    asks_for_gzip: bool,
    verbosity: u8,
}

/// The server's URL.
#[derive(Debug)]
struct Base {
    scheme: Scheme,
    authority: Authority,
    /// What stands before every path, without a slash at its end.
    prefix: String,
}

impl Https {
    /// A transport to the server that `config` names. Connections are made when they are needed.
    ///
    /// # Errors
    /// Where the URL, the proxy, the credentials or the TLS material can't be used.
    pub fn new(config: &Config) -> Result<Self, ConfigError> {
        let server = config.server_uri()?;
        let proxy = Proxy::of(config)?;
        let mut headers = config.impersonation_headers()?;
        if let Some(value) = proxy.as_ref().filter(|proxy| proxy.takes_requests(&server)).and_then(Proxy::authorization)
        {
            headers.insert(PROXY_AUTHORIZATION, value);
        }
        let base = Base {
            scheme: server.scheme().cloned().unwrap_or(Scheme::HTTPS),
            authority: server
                .authority()
                .cloned()
                .ok_or_else(|| ConfigError::Server(without_credentials(&config.server)))?,
            prefix: server.path().trim_end_matches('/').to_owned(),
        };
        let credentials =
            Credentials::new(config.auth.clone()).map_err(|_| ConfigError::Header("the credentials".to_owned()))?;
        let rotates = matches!(config.auth, Auth::Exec(_));
        Ok(Self {
            pool: Pool::new(config.tls.clone(), server, proxy, rotates)?,
            credentials,
            base,
            headers,
            asks_for_gzip: !config.disable_compression,
            verbosity: config.verbosity,
        })
    }

    /// Sends a request to an absolute URI; once more where the server refused credentials that could be renewed.
    async fn authorized(&self, request: &http::Request<Bytes>) -> Result<http::Response<Body>, TransportError> {
        let presented = self.credentials.current().await?;
        let answer = self.exchange(request, &presented).await?;
        if answer.status() != StatusCode::UNAUTHORIZED || !self.credentials.refused(&presented).await {
            return Ok(answer);
        }
        self.exchange(request, &self.credentials.current().await?).await
    }

    async fn exchange(
        &self,
        request: &http::Request<Bytes>,
        presented: &Presented,
    ) -> Result<http::Response<Body>, TransportError> {
        let connections = self.pool.connections(presented.identity.as_ref()).await?;
        let (client, place) = connections.lanes.take();
        debug::sent(self.verbosity, request, presented.header.as_ref());
        let began = Instant::now();
        let answer = tokio::select! {
            answer = client.request(self.prepared(request, presented)) => answer.map_err(|err| self.base.failed(err)),
            () = connections.closed.cancelled() => Err(self.base.closed()),
        };
        debug::answered(self.verbosity, request, answer.as_ref(), began.elapsed());
        let answer = answer?;
        connections.lanes.heard(answer.version());
        let closed = connections.is_replaceable.then(|| connections.closed.clone());
        Ok(answer.map(|answer| body(Placed::new(answer, place, closed))))
    }

    async fn exchange_upgrade(
        &self,
        request: &http::Request<Bytes>,
        presented: &Presented,
    ) -> Result<(http::Response<Incoming>, Arc<Generation>), TransportError> {
        let connections = self.pool.connections(presented.identity.as_ref()).await?;
        debug::sent(self.verbosity, request, presented.header.as_ref());
        let began = Instant::now();
        let answer = tokio::select! {
            answer = connections.upgrades.request(self.prepared(request, presented)) => answer.map_err(|err| self.base.failed(err)),
            () = connections.closed.cancelled() => Err(self.base.closed()),
        };
        debug::answered(self.verbosity, request, answer.as_ref(), began.elapsed());
        Ok((answer?, connections))
    }

    fn prepared(&self, request: &http::Request<Bytes>, presented: &Presented) -> http::Request<Full<Bytes>> {
        let mut request = request.clone().map(Full::new);
        if let Some(value) = &presented.header
            && !request.headers().contains_key(AUTHORIZATION)
        {
            request.headers_mut().insert(AUTHORIZATION, value.clone());
        }
        request
    }

    fn absolute(&self, mut request: http::Request<Bytes>) -> Result<http::Request<Bytes>, TransportError> {
        let uri = self.base.uri(request.uri().path_and_query());
        *request.uri_mut() = uri.map_err(|err| self.base.not_sent(err.into()))?;
        // a request that says itself whom it acts as, says all of it
        let acts_already = request.headers().contains_key("impersonate-user");
        let own = self.headers.iter().filter(|(name, _)| !(acts_already && name.as_str().starts_with("impersonate-")));
        for (name, value) in own {
            request.headers_mut().append(name, value.clone());
        }
        Ok(request)
    }
}

impl Base {
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

    fn failed(&self, err: hyper_util::client::legacy::Error) -> TransportError {
        let (server, is_connect) = (self.server(), err.is_connect());
        let source = innermost(err);
        if is_connect { TransportError::Connect { server, source } } else { TransportError::Send { server, source } }
    }

    fn closed(&self) -> TransportError {
        self.not_sent("the client's certificate changed meanwhile".into())
    }

    fn not_sent(&self, source: BoxError) -> TransportError {
        TransportError::Send { server: self.server(), source }
    }
}

#[async_trait]
impl Transport for Https {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Body>, TransportError> {
        let mut request = self.absolute(request)?;
        if self.asks_for_gzip && !request.headers().contains_key(ACCEPT_ENCODING) {
            request.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        }
        let mut followed = 0;
        loop {
            let answer = self.authorized(&request).await?;
            let next = redirect::next(&request, &answer, followed);
            match next.map_err(|why| TransportError::Redirect { server: self.base.server(), source: why.into() })? {
                Redirect::None => return Ok(gzip::decoded(answer)),
                Redirect::To(next) => request = *next,
            }
            followed += 1;
        }
    }

    async fn upgrade(&self, request: http::Request<Bytes>) -> Result<Upgrade, TransportError> {
        let request = self.absolute(request)?;
        let presented = self.credentials.current().await?;
        let (mut answer, mut connections) = self.exchange_upgrade(&request, &presented).await?;
        if answer.status() == StatusCode::UNAUTHORIZED && self.credentials.refused(&presented).await {
            (answer, connections) = self.exchange_upgrade(&request, &self.credentials.current().await?).await?;
        }
        if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Ok(Upgrade::Refused(answer.map(body)));
        }
        let stream = hyper::upgrade::on(&mut answer).await.map_err(|err| self.base.not_sent(err.into()))?;
        let (head, _) = answer.into_parts();
        let stream = TokioIo::new(stream);
        let stream: Box<dyn Io> = match connections.is_replaceable {
            true => Box::new(Severed::new(stream, connections.closed.clone())),
            false => Box::new(stream),
        };
        Ok(Upgrade::Done(head.headers, stream))
    }
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
    use crate::config::Impersonation;

    #[track_caller]
    fn check_uri(server: &str, path: &str, want: &str) {
        let transport = Https::new(&Config::new(server)).unwrap();
        let path = PathAndQuery::try_from(path).unwrap();
        assert_eq!(transport.base.uri(Some(&path)).unwrap().to_string(), want);
    }

    #[test]
    fn a_request_may_act_as_somebody_else() {
        let who = |user: &str| Impersonation { user: user.to_owned(), uid: "1".to_owned(), ..Impersonation::default() };
        let config = Config { impersonate: Some(who("jane")), ..Config::new("https://x") };
        let transport = Https::new(&config).unwrap();
        let sent = |headers: &[(&'static str, &'static str)]| {
            let mut request = http::Request::new(Bytes::new());
            for (name, value) in headers {
                request.headers_mut().insert(*name, HeaderValue::from_static(value));
            }
            let sent = transport.absolute(request).unwrap();
            let text = |name: &str| sent.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
            (
                text("impersonate-user").unwrap(),
                text("impersonate-uid"),
                sent.headers().get_all("impersonate-user").iter().count(),
            )
        };
        assert_eq!(sent(&[]), ("jane".to_owned(), Some("1".to_owned()), 1));
        assert_eq!(sent(&[("impersonate-user", "joe")]), ("joe".to_owned(), None, 1));
    }

    #[test]
    fn paths_go_below_the_servers_url() {
        check_uri("https://127.0.0.1:6443", "/api/v1/pods?limit=1", "https://127.0.0.1:6443/api/v1/pods?limit=1");
        check_uri("https://example.com/k8s/c1/", "/version", "https://example.com/k8s/c1/version");
        check_uri("127.0.0.1:8080", "/version", "http://127.0.0.1:8080/version");
    }
}
