//! Controllers and hollow nodes.
//!
//! - [`hollow_nodes`]: nodes without machines. They register, renew their leases, and take the pods bound to them through
//!   their lives, but run no containers.
//!
//! Invariants: everything here sees the server through its API only, with the generated clients and informers, so it runs
//! against any Kubernetes server.

pub mod hollow_nodes;

pub use hollow_nodes::{HollowNodes, HollowNodesOptions};
