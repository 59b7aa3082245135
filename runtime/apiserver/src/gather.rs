//! Gathers what one turn of a connection writes into few system calls.
//!
//! HTTP/2 flushes after every frame of some size, so that each event of each watch, and each answer, would be a TLS record
//! and a system call of its own, which costs more than all else about it. Here a flush does nothing while the connection
//! has its turn; after the turn ([`Turns::run`]) all that was written goes out together.

use std::{
    cell::RefCell,
    io,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, ready},
};

use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// So much is gathered before it goes out within a turn: four records of TLS, which rustls takes in one go.
const GATHERED_BYTES_MAX: usize = 64 * 1024;

thread_local! {
    /// The buffer of the connection that has its turn on this thread. Most connections are silent most of the time, so
    /// none has a buffer of its own but for what its socket did not take yet.
    static SPARE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The connection's side: what hyper reads from and writes to.
pub(crate) struct Gathered<S>(Arc<Mutex<Socket<S>>>);

/// The side of whoever polls the connection.
pub(crate) struct Turns<S>(Arc<Mutex<Socket<S>>>);

struct Socket<S> {
    stream: S,
    /// Written by the connection and not yet by us, from `sent` on.
    out: Vec<u8>,
    sent: usize,
    /// Someone flushes after the turn. Not any more once the connection was taken over by another protocol.
    has_turns: bool,
}

/// Gathers what is written to `stream`.
pub(crate) fn gathered<S>(stream: S) -> (Gathered<S>, Turns<S>) {
    let socket = Arc::new(Mutex::new(Socket { stream, out: Vec::new(), sent: 0, has_turns: true }));
    (Gathered(socket.clone()), Turns(socket))
}

impl<S: AsyncWrite + Unpin> Socket<S> {
    /// Sends what was gathered.
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(rest) = self.out.get(self.sent..).filter(|rest| !rest.is_empty()) {
            match ready!(Pin::new(&mut self.stream).poll_write(cx, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                sent => self.sent += sent,
            }
        }
        self.sent = 0;
        self.out.clear();
        Poll::Ready(Ok(()))
    }

    /// Makes room for so many bytes more.
    fn reserve(&mut self, bytes: usize) {
        if self.out.capacity() == 0 {
            self.out = SPARE.take();
            self.out.reserve(GATHERED_BYTES_MAX.max(bytes));
        }
    }

    /// Gives the buffer back if nothing waits in it.
    fn give_back(&mut self) {
        if self.out.is_empty() && (1..=GATHERED_BYTES_MAX * 2).contains(&self.out.capacity()) {
            SPARE.set(std::mem::take(&mut self.out));
        } else if self.out.is_empty() {
            self.out = Vec::new();
        }
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_send(cx))?;
        self.give_back();
        Pin::new(&mut self.stream).poll_flush(cx)
    }
}

impl<S: AsyncWrite + Unpin> Turns<S> {
    /// Polls the connection to its end, and sends what it wrote after each turn.
    pub(crate) async fn run<T>(&self, connection: impl Future<Output = T>) -> io::Result<T> {
        let mut connection = pin!(connection);
        let mut ended = None;
        std::future::poll_fn(|cx| {
            if ended.is_none()
                && let Poll::Ready(output) = connection.as_mut().poll(cx)
            {
                ended = Some(output);
            }
            let mut socket = self.0.lock();
            // from its end on it may be in other hands
            socket.has_turns &= ended.is_none();
            let sent = socket.poll_flush(cx)?;
            match ended.take() {
                Some(output) if sent.is_ready() => Poll::Ready(Ok(output)),
                output => {
                    ended = output;
                    Poll::Pending
                }
            }
        })
        .await
    }
}

impl<S> Drop for Turns<S> {
    fn drop(&mut self) {
        self.0.lock().has_turns = false;
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Gathered<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0.lock().stream).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Gathered<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[io::IoSlice::new(buf)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut socket = self.0.lock();
        let bytes = bufs.iter().map(|buf| buf.len()).sum();
        if socket.out.len() + bytes > GATHERED_BYTES_MAX {
            ready!(socket.poll_send(cx))?;
        }
        socket.reserve(bytes);
        for buf in bufs {
            socket.out.extend_from_slice(buf);
        }
        Poll::Ready(Ok(bytes))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut socket = self.0.lock();
        if socket.has_turns { Poll::Ready(Ok(())) } else { socket.poll_flush(cx) }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut socket = self.0.lock();
        ready!(socket.poll_send(cx))?;
        Pin::new(&mut socket.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    /// Counts writes, and takes little at a time.
    struct Counted<S> {
        inner: S,
        writes: Arc<Mutex<usize>>,
    }

    impl<S: AsyncWrite + Unpin> AsyncWrite for Counted<S> {
        fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
            *self.writes.lock() += 1;
            Pin::new(&mut self.inner).poll_write(cx, buf)
        }

        fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Pin::new(&mut self.inner).poll_flush(cx)
        }

        fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Pin::new(&mut self.inner).poll_shutdown(cx)
        }
    }

    /// Writes in one turn, and reads it at the other end of a socket that holds `room` bytes. Returns how many writes
    /// it took.
    async fn writes_of_a_turn(pieces: usize, piece_bytes: usize, room: usize) -> usize {
        let (inner, mut other) = tokio::io::duplex(room);
        let writes = Arc::new(Mutex::new(0));
        let (mut io, turns) = gathered(Counted { inner, writes: writes.clone() });
        let turn = async {
            for piece in 0..pieces {
                io.write_all(&vec![piece as u8; piece_bytes]).await.unwrap();
                io.flush().await.unwrap();
            }
        };
        let mut read = vec![0; pieces * piece_bytes];
        let (sent, got) = tokio::join!(turns.run(turn), other.read_exact(&mut read));
        sent.unwrap();
        got.unwrap();
        assert!(
            read.chunks(piece_bytes).enumerate().all(|(piece, bytes)| bytes.iter().all(|byte| *byte == piece as u8))
        );
        *writes.lock()
    }

    #[tokio::test]
    async fn a_turn_is_one_write() {
        assert_eq!(writes_of_a_turn(10, 50, 1000).await, 1);
        // a full buffer goes out in between
        assert_eq!(writes_of_a_turn(3, GATHERED_BYTES_MAX, 1 << 20).await, 3);
    }

    #[tokio::test]
    async fn all_arrives_through_a_narrow_socket() {
        assert!(writes_of_a_turn(30, 10_000, 1000).await >= 300);
    }

    #[tokio::test]
    async fn without_turns_a_flush_sends() {
        let (inner, mut other) = tokio::io::duplex(1000);
        let (mut io, turns) = gathered(Counted { inner, writes: Arc::default() });
        drop(turns);
        io.write_all(b"upgraded").await.unwrap();
        io.flush().await.unwrap();
        let mut read = [0; 8];
        other.read_exact(&mut read).await.unwrap();
        assert_eq!(&read, b"upgraded");
    }
}
