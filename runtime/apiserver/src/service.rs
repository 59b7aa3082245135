//! The server as a tower service, for callers in the same process.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use tower::Service;

use crate::{
    body::{RequestBody, ServerBody},
    chain::{self, Chain},
    connection::Connection,
};

/// The whole server without network and TLS: same chain, same answers.
///
/// Callers say who they are with a [`kubeforge_machinery::user::InProcessUser`] among the request's extensions.
#[derive(Clone, Debug)]
pub struct InProcessService {
    chain: Arc<Chain>,
}

impl InProcessService {
    pub(crate) fn new(chain: Arc<Chain>) -> Self {
        Self { chain }
    }

    /// Answers one request.
    pub async fn answer(&self, request: Request<Bytes>) -> Response<ServerBody> {
        let request = request.map(RequestBody::Full);
        chain::serve(&self.chain, request, &Connection::default()).await
    }
}

impl Service<Request<Full<Bytes>>> for InProcessService {
    type Response = Response<ServerBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Full<Bytes>>) -> Self::Future {
        let service = self.clone();
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let Ok(body) = body.collect().await;
            Ok(service.answer(Request::from_parts(parts, body.to_bytes())).await)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Futures of requests are allocated for each stream of a connection; this one must not creep.
    #[test]
    fn the_future_of_a_request_stays_small() {
        fn size_of_future<F: Future>(_: impl FnOnce(Arc<Chain>, Request<RequestBody>, Connection) -> F) -> usize {
            size_of::<F>()
        }
        let size =
            size_of_future(
                |chain, request, connection| async move { chain::serve(&chain, request, &connection).await },
            );
        assert!(size < 4096, "{size} bytes");
    }
}
