//! A command's input, output and end.

use futures::{SinkExt as _, StreamExt as _};
use kubeforge_machinery::{
    Resource,
    codec::{Json, to_json_vec},
};
use serde::Deserialize;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, DuplexStream, duplex},
    sync::mpsc,
    time::MissedTickBehavior,
};
use tokio_util::task::AbortOnDropHandle;

use super::{
    Exit, MESSAGE_BYTES, PING_PERIOD, PIPE_BYTES, V4, V5,
    connect::{Socket, connect, ping, receive, send},
    keep,
};
use crate::{Api, error::ClientError, request::Request};

/// The channels.
const STDIN: u8 = 0;
const STDOUT: u8 = 1;
const STDERR: u8 = 2;
const ERROR: u8 = 3;
const RESIZE: u8 = 4;
/// Says that a channel's sender is done; of [`V5`] only.
const CLOSE: u8 = 255;

/// A command in a container, or the container's own process. It is cut off from here when this is dropped; whether it ends
/// then is up to it.
#[derive(Debug)]
pub struct RemoteProcess {
    stdin: Option<DuplexStream>,
    stdout: Option<DuplexStream>,
    stderr: Option<DuplexStream>,
    resizer: Option<Resizer>,
    end: AbortOnDropHandle<Result<Exit, ClientError>>,
}

/// The size of a terminal, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalSize {
    /// How many columns.
    pub width: u16,
    /// How many rows.
    pub height: u16,
}

/// Tells a process the size of its terminal.
#[derive(Clone, Debug)]
pub struct Resizer(mpsc::Sender<TerminalSize>);

impl Resizer {
    /// Tells a size; says whether anybody listens.
    pub async fn resize(&self, size: TerminalSize) -> bool {
        self.0.send(size).await.is_ok()
    }
}

/// Which streams were asked for.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Streams {
    stdin: bool,
    stdout: bool,
    stderr: bool,
    tty: bool,
}

impl<K: Resource> Api<K> {
    /// Connects to a subresource with a process behind it: `exec` or `attach`. The options are the subresource's
    /// (`PodExecOptions`, `PodAttachOptions`); they say which streams there are.
    ///
    /// # Errors
    /// Where there is no such pod or container, or the request fails.
    pub async fn connect_process<Q: Json>(
        &self,
        name: &str,
        subresource: &str,
        options: &Q,
    ) -> Result<RemoteProcess, ClientError> {
        let mut request = Request::get(self.object_path(name, subresource)?);
        request.query.push_options(options);
        let streams: Streams = serde_json::from_slice(&to_json_vec(options))
            .map_err(|err| ClientError::Request(format!("the options: {err}")))?;
        let (socket, protocol) = connect(self.client(), request, &[V5, V4]).await?;
        Ok(RemoteProcess::new(socket, protocol, &streams))
    }
}

impl RemoteProcess {
    fn new(socket: Socket, protocol: &'static str, streams: &Streams) -> Self {
        let pipe = |is_asked: bool| match is_asked {
            true => Some(duplex(PIPE_BYTES)).map(|(near, far)| (Some(near), Some(far))),
            false => None,
        };
        let (stdin, input) = pipe(streams.stdin).unwrap_or_default();
        let (stdout, output) = pipe(streams.stdout).unwrap_or_default();
        // a terminal has one output
        let (stderr, errors) = pipe(streams.stderr && !streams.tty).unwrap_or_default();
        let (resizer, sizes) = mpsc::channel(1);
        let far = Far { input, output, errors, sizes, protocol };
        let end = AbortOnDropHandle::new(tokio::spawn(far.run(socket)));
        let resizer = streams.tty.then_some(Resizer(resizer));
        Self { stdin, stdout, stderr, resizer, end }
    }

    /// Its input, once; `None` where none was asked for. Its end is told by shutting it down or dropping it; with servers
    /// that know the older protocol only, the process doesn't hear of that.
    pub fn stdin(&mut self) -> Option<impl AsyncWrite + Send + Unpin + use<>> {
        self.stdin.take()
    }

    /// Its output, once; `None` where none was asked for. Who doesn't read it holds up the process in the end.
    pub fn stdout(&mut self) -> Option<impl AsyncRead + Send + Unpin + use<>> {
        self.stdout.take()
    }

