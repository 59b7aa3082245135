//! Containers that are added to a running pod to look into it.

use kubeforge_derive::ApiSource;

use super::{
    ContainerPort, ContainerResizePolicy, ContainerRestartPolicy, ContainerRestartRule, EnvFromSource, EnvVar,
    Lifecycle, Probe, PullPolicy, ResourceRequirements, SecurityContext, TerminationMessagePolicy, VolumeDevice,
    VolumeMount,
};

/// A container added to a running pod to look into it. It is never started again, and nothing is set aside for
/// it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct EphemeralContainer {
    /// What it has in common with other containers.
    #[api(tag = 1, inline)]
    pub ephemeral_container_common: EphemeralContainerCommon,
    /// The container whose processes it sees.
    #[api(tag = 2)]
    pub target_container_name: String,
}

/// What an ephemeral container has in common with other containers, including what it may not use.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct EphemeralContainerCommon {
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
