//! Config maps: settings for programs.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::ByteString;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

/// Settings that pods take as files or environment variables.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "configmaps", singular = "configmap", short = ["cm"])]
#[api(introduced = "1.2")]
pub struct ConfigMap {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The data is fixed.
    #[api(tag = 4)]
    pub immutable: Option<bool>,
    /// Texts by key.
    #[api(tag = 2)]
    pub data: BTreeMap<String, String>,
    /// Bytes by key; no key is in both.
    #[api(tag = 3)]
    pub binary_data: BTreeMap<String, ByteString>,
}

/// Config maps, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "ConfigMap")]
#[api(introduced = "1.2")]
pub struct ConfigMapList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<ConfigMap>,
}
