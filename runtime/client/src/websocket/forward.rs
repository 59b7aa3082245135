//! A connection to a port of a pod.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures::{SinkExt as _, StreamExt as _};
use kubeforge_machinery::Resource;
use tokio::{
    io::{
        AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, DuplexStream, ReadBuf, WriteHalf, duplex, split,
    },
    time::MissedTickBehavior,
};
use tokio_util::task::AbortOnDropHandle;

use super::{
    MESSAGE_BYTES, PING_PERIOD, PIPE_BYTES, V4,
    connect::{Socket, connect, ping, receive, send},
    keep,
};
use crate::{Api, error::ClientError, request::Request};

/// The channels of the first port.
const DATA: u8 = 0;
const ERROR: u8 = 1;

/// A connection to a port of a pod: read and write it as a socket. It is closed when this is dropped.
///
/// The protocol can't tell the end of what is written while reading goes on: `shutdown` only flushes.
#[derive(Debug)]
pub struct PortForward {
    stream: DuplexStream,
    end: AbortOnDropHandle<Result<(), ClientError>>,
}

impl<K: Resource> Api<K> {
    /// Connects to a port of an object, through its subresource `portforward`. Each connection is a request of its own.
    ///
    /// # Errors
    /// Where there is no such pod, or the request fails. That nobody listens there is known later: see
    /// [`PortForward::finish`].
    pub async fn port_forward(&self, name: &str, port: u16) -> Result<PortForward, ClientError> {
        let mut request = Request::get(self.object_path(name, "portforward")?);
        request.query.push("ports", &port.to_string());
        let (socket, _) = connect(self.client(), request, &[V4]).await?;
        let (near, far) = duplex(PIPE_BYTES);
        let end = AbortOnDropHandle::new(tokio::spawn(run(socket, far, port)));
        Ok(PortForward { stream: near, end })
    }
}

impl PortForward {
    /// Closes the connection if the pod hasn't; what was still to be read is lost.
    ///
    /// # Errors
    /// What the pod's side says went wrong.
    pub async fn finish(self) -> Result<(), ClientError> {
        drop(self.stream);
        self.end.await.map_err(|err| ClientError::Stream(err.to_string()))?
    }
}

async fn run(socket: Socket, pipe: DuplexStream, port: u16) -> Result<(), ClientError> {
    let (mut sink, mut stream) = socket.split();
    let (mut written, mut read) = split(pipe);
    let received = async {
        let mut problem = Vec::new();
        let mut begun = [false; 2];
        loop {
            let (channel, bytes) = match receive(&mut stream).await {
                Ok(Some(message)) => message,
                Ok(None) => break,
                // what went wrong was told
                Err(_) if !problem.is_empty() => break,
                Err(err) => return Err(err),
            };
            let is_first = begun.get_mut(usize::from(channel)).is_some_and(|begun| !std::mem::replace(begun, true));
            if is_first {
                check_port(&bytes, port)?;
                continue;
            }
            match channel {
                DATA => pass(&mut read, &bytes).await,
                ERROR => keep(&mut problem, &bytes),
                _ => {}
            }
        }
        match problem.as_slice() {
            [] => Ok(()),
            text => Err(ClientError::Stream(String::from_utf8_lossy(text).trim().to_owned())),
        }
    };
    let sent = async {
        let mut pings = tokio::time::interval(PING_PERIOD);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut buffer = vec![0; MESSAGE_BYTES];
        loop {
            tokio::select! {
                count = written.read(&mut buffer) => match count.unwrap_or_default() {
                    0 => return Ok::<_, ClientError>(()),
                    count => send(&mut sink, DATA, buffer.get(..count).unwrap_or_default()).await?,
                },
                _ = pings.tick() => ping(&mut sink).await?,
            }
        }
    };
    tokio::pin!(received);
    let end = tokio::select! {
        end = &mut received => end,
        end = sent => match end {
            // nobody writes any more: `finish` waits for this, a drop ends it
            Ok(()) => Ok(()),
            // what arrived before is still to be read, and says more than that nothing can be sent
            Err(_) => received.await,
        },
    };
    drop(sink.close().await);
    end
}

/// Each channel's first message is its port.
fn check_port(bytes: &Bytes, port: u16) -> Result<(), ClientError> {
    match **bytes {
        [low, high] if u16::from_le_bytes([low, high]) == port => Ok(()),
        _ => Err(ClientError::Stream(format!("the server's channel is not that of port {port}"))),
    }
}

async fn pass(to: &mut WriteHalf<DuplexStream>, bytes: &[u8]) {
    if let Err(err) = to.write_all(bytes).await {
        tracing::debug!(%err, "nobody reads what a port sent");
    }
}

impl AsyncRead for PortForward {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for PortForward {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    /// Only flushes: shutting the pipe down would end the connection, and with it what is still to be read.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}
