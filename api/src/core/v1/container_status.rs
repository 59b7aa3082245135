//! Containers: how they are.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::{Quantity, Time};

use super::{RecursiveReadOnlyMode, ResourceRequirements, Signal};

/// How a container is, and what it runs with.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerStatus {
    /// Which container.
    #[api(tag = 1, required)]
    pub name: String,
    /// How it is.
    #[api(tag = 2)]
    pub state: ContainerState,
    /// How it ended before it was last started again.
    #[api(tag = 3, json = "lastState")]
    pub last_termination_state: ContainerState,
    /// Whether it may be sent requests.
    #[api(tag = 4, required)]
    pub ready: bool,
    /// How often it was started again, as far as is known.
    #[api(tag = 5, required)]
    pub restart_count: i32,
    /// The image it runs.
    #[api(tag = 6, required)]
    pub image: String,
    /// The same, as the runtime names it.
    #[api(tag = 7, json = "imageID", required)]
    pub image_id: String,
    /// `runtime://id`.
    #[api(tag = 8, json = "containerID")]
    pub container_id: String,
    /// Whether it has got past its startup probe and its hook.
    #[api(tag = 9)]
    pub started: Option<bool>,
    /// What its node has set aside for it.
    #[api(tag = 10)]
    pub allocated_resources: BTreeMap<String, Quantity>,
    /// What is in force for it.
    #[api(tag = 11, gate = "InPlacePodVerticalScaling")]
    pub resources: Option<Box<ResourceRequirements>>,
    /// What is mounted into it.
    #[api(tag = 12, patch = merge, merge_key = "mountPath", list = map("mountPath"))]
    pub volume_mounts: Vec<VolumeMountStatus>,
    /// Who its first process is.
    #[api(tag = 13, gate = "SupplementalGroupsPolicy")]
    pub user: Option<ContainerUser>,
    /// How the devices given to it are.
    #[api(tag = 14, patch = merge, merge_key = "name", list = map("name"), gate = "ResourceHealthStatus")]
    pub allocated_resources_status: Vec<ResourceStatus>,
    /// The signal that asks it to end.
    #[api(tag = 15, gate = "ContainerStopSignals")]
    pub stop_signal: Option<Signal>,
}

/// How a container is: one of these; where none is given it waits.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerState {
    /// It has not been started yet.
    #[api(tag = 1)]
    pub waiting: Option<Box<ContainerStateWaiting>>,
    /// It runs.
    #[api(tag = 2)]
    pub running: Option<ContainerStateRunning>,
    /// It has ended.
    #[api(tag = 3)]
    pub terminated: Option<Box<ContainerStateTerminated>>,
}

/// A container that is yet to start.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerStateWaiting {
    /// Why it does not run, for programs.
    #[api(tag = 1)]
    pub reason: String,
    /// Why it does not run, for people.
    #[api(tag = 2)]
    pub message: String,
}

/// A container that runs.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerStateRunning {
    /// Since when.
    #[api(tag = 1)]
    pub started_at: Time,
}

/// A container that has ended.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerStateTerminated {
    /// What it exited with.
    #[api(tag = 1, required)]
    pub exit_code: i32,
    /// The signal that ended it.
    #[api(tag = 2)]
    pub signal: i32,
    /// Why it ended, for programs.
    #[api(tag = 3)]
    pub reason: String,
    /// Its last words.
    #[api(tag = 4)]
    pub message: String,
    /// When it was started.
    #[api(tag = 5)]
    pub started_at: Time,
    /// When it ended.
    #[api(tag = 6)]
    pub finished_at: Time,
    /// `runtime://id`.
    #[api(tag = 7, json = "containerID")]
    pub container_id: String,
}

/// Who the first process of a container is.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ContainerUser {
    /// On Linux.
    #[api(tag = 1)]
    pub linux: Option<Box<LinuxContainerUser>>,
}

/// Who a process is on Linux.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct LinuxContainerUser {
    /// Its user id.
    #[api(tag = 1, required)]
    pub uid: i64,
    /// Its group id.
    #[api(tag = 2, required)]
    pub gid: i64,
    /// Further groups that it is in.
    #[api(tag = 3, list = atomic)]
    pub supplemental_groups: Vec<i64>,
}

/// A volume as it is mounted into a container.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct VolumeMountStatus {
    /// The volume.
    #[api(tag = 1, required)]
    pub name: String,
    /// Where it appears.
    #[api(tag = 2, required)]
    pub mount_path: String,
    /// It cannot be written to.
    #[api(tag = 3)]
    pub read_only: bool,
    /// Whether that goes for mounts inside it.
    #[api(tag = 4)]
    pub recursive_read_only: Option<RecursiveReadOnlyMode>,
    /// More about the volume.
    #[api(tag = 5)]
    pub volume_status: Option<VolumeStatus>,
}

/// What is known of a mounted volume, by its kind.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct VolumeStatus {
    /// Of an image volume.
    #[api(tag = 1, gate = "ImageVolumeWithDigest")]
    pub image: Option<ImageVolumeStatus>,
}

/// What is known of a mounted image volume.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ImageVolumeStatus {
    /// The image's digest.
    #[api(tag = 1, required, omit_empty)]
    pub image_ref: String,
}

/// How the devices that a container was given are.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceStatus {
    /// The resource, or the claim and its request.
    #[api(tag = 1, required)]
    pub name: String,
    /// Its devices.
    #[api(tag = 2, list = map("resourceID"))]
    pub resources: Vec<ResourceHealth>,
}

/// How one device is.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourceHealth {
    /// The device.
    #[api(tag = 1, json = "resourceID", required)]
    pub resource_id: String,
    /// How it is.
    #[api(tag = 2)]
    pub health: ResourceHealthStatus,
    /// More about it.
    #[api(tag = 6, gate = "ResourceHealthStatusMessage")]
    pub message: Option<String>,
}

/// How a device is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ResourceHealthStatus {
    /// It works.
    Healthy,
    /// It does not.
    Unhealthy,
    /// Nobody can tell.
    Unknown,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
