//! WebSockets that this server itself answers: upstream agrees to a client's stream before it asks the other server, so
//! that failure comes as a status on the stream. Follows apiserver pkg/util/proxy/{streamtranslator,websocket}.go, except
//! that a server that can be reached speaks to the client itself.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, UPGRADE},
};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use kubeforge_machinery::{ApiError, codec};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::{
    body::{BoxError, Proxied},
    query::{Query, as_bool},
    subresource::{SubresourceAnswer, SubresourceCall},
};

/// The protocol with streams that are closed one by one, and a status at the end.
const V5: &str = "v5.channel.k8s.io";
/// What a server mixes with the client's key (RFC 6455, section 1.3).
const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/// The channels of [`V5`].
const STDOUT: u8 = 1;
const STDERR: u8 = 2;
const ERROR: u8 = 3;
/// A whole message of bytes; a connection's end with the code for a normal one.
const BINARY: u8 = 0x82;
const CLOSE: [u8; 4] = [0x88, 0x02, 0x03, 0xe8];
/// How long a client may take to end the connection once it was told why.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whether the client asks for a WebSocket of [`V5`].
pub(super) fn asks_for_v5(headers: &HeaderMap) -> bool {
    let is_websocket = headers.get(UPGRADE).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"));
    let protocols = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|value| value.to_str().ok());
    is_websocket
        && headers.contains_key(SEC_WEBSOCKET_KEY)
        && protocols.flat_map(|value| value.split(',')).any(|protocol| protocol.trim() == V5)
}

/// Agrees to the stream, and tells on it why there is none.
pub(super) fn fail(call: &SubresourceCall<'_>, client: OnUpgrade, error: ApiError) -> SubresourceAnswer {
    let is_asked = |stream: &str| Query::new(call.query).get(stream).is_some_and(|value| as_bool(&value));
    let lowest = if is_asked("stdout") {
        STDOUT
    } else if is_asked("stderr") {
        STDERR
    } else {
        ERROR
    };
    // upstream's first message is empty, on the lowest channel that it writes to
    let mut told = frame(lowest, &[]);
    told.extend(frame(ERROR, &codec::to_json_vec(&error.into_status())));
    told.extend(CLOSE);
    tokio::spawn(async move {
        if let Err(error) = tell(client, &told).await {
            tracing::debug!(%error, "a client was not told why there is no stream");
        }
    });
    let headers = agreed(call.call.headers.get(SEC_WEBSOCKET_KEY));
    SubresourceAnswer::Proxied(StatusCode::SWITCHING_PROTOCOLS, Proxied { headers, body: None })
}

async fn tell(client: OnUpgrade, message: &[u8]) -> Result<(), BoxError> {
    let mut client = TokioIo::new(client.await?);
    client.write_all(message).await?;
    client.flush().await?;
    // what a client has sent meanwhile is read, so that the connection's end does not take the message with it
    let mut unread = [0; 1024];
    let ended = async {
        while client.read(&mut unread).await? > 0 {}
        client.shutdown().await
    };
    Ok(tokio::time::timeout(PATIENCE, ended).await??)
}

fn agreed(key: Option<&HeaderValue>) -> HeaderMap {
    let mixed = [key.map(HeaderValue::as_bytes).unwrap_or_default(), GUID].concat();
    let accept = STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, &mixed));
    let mut headers = HeaderMap::new();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(V5));
    if let Ok(accept) = HeaderValue::from_str(&accept) {
        headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    }
    headers
}

/// A message on a channel, as a server sends it: whole and unmasked.
fn frame(channel: u8, payload: &[u8]) -> Vec<u8> {
    let length = payload.len() + 1;
    let mut frame = vec![BINARY];
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ ..126), _) => frame.push(short),
        (_, Ok(medium)) => {
            frame.push(126);
            frame.extend(medium.to_be_bytes());
        }
        _ => {
            frame.push(127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame.push(channel);
    frame.extend(payload);
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_answered_as_the_protocol_has_it() {
        let mut headers = HeaderMap::new();
        headers.insert(UPGRADE, HeaderValue::from_static("WebSocket"));
        // the example of RFC 6455
        headers.insert(SEC_WEBSOCKET_KEY, HeaderValue::from_static("dGhlIHNhbXBsZSBub25jZQ=="));
        assert!(!asks_for_v5(&headers));
        headers.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static("v4.channel.k8s.io, v5.channel.k8s.io"));
        assert!(asks_for_v5(&headers));
        assert_eq!(agreed(headers.get(SEC_WEBSOCKET_KEY))[SEC_WEBSOCKET_ACCEPT], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn lengths_of_messages_have_three_forms() {
        assert_eq!(frame(STDOUT, &[]), [0x82, 1, 1]);
        assert_eq!(frame(ERROR, b"no")[..4], [0x82, 3, 3, b'n']);
        assert_eq!(frame(ERROR, &[0; 199])[..5], [0x82, 126, 0, 200, 3]);
        assert_eq!(frame(ERROR, &[0; 65_535])[..11], [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0, 3]);
    }
}
