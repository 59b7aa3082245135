//! Who may do what: the authorizers of kube-apiserver, and what belongs to them.
//!
//! - [`rbac`]: roles and bindings in memory, the RBAC authorizer, checks against privilege escalation.
//! - [`node`]: the authorizer and the admission plugin for kubelets.
//! - [`policy`]: the roles and bindings that every cluster has, and how they are brought up to date.
//! - [`reviews`]: questions about users, as resources.
//! - [`tokens`]: service account tokens.
//! - [`authorizers`]: `AlwaysDeny`, and several authorizers in a row.
//!
//! Invariants: decisions read indexes in memory, which a task per index keeps up to date from the server's own watches; a
//! request is refused only after the index has caught up with the store. Nothing here stores or serves anything.

pub mod authorizers;
mod follow;
pub mod node;
pub mod policy;
pub mod rbac;
pub mod reviews;
pub mod tokens;