    /// Its error output, once; `None` where none was asked for, or where it has a terminal.
    pub fn stderr(&mut self) -> Option<impl AsyncRead + Send + Unpin + use<>> {
        self.stderr.take()
    }

    /// Tells it its terminal's size; `None` where it has no terminal.
    pub fn resizer(&self) -> Option<Resizer> {
        self.resizer.clone()
    }

    /// Waits for its end. Input that was not taken ends now, output that was not taken is thrown away.
    ///
    /// # Errors
    /// Where it could not be run, or the connection broke off.
    pub async fn wait(self) -> Result<Exit, ClientError> {
        let Self { stdin, stdout, stderr, resizer, end } = self;
        drop((stdin, stdout, stderr, resizer));
        end.await.map_err(|err| ClientError::Stream(err.to_string()))?
    }
}

/// The other ends of the streams.
struct Far {
    input: Option<DuplexStream>,
    output: Option<DuplexStream>,
    errors: Option<DuplexStream>,
    sizes: mpsc::Receiver<TerminalSize>,
    protocol: &'static str,
}

impl Far {
    async fn run(self, socket: Socket) -> Result<Exit, ClientError> {
        let (mut sink, mut stream) = socket.split();
        let Self { input, mut output, mut errors, sizes, protocol } = self;
        let received = async {
            let mut status = Vec::new();
            loop {
                let (channel, bytes) = match receive(&mut stream).await {
                    Ok(Some(message)) => message,
                    Ok(None) => break,
                    // how the command ended was told; how the connection ends doesn't matter then
                    Err(_) if !status.is_empty() => break,
                    Err(err) => return Err(err),
                };
                match channel {
                    STDOUT => pass(&mut output, &bytes).await,
                    STDERR => pass(&mut errors, &bytes).await,
                    ERROR => keep(&mut status, &bytes),
                    CLOSE => match bytes.first() {
                        Some(&STDOUT) => output = None,
                        Some(&STDERR) => errors = None,
                        _ => {}
                    },
                    _ => {}
                }
            }
            Exit::read(&status)
        };
        tokio::pin!(received);
        let exit = tokio::select! {
            exit = &mut received => exit,
            // what arrived before is still to be read, and says more than that nothing can be sent
            () = sent(&mut sink, input, sizes, protocol) => received.await,
        };
        // the server ended it, or nobody hears this
        drop(sink.close().await);
        exit
    }
}

/// Gives bytes to a reader. One who doesn't read any more misses them.
async fn pass(to: &mut Option<DuplexStream>, bytes: &[u8]) {
    if let Some(pipe) = to
        && pipe.write_all(bytes).await.is_err()
    {
        *to = None;
    }
}

/// Sends input, sizes and pings until that fails, as it does when the connection ends.
async fn sent<S>(
    sink: &mut S,
    mut input: Option<DuplexStream>,
    mut sizes: mpsc::Receiver<TerminalSize>,
    protocol: &'static str,
) where
    S: futures::Sink<tokio_tungstenite::tungstenite::Message, Error = tokio_tungstenite::tungstenite::Error> + Unpin,
{
    let mut pings = tokio::time::interval(PING_PERIOD);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut buffer = vec![0; MESSAGE_BYTES];
    loop {
        let sent = tokio::select! {
            read = read(&mut input, &mut buffer) => match read {
                0 => {
                    input = None;
                    // the older protocol can't say it
                    if protocol == V5 { send(sink, CLOSE, &[STDIN]).await } else { Ok(()) }
                }
                count => send(sink, STDIN, buffer.get(..count).unwrap_or_default()).await,
            },
            Some(size) = sizes.recv() => {
                let json = format!(r#"{{"Width":{},"Height":{}}}"#, size.width, size.height);
                send(sink, RESIZE, json.as_bytes()).await
            }
            _ = pings.tick() => ping(sink).await,
        };
        if let Err(err) = sent {
            tracing::debug!(%err, "a stream takes no more");
            return;
        }
    }
}

/// How much was read; zero at the end. Without input there is never any.
async fn read(input: &mut Option<DuplexStream>, buffer: &mut [u8]) -> usize {
    match input {
        Some(input) => input.read(buffer).await.unwrap_or_default(),
        None => futures::future::pending().await,
    }
}
