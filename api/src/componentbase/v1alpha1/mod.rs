//! Version v1alpha1 of settings that all components have, which belong to no group: leader election, debugging, and
//! connections to the API server.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod recommended;
mod shared;
mod well_known;

#[rustfmt::skip]
pub mod generated;

pub use recommended::{recommended_client_connection, recommended_leader_election};
pub use shared::{ClientConnectionConfiguration, DebuggingConfiguration, LeaderElectionConfiguration};
pub use well_known::ENDPOINTS_RESOURCE_LOCK;
