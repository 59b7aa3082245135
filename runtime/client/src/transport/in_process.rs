//! Into a server in this process: no socket, no TLS, no HTTP framing.

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header::HOST};
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::rt::TokioIo;
use kubeforge_machinery::user::InProcessUser;
use tower::{Service, ServiceExt as _};

use super::{Body, BoxError, Transport, TransportError, Upgrade, body};

/// How much of a stream is on its way in the process.
const PIPE_BYTES: usize = 64 << 10;

/// Calls a server's service directly, as a user of the caller's choice.
///
/// The user travels as a request extension, which nothing that comes over the network can set.
#[derive(Clone, Debug)]
pub struct InProcess<S> {
    service: S,
    user: InProcessUser,
}

impl<S> InProcess<S> {
    /// A transport into `service`, which is cloned for each request.
    pub fn new(service: S, user: InProcessUser) -> Self {
        Self { service, user }
    }
}

#[async_trait]
impl<S, B> Transport for InProcess<S>
where
    S: Service<http::Request<Full<Bytes>>, Response = http::Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Body>, TransportError> {
        let mut request = request.map(Full::new);
        request.extensions_mut().insert(self.user.clone());
        let answer = self.service.clone().oneshot(request).await;
        let answer =
            answer.map_err(|err| TransportError::Send { server: "in-process".to_owned(), source: err.into() })?;
        Ok(answer.map(body))
    }

    /// The service is given a connection to upgrade: a pipe, with HTTP spoken over it.
    async fn upgrade(&self, request: http::Request<Bytes>) -> Result<Upgrade, TransportError> {
        let failed = |source: BoxError| TransportError::Send { server: "in-process".to_owned(), source };
        let (near, far) = tokio::io::duplex(PIPE_BYTES);
        let (service, user) = (self.service.clone(), self.user.clone());
        let service = hyper::service::service_fn(move |request: http::Request<Incoming>| {
            let (mut parts, _) = request.into_parts();
            parts.extensions.insert(user.clone());
            service.clone().oneshot(http::Request::from_parts(parts, Full::default()))
        });
        // both ends of the pipe are ours: a task ends when its other end is dropped
        tokio::spawn(async move {
            let served = http1::Builder::new().serve_connection(TokioIo::new(far), service).with_upgrades().await;
            if let Err(err) = served {
                tracing::debug!(%err, "a stream within the process ended");
            }
        });
        let handshake = hyper::client::conn::http1::handshake(TokioIo::new(near)).await;
        let (mut sender, connection) = handshake.map_err(|err| failed(err.into()))?;
        tokio::spawn(async move {
            if let Err(err) = connection.with_upgrades().await {
                tracing::debug!(%err, "a stream within the process ended");
            }
        });
        let mut request = request.map(Full::new);
        request.headers_mut().insert(HOST, HeaderValue::from_static("in-process"));
        let mut answer = sender.send_request(request).await.map_err(|err| failed(err.into()))?;
        if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Ok(Upgrade::Refused(answer.map(body)));
        }
        let stream = hyper::upgrade::on(&mut answer).await.map_err(|err| failed(err.into()))?;
        let (head, _) = answer.into_parts();
        Ok(Upgrade::Done(head.headers, Box::new(TokioIo::new(stream))))
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use http_body_util::BodyExt as _;

    use super::*;

    #[tokio::test]
    async fn the_service_sees_the_user_and_the_body() {
        let service = tower::service_fn(|request: http::Request<Full<Bytes>>| async move {
            let user = request.extensions().get::<InProcessUser>().cloned().unwrap_or_default();
            let sent = request.into_body().collect().await?.to_bytes();
            let text = format!("{} {}", user.name, String::from_utf8_lossy(&sent));
            Ok::<_, Infallible>(http::Response::new(Full::new(Bytes::from(text))))
        });
        let user = InProcessUser { name: "system:admin".to_owned(), groups: vec![] };
        let transport = InProcess::new(service, user);
        let answer = transport.send(http::Request::new(Bytes::from_static(b"hello"))).await.unwrap();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(bytes, "system:admin hello");
    }
}
