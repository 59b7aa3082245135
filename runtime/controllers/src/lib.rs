//! Controllers and hollow nodes.
//!
//! - [`cluster_roles`]: `admin`, `edit`, `view` and others hold the rules of the roles that they gather.
//! - [`hollow_nodes`]: nodes without machines. They register, renew their leases, and take the pods bound to them through
//!   their lives, but run no containers.
//! - [`namespaces`]: empties namespaces that are being deleted.
//! - [`resource_claims`]: makes pods' claims of devices from templates, and gives back what pods that are done had.
//! - [`service_accounts`]: every namespace's `default` account and CA config map.
//!
//! Invariants: everything here sees the server through its API only, with the generated clients and informers, so it runs
//! against any Kubernetes server.

pub mod cluster_roles;
pub mod hollow_nodes;
pub mod namespaces;
pub mod resource_claims;
pub mod service_accounts;

pub use hollow_nodes::HollowNodes;
