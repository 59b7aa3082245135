//! What the API server checks of the built-in kinds by hand, beside the rules that their definitions state: limits that
//! depend on several fields, what an update may change, and what a client is warned of.
//!
//! [`built_in`] has the [`Checks`] of every kind, by group and plural. A check takes the hub's version, defaulted and
//! prepared by the kind's strategy, and returns errors in Kubernetes' words and order; nothing here reads other objects,
//! a clock or a store. Follows pkg/apis/*/validation of Kubernetes 1.36 and, for warnings, pkg/api/*/warnings.go.
//!
//! Rules that markers state (`required`, `max_len`, …) are in the kinds' definitions and are not repeated here.

mod common;
mod core;
mod groups;
mod networking;
mod pod;
mod volumes;
mod workloads;

use std::{collections::BTreeMap, sync::Arc};

use kubeforge_machinery::{
    GroupResource,
    validation::{Checks, FinalizerNames},
};

pub use crate::core::service_cluster_ips;
pub use groups::requested_organizations;
pub use pod::{APP_ARMOR_ANNOTATION_PREFIX, app_armor_profile, app_armor_warning, pod_requests, qos_class};

/// Whether containers may be privileged (`--allow-privileged`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privileged {
    /// They may.
    Allowed,
    /// They may not.
    Forbidden,
}

/// What checks depend on beyond the object.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Whether containers may be privileged.
    pub privileged: Privileged,
}

/// The checks of all built-in kinds, by group and plural.
pub fn built_in(settings: &Settings) -> BTreeMap<GroupResource, Arc<Checks>> {
    let mut all = BuiltIn(BTreeMap::new());
    pod::register(&mut all, settings);
    workloads::register(&mut all);
    core::register(&mut all);
    networking::register(&mut all);
    volumes::register(&mut all);
    groups::register(&mut all);
    all.0
}

/// Groups that upstream's extension servers check, with fewer rules for metadata.
const OF_EXTENSION_SERVERS: [&str; 2] = ["apiextensions.k8s.io", "apiregistration.k8s.io"];

/// Checks as they are collected.
struct BuiltIn(BTreeMap<GroupResource, Arc<Checks>>);

impl BuiltIn {
    fn add(&mut self, group: &'static str, plural: &'static str, checks: Checks) {
        let checks = if OF_EXTENSION_SERVERS.contains(&group) {
            checks
        } else {
            checks.finalizers(FinalizerNames::StandardOrWithDomain)
        };
        let earlier = self.0.insert(GroupResource::new(group, plural), Arc::new(checks));
        debug_assert!(earlier.is_none(), "{plural}.{group} has checks already");
    }
}
