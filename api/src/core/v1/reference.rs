//! References from one object to another.

use kubeforge_derive::ApiSource;

/// Any object, or a part of it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct ObjectReference {
    /// Its kind.
    #[api(tag = 1)]
    pub kind: String,
    /// Its namespace.
    #[api(tag = 2)]
    pub namespace: String,
    /// Its name.
    #[api(tag = 3)]
    pub name: String,
    /// Its UID.
    #[api(tag = 4)]
    pub uid: String,
    /// Group and version of its kind.
    #[api(tag = 5)]
    pub api_version: String,
    /// The state of it that is meant.
    #[api(tag = 6)]
    pub resource_version: String,
    /// The part of it that is meant, such as `spec.containers{main}`.
    #[api(tag = 7)]
    pub field_path: String,
}

/// An object in the same namespace, of a kind that is clear.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct LocalObjectReference {
    /// Its name.
    #[api(tag = 1, default = "")]
    pub name: String,
}

/// An object of any kind in the same namespace.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct TypedLocalObjectReference {
    /// The group of its kind; empty for the core group.
    #[api(tag = 1, always)]
    pub api_group: Option<String>,
    /// Its kind.
    #[api(tag = 2, required)]
    pub kind: String,
    /// Its name.
    #[api(tag = 3, required)]
    pub name: String,
}

/// An object of any kind, possibly in another namespace.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct TypedObjectReference {
    /// The group of its kind; empty for the core group.
    #[api(tag = 1, always)]
    pub api_group: Option<String>,
    /// Its kind.
    #[api(tag = 2, required)]
    pub kind: String,
    /// Its name.
    #[api(tag = 3, required)]
    pub name: String,
    /// Its namespace.
    #[api(tag = 4, gate = "CrossNamespaceVolumeDataSource")]
    pub namespace: Option<String>,
}

/// A Secret in any namespace.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct SecretReference {
    /// Its name.
    #[api(tag = 1)]
    pub name: String,
    /// Its namespace.
    #[api(tag = 2)]
    pub namespace: String,
}

/// A condition on the place of a node: all of it must hold.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct TopologySelectorTerm {
    /// Conditions on labels.
    #[api(tag = 1, list = atomic)]
    pub match_label_expressions: Vec<TopologySelectorLabelRequirement>,
}

/// A label that must have one of some values.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct TopologySelectorLabelRequirement {
    /// The label.
    #[api(tag = 1, required)]
    pub key: String,
    /// The values.
    #[api(tag = 2, required, list = atomic)]
    pub values: Vec<String>,
}

/// A reference as an object of its own, to be kept in an annotation.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(introduced = "1.0")]
pub struct SerializedReference {
    /// The reference.
    #[api(tag = 1)]
    pub reference: ObjectReference,
}
