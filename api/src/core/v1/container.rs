//! Containers: what they run, and with what.

use kubeforge_derive::ApiSource;

use super::{EnvFromSource, EnvVar, Lifecycle, Probe, ResourceRequirements, SecurityContext};

/// A program to run in a pod: its image, its surroundings, and how it is watched.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Container {
    /// Unique within the pod, and a DNS label.
    #[api(tag = 1, required)]
    pub name: String,
    /// The image to run.
    #[api(tag = 2)]
    pub image: String,
    /// Program and first arguments, in place of the image's entry point.
    #[api(tag = 3, list = atomic)]
    pub command: Vec<String>,
    /// Arguments, in place of the image's.
    #[api(tag = 4, list = atomic)]
    pub args: Vec<String>,
    /// Where the program starts.
    #[api(tag = 5)]
    pub working_dir: String,
    /// Ports that it listens on; for information, except for those of the host.
    #[api(tag = 6, patch = merge, merge_key = "containerPort", list = map("containerPort", "protocol"))]
    pub ports: Vec<ContainerPort>,
    /// Sources whose every key becomes an environment variable.
    #[api(tag = 19, list = atomic)]
    pub env_from: Vec<EnvFromSource>,
    /// Environment variables.
    #[api(tag = 7, patch = merge, merge_key = "name", list = map("name"))]
    pub env: Vec<EnvVar>,
    /// What it asks for and may use at most.
    #[api(tag = 8)]
    pub resources: ResourceRequirements,
    /// Whether a change of a resource needs a restart.
    #[api(tag = 23, list = atomic, gate = "InPlacePodVerticalScaling")]
    pub resize_policy: Vec<ContainerResizePolicy>,
    /// When it is started again, where that differs from the pod's policy. An init container that always is runs
    /// beside the others.
    #[api(tag = 24)]
    pub restart_policy: Option<ContainerRestartPolicy>,
    /// Cases that go before the restart policy.
    #[api(tag = 25, list = atomic, gate = "ContainerRestartRules")]
    pub restart_policy_rules: Vec<ContainerRestartRule>,
    /// Volumes that it sees as directories.
    #[api(tag = 9, patch = merge, merge_key = "mountPath", list = map("mountPath"))]
    pub volume_mounts: Vec<VolumeMount>,
    /// Volumes that it sees as devices.
    #[api(tag = 21, patch = merge, merge_key = "devicePath", list = map("devicePath"))]
    pub volume_devices: Vec<VolumeDevice>,
    /// When this fails the container is started again.
    #[api(tag = 10)]
    pub liveness_probe: Option<Box<Probe>>,
    /// While this fails the pod is sent no requests.
    #[api(tag = 11)]
    pub readiness_probe: Option<Box<Probe>>,
    /// Until this succeeds the other probes wait.
    #[api(tag = 22)]
    pub startup_probe: Option<Box<Probe>>,
    /// What to do after it starts and before it ends.
    #[api(tag = 12)]
    pub lifecycle: Option<Box<Lifecycle>>,
    /// The file in which it leaves its last words.
    #[api(tag = 13)]
    pub termination_message_path: String,
    /// Where else to look for its last words.
    #[api(tag = 20)]
    pub termination_message_policy: TerminationMessagePolicy,
    /// When to pull the image.
    #[api(tag = 14)]
    pub image_pull_policy: PullPolicy,
    /// What its processes may do; goes before the pod's.
    #[api(tag = 15)]
    pub security_context: Option<Box<SecurityContext>>,
    /// Keep its input open for those who attach.
    #[api(tag = 16)]
    pub stdin: bool,
    /// Close its input when the first of them leaves.
    #[api(tag = 17)]
    pub stdin_once: bool,
    /// Give it a terminal.
    #[api(tag = 18)]
    pub tty: bool,
}

/// A port that a container listens on.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerPort {
    /// A name that services can refer to.
    #[api(tag = 1)]
    pub name: String,
    /// A port of the node that leads here; zero for none.
    #[api(tag = 2)]
    pub host_port: i32,
    /// The port.
    #[api(tag = 3, required)]
    pub container_port: i32,
    /// TCP, UDP or SCTP.
    #[api(tag = 4, default = "TCP")]
    pub protocol: Protocol,
    /// The address of the node that the host port is on.
    #[api(tag = 5, json = "hostIP")]
    pub host_ip: String,
}

