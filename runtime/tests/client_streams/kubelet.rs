//! A kubelet with one container, which does what tests want: its log has three lines, its commands are `cat` (which ends
//! with the code 3) and `size` (which tells the size of its terminal), and its port 80 shouts back what it hears.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use futures::{SinkExt as _, StreamExt as _};
use http::{
    Request, Response, StatusCode,
    header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, UPGRADE},
};
use http_body_util::{BodyExt as _, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::{
    body::{Frame, Incoming},
    server::conn::http1,
};
use hyper_util::rt::TokioIo;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, handshake::derive_accept_key, protocol::Role},
};

type Answer = Response<UnsyncBoxBody<Bytes, Infallible>>;
type Socket = WebSocketStream<TokioIo<hyper::upgrade::Upgraded>>;

/// Starts one that speaks `protocol` with commands; it ends with the test's runtime.
pub(crate) async fn start(protocol: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let acceptor = tls();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                let service =
                    hyper::service::service_fn(
                        move |request| async move { Ok::<_, Infallible>(answer(request, protocol)) },
                    );
                // the API server ends the connection
                drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades().await);
            });
        }
    });
    address
}

fn tls() -> TlsAcceptor {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(vec!["kubelet".to_owned()]).unwrap().self_signed(&key).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

fn answer(request: Request<Incoming>, protocol: &'static str) -> Answer {
    let path = request.uri().path().to_owned();
    let query = request.uri().query().unwrap_or_default().to_owned();
    match path.split('/').nth(1) {
        Some("containerLogs") => log(),
        Some("exec" | "attach") if query.contains("command=size") => {
            upgrade(request, protocol, |socket| async move { size(socket).await })
        }
        Some("exec" | "attach") => upgrade(request, protocol, move |socket| async move { cat(socket, protocol).await }),
        Some("portForward") => {
            let port: u16 = query.trim_start_matches("port=").parse().unwrap();
            upgrade(request, "v4.channel.k8s.io", move |socket| async move { shout(socket, port).await })
        }
        _ => text(StatusCode::NOT_FOUND, "no such path"),
    }
}

fn text(code: StatusCode, text: &'static str) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from_static(text.as_bytes())).boxed_unsync());
    *answer.status_mut() = code;
    answer
}

fn log() -> Answer {
    let lines = futures::stream::iter(["one\n", "two\n", "three\n"]).then(|line| async move {
        tokio::time::sleep(Duration::from_millis(20)).await;
        Ok::<_, Infallible>(Frame::data(Bytes::from_static(line.as_bytes())))
    });
    Response::new(StreamBody::new(lines).boxed_unsync())
}

fn upgrade<F>(
    mut request: Request<Incoming>,
    protocol: &'static str,
    run: impl FnOnce(Socket) -> F + Send + 'static,
) -> Answer
where
    F: Future<Output = Option<()>> + Send,
{
    let headers = request.headers().clone();
    let offered = headers.get(SEC_WEBSOCKET_PROTOCOL).map(|value| value.to_str().unwrap()).unwrap_or_default();
    if !offered.split(',').any(|known| known.trim() == protocol) {
        return text(StatusCode::FORBIDDEN, "unknown protocol");
    }
    let stream = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let stream = TokioIo::new(stream.await.ok()?);
        run(WebSocketStream::from_raw_socket(stream, Role::Server, None).await).await
    });
    let mut answer = text(StatusCode::SWITCHING_PROTOCOLS, "");
    let accept = derive_accept_key(headers[SEC_WEBSOCKET_KEY].as_bytes());
    answer.headers_mut().insert(UPGRADE, "websocket".parse().unwrap());
    answer.headers_mut().insert(CONNECTION, "Upgrade".parse().unwrap());
    answer.headers_mut().insert(SEC_WEBSOCKET_ACCEPT, accept.parse().unwrap());
    answer.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, protocol.parse().unwrap());
    answer
}

async fn send(socket: &mut Socket, channel: u8, payload: &[u8]) -> Option<()> {
    socket.send(Message::Binary([&[channel], payload].concat().into())).await.ok()
}

async fn receive(socket: &mut Socket) -> Option<(u8, Vec<u8>)> {
    loop {
        if let Message::Binary(bytes) = socket.next().await?.ok()? {
            return Some((*bytes.first()?, bytes[1..].to_vec()));
        }
    }
}

/// Sends its input back until that ends, a last word to its error output, and ends with the code 3. Who can't say that input
/// ends writes `quit`.
async fn cat(mut socket: Socket, protocol: &str) -> Option<()> {
    loop {
        match receive(&mut socket).await? {
            (0, bytes) if protocol.starts_with("v4") && bytes == b"quit" => break,
            (0, bytes) => send(&mut socket, 1, &bytes).await?,
            (255, bytes) if bytes == [0] => break,
            _ => {}
        }
    }
    send(&mut socket, 2, b"bye").await?;
    end(socket, 3).await
}

/// Tells the first size that it hears of.
async fn size(mut socket: Socket) -> Option<()> {
    loop {
        if let (4, size) = receive(&mut socket).await? {
            send(&mut socket, 1, &size).await?;
            return end(socket, 0).await;
        }
    }
}

async fn end(mut socket: Socket, code: u8) -> Option<()> {
    let status = match code {
        0 => r#"{"metadata":{},"status":"Success"}"#.to_owned(),
        code => format!(
            r#"{{"metadata":{{}},"status":"Failure","message":"command terminated with non-zero exit code","reason":"NonZeroExitCode","details":{{"causes":[{{"reason":"ExitCode","message":"{code}"}}]}}}}"#
        ),
    };
    send(&mut socket, 3, status.as_bytes()).await?;
    close(socket).await
}

/// Ends the conversation as both sides agree to: what is still on its way arrives.
async fn close(mut socket: Socket) -> Option<()> {
    socket.close(None).await.ok()?;
    while let Some(Ok(_)) = socket.next().await {}
    Some(())
}

/// Sends back in capitals what it hears; nobody listens at other ports than 80.
async fn shout(mut socket: Socket, port: u16) -> Option<()> {
    send(&mut socket, 0, &port.to_le_bytes()).await?;
    send(&mut socket, 1, &port.to_le_bytes()).await?;
    if port != 80 {
        send(&mut socket, 1, b"connection refused").await?;
        return close(socket).await;
    }
    loop {
        let (_, heard) = receive(&mut socket).await?;
        send(&mut socket, 0, &heard.to_ascii_uppercase()).await?;
    }
}
