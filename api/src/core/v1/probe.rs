//! Probes and hooks: how a node asks a container how it is, and tells it what happens to it.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::IntOrString;

/// How a node finds out about the health of a container.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Probe {
    /// What to do.
    #[api(tag = 1, inline)]
    pub probe_handler: ProbeHandler,
    /// How long to wait after the start.
    #[api(tag = 2)]
    pub initial_delay_seconds: i32,
    /// How long an answer may take.
    #[api(tag = 3)]
    pub timeout_seconds: i32,
    /// How often to ask.
    #[api(tag = 4)]
    pub period_seconds: i32,
    /// So many answers in a row make it healthy.
    #[api(tag = 5)]
    pub success_threshold: i32,
    /// So many failures in a row make it unhealthy.
    #[api(tag = 6)]
    pub failure_threshold: i32,
    /// How long the container may take to end when this probe failed, in place of the pod's.
    #[api(tag = 7)]
    pub termination_grace_period_seconds: Option<i64>,
}

/// One way to ask: exactly one of these.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ProbeHandler {
    /// Run a command; it must exit with zero.
    #[api(tag = 1)]
    pub exec: Option<ExecAction>,
    /// Send a request; the answer must be in the 200s or 300s.
    #[api(tag = 2)]
    pub http_get: Option<Box<HTTPGetAction>>,
    /// Open a connection.
    #[api(tag = 3)]
    pub tcp_socket: Option<Box<TCPSocketAction>>,
    /// Ask the gRPC health service.
    #[api(tag = 4)]
    pub grpc: Option<Box<GRPCAction>>,
}

/// A command to run in the container.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ExecAction {
    /// Program and arguments; no shell is involved.
    #[api(tag = 1, list = atomic)]
    pub command: Vec<String>,
}

/// An HTTP request to send.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HTTPGetAction {
    /// The path.
    #[api(tag = 1)]
    pub path: String,
    /// The port, by number or name.
    #[api(tag = 2, required)]
    pub port: IntOrString,
    /// The host; the pod's address by default.
    #[api(tag = 3)]
    pub host: String,
    /// HTTP or HTTPS.
    #[api(tag = 4)]
    pub scheme: URIScheme,
    /// Headers to send.
    #[api(tag = 5, list = atomic)]
    pub http_headers: Vec<HTTPHeader>,
}

/// A header of an HTTP request.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HTTPHeader {
    /// Its name, in any case.
    #[api(tag = 1, required)]
    pub name: String,
    /// Its value.
    #[api(tag = 2, required)]
    pub value: String,
}

/// How to speak HTTP.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum URIScheme {
    /// In the clear.
    HTTP,
    /// Through TLS; the certificate is not checked.
    HTTPS,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// A connection to open.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct TCPSocketAction {
    /// The port, by number or name.
    #[api(tag = 1, required)]
    pub port: IntOrString,
    /// The host; the pod's address by default.
    #[api(tag = 2)]
    pub host: String,
}

/// A call of the gRPC health service.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GRPCAction {
    /// The port.
    #[api(tag = 1, required)]
    pub port: i32,
    /// The service to ask about.
    #[api(tag = 2, always, default = "")]
    pub service: Option<String>,
}

/// A pause.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SleepAction {
    /// How long.
    #[api(tag = 1, required)]
    pub seconds: i64,
}

/// What to do at the turning points of a container's life.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Lifecycle {
    /// Right after it is made; where this fails it is killed.
    #[api(tag = 1)]
    pub post_start: Option<Box<LifecycleHandler>>,
    /// Before it is asked to end; it counts towards the grace period.
    #[api(tag = 2)]
    pub pre_stop: Option<Box<LifecycleHandler>>,
    /// The signal that asks it to end, in place of the image's.
    #[api(tag = 3)]
    pub stop_signal: Option<Signal>,
}

