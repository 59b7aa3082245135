use kubeforge_derive::ApiSource;
use kubeforge_machinery::IntOrString;

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Probe {
    #[api(tag = 1, inline)]
    pub probe_handler: ProbeHandler,
    #[api(tag = 2)]
    pub initial_delay_seconds: i32,
    #[api(tag = 3)]
    pub timeout_seconds: i32,
    #[api(tag = 4)]
    pub period_seconds: i32,
    #[api(tag = 5)]
    pub success_threshold: i32,
    #[api(tag = 6)]
    pub failure_threshold: i32,
    #[api(tag = 7)]
    pub termination_grace_period_seconds: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ProbeHandler {
    #[api(tag = 1)]
    pub exec: Option<ExecAction>,
    #[api(tag = 2)]
    pub http_get: Option<Box<HTTPGetAction>>,
    #[api(tag = 3)]
    pub tcp_socket: Option<Box<TCPSocketAction>>,
    #[api(tag = 4)]
    pub grpc: Option<Box<GRPCAction>>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ExecAction {
    #[api(tag = 1, list = atomic)]
    pub command: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HTTPGetAction {
    #[api(tag = 1)]
    pub path: String,
    #[api(tag = 2, required)]
    pub port: IntOrString,
    #[api(tag = 3)]
    pub host: String,
    #[api(tag = 4)]
    pub scheme: URIScheme,
    #[api(tag = 5, list = atomic)]
    pub http_headers: Vec<HTTPHeader>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HTTPHeader {
    #[api(tag = 1, required)]
    pub name: String,
    #[api(tag = 2, required)]
    pub value: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum URIScheme {
    HTTP,
    HTTPS,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct TCPSocketAction {
    #[api(tag = 1, required)]
    pub port: IntOrString,
    #[api(tag = 2)]
    pub host: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GRPCAction {
    #[api(tag = 1, required)]
    pub port: i32,
    #[api(tag = 2, always, default = "")]
    pub service: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SleepAction {
    #[api(tag = 1, required)]
    pub seconds: i64,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Lifecycle {
    #[api(tag = 1)]
    pub post_start: Option<Box<LifecycleHandler>>,
    #[api(tag = 2)]
    pub pre_stop: Option<Box<LifecycleHandler>>,
    #[api(tag = 3)]
    pub stop_signal: Option<Signal>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct LifecycleHandler {
    #[api(tag = 1)]
    pub exec: Option<ExecAction>,
    #[api(tag = 2)]
    pub http_get: Option<Box<HTTPGetAction>>,
    #[api(tag = 3)]
    pub tcp_socket: Option<Box<TCPSocketAction>>,
    #[api(tag = 4)]
    pub sleep: Option<SleepAction>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
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
