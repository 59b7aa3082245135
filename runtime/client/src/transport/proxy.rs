//! The way to the server: directly, or through a proxy.
//!
//! Which proxy the environment means follows Go's http.ProxyFromEnvironment: `HTTPS_PROXY` or `HTTP_PROXY` by the server's
//! scheme, unless the server is this machine or `NO_PROXY` names it.

use std::{
    net::IpAddr,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use futures::{FutureExt as _, future::BoxFuture};
use http::{HeaderValue, Uri};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::{
    Connected, Connection, HttpConnector,
    proxy::{SocksV5, Tunnel},
};
use ipnet::IpNet;
use percent_encoding::percent_decode_str;
use rustls::ClientConfig;
use tower::{Service, ServiceExt as _};

use super::BoxError;
use crate::config::{Config, ConfigError, ProxySetting};

/// How long a TCP connection may take, and how often a silent one is probed (client-go's dialer).
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// A proxy.
#[derive(Clone, Debug)]
pub(super) struct Proxy {
    scheme: ProxyScheme,
    uri: Uri,
    /// A name and password; its debug form would show them, so it has none.
    login: Option<Login>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ProxyScheme {
    Http,
    Https,
    Socks5,
}

#[derive(Clone)]
struct Login {
    user: String,
    password: String,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Login(…)")
    }
}

/// Reads a proxy's URL.
///
/// # Errors
/// What is wrong with it, in clientcmd's words.
pub(crate) fn parse_proxy_url(url: &str) -> Result<(), String> {
    Proxy::parse(url).map(|_| ())
}

/// Whether a text can be a URL's scheme (net/url's getScheme).
fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// A URL without the name and password in it.
pub(crate) fn without_credentials(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").map_or(("", url), |(scheme, rest)| (scheme, rest));
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    if scheme.is_empty() { rest.to_owned() } else { format!("{scheme}://{rest}") }
}

/// The URL of the proxy to a configuration's server, without a slash at its end.
pub(super) fn url_for(config: &Config) -> Option<String> {
    match &config.proxy {
        ProxySetting::Url(url) => Some(url.clone()),
        ProxySetting::Direct => None,
        ProxySetting::Environment => environment(&config.server_uri().ok()?, |name| std::env::var(name).ok()),
    }
}

impl Proxy {
    /// The proxy to a configuration's server, if there is one.
    ///
    /// # Errors
    /// Where its URL can't be used.
    pub(super) fn of(config: &Config) -> Result<Option<Self>, ConfigError> {
        url_for(config).map(|url| Self::parse(&url).map_err(ConfigError::Proxy)).transpose()
    }

    fn parse(url: &str) -> Result<Self, String> {
        let bad = || format!("could not parse: {}", without_credentials(url));
        let scheme = match url.split_once(':') {
            Some((scheme, _)) if is_scheme(scheme) => scheme,
            Some((host, _)) if !host.contains('/') => return Err(bad()),
            _ => "",
        };
        let after = url.get(scheme.len()..).and_then(|rest| rest.strip_prefix("://"));
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" => ProxyScheme::Http,
            "https" => ProxyScheme::Https,
            "socks5" | "socks5h" => ProxyScheme::Socks5,
            other => return Err(format!("unsupported scheme {other:?}, must be http, https, or socks5")),
        };
        let rest = after.ok_or_else(bad)?;
        let (login, host) = match rest.rsplit_once('@') {
            Some((login, host)) => (Some(Login::parse(login)), host),
            None => (None, rest),
        };
        let host = host.split(['/', '?', '#']).next().unwrap_or_default();
        let (http_scheme, port) = match scheme {
            ProxyScheme::Http => ("http", 80),
            ProxyScheme::Https => ("https", 443),
            ProxyScheme::Socks5 => ("http", 1080),
        };
        let uri: Uri = format!("{http_scheme}://{host}").parse().map_err(|_| bad())?;
        let uri = match uri.port() {
            Some(_) => uri,
            None => format!("{http_scheme}://{host}:{port}").parse().map_err(|_| bad())?,
        };
        if uri.host().is_none_or(str::is_empty) {
            return Err(bad());
        }
        Ok(Self { scheme, uri, login })
    }

    /// What an HTTP proxy is told of who we are.
    pub(super) fn authorization(&self) -> Option<HeaderValue> {
        let login = self.login.as_ref()?;
        let pair = BASE64_STANDARD.encode(format!("{}:{}", login.user, login.password));
        let mut value = HeaderValue::from_str(&format!("Basic {pair}")).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// Whether it is sent whole requests, as HTTP proxies are for servers without TLS, and not asked for a tunnel.
    pub(super) fn takes_requests(&self, server: &Uri) -> bool {
        self.scheme != ProxyScheme::Socks5 && server.scheme_str() == Some("http")
    }
}

impl Login {
    fn parse(text: &str) -> Self {
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let (user, password) = text.split_once(':').unwrap_or((text, ""));
        Self { user: decoded(user), password: decoded(password) }
    }
}

/// The proxy that the environment means for a server.
fn environment(server: &Uri, var: impl Fn(&str) -> Option<String>) -> Option<String> {
    let var = |name: &str| {
        let value = var(name).filter(|value| !value.is_empty());
        value.or_else(|| var(&name.to_ascii_lowercase())).filter(|value| !value.is_empty())
    };
    let is_tls = server.scheme_str() == Some("https");
    let proxy = var(if is_tls { "HTTPS_PROXY" } else { "HTTP_PROXY" })?;
    let host = server.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    let port = server.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
    let exempt = var("NO_PROXY").unwrap_or_default();
    if is_this_machine(&host) || exempt.split(',').any(|entry| covers(entry.trim(), &host, port)) {
        return None;
    }
    // a bare host is an HTTP proxy
    Some(if proxy.contains("://") { proxy } else { format!("http://{proxy}") })
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether an entry of `NO_PROXY` means a server: `*`, an address, a range of addresses, a domain with its subdomains, or
/// with a leading dot its subdomains only; each but the range may name a port.
fn covers(entry: &str, host: &str, port: u16) -> bool {
    let entry = entry.to_ascii_lowercase();
    if entry == "*" {
        return true;
    }
    if let Ok(range) = entry.parse::<IpNet>() {
        return host.parse::<IpAddr>().is_ok_and(|address| range.contains(&address));
    }
    let (name, wanted) = match entry.rsplit_once(':') {
        // more colons are an IPv6 address
        Some((name, digits)) if !name.contains(':') || name.ends_with(']') => (name, Some(digits)),
        _ => (entry.as_str(), None),
    };
    if wanted.is_some_and(|wanted| wanted.parse() != Ok(port)) {
        return false;
    }
    let name = name.trim_start_matches('[').trim_end_matches(']');
    let name = name.strip_prefix('*').unwrap_or(name);
    match name.strip_prefix('.') {
        _ if name.is_empty() => false,
        Some(domain) => host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')),
        None => host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')),
    }
}

/// Makes TCP connections to the server, through the proxy where there is one.
#[derive(Clone, Debug)]
pub(super) struct Route {
    tcp: HttpConnector,
    proxy: Option<Proxy>,
    /// For the connection to a proxy with TLS.
    tls: Option<HttpsConnector<HttpConnector>>,
    takes_requests: bool,
}

impl Route {
    /// `tls` is for the proxy, where that has TLS.
    pub(super) fn new(proxy: Option<Proxy>, server: &Uri, tls: &ClientConfig) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
        tcp.set_keepalive(Some(KEEP_ALIVE));
        let has_tls = proxy.as_ref().is_some_and(|proxy| proxy.scheme == ProxyScheme::Https);
        let connector = || HttpsConnectorBuilder::new().with_tls_config(tls.clone()).https_or_http().enable_http1();
        Self {
            tls: has_tls.then(|| connector().wrap_connector(tcp.clone())),
            takes_requests: proxy.as_ref().is_some_and(|proxy| proxy.takes_requests(server)),
            tcp,
            proxy,
        }
    }

    async fn connect(self, target: Uri) -> Result<Stream, BoxError> {
        let Some(proxy) = self.proxy else {
            return Ok(Stream::new(self.tcp.oneshot(target).await?, false));
        };
        let failed = |err: BoxError| -> BoxError { format!("the proxy {}: {err}", proxy.uri).into() };
        let authorization = proxy.authorization();
        let stream = match (proxy.scheme, self.tls) {
            (ProxyScheme::Socks5, _) => {
                let mut socks = SocksV5::new(proxy.uri.clone(), self.tcp);
                if let Some(login) = &proxy.login {
                    socks = socks.with_auth(login.user.clone(), login.password.clone());
                }
                socks
                    .oneshot(target)
                    .await
                    .map(|stream| Stream::new(stream, false))
                    .map_err(|err| failed(err.into()))?
            }
            (_, Some(tls)) if self.takes_requests => {
                let stream = tls.oneshot(proxy.uri.clone()).await.map_err(failed)?;
                Stream::new(stream, true)
            }
            (_, Some(tls)) => {
                let stream = tunnel(&proxy.uri, authorization, tls).oneshot(target).await;
                Stream::new(stream.map_err(|err| failed(err.into()))?, false)
            }
            (_, None) if self.takes_requests => {
                let stream = self.tcp.oneshot(proxy.uri.clone()).await.map_err(|err| failed(err.into()))?;
                Stream::new(stream, true)
            }
            (_, None) => {
                let stream = tunnel(&proxy.uri, authorization, self.tcp).oneshot(target).await;
                Stream::new(stream.map_err(|err| failed(err.into()))?, false)
            }
        };
        Ok(stream)
    }
}

fn tunnel<C>(proxy: &Uri, authorization: Option<HeaderValue>, connector: C) -> Tunnel<C> {
    let tunnel = Tunnel::new(proxy.clone(), connector);
    match authorization {
        Some(value) => tunnel.with_auth(value),
        None => tunnel,
    }
}

impl Service<Uri> for Route {
    type Response = Stream;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Stream, BoxError>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        self.clone().connect(target).boxed()
    }
}

