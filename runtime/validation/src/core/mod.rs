//! Kinds of the core group but pods, volumes and replication controllers.

mod config_map;
mod endpoints;
mod event;
mod limit_range;
mod namespace;
mod node;
mod resource_quota;
mod secret;
mod service;
mod service_account;

use crate::BuiltIn;

pub use service::service_cluster_ips;

pub(crate) fn register(all: &mut BuiltIn) {
    config_map::register(all);
    endpoints::register(all);
    event::register(all);
    limit_range::register(all);
    namespace::register(all);
    node::register(all);
    resource_quota::register(all);
    secret::register(all);
    service::register(all);
    service_account::register(all);
}

/// What an object says of a field that it froze itself.
const FROZEN: &str = "field is immutable when `immutable` is set";
