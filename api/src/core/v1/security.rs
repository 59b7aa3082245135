use kubeforge_derive::ApiSource;

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodSecurityContext {
    #[api(tag = 1)]
    pub se_linux_options: Option<Box<SELinuxOptions>>,
    #[api(tag = 8)]
    pub windows_options: Option<Box<WindowsSecurityContextOptions>>,
    #[api(tag = 2)]
    pub run_as_user: Option<i64>,
    #[api(tag = 6)]
    pub run_as_group: Option<i64>,
    #[api(tag = 3)]
    pub run_as_non_root: Option<bool>,
    #[api(tag = 4, list = atomic)]
    pub supplemental_groups: Vec<i64>,
    #[api(tag = 12, gate = "SupplementalGroupsPolicy")]
    pub supplemental_groups_policy: Option<SupplementalGroupsPolicy>,
    #[api(tag = 5)]
    pub fs_group: Option<i64>,
    #[api(tag = 7, list = atomic)]
    pub sysctls: Vec<Sysctl>,
    #[api(tag = 9)]
    pub fs_group_change_policy: Option<PodFSGroupChangePolicy>,
    #[api(tag = 10)]
    pub seccomp_profile: Option<Box<SeccompProfile>>,
    #[api(tag = 11)]
    pub app_armor_profile: Option<Box<AppArmorProfile>>,
    #[api(tag = 13, gate = "SELinuxChangePolicy")]
    pub se_linux_change_policy: Option<PodSELinuxChangePolicy>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum PodFSGroupChangePolicy {
    OnRootMismatch,
    Always,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum SupplementalGroupsPolicy {
    Merge,
    Strict,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum PodSELinuxChangePolicy {
    Recursive,
    MountOption,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Sysctl {
    #[api(tag = 1, required)]
    pub name: String,
    #[api(tag = 2, required)]
    pub value: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SecurityContext {
    #[api(tag = 1)]
    pub capabilities: Option<Box<Capabilities>>,
    #[api(tag = 2)]
    pub privileged: Option<bool>,
    #[api(tag = 3)]
    pub se_linux_options: Option<Box<SELinuxOptions>>,
    #[api(tag = 10)]
    pub windows_options: Option<Box<WindowsSecurityContextOptions>>,
    #[api(tag = 4)]
    pub run_as_user: Option<i64>,
    #[api(tag = 8)]
    pub run_as_group: Option<i64>,
    #[api(tag = 5)]
    pub run_as_non_root: Option<bool>,
    #[api(tag = 6)]
    pub read_only_root_filesystem: Option<bool>,
    #[api(tag = 7)]
    pub allow_privilege_escalation: Option<bool>,
    #[api(tag = 9)]
    pub proc_mount: Option<ProcMountType>,
    #[api(tag = 11)]
    pub seccomp_profile: Option<Box<SeccompProfile>>,
    #[api(tag = 12)]
    pub app_armor_profile: Option<Box<AppArmorProfile>>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum ProcMountType {
    Default,
    Unmasked,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Capabilities {
    #[api(tag = 1, list = atomic)]
    pub add: Vec<String>,
    #[api(tag = 2, list = atomic)]
    pub drop: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SELinuxOptions {
    #[api(tag = 1)]
    pub user: String,
    #[api(tag = 2)]
    pub role: String,
    #[api(tag = 3)]
    pub type_: String,
    #[api(tag = 4)]
    pub level: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct WindowsSecurityContextOptions {
    #[api(tag = 1)]
    pub gmsa_credential_spec_name: Option<String>,
    #[api(tag = 2)]
    pub gmsa_credential_spec: Option<String>,
    #[api(tag = 3)]
    pub run_as_user_name: Option<String>,
    #[api(tag = 4)]
    pub host_process: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(union(discriminator = "type", "localhostProfile" = "LocalhostProfile"))]
pub struct SeccompProfile {
    #[api(tag = 1, required)]
    pub type_: SeccompProfileType,
    #[api(tag = 2)]
    pub localhost_profile: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum SeccompProfileType {
    Unconfined,
    RuntimeDefault,
    Localhost,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(union(discriminator = "type", "localhostProfile" = "LocalhostProfile"))]
pub struct AppArmorProfile {
    #[api(tag = 1, required)]
    pub type_: AppArmorProfileType,
    #[api(tag = 2)]
    pub localhost_profile: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum AppArmorProfileType {
    Unconfined,
    RuntimeDefault,
    Localhost,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