/// A transport protocol.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum Protocol {
    /// TCP.
    TCP,
    /// UDP.
    UDP,
    /// SCTP.
    SCTP,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// When the image of a container is pulled.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum PullPolicy {
    /// Each time the container starts.
    Always,
    /// Not at all: the node must have it.
    Never,
    /// Where the node does not have it.
    IfNotPresent,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Where a container's last words are found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum TerminationMessagePolicy {
    /// In the file it left.
    File,
    /// At the end of its log, where it failed and left no file.
    FallbackToLogsOnError,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Whether a change of one resource needs a restart of the container.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerResizePolicy {
    /// `cpu` or `memory`.
    #[api(tag = 1, required)]
    pub resource_name: String,
    /// Whether to start it again.
    #[api(tag = 2, required)]
    pub restart_policy: ResourceResizeRestartPolicy,
}

/// Whether a container takes a changed resource as it runs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ResourceResizeRestartPolicy {
    /// It does.
    NotRequired,
    /// It has to be started again.
    RestartContainer,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// When a container is started again after it ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ContainerRestartPolicy {
    /// Whatever the exit code was.
    Always,
    /// Not at all.
    Never,
    /// Where the exit code was not zero.
    OnFailure,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// What to do where a container ended in a certain way.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerRestartRule {
    /// What to do.
    #[api(tag = 1, required, omit_empty)]
    pub action: ContainerRestartRuleAction,
    /// For which exit codes.
    #[api(tag = 2)]
    pub exit_codes: Option<Box<ContainerRestartRuleOnExitCodes>>,
}

/// What to do with a container that ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ContainerRestartRuleAction {
    /// Start it again.
    Restart,
    /// Start all containers of the pod again.
    RestartAllContainers,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// A set of exit codes.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerRestartRuleOnExitCodes {
    /// Whether the codes are those listed or all others.
    #[api(tag = 1, required, omit_empty)]
    pub operator: ContainerRestartRuleOnExitCodesOperator,
    /// The codes.
    #[api(tag = 2, list = set)]
    pub values: Vec<i32>,
}

/// How an exit code relates to a list of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ContainerRestartRuleOnExitCodesOperator {
    /// It is listed.
    In,
    /// It is not listed.
    NotIn,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// A volume of the pod as a directory of a container.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct VolumeMount {
    /// The volume.
    #[api(tag = 1, required)]
    pub name: String,
    /// It cannot be written to.
    #[api(tag = 2)]
    pub read_only: bool,
    /// Whether mounts inside it cannot be written to either.
    #[api(tag = 7)]
    pub recursive_read_only: Option<RecursiveReadOnlyMode>,
    /// Where it appears.
    #[api(tag = 3, required)]
    pub mount_path: String,
    /// The part of the volume that appears; empty for all of it.
    #[api(tag = 4)]
    pub sub_path: String,
    /// Whether mounts made inside it are seen on the other side.
    #[api(tag = 5)]
    pub mount_propagation: Option<MountPropagationMode>,
    /// As `sub_path`, with environment variables filled in.
    #[api(tag = 6)]
    pub sub_path_expr: String,
}

/// Whether mounts made on one side of a volume are seen on the other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum MountPropagationMode {
    /// They are not.
    None,
    /// Those of the node are seen in the container.
    HostToContainer,
    /// Those of each side are seen on the other.
    Bidirectional,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Whether a read-only mount is so down to the mounts inside it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum RecursiveReadOnlyMode {
    /// It need not be.
    Disabled,
    /// Where the node can do it.
    IfPossible,
    /// It must be, or the container does not start.
    Enabled,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// A block volume of the pod as a device of a container.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct VolumeDevice {
    /// The volume.
    #[api(tag = 1, required)]
    pub name: String,
    /// Where the device appears.
    #[api(tag = 2, required)]
    pub device_path: String,
}
