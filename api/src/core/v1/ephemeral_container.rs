use kubeforge_derive::ApiSource;

use super::{
    ContainerPort, ContainerResizePolicy, ContainerRestartPolicy, ContainerRestartRule, EnvFromSource, EnvVar,
    Lifecycle, Probe, PullPolicy, ResourceRequirements, SecurityContext, TerminationMessagePolicy, VolumeDevice,
    VolumeMount,
};

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct EphemeralContainer {
    #[api(tag = 1, inline)]
    pub ephemeral_container_common: EphemeralContainerCommon,
    #[api(tag = 2)]
    pub target_container_name: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct EphemeralContainerCommon {
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
