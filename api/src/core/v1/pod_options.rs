//! What may be asked of a pod's connections: log, attach, exec, port forward and proxy.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Time;

/// Which part of a container's log to show, and how.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(introduced = "1.0")]
pub struct PodLogOptions {
    /// Whose log; may be left out where there is only one.
    #[api(tag = 1)]
    pub container: String,
    /// Go on as the log grows.
    #[api(tag = 2)]
    pub follow: bool,
    /// The log of the container before it was last started again.
    #[api(tag = 3)]
    pub previous: bool,
    /// Only lines of the last so many seconds.
    #[api(tag = 4)]
    pub since_seconds: Option<i64>,
    /// Only lines since then.
    #[api(tag = 5)]
    pub since_time: Option<Time>,
    /// Begin each line with its time.
    #[api(tag = 6)]
    pub timestamps: bool,
    /// Only the last so many lines.
    #[api(tag = 7)]
    pub tail_lines: Option<i64>,
    /// Stop after so many bytes.
    #[api(tag = 8)]
    pub limit_bytes: Option<i64>,
    /// Do not check the node's certificate.
    #[api(tag = 9, json = "insecureSkipTLSVerifyBackend")]
    pub insecure_skip_tls_verify_backend: bool,
    /// `Stdout`, `Stderr` or `All`.
    #[api(tag = 10, gate = "PodLogsQuerySplitStreams")]
    pub stream: Option<String>,
}

/// Which streams of a running container to connect to.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(introduced = "1.1")]
pub struct PodAttachOptions {
    /// Connect its input.
    #[api(tag = 1)]
    pub stdin: bool,
    /// Connect its output.
    #[api(tag = 2)]
    pub stdout: bool,
    /// Connect its error output.
    #[api(tag = 3)]
    pub stderr: bool,
    /// It has a terminal.
    #[api(tag = 4)]
    pub tty: bool,
    /// Which container; may be left out where there is only one.
    #[api(tag = 5)]
    pub container: String,
}

/// What to run in a container, and which streams to connect.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(introduced = "1.0")]
pub struct PodExecOptions {
    /// Connect its input.
    #[api(tag = 1)]
    pub stdin: bool,
    /// Connect its output.
    #[api(tag = 2)]
    pub stdout: bool,
    /// Connect its error output.
    #[api(tag = 3)]
    pub stderr: bool,
    /// Give it a terminal.
    #[api(tag = 4)]
    pub tty: bool,
    /// Which container; may be left out where there is only one.
    #[api(tag = 5)]
    pub container: String,
    /// The program and its arguments; no shell is involved.
    #[api(tag = 6, required, list = atomic)]
    pub command: Vec<String>,
}

/// Which ports of a pod to connect to.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(introduced = "1.6")]
pub struct PodPortForwardOptions {
    /// Port numbers in the pod.
    #[api(tag = 1, list = atomic)]
    pub ports: Vec<i32>,
}

/// What to ask of a pod through the API server.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(introduced = "1.0")]
pub struct PodProxyOptions {
    /// The rest of the URL.
    #[api(tag = 1)]
    pub path: String,
}
