//! Streams through the server to a pod: a command's input and output ([`RemoteProcess`]) and its ports ([`PortForward`]).
//!
//! Both are WebSockets whose messages begin with the number of a channel: `v5.channel.k8s.io`, else `v4.channel.k8s.io`.
//! Follows client-go tools/remotecommand/{websocket,v4,v5}.go. Ports are forwarded with the kubelet's WebSocket protocol,
//! a connection each; SPDY is not spoken.
//!
//! ```no_run
//! use kubeforge_client::{Api, ClientError};
//! use kubeforge_machinery::{Resource, codec::Json};
//! use tokio::io::AsyncReadExt as _;
//!
//! // with kubeforge-client-set: `pods.exec("web-0", &PodExecOptions { command, stdout: true, .. })`
//! async fn run<Pod: Resource, Options: Json>(pods: &Api<Pod>, options: &Options) -> Result<(), Box<dyn std::error::Error>> {
//!     let mut process = pods.connect_process("web-0", "exec", options).await?;
//!     let mut output = String::new();
//!     process.stdout().ok_or("no output was asked for")?.read_to_string(&mut output).await?;
//!     println!("{output}; exit code {}", process.wait().await?.code);
//!     Ok(())
//! }
//! ```

mod connect;
mod exit;
mod forward;
mod process;

use std::time::Duration;

pub use exit::Exit;
pub use forward::PortForward;
pub use process::{RemoteProcess, Resizer, TerminalSize};

/// The protocols, best first.
const V5: &str = "v5.channel.k8s.io";
const V4: &str = "v4.channel.k8s.io";

/// How often the other end is asked whether it is there, and how long it may say nothing (client-go's pingPeriod and
/// pingReadDeadline).
const PING_PERIOD: Duration = Duration::from_secs(5);
const SILENCE_MAX: Duration = Duration::from_secs(61);

/// How much of a stream is on its way between the connection and who reads or writes it.
const PIPE_BYTES: usize = 64 << 10;

/// How much is sent in one message.
const MESSAGE_BYTES: usize = 32 << 10;

/// How much is kept of what the other end says of how it ended. A status is a few hundred bytes.
const END_BYTES_MAX: usize = 1 << 20;

/// Adds what the other end says of how it ended, as far as there is room.
fn keep(said: &mut Vec<u8>, bytes: &[u8]) {
    let room = END_BYTES_MAX.saturating_sub(said.len());
    said.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_kept_up_to_a_size() {
        let mut said = Vec::new();
        keep(&mut said, b"ab");
        assert_eq!(said, b"ab");
        keep(&mut said, &vec![0; END_BYTES_MAX]);
        keep(&mut said, b"c");
        assert_eq!(said.len(), END_BYTES_MAX);
    }
}
