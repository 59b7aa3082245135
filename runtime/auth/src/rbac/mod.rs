//! Role-based access control: who has which roles, and what these allow.
//!
//! [`Policy`] keeps roles and bindings in memory, indexed by subject, so that a decision is a few look-ups and a walk over
//! the rules of the user's roles. [`Rbac`] is the authorizer over it; [`escalation`] keeps users from handing out rights
//! that they don't have. Follows plugin/pkg/auth/authorizer/rbac and pkg/registry/rbac.

mod authorizer;
mod covers;
pub mod escalation;
mod policy;
mod rules;

pub use authorizer::Rbac;
pub(crate) use covers::{covers, describe};
pub use policy::Policy;
pub(crate) use policy::typed;
pub(crate) use rules::allows;
