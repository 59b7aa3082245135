//! The server as a tower service.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use http::{Request, Response};
use http_body_util::BodyExt as _;
use kubeforge_apiserver::{body::ServerBody, service::InProcessService};
use kubeforge_machinery::user::InProcessUser;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Answers HTTP requests in this process, as requests of one user.
#[derive(Clone, Debug)]
pub struct Service {
    server: InProcessService,
    user: InProcessUser,
}

impl Service {
    pub(super) fn new(server: InProcessService, user: InProcessUser) -> Self {
        Self { server, user }
    }
}

impl<B> tower::Service<Request<B>> for Service
where
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    type Response = Response<ServerBody>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let Self { server, user } = self.clone();
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            parts.extensions.insert(user);
            let body = body.collect().await.map_err(Into::into)?.to_bytes();
            Ok(server.answer(Request::from_parts(parts, body)).await)
        })
    }
}
