use kubeforge_derive::ApiSource;

use super::{EnvFromSource, EnvVar, Lifecycle, Probe, ResourceRequirements, SecurityContext};

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Container {
    #[api(tag = 1, required)]
    pub name: String,
    #[api(tag = 2)]
    pub image: String,
    #[api(tag = 3, list = atomic)]
    pub command: Vec<String>,
    #[api(tag = 4, list = atomic)]
    pub args: Vec<String>,
    #[api(tag = 5)]
    pub working_dir: String,
    #[api(tag = 6, patch = merge, merge_key = "containerPort", list = map("containerPort", "protocol"))]
    pub ports: Vec<ContainerPort>,
    #[api(tag = 19, list = atomic)]
    pub env_from: Vec<EnvFromSource>,
    #[api(tag = 7, patch = merge, merge_key = "name", list = map("name"))]
    pub env: Vec<EnvVar>,
    #[api(tag = 8)]
    pub resources: ResourceRequirements,
    #[api(tag = 23, list = atomic, gate = "InPlacePodVerticalScaling")]
    pub resize_policy: Vec<ContainerResizePolicy>,
    #[api(tag = 24)]
    pub restart_policy: Option<ContainerRestartPolicy>,
    #[api(tag = 25, list = atomic, gate = "ContainerRestartRules")]
    pub restart_policy_rules: Vec<ContainerRestartRule>,
    #[api(tag = 9, patch = merge, merge_key = "mountPath", list = map("mountPath"))]
    pub volume_mounts: Vec<VolumeMount>,
    #[api(tag = 21, patch = merge, merge_key = "devicePath", list = map("devicePath"))]
    pub volume_devices: Vec<VolumeDevice>,
    #[api(tag = 10)]
    pub liveness_probe: Option<Box<Probe>>,
    #[api(tag = 11)]
    pub readiness_probe: Option<Box<Probe>>,
    #[api(tag = 22)]
    pub startup_probe: Option<Box<Probe>>,
    #[api(tag = 12)]
    pub lifecycle: Option<Box<Lifecycle>>,
    #[api(tag = 13)]
    pub termination_message_path: String,
    #[api(tag = 20)]
    pub termination_message_policy: TerminationMessagePolicy,
    #[api(tag = 14)]
    pub image_pull_policy: PullPolicy,
    #[api(tag = 15)]
    pub security_context: Option<Box<SecurityContext>>,
    #[api(tag = 16)]
    pub stdin: bool,
    #[api(tag = 17)]
    pub stdin_once: bool,
    #[api(tag = 18)]
    pub tty: bool,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerPort {
    #[api(tag = 1)]
    pub name: String,
    #[api(tag = 2)]
    pub host_port: i32,
    #[api(tag = 3, required)]
    pub container_port: i32,
    #[api(tag = 4, default = "TCP")]
    pub protocol: Protocol,
    #[api(tag = 5, json = "hostIP")]
    pub host_ip: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum Protocol {
    TCP,
    UDP,
    SCTP,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum PullPolicy {
    Always,
    Never,
    IfNotPresent,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum TerminationMessagePolicy {
    File,
    FallbackToLogsOnError,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerResizePolicy {
    #[api(tag = 1, required)]
    pub resource_name: String,
    #[api(tag = 2, required)]
    pub restart_policy: ResourceResizeRestartPolicy,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ResourceResizeRestartPolicy {
    NotRequired,
    RestartContainer,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ContainerRestartPolicy {
    Always,
    Never,
    OnFailure,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerRestartRule {
    #[api(tag = 1, required, omit_empty)]
    pub action: ContainerRestartRuleAction,
    #[api(tag = 2)]
    pub exit_codes: Option<Box<ContainerRestartRuleOnExitCodes>>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ContainerRestartRuleAction {
    Restart,
    RestartAllContainers,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerRestartRuleOnExitCodes {
    #[api(tag = 1, required, omit_empty)]
    pub operator: ContainerRestartRuleOnExitCodesOperator,
    #[api(tag = 2, list = set)]
    pub values: Vec<i32>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ContainerRestartRuleOnExitCodesOperator {
    In,
    NotIn,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct VolumeMount {
    #[api(tag = 1, required)]
    pub name: String,
    #[api(tag = 2)]
    pub read_only: bool,
    #[api(tag = 7)]
    pub recursive_read_only: Option<RecursiveReadOnlyMode>,
    #[api(tag = 3, required)]
    pub mount_path: String,
    #[api(tag = 4)]
    pub sub_path: String,
    #[api(tag = 5)]
    pub mount_propagation: Option<MountPropagationMode>,
    #[api(tag = 6)]
    pub sub_path_expr: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum MountPropagationMode {
    None,
    HostToContainer,
    Bidirectional,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum RecursiveReadOnlyMode {
    Disabled,
    IfPossible,
    Enabled,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct VolumeDevice {
    #[api(tag = 1, required)]
    pub name: String,
    #[api(tag = 2, required)]
    pub device_path: String,
}
