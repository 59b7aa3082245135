use kubeforge_derive::ApiSource;
use kubeforge_machinery::Quantity;

use super::LocalObjectReference;

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct EnvVar {
    #[api(tag = 1, required)]
    pub name: String,
    #[api(tag = 2)]
    pub value: String,
    #[api(tag = 3)]
    pub value_from: Option<Box<EnvVarSource>>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct EnvVarSource {
    #[api(tag = 1)]
    pub field_ref: Option<Box<ObjectFieldSelector>>,
    #[api(tag = 2)]
    pub resource_field_ref: Option<Box<ResourceFieldSelector>>,
    #[api(tag = 3)]
    pub config_map_key_ref: Option<Box<ConfigMapKeySelector>>,
    #[api(tag = 4)]
    pub secret_key_ref: Option<Box<SecretKeySelector>>,
    #[api(tag = 5, gate = "EnvFiles")]
    pub file_key_ref: Option<Box<FileKeySelector>>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct ObjectFieldSelector {
    #[api(tag = 1)]
    pub api_version: String,
    #[api(tag = 2, required)]
    pub field_path: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct ResourceFieldSelector {
    #[api(tag = 1)]
    pub container_name: String,
    #[api(tag = 2, required)]
    pub resource: String,
    #[api(tag = 3)]
    pub divisor: Quantity,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct ConfigMapKeySelector {
    #[api(tag = 1, inline)]
    pub local_object_reference: LocalObjectReference,
    #[api(tag = 2, required)]
    pub key: String,
    #[api(tag = 3)]
    pub optional: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct SecretKeySelector {
    #[api(tag = 1, inline)]
    pub local_object_reference: LocalObjectReference,
    #[api(tag = 2, required)]
    pub key: String,
    #[api(tag = 3)]
    pub optional: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct FileKeySelector {
    #[api(tag = 1, required)]
    pub volume_name: String,
    #[api(tag = 2, required)]
    pub path: String,
    #[api(tag = 3, required)]
    pub key: String,
    #[api(tag = 4, default = false)]
    pub optional: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct EnvFromSource {
    #[api(tag = 1)]
    pub prefix: String,
    #[api(tag = 2)]
    pub config_map_ref: Option<Box<ConfigMapEnvSource>>,
    #[api(tag = 3)]
    pub secret_ref: Option<Box<SecretEnvSource>>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ConfigMapEnvSource {
    #[api(tag = 1, inline)]
    pub local_object_reference: LocalObjectReference,
    #[api(tag = 2)]
    pub optional: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SecretEnvSource {
    #[api(tag = 1, inline)]
    pub local_object_reference: LocalObjectReference,
    #[api(tag = 2)]
    pub optional: Option<bool>,
}
