use kubeforge_derive::ApiSource;

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct ObjectReference {
    #[api(tag = 1)]
    pub kind: String,
    #[api(tag = 2)]
    pub namespace: String,
    #[api(tag = 3)]
    pub name: String,
    #[api(tag = 4)]
    pub uid: String,
    #[api(tag = 5)]
    pub api_version: String,
    #[api(tag = 6)]
    pub resource_version: String,
    #[api(tag = 7)]
    pub field_path: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct LocalObjectReference {
    #[api(tag = 1, default = "")]
    pub name: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct TypedLocalObjectReference {
    #[api(tag = 1, always)]
    pub api_group: Option<String>,
    #[api(tag = 2, required)]
    pub kind: String,
    #[api(tag = 3, required)]
    pub name: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct TypedObjectReference {
    #[api(tag = 1, always)]
    pub api_group: Option<String>,
    #[api(tag = 2, required)]
    pub kind: String,
    #[api(tag = 3, required)]
    pub name: String,
    #[api(tag = 4, gate = "CrossNamespaceVolumeDataSource")]
    pub namespace: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct SecretReference {
    #[api(tag = 1)]
    pub name: String,
    #[api(tag = 2)]
    pub namespace: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct TopologySelectorTerm {
    #[api(tag = 1, list = atomic)]
    pub match_label_expressions: Vec<TopologySelectorLabelRequirement>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct TopologySelectorLabelRequirement {
    #[api(tag = 1, required)]
    pub key: String,
    #[api(tag = 2, required, list = atomic)]
    pub values: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(introduced = "1.0")]
pub struct SerializedReference {
    #[api(tag = 1)]
    pub reference: ObjectReference,
}
