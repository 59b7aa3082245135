//! Events, in the older form.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};
use kubeforge_machinery::{MicroTime, Time};

use super::ObjectReference;

/// Something that happened to an object, for people to read; the newer form is `events.k8s.io/v1`.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "events", singular = "event", short = ["ev"])]
#[api(selectable(
    "metadata.name",
    "metadata.namespace",
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.resourceVersion",
    "involvedObject.fieldPath",
    "reason",
    "reportingComponent",
    "type"
))]
#[api(introduced = "1.0")]
pub struct Event {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1, required)]
    pub metadata: ObjectMeta,
    #[api(tag = 2, required)]
    pub involved_object: ObjectReference,
    #[api(tag = 3)]
    pub reason: String,
    #[api(tag = 4)]
    pub message: String,
    #[api(tag = 5)]
    pub source: EventSource,
    #[api(tag = 6)]
    pub first_timestamp: Time,
    #[api(tag = 7)]
    pub last_timestamp: Time,
    #[api(tag = 8)]
    pub count: i32,
    #[api(tag = 9)]
    pub type_: String,
    #[api(tag = 10)]
    pub event_time: MicroTime,
    #[api(tag = 11)]
    pub series: Option<EventSeries>,
    #[api(tag = 12)]
    pub action: String,
    #[api(tag = 13)]
    pub related: Option<Box<ObjectReference>>,
    #[api(tag = 14, json = "reportingComponent", always)]
    pub reporting_controller: String,
    #[api(tag = 15, always)]
    pub reporting_instance: String,
}

/// Events, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Event")]
#[api(introduced = "1.0")]
pub struct EventList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<Event>,
}

/// Who reported an event, in the older form.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct EventSource {
    #[api(tag = 1)]
    pub component: String,
    #[api(tag = 2)]
    pub host: String,
}

/// How often an event happened again.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct EventSeries {
    #[api(tag = 1)]
    pub count: i32,
    #[api(tag = 2)]
    pub last_observed_time: MicroTime,
}
