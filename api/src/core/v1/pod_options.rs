use kubeforge_derive::ApiSource;
use kubeforge_machinery::Time;

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(introduced = "1.0")]
pub struct PodLogOptions {
    #[api(tag = 1)]
    pub container: String,
    #[api(tag = 2)]
    pub follow: bool,
    #[api(tag = 3)]
    pub previous: bool,
    #[api(tag = 4)]
    pub since_seconds: Option<i64>,
    #[api(tag = 5)]
    pub since_time: Option<Time>,
    #[api(tag = 6)]
    pub timestamps: bool,
    #[api(tag = 7)]
    pub tail_lines: Option<i64>,
    #[api(tag = 8)]
    pub limit_bytes: Option<i64>,
    #[api(tag = 9, json = "insecureSkipTLSVerifyBackend")]
    pub insecure_skip_tls_verify_backend: bool,
    #[api(tag = 10, gate = "PodLogsQuerySplitStreams")]
    pub stream: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(introduced = "1.1")]
pub struct PodAttachOptions {
    #[api(tag = 1)]
    pub stdin: bool,
    #[api(tag = 2)]
    pub stdout: bool,
    #[api(tag = 3)]
    pub stderr: bool,
    #[api(tag = 4)]
    pub tty: bool,
    #[api(tag = 5)]
    pub container: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(introduced = "1.0")]
pub struct PodExecOptions {
    #[api(tag = 1)]
    pub stdin: bool,
    #[api(tag = 2)]
    pub stdout: bool,
    #[api(tag = 3)]
    pub stderr: bool,
    #[api(tag = 4)]
    pub tty: bool,
    #[api(tag = 5)]
    pub container: String,
    #[api(tag = 6, required, list = atomic)]
    pub command: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(introduced = "1.6")]
pub struct PodPortForwardOptions {
    #[api(tag = 1, list = atomic)]
    pub ports: Vec<i32>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(introduced = "1.0")]
pub struct PodProxyOptions {
    #[api(tag = 1)]
    pub path: String,
}
