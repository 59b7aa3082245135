use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::{
    Time,
    meta::v1::{LabelSelector, ListMeta, ObjectMeta},
};

/// An older version: the fields of `GadgetSpec` differ, everything else agrees.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, spoke_of = "v2")]
pub struct Gadget {
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    #[api(tag = 2)]
    pub spec: GadgetSpec,
    #[api(tag = 3)]
    pub status: GadgetStatus,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Gadget")]
pub struct GadgetList {
    #[api(tag = 1)]
    pub metadata: ListMeta,
    #[api(tag = 2, required)]
    pub items: Vec<Gadget>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GadgetSpec {
    /// Only here.
    #[api(tag = 1)]
    pub color: String,
    /// 64 bits in v2.
    #[api(tag = 2)]
    pub size: i32,
    /// Optional in v2.
    #[api(tag = 3)]
    pub price: i32,
    /// The same, and copied before the function of this type is called.
    #[api(tag = 4)]
    pub selector: LabelSelector,
    /// The same, and cheap to copy.
    #[api(tag = 5)]
    pub since: Option<Time>,
    #[api(tag = 6)]
    pub parts: Vec<Part>,
    /// `owner` in v2.
    #[api(tag = 7, converts_to = "owner")]
    pub seller: Option<Party>,
}

/// The same type in v2, but that it is boxed there.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Part {
    #[api(tag = 1)]
    pub name: String,
    /// Parts in parts.
    #[api(tag = 2)]
    pub parts: Vec<Part>,
    #[api(tag = 3)]
    pub spare: Option<Box<Part>>,
    #[api(tag = 4)]
    pub by_name: BTreeMap<String, Part>,
    #[api(tag = 5)]
    pub material: Material,
    #[api(tag = 6)]
    pub finishes: Vec<Material>,
    /// An enum in v2.
    #[api(tag = 7)]
    pub phase: Option<String>,
    /// Boxed in v2.
    #[api(tag = 8)]
    pub labels: Option<LabelSelector>,
    /// Boxed in v2.
    #[api(tag = 9)]
    pub maker: Option<Party>,
    /// Has a function in conversion.rs.
    #[api(tag = 10)]
    pub grade: Grade,
}

/// `Person` in v2.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(converts_to = "Person")]
pub struct Party {
    #[api(tag = 1)]
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, ApiSource)]
pub enum Material {
    Wood,
    Steel,
    Other(String),
}

/// Nothing differs on the wire, but v2 has other words.
#[derive(Clone, Debug, PartialEq, Eq, ApiSource)]
pub enum Grade {
    Good,
    Other(String),
}

/// Nothing differs, but conversion.rs has a function for one direction.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GadgetStatus {
    #[api(tag = 1)]
    pub sold: Vec<String>,
    #[api(tag = 2)]
    pub at: Time,
}

/// No field holds it: conversion.rs reads it from an annotation.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(converts_to = "Note")]
pub struct Note {
    #[api(tag = 1)]
    pub text: String,
}

/// Without fields.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(converts_to = "Nothing")]
pub struct Nothing {}
