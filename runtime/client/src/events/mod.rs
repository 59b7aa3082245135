//! Events: what happened to objects, for people to read.
//!
//! An [`EventBroadcaster`] writes what its [`EventRecorder`]s report, in the background: as `v1` events, where repeated ones
//! are counted, similar ones combined and floods dropped (client-go's tools/record), or as `events.k8s.io/v1` events, where
//! repeated ones become a series (tools/events). Recording never waits and never fails; when too much is reported at once,
//! the rest is dropped. Several [sinks](EventSink) can be written into at once, and others may [watch](EventBroadcaster::watch)
//! or have it [logged](EventBroadcaster::log).

mod broadcaster;
mod correlate;
mod fan_out;
mod occurrence;
mod recent;
mod recorder;
mod render;
mod series;
mod sink;
mod watcher;
mod writer;

pub use broadcaster::EventBroadcaster;
pub use correlate::CorrelatorOptions;
pub use occurrence::{EventType, ObjectReference, Report};
pub use recorder::{EventRecorder, RecordedEvents};
pub use sink::{ApiEventSink, EventApi, EventSink};
pub use watcher::EventWatch;
