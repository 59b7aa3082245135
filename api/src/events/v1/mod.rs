//! Version v1 of the `events.k8s.io` group: events.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod event;

#[rustfmt::skip]
pub mod generated;

pub use event::{Event, EventList, EventSeries};
