//! Events: what happened to objects.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};
use kubeforge_machinery::{MicroTime, Time};

use crate::core::v1::{EventSource, ObjectReference};

/// Something that happened to an object, for people to read. Nothing may depend on one being there.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "events", singular = "event", short = ["ev"], spoke_of = "v1.Event")]
#[api(selectable(
    "metadata.name",
    "metadata.namespace",
    "reason",
    "regarding.kind",
    "regarding.namespace",
    "regarding.name",
    "regarding.uid",
    "regarding.apiVersion",
    "regarding.resourceVersion",
    "regarding.fieldPath",
    "reportingController",
    "type"
))]
#[api(introduced = "1.19")]
pub struct Event {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// When it first happened.
    #[api(tag = 2, required)]
    pub event_time: MicroTime,
    /// How often it happened again, where it did.
    #[api(tag = 3)]
    pub series: Option<EventSeries>,
    /// Who reports it.
    #[api(tag = 4)]
    pub reporting_controller: String,
    /// Which of several instances reports it.
    #[api(tag = 5)]
    pub reporting_instance: String,
    /// What was done or tried.
    #[api(tag = 6)]
    pub action: String,
    /// Why, in one CamelCase word.
    #[api(tag = 7)]
    pub reason: String,
    /// What it happened to.
    #[api(tag = 8, converts_to = "involved_object")]
    pub regarding: ObjectReference,
    /// Another object that had to do with it.
    #[api(tag = 9)]
    pub related: Option<Box<ObjectReference>>,
    /// What happened, for people.
    #[api(tag = 10, converts_to = "message")]
    pub note: String,
    /// `Normal` or `Warning`.
    #[api(tag = 11)]
    pub type_: String,
    /// Who reports it, in the older form.
    #[api(tag = 12, converts_to = "source")]
    pub deprecated_source: EventSource,
    /// When it first happened, in the older form.
    #[api(tag = 13, converts_to = "first_timestamp")]
    pub deprecated_first_timestamp: Time,
    /// When it last happened, in the older form.
    #[api(tag = 14, converts_to = "last_timestamp")]
    pub deprecated_last_timestamp: Time,
    /// How often, in the older form.
    #[api(tag = 15, converts_to = "count")]
    pub deprecated_count: i32,
}

/// Events, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Event")]
#[api(introduced = "1.19")]
pub struct EventList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<Event>,
}

/// How often an event happened again.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct EventSeries {
    /// How often.
    #[api(tag = 1, required)]
    pub count: i32,
    /// When it last did.
    #[api(tag = 2, required)]
    pub last_observed_time: MicroTime,
}