/// A connection, whatever it goes through.
pub(super) struct Stream {
    inner: Pin<Box<dyn Io>>,
    /// The far end is a proxy that takes requests.
    is_proxied: bool,
}

trait Io: Read + Write + Send {
    fn connected(&self) -> Connected;
}

impl<T: Read + Write + Connection + Send> Io for T {
    fn connected(&self) -> Connected {
        Connection::connected(self)
    }
}

impl Stream {
    fn new(stream: impl Read + Write + Connection + Send + 'static, is_proxied: bool) -> Self {
        Self { inner: Box::pin(stream), is_proxied }
    }
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        self.inner.connected().proxy(self.is_proxied)
    }
}

impl Read for Stream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: ReadBufCursor<'_>) -> Poll<std::io::Result<()>> {
        self.inner.as_mut().poll_read(cx, buf)
    }
}

impl Write for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<std::io::Result<usize>> {
        self.inner.as_mut().poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        self.inner.as_mut().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        self.inner.as_mut().poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        self.inner.as_mut().poll_write_vectored(cx, bufs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(server: &str, variables: &[(&str, &str)], want: Option<&str>) {
        let found =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        assert_eq!(environment(&server.parse().unwrap(), found).as_deref(), want, "{server} {variables:?}");
    }

    #[test]
    fn the_environment_says_which_servers_have_a_proxy() {
        let proxies = |exempt| [("HTTPS_PROXY", "http://p:1"), ("http_proxy", "q:2"), ("NO_PROXY", exempt)];
        check("https://k.example.com", &proxies(""), Some("http://p:1"));
        check("http://k.example.com", &proxies(""), Some("http://q:2"));
        check("https://localhost:6443", &proxies(""), None);
        check("https://[::1]:6443", &proxies(""), None);
        check("https://10.1.2.3", &proxies("10.0.0.0/8"), None);
        check("https://11.1.2.3", &proxies("10.0.0.0/8"), Some("http://p:1"));
        check("https://k.example.com", &proxies("a.com, example.com"), None);
        check("https://kexample.com", &proxies("example.com"), Some("http://p:1"));
        check("https://example.com", &proxies(".example.com"), Some("http://p:1"));
        check("https://k.example.com", &proxies("*.example.com"), None);
        check("https://k.example.com:6443", &proxies("k.example.com:6443"), None);
        check("https://k.example.com:6443", &proxies("k.example.com:443"), Some("http://p:1"));
        check("https://[fd00::1]", &proxies("fd00::1"), None);
        check("https://k.example.com", &proxies("*"), None);
        check("https://k.example.com", &[("HTTP_PROXY", "q")], None);
    }

    #[test]
    fn proxies_are_http_or_socks() {
        let proxy = Proxy::parse("http://me:a%40b@p.example.com").unwrap();
        assert_eq!((proxy.uri.to_string().as_str(), proxy.scheme), ("http://p.example.com:80/", ProxyScheme::Http));
        assert_eq!(proxy.authorization().unwrap(), "Basic bWU6YUBi");
        assert!(!format!("{proxy:?}").contains("a@b"));
        assert_eq!(Proxy::parse("socks5://p").unwrap().uri, "http://p:1080/");
        let said = |url| parse_proxy_url(url).unwrap_err();
        assert_eq!(said("ftp://p"), "unsupported scheme \"ftp\", must be http, https, or socks5");
        for (url, scheme) in [("example.com", ""), ("me@p", ""), ("socks6://p", "socks6"), ("me:secret@p", "me")] {
            assert_eq!(said(url), format!("unsupported scheme {scheme:?}, must be http, https, or socks5"));
        }
        assert_eq!(said("127.0.0.1:8080"), "could not parse: 127.0.0.1:8080");
    }
}
