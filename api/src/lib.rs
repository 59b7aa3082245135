//! The Kubernetes API groups: one module per group, one per version in it, one file per kind.
//!
//! | module | group | what lives there |
//! |---|---|---|
//! | [`core`] | (none) | pods, nodes, services, volumes, configuration |
//! | [`apps`] | `apps` | deployments, replica sets, stateful sets, daemon sets |
//! | [`batch`] | `batch` | jobs and cron jobs |
//! | [`autoscaling`] | `autoscaling` | horizontal pod autoscalers, the scale subresource |
//! | [`policy`] | `policy` | disruption budgets and evictions |
//! | [`rbac`] | `rbac.authorization.k8s.io` | roles and their bindings |
//! | [`storage`] | `storage.k8s.io` | storage classes, drivers, attachments |
//! | [`scheduling`] | `scheduling.k8s.io` | priority classes |
//! | [`coordination`] | `coordination.k8s.io` | leases |
//! | [`discovery`] | `discovery.k8s.io` | endpoint slices |
//! | [`events`] | `events.k8s.io` | events |
//! | [`apidiscovery`] | `apidiscovery.k8s.io` | the aggregated discovery document |
//!
//! The types are the source of truth: their `#[api(…)]` attributes say all that the generator needs, and what it makes of
//! them is checked in under `generated`. Written by hand beside the types are only the defaults that look at more than
//! one field (`defaults.rs`) and what versions have in different forms (`conversion.rs`).
//!
//! Invariants: a type mirrors the wire exactly; nothing here knows a server, a store or a client; a group depends on
//! another group only through types that its fields name.

pub mod apidiscovery;
pub mod apps;
pub mod autoscaling;
pub mod batch;
pub mod coordination;
pub mod core;
pub mod discovery;
pub mod events;
pub mod policy;
pub mod rbac;
pub mod scheduling;
pub mod storage;

use kubeforge_machinery::SchemeBuilder;

/// Registers every kind of every group here, and those of `meta.k8s.io/v1`, which belong to all of them.
pub fn register_all(scheme: &mut SchemeBuilder) {
    kubeforge_machinery::meta::v1::generated::register(scheme);
    apidiscovery::v2::generated::register(scheme);
    apps::v1::generated::register(scheme);
    autoscaling::v1::generated::register(scheme);
    autoscaling::v2::generated::register(scheme);
    batch::v1::generated::register(scheme);
    coordination::v1::generated::register(scheme);
    core::v1::generated::register(scheme);
    discovery::v1::generated::register(scheme);
    events::v1::generated::register(scheme);
    policy::v1::generated::register(scheme);
    rbac::v1::generated::register(scheme);
    scheduling::v1::generated::register(scheme);
    storage::v1::generated::register(scheme);
}
