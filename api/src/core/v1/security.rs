//! What the processes of a pod may do.

use kubeforge_derive::ApiSource;

/// What the processes of a pod may do, and who they are; a container can say otherwise.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodSecurityContext {
    /// Their SELinux label.
    #[api(tag = 1)]
    pub se_linux_options: Option<Box<SELinuxOptions>>,
    /// Who they are on Windows.
    #[api(tag = 8)]
    pub windows_options: Option<Box<WindowsSecurityContextOptions>>,
    /// Their user id.
    #[api(tag = 2)]
    pub run_as_user: Option<i64>,
    /// Their group id.
    #[api(tag = 6)]
    pub run_as_group: Option<i64>,
    /// Refuse to start what would run as root.
    #[api(tag = 3)]
    pub run_as_non_root: Option<bool>,
    /// Further groups that they are in.
    #[api(tag = 4, list = atomic)]
    pub supplemental_groups: Vec<i64>,
    /// Whether groups named by the image count as well.
    #[api(tag = 12, gate = "SupplementalGroupsPolicy")]
    pub supplemental_groups_policy: Option<SupplementalGroupsPolicy>,
    /// A group that owns the files of volumes and that they are in.
    #[api(tag = 5)]
    pub fs_group: Option<i64>,
    /// Kernel settings of the pod's own.
    #[api(tag = 7, list = atomic)]
    pub sysctls: Vec<Sysctl>,
    /// When the files of a volume are given to `fs_group`.
    #[api(tag = 9)]
    pub fs_group_change_policy: Option<PodFSGroupChangePolicy>,
    /// Which system calls they may make.
    #[api(tag = 10)]
    pub seccomp_profile: Option<Box<SeccompProfile>>,
    /// The AppArmor profile that confines them.
    #[api(tag = 11)]
    pub app_armor_profile: Option<Box<AppArmorProfile>>,
    /// How the files of a volume get the pod's label.
    #[api(tag = 13, gate = "SELinuxChangePolicy")]
    pub se_linux_change_policy: Option<PodSELinuxChangePolicy>,
}

/// When the files of a volume are given to the pod's group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum PodFSGroupChangePolicy {
    /// Where the volume's root is not yet the group's.
    OnRootMismatch,
    /// Each time it is mounted.
    Always,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Which groups processes are in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum SupplementalGroupsPolicy {
    /// Those that the pod names, and those that the image does.
    Merge,
    /// Only those that the pod names.
    Strict,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// How the files of a volume get the pod's SELinux label.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum PodSELinuxChangePolicy {
    /// One by one, which can take long.
    Recursive,
    /// By mounting the volume with it, where that can be done.
    MountOption,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// A kernel setting.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Sysctl {
    /// Such as `net.ipv4.ip_local_port_range`.
    #[api(tag = 1, required)]
    pub name: String,
    /// Its value.
    #[api(tag = 2, required)]
    pub value: String,
}

/// What the processes of a container may do, and who they are.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SecurityContext {
    /// Rights of root that they have or lack.
    #[api(tag = 1)]
    pub capabilities: Option<Box<Capabilities>>,
    /// They can do to the node whatever root there can.
    #[api(tag = 2)]
    pub privileged: Option<bool>,
    /// Their SELinux label.
    #[api(tag = 3)]
    pub se_linux_options: Option<Box<SELinuxOptions>>,
    /// Who they are on Windows.
    #[api(tag = 10)]
    pub windows_options: Option<Box<WindowsSecurityContextOptions>>,
    /// Their user id.
    #[api(tag = 4)]
    pub run_as_user: Option<i64>,
    /// Their group id.
    #[api(tag = 8)]
    pub run_as_group: Option<i64>,
    /// Refuse to start what would run as root.
    #[api(tag = 5)]
    pub run_as_non_root: Option<bool>,
    /// They cannot write outside of volumes.
    #[api(tag = 6)]
    pub read_only_root_filesystem: Option<bool>,
    /// Whether they can gain rights that their parent lacks.
    #[api(tag = 7)]
    pub allow_privilege_escalation: Option<bool>,
    /// Whether parts of `/proc` are hidden.
    #[api(tag = 9)]
    pub proc_mount: Option<ProcMountType>,
    /// Which system calls they may make.
    #[api(tag = 11)]
    pub seccomp_profile: Option<Box<SeccompProfile>>,
    /// The AppArmor profile that confines them.
    #[api(tag = 12)]
    pub app_armor_profile: Option<Box<AppArmorProfile>>,
}

/// Whether parts of `/proc` are hidden from a container.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum ProcMountType {
    /// As the runtime does for its containers.
    Default,
    /// Nothing is.
    Unmasked,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Rights of root, one by one.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Capabilities {
    /// Given on top of the runtime's.
    #[api(tag = 1, list = atomic)]
    pub add: Vec<String>,
    /// Taken away.
    #[api(tag = 2, list = atomic)]
    pub drop: Vec<String>,
}

/// An SELinux label, in its parts.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SELinuxOptions {
    /// Its user.
    #[api(tag = 1)]
    pub user: String,
    /// Its role.
    #[api(tag = 2)]
    pub role: String,
    /// Its type.
    #[api(tag = 3)]
    pub type_: String,
    /// Its level.
    #[api(tag = 4)]
    pub level: String,
}

/// Who the processes of a Windows container are.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct WindowsSecurityContextOptions {
    /// The group-managed service account that they use, by name.
    #[api(tag = 1)]
    pub gmsa_credential_spec_name: Option<String>,
    /// The same, in full; an admission webhook fills it in.
    #[api(tag = 2)]
    pub gmsa_credential_spec: Option<String>,
    /// The user that they run as.
    #[api(tag = 3)]
    pub run_as_user_name: Option<String>,
    /// They run on the node rather than in a container of their own.
    #[api(tag = 4)]
    pub host_process: Option<bool>,
}

/// Which system calls processes may make.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(union(discriminator = "type", "localhostProfile" = "LocalhostProfile"))]
pub struct SeccompProfile {
    /// Where the profile is from.
    #[api(tag = 1, required)]
    pub type_: SeccompProfileType,
    /// The profile's file on the node, where that is the type.
    #[api(tag = 2)]
    pub localhost_profile: Option<String>,
}

/// Where a seccomp profile is from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum SeccompProfileType {
    /// There is none.
    Unconfined,
    /// The container runtime has it.
    RuntimeDefault,
    /// A file on the node has it.
    Localhost,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// The AppArmor profile that confines processes.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(union(discriminator = "type", "localhostProfile" = "LocalhostProfile"))]
pub struct AppArmorProfile {
    /// Where the profile is from.
    #[api(tag = 1, required)]
    pub type_: AppArmorProfileType,
    /// The profile's name on the node, where that is the type.
    #[api(tag = 2)]
    pub localhost_profile: Option<String>,
}

/// Where an AppArmor profile is from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum AppArmorProfileType {
    /// There is none.
    Unconfined,
    /// The container runtime has it.
    RuntimeDefault,
    /// It is loaded on the node.
    Localhost,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
