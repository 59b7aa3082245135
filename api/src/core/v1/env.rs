//! Environment variables of containers, and where their values come from.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Quantity;

use super::LocalObjectReference;

/// An environment variable.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct EnvVar {
    /// Its name.
    #[api(tag = 1, required)]
    pub name: String,
    /// Its value; `$(OTHER)` stands for a variable named before.
    #[api(tag = 2)]
    pub value: String,
    /// Where its value comes from instead.
    #[api(tag = 3)]
    pub value_from: Option<Box<EnvVarSource>>,
}

/// Where the value of an environment variable comes from: one of these.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct EnvVarSource {
    /// A field of the pod.
    #[api(tag = 1)]
    pub field_ref: Option<Box<ObjectFieldSelector>>,
    /// A resource of a container.
    #[api(tag = 2)]
    pub resource_field_ref: Option<Box<ResourceFieldSelector>>,
    /// A key of a ConfigMap.
    #[api(tag = 3)]
    pub config_map_key_ref: Option<Box<ConfigMapKeySelector>>,
    /// A key of a Secret.
    #[api(tag = 4)]
    pub secret_key_ref: Option<Box<SecretKeySelector>>,
    /// A variable of a file that another container wrote.
    #[api(tag = 5, gate = "EnvFiles")]
    pub file_key_ref: Option<Box<FileKeySelector>>,
}

/// A field of the pod.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct ObjectFieldSelector {
    /// The version in which the path is meant.
    #[api(tag = 1)]
    pub api_version: String,
    /// Such as `metadata.name`.
    #[api(tag = 2, required)]
    pub field_path: String,
}

/// A limit or request of a container.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct ResourceFieldSelector {
    /// Which container; in an environment variable, the one it belongs to.
    #[api(tag = 1)]
    pub container_name: String,
    /// Such as `limits.cpu`.
    #[api(tag = 2, required)]
    pub resource: String,
    /// The unit to express it in.
    #[api(tag = 3)]
    pub divisor: Quantity,
}

/// A key of a ConfigMap in the pod's namespace.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct ConfigMapKeySelector {
    /// The ConfigMap.
    #[api(tag = 1, inline)]
    pub local_object_reference: LocalObjectReference,
    /// The key.
    #[api(tag = 2, required)]
    pub key: String,
    /// It need not be there.
    #[api(tag = 3)]
    pub optional: Option<bool>,
}

/// A key of a Secret in the pod's namespace.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct SecretKeySelector {
    /// The Secret.
    #[api(tag = 1, inline)]
    pub local_object_reference: LocalObjectReference,
    /// The key.
    #[api(tag = 2, required)]
    pub key: String,
    /// It need not be there.
    #[api(tag = 3)]
    pub optional: Option<bool>,
}

/// A variable of a file in a volume.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct FileKeySelector {
    /// The volume.
    #[api(tag = 1, required)]
    pub volume_name: String,
    /// The file within it.
    #[api(tag = 2, required)]
    pub path: String,
    /// The variable.
    #[api(tag = 3, required)]
    pub key: String,
    /// It need not be there.
    #[api(tag = 4, default = false)]
    pub optional: Option<bool>,
}

/// A source whose every key becomes an environment variable.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct EnvFromSource {
    /// Put before each key.
    #[api(tag = 1)]
    pub prefix: String,
    /// A ConfigMap.
    #[api(tag = 2)]
    pub config_map_ref: Option<Box<ConfigMapEnvSource>>,
    /// A Secret.
    #[api(tag = 3)]
    pub secret_ref: Option<Box<SecretEnvSource>>,
}

/// A ConfigMap whose keys become environment variables.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ConfigMapEnvSource {
    /// The ConfigMap.
    #[api(tag = 1, inline)]
    pub local_object_reference: LocalObjectReference,
    /// It need not be there.
    #[api(tag = 2)]
    pub optional: Option<bool>,
}

/// A Secret whose keys become environment variables.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SecretEnvSource {
    /// The Secret.
    #[api(tag = 1, inline)]
    pub local_object_reference: LocalObjectReference,
    /// It need not be there.
    #[api(tag = 2)]
    pub optional: Option<bool>,
}
