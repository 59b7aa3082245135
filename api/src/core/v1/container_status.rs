use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::{Quantity, Time};

use super::{RecursiveReadOnlyMode, ResourceRequirements, Signal};

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerStatus {
    #[api(tag = 1, required)]
    pub name: String,
    #[api(tag = 2)]
    pub state: ContainerState,
    #[api(tag = 3, json = "lastState")]
    pub last_termination_state: ContainerState,
    #[api(tag = 4, required)]
    pub ready: bool,
    #[api(tag = 5, required)]
    pub restart_count: i32,
    #[api(tag = 6, required)]
    pub image: String,
    #[api(tag = 7, json = "imageID", required)]
    pub image_id: String,
    #[api(tag = 8, json = "containerID")]
    pub container_id: String,
    #[api(tag = 9)]
    pub started: Option<bool>,
    #[api(tag = 10)]
    pub allocated_resources: BTreeMap<String, Quantity>,
    #[api(tag = 11, gate = "InPlacePodVerticalScaling")]
    pub resources: Option<Box<ResourceRequirements>>,
    #[api(tag = 12, patch = merge, merge_key = "mountPath", list = map("mountPath"))]
    pub volume_mounts: Vec<VolumeMountStatus>,
    #[api(tag = 13, gate = "SupplementalGroupsPolicy")]
    pub user: Option<ContainerUser>,
    #[api(tag = 14, patch = merge, merge_key = "name", list = map("name"), gate = "ResourceHealthStatus")]
    pub allocated_resources_status: Vec<ResourceStatus>,
    #[api(tag = 15, gate = "ContainerStopSignals")]
    pub stop_signal: Option<Signal>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerState {
    #[api(tag = 1)]
    pub waiting: Option<Box<ContainerStateWaiting>>,
    #[api(tag = 2)]
    pub running: Option<ContainerStateRunning>,
    #[api(tag = 3)]
    pub terminated: Option<Box<ContainerStateTerminated>>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerStateWaiting {
    #[api(tag = 1)]
    pub reason: String,
    #[api(tag = 2)]
    pub message: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerStateRunning {
    #[api(tag = 1)]
    pub started_at: Time,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerStateTerminated {
    #[api(tag = 1, required)]
    pub exit_code: i32,
    #[api(tag = 2)]
    pub signal: i32,
    #[api(tag = 3)]
    pub reason: String,
    #[api(tag = 4)]
    pub message: String,
    #[api(tag = 5)]
    pub started_at: Time,
    #[api(tag = 6)]
    pub finished_at: Time,
    #[api(tag = 7, json = "containerID")]
    pub container_id: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerUser {
    #[api(tag = 1)]
    pub linux: Option<Box<LinuxContainerUser>>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct LinuxContainerUser {
    #[api(tag = 1, required)]
    pub uid: i64,
    #[api(tag = 2, required)]
    pub gid: i64,
    #[api(tag = 3, list = atomic)]
    pub supplemental_groups: Vec<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct VolumeMountStatus {
    #[api(tag = 1, required)]
    pub name: String,
    #[api(tag = 2, required)]
    pub mount_path: String,
    #[api(tag = 3)]
    pub read_only: bool,
    #[api(tag = 4)]
    pub recursive_read_only: Option<RecursiveReadOnlyMode>,
    #[api(tag = 5)]
    pub volume_status: Option<VolumeStatus>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct VolumeStatus {
    #[api(tag = 1, gate = "ImageVolumeWithDigest")]
    pub image: Option<ImageVolumeStatus>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ImageVolumeStatus {
    #[api(tag = 1, required, omit_empty)]
    pub image_ref: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceStatus {
    #[api(tag = 1, required)]
    pub name: String,
    #[api(tag = 2, list = map("resourceID"))]
    pub resources: Vec<ResourceHealth>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceHealth {
    #[api(tag = 1, json = "resourceID", required)]
    pub resource_id: String,
    #[api(tag = 2)]
    pub health: ResourceHealthStatus,
    #[api(tag = 6, gate = "ResourceHealthStatusMessage")]
    pub message: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ResourceHealthStatus {
    Healthy,
    Unhealthy,
    Unknown,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
