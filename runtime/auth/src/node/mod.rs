//! What kubelets may do: their own node, its pods, and what these pods use.
//!
//! [`Node`] is the authorizer, over a [`graph`] of which pod runs where and what it refers to; [`NodeRestriction`] is the
//! admission plugin that looks at what a kubelet writes. [`references`] lists what a pod refers to.

mod authorizer;
mod graph;
pub mod references;
mod restriction;

pub use authorizer::Node;
pub use graph::Graph;
pub use restriction::NodeRestriction;

use kubeforge_machinery::user::UserInfo;

const USER_PREFIX: &str = "system:node:";
const GROUP: &str = "system:nodes";
/// The namespace of kubelets' leases.
const LEASES: &str = "kube-node-lease";

/// The node that a user is; `None` for users that are no kubelets.
fn identity(user: &UserInfo) -> Option<&str> {
    let name = user.name.strip_prefix(USER_PREFIX)?;
    user.groups.iter().any(|group| group == GROUP).then_some(name)
}
