//! Names of groups, versions, kinds and resources, as fields of objects.

use kubeforge_derive::ApiSource;

/// A group and one of its versions.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GroupVersion {
    /// Empty for the core group.
    #[api(tag = 1, required)]
    pub group: String,
    /// Such as `v1`.
    #[api(tag = 2, required)]
    pub version: String,
}

/// A kind, in whatever version.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GroupKind {
    /// Empty for the core group.
    #[api(tag = 1, required)]
    pub group: String,
    /// Such as `Pod`.
    #[api(tag = 2, required)]
    pub kind: String,
}

/// A kind in one version.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GroupVersionKind {
    /// Empty for the core group.
    #[api(tag = 1, required)]
    pub group: String,
    /// Such as `v1`.
    #[api(tag = 2, required)]
    pub version: String,
    /// Such as `Pod`.
    #[api(tag = 3, required)]
    pub kind: String,
}

/// A resource, in whatever version.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GroupResource {
    /// Empty for the core group.
    #[api(tag = 1, required)]
    pub group: String,
    /// The plural, such as `pods`.
    #[api(tag = 2, required)]
    pub resource: String,
}

/// A resource in one version.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GroupVersionResource {
    /// Empty for the core group.
    #[api(tag = 1, required)]
    pub group: String,
    /// Such as `v1`.
    #[api(tag = 2, required)]
    pub version: String,
    /// The plural, such as `pods`.
    #[api(tag = 3, required)]
    pub resource: String,
}
