//! Version v1 of the `audit.k8s.io` group: what is noted of requests to the server.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod event;
mod policy;
mod well_known;

#[rustfmt::skip]
pub mod generated;

pub use event::{AuthenticationMetadata, Event, EventList, Level, ObjectReference, Stage};
pub use policy::{GroupResources, Policy, PolicyList, PolicyRule};
pub use well_known::HEADER_AUDIT_ID;
