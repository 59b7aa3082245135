//! Requests that become streams.

use http::StatusCode;
use hyper_util::rt::TokioIo;
use kubeforge_machinery::ApiError;
use tokio::io::copy_bidirectional;

use super::{Location, Mode, abrupt::Abrupt, connect, headers, request, websocket};
use crate::{
    body::Proxied,
    errors,
    subresource::{SubresourceAnswer, SubresourceCall},
};

/// Passes the request on with its `Upgrade`, and joins both connections where the other server agrees.
pub(super) async fn forward(
    location: &Location,
    mode: Mode,
    call: &SubresourceCall<'_>,
) -> Result<SubresourceAnswer, ApiError> {
    let Some(client) = call.ctx.upgrade.clone() else {
        // HTTP/2 has no such thing
        return Err(errors::bad_request("Upgrade request required"));
    };
    let failed = |error: &dyn std::fmt::Display| ApiError::unknown(format!("error dialing backend: {error}"));
    let request = request(location, call, headers::without_credentials(call.call.headers))?;
    let mut sender = match connect::open(location).await {
        Ok(sender) => sender,
        Err(err) if mode == Mode::Terminal && websocket::asks_for_v5(call.call.headers) => {
            let cause = format!("error sending request: Post {:?}: {err}", location.url());
            return Ok(websocket::fail(call, client, errors::internal(cause)));
        }
        Err(err) => return Err(failed(&err)),
    };
    let mut response = sender.send_request(request).await.map_err(|err| failed(&err))?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        let (parts, body) = response.into_parts();
        return Ok(SubresourceAnswer::Proxied(parts.status, Proxied::of(headers::passed_on(&parts.headers), body)));
    }
    let backend = hyper::upgrade::on(&mut response);
    tokio::spawn(async move {
        let joined = async {
            let (client, backend) = tokio::try_join!(client, backend)?;
            let (mut client, mut backend) = (Abrupt(TokioIo::new(client)), Abrupt(TokioIo::new(backend)));
            copy_bidirectional(&mut client, &mut backend).await?;
            Ok::<_, crate::body::BoxError>(())
        };
        if let Err(error) = joined.await {
            tracing::debug!(%error, "a stream ended");
        }
    });
    let (parts, _) = response.into_parts();
    Ok(SubresourceAnswer::Proxied(parts.status, Proxied { headers: parts.headers, body: None }))
}