/// One thing to do: exactly one of these.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct LifecycleHandler {
    /// Run a command.
    #[api(tag = 1)]
    pub exec: Option<ExecAction>,
    /// Send a request.
    #[api(tag = 2)]
    pub http_get: Option<Box<HTTPGetAction>>,
    /// Kept for old objects; does nothing.
    #[api(tag = 3)]
    pub tcp_socket: Option<Box<TCPSocketAction>>,
    /// Wait.
    #[api(tag = 4)]
    pub sleep: Option<SleepAction>,
}

/// A signal that a process can be sent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[allow(missing_docs)] // they are named after the signals
pub enum Signal {
    SIGABRT,
    SIGALRM,
    SIGBUS,
    SIGCHLD,
    SIGCLD,
    SIGCONT,
    SIGFPE,
    SIGHUP,
    SIGILL,
    SIGINT,
    SIGIO,
    SIGIOT,
    SIGKILL,
    SIGPIPE,
    SIGPOLL,
    SIGPROF,
    SIGPWR,
    SIGQUIT,
    SIGSEGV,
    SIGSTKFLT,
    SIGSTOP,
    SIGSYS,
    SIGTERM,
    SIGTRAP,
    SIGTSTP,
    SIGTTIN,
    SIGTTOU,
    SIGURG,
    SIGUSR1,
    SIGUSR2,
    SIGVTALRM,
    SIGWINCH,
    SIGXCPU,
    SIGXFSZ,
    SIGRTMIN,
    #[api(value = "SIGRTMIN+1")]
    SIGRTMINPLUS1,
    #[api(value = "SIGRTMIN+2")]
    SIGRTMINPLUS2,
    #[api(value = "SIGRTMIN+3")]
    SIGRTMINPLUS3,
    #[api(value = "SIGRTMIN+4")]
    SIGRTMINPLUS4,
    #[api(value = "SIGRTMIN+5")]
    SIGRTMINPLUS5,
    #[api(value = "SIGRTMIN+6")]
    SIGRTMINPLUS6,
    #[api(value = "SIGRTMIN+7")]
    SIGRTMINPLUS7,
    #[api(value = "SIGRTMIN+8")]
    SIGRTMINPLUS8,
    #[api(value = "SIGRTMIN+9")]
    SIGRTMINPLUS9,
    #[api(value = "SIGRTMIN+10")]
    SIGRTMINPLUS10,
    #[api(value = "SIGRTMIN+11")]
    SIGRTMINPLUS11,
    #[api(value = "SIGRTMIN+12")]
    SIGRTMINPLUS12,
    #[api(value = "SIGRTMIN+13")]
    SIGRTMINPLUS13,
    #[api(value = "SIGRTMIN+14")]
    SIGRTMINPLUS14,
    #[api(value = "SIGRTMIN+15")]
    SIGRTMINPLUS15,
    #[api(value = "SIGRTMAX-14")]
    SIGRTMAXMINUS14,
    #[api(value = "SIGRTMAX-13")]
    SIGRTMAXMINUS13,
    #[api(value = "SIGRTMAX-12")]
    SIGRTMAXMINUS12,
    #[api(value = "SIGRTMAX-11")]
    SIGRTMAXMINUS11,
    #[api(value = "SIGRTMAX-10")]
    SIGRTMAXMINUS10,
    #[api(value = "SIGRTMAX-9")]
    SIGRTMAXMINUS9,
    #[api(value = "SIGRTMAX-8")]
    SIGRTMAXMINUS8,
    #[api(value = "SIGRTMAX-7")]
    SIGRTMAXMINUS7,
    #[api(value = "SIGRTMAX-6")]
    SIGRTMAXMINUS6,
    #[api(value = "SIGRTMAX-5")]
    SIGRTMAXMINUS5,
    #[api(value = "SIGRTMAX-4")]
    SIGRTMAXMINUS4,
    #[api(value = "SIGRTMAX-3")]
    SIGRTMAXMINUS3,
    #[api(value = "SIGRTMAX-2")]
    SIGRTMAXMINUS2,
    #[api(value = "SIGRTMAX-1")]
    SIGRTMAXMINUS1,
    SIGRTMAX,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
