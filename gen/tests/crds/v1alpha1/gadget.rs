//! An earlier version of the kind.

use kubeforge_derive::{Api, CustomResource};
use kubeforge_machinery::meta::v1::ObjectMeta;

/// A thing that a shop sells.
#[derive(Clone, Debug, Default, PartialEq, Api, CustomResource)]
#[api(kind, namespaced, group = "shop.example.com", version = "v1alpha1", short = ["gd"], categories = ["all", "shop"])]
#[api(served = false, deprecated = "shop.example.com/v1alpha1 is gone soon; use v1")]
#[api(label("stage" = "early"))]
pub struct Gadget {
    pub metadata: ObjectMeta,
    pub spec: GadgetSpec,
}

/// What is wanted of a gadget.
#[derive(Clone, Debug, Default, PartialEq, Api)]
pub struct GadgetSpec {
    /// What it looks like.
    #[api(required)]
    pub color: String,
}
