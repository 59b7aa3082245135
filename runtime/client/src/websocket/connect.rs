//! The handshake, and messages on channels.

use bytes::{Bytes, BytesMut};
use futures::{Sink, SinkExt as _, Stream, StreamExt as _};
use http::{
    HeaderMap, HeaderValue,
    header::{
        CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
    },
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        self, Message,
        handshake::{client::generate_key, derive_accept_key},
        protocol::{Role, WebSocketConfig},
    },
};

use super::SILENCE_MAX;
use crate::{client::Client, error::ClientError, request::Request, transport::Io};

/// A WebSocket to the server.
pub(super) type Socket = WebSocketStream<Box<dyn Io>>;

/// The largest message taken. Servers send what they read at once, tens of kilobytes; a status is small too.
const MESSAGE_BYTES_LIMIT: usize = 16 << 20;

/// Opens a WebSocket that speaks one of `protocols`, and says which.
pub(super) async fn connect(
    client: &Client,
    mut request: Request,
    protocols: &[&'static str],
) -> Result<(Socket, &'static str), ClientError> {
    let key = generate_key();
    let value = |text: &str| HeaderValue::from_str(text).map_err(|err| ClientError::Request(err.to_string()));
    let headers = &mut request.headers;
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    headers.insert(SEC_WEBSOCKET_KEY, value(&key)?);
    headers.insert(SEC_WEBSOCKET_PROTOCOL, value(&protocols.join(","))?);
    let (answered, stream) = client.upgrade(&request).await?;
    let protocol = agreed(&answered, &key, protocols).map_err(ClientError::Stream)?;
    let config = WebSocketConfig::default()
        .max_message_size(Some(MESSAGE_BYTES_LIMIT))
        .max_frame_size(Some(MESSAGE_BYTES_LIMIT));
    Ok((WebSocketStream::from_raw_socket(stream, Role::Client, Some(config)).await, protocol))
}

/// The protocol that the server agreed to.
fn agreed(headers: &HeaderMap, key: &str, protocols: &[&'static str]) -> Result<&'static str, String> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default().trim();
    if !text(UPGRADE).eq_ignore_ascii_case("websocket") {
        return Err(format!("the server changed to {:?} and not to a WebSocket", text(UPGRADE)));
    }
    if text(SEC_WEBSOCKET_ACCEPT) != derive_accept_key(key.as_bytes()) {
        return Err("the server's answer is not that of a WebSocket server".to_owned());
    }
    let named = text(SEC_WEBSOCKET_PROTOCOL);
    let known = protocols.iter().find(|protocol| **protocol == named);
    known.copied().ok_or_else(|| format!("the server speaks {named:?} and not one of {protocols:?}"))
}

/// Sends a message on a channel.
pub(super) async fn send<S>(sink: &mut S, channel: u8, payload: &[u8]) -> Result<(), ClientError>
where
    S: Sink<Message, Error = tungstenite::Error> + Unpin,
{
    let mut message = BytesMut::with_capacity(payload.len() + 1);
    message.extend_from_slice(&[channel]);
    message.extend_from_slice(payload);
    sink.send(Message::Binary(message.freeze())).await.map_err(broken)
}

/// Asks the other end whether it is there.
pub(super) async fn ping<S>(sink: &mut S) -> Result<(), ClientError>
where
    S: Sink<Message, Error = tungstenite::Error> + Unpin,
{
    sink.send(Message::Ping(Bytes::new())).await.map_err(broken)
}

/// The next message with its channel; `None` where the server ended the connection.
pub(super) async fn receive<S>(stream: &mut S) -> Result<Option<(u8, Bytes)>, ClientError>
where
    S: Stream<Item = Result<Message, tungstenite::Error>> + Unpin,
{
    loop {
        let next = tokio::time::timeout(SILENCE_MAX, stream.next()).await;
        let next = next.map_err(|_| ClientError::Stream(format!("nothing was heard for {SILENCE_MAX:?}")))?;
        let mut bytes = match next.transpose().map_err(broken)? {
            Some(Message::Binary(bytes)) => bytes,
            Some(Message::Text(text)) => text.into(),
            Some(Message::Close(Some(close))) if u16::from(close.code) != 1000 => {
                return Err(ClientError::Stream(format!(
                    "the server ended the stream: {} {}",
                    close.code, close.reason
                )));
            }
            Some(Message::Close(_)) | None => return Ok(None),
            // pings are answered by the library
            Some(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => continue,
        };
        if let [channel, ..] = *bytes {
            return Ok(Some((channel, bytes.split_off(1))));
        }
    }
}

fn broken(err: tungstenite::Error) -> ClientError {
    ClientError::Stream(format!("the stream broke off: {err}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_websocket_with_a_known_protocol_is_taken() {
        let headers = |protocol: &'static str, accept: &str| {
            HeaderMap::from_iter([
                (UPGRADE, HeaderValue::from_static("WebSocket")),
                (SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(protocol)),
                (SEC_WEBSOCKET_ACCEPT, HeaderValue::from_str(accept).unwrap()),
            ])
        };
        let known = ["v5", "v4"];
        // the example of RFC 6455
        let (key, accept) = ("dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert_eq!(agreed(&headers("v4", accept), key, &known), Ok("v4"));
        assert!(agreed(&headers("v1", accept), key, &known).is_err());
        assert!(agreed(&headers("v4", "other"), key, &known).is_err());
        assert!(agreed(&HeaderMap::new(), key, &known).is_err());
    }
}
