//! A server that does what servers do on bad days.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use kubeforge_client::transport::{self, Body, BoxError};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// What it does with a request.
pub(crate) enum Act {
    /// Answers.
    Answer(Response<Body>),
    /// Closes the connection without an answer.
    HangUp,
    /// Answers once that much time is over.
    Wait(Duration),
}

/// What was asked: method, path and query, a header or two, the body.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) line: String,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Bytes,
}

/// Does one act for each request, in order, and remembers what was asked. After the last act it answers `{}`.
#[derive(Clone)]
pub(crate) struct FaultServer {
    pub(crate) address: SocketAddr,
    acts: Arc<Mutex<VecDeque<Act>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl FaultServer {
    pub(crate) async fn start(acts: impl IntoIterator<Item = Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            acts: Arc::new(Mutex::new(acts.into_iter().collect())),
            asked: Arc::default(),
        };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serving.clone().serve(stream));
            }
        });
        server
    }

    async fn serve(self, stream: TcpStream) {
        let service = hyper::service::service_fn(move |request: Request<Incoming>| {
            let server = self.clone();
            async move { server.act(request).await }
        });
        // ends when the client or an act ends it
        drop(auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await);
    }

    async fn act(&self, request: Request<Incoming>) -> std::io::Result<Response<Body>> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(std::io::Error::other)?.to_bytes();
        let line = format!("{} {}", head.method, head.uri);
        self.asked.lock().unwrap().push(Asked { line, headers: head.headers, body });
        let act = self.acts.lock().unwrap().pop_front();
        match act {
            Some(Act::Answer(answer)) => Ok(answer),
            Some(Act::HangUp) => Err(std::io::Error::other("hung up")),
            Some(Act::Wait(time)) => {
                tokio::time::sleep(time).await;
                Ok(json(200, "{}"))
            }
            None => Ok(json(200, "{}")),
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }
}

pub(crate) fn json(code: u16, text: &str) -> Response<Body> {
    let body = transport::body(http_body_util::Full::new(Bytes::copy_from_slice(text.as_bytes())));
    Response::builder().status(code).header("content-type", "application/json").body(body).unwrap()
}

pub(crate) fn with(mut answer: Response<Body>, name: &'static str, value: &str) -> Response<Body> {
    answer.headers_mut().insert(name, value.parse().unwrap());
    answer
}

/// A body that comes in pieces with pauses between, and breaks off where a piece is `None`.
pub(crate) fn slow(pieces: &[Option<&'static str>]) -> Response<Body> {
    let pieces: Vec<_> = pieces.to_vec();
    let stream = futures::stream::unfold(pieces.into_iter(), |mut pieces| async move {
        let piece = pieces.next()?;
        tokio::time::sleep(Duration::from_millis(30)).await;
        let piece = piece.map(|text| Frame::data(Bytes::from_static(text.as_bytes())));
        Some((piece.ok_or_else(|| BoxError::from("broken")), pieces))
    });
    Response::builder()
        .header("content-type", "application/json")
        .body(transport::body(StreamBody::new(stream)))
        .unwrap()
}

/// An HTTP proxy that makes tunnels, and remembers its requests' first lines and their credentials.
pub(crate) struct ConnectProxy {
    pub(crate) address: SocketAddr,
    pub(crate) heads: Arc<Mutex<Vec<String>>>,
}

impl ConnectProxy {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heads: Arc<Mutex<Vec<String>>> = Arc::default();
        let seen = heads.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(tunnel(stream, seen.clone()));
            }
        });
        Self { address, heads }
    }
}

async fn tunnel(mut client: TcpStream, heads: Arc<Mutex<Vec<String>>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = client.read_u8().await else { return };
        head.push(byte);
    }
    let head = String::from_utf8(head).unwrap();
    let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let is_connect = head.starts_with("CONNECT ");
    heads.lock().unwrap().push(head);
    if !is_connect {
        // a whole request: the proxy answers in the server's place
        let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
        drop(client.write_all(answer.as_bytes()).await);
        return;
    }
    let Ok(mut server) = TcpStream::connect(&target).await else { return };
    if client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.is_ok() {
        // ends when either side does
        drop(tokio::io::copy_bidirectional(&mut client, &mut server).await);
    }
}

/// A SOCKS5 proxy without authentication; remembers the hosts that it was asked for.
pub(crate) async fn socks5() -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let hosts: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = hosts.clone();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(socks_tunnel(client, seen.clone()));
        }
    });
    (address, hosts)
}

async fn socks_tunnel(mut client: TcpStream, hosts: Arc<Mutex<Vec<String>>>) -> Option<()> {
    let mut greeting = [0; 2];
    client.read_exact(&mut greeting).await.ok()?;
    let mut methods = vec![0; usize::from(greeting[1])];
    client.read_exact(&mut methods).await.ok()?;
    client.write_all(&[5, 0]).await.ok()?;
    let mut request = [0; 4];
    client.read_exact(&mut request).await.ok()?;
    let host = match request[3] {
        1 => {
            let mut ip = [0; 4];
            client.read_exact(&mut ip).await.ok()?;
            std::net::Ipv4Addr::from(ip).to_string()
        }
        3 => {
            let mut name = vec![0; usize::from(client.read_u8().await.ok()?)];
            client.read_exact(&mut name).await.ok()?;
            String::from_utf8(name).ok()?
        }
        _ => return None,
    };
    let port = client.read_u16().await.ok()?;
    hosts.lock().unwrap().push(format!("{host}:{port}"));
    // every name is this machine here
    let mut server = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.ok()?;
    tokio::io::copy_bidirectional(&mut client, &mut server).await.ok()?;
    Some(())
}
