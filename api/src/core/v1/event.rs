//! Events, in the older form.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};
use kubeforge_machinery::{MicroTime, Time};

use super::ObjectReference;

/// Something that happened to an object, for people to read; the newer form is `events.k8s.io/v1`.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "events", singular = "event", short = ["ev"], hub)]
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
    "source = source.component",
    "type"
))]
#[api(introduced = "1.0")]
pub struct Event {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1, required)]
    pub metadata: ObjectMeta,
    /// What it happened to.
    #[api(tag = 2, required)]
    pub involved_object: ObjectReference,
    /// Why, in one CamelCase word.
    #[api(tag = 3)]
    pub reason: String,
    /// What happened, for people.
    #[api(tag = 4)]
    pub message: String,
    /// Who reports it, in the older form.
    #[api(tag = 5)]
    pub source: EventSource,
    /// When it first happened.
    #[api(tag = 6)]
    pub first_timestamp: Time,
    /// When it last happened.
    #[api(tag = 7)]
    pub last_timestamp: Time,
    /// How often.
    #[api(tag = 8)]
    pub count: i32,
    /// `Normal` or `Warning`.
    #[api(tag = 9)]
    pub type_: String,
    /// When it first happened.
    #[api(tag = 10)]
    pub event_time: MicroTime,
    /// How often it happened again, where it did.
    #[api(tag = 11)]
    pub series: Option<EventSeries>,
    /// What was done or tried.
    #[api(tag = 12)]
    pub action: String,
    /// Another object that had to do with it.
    #[api(tag = 13)]
    pub related: Option<Box<ObjectReference>>,
    /// Who reports it.
    #[api(tag = 14, json = "reportingComponent", always)]
    pub reporting_controller: String,
    /// Which of several instances reports it.
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
    /// Which program.
    #[api(tag = 1)]
    pub component: String,
    /// On which node.
    #[api(tag = 2)]
    pub host: String,
}

/// How often an event happened again.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct EventSeries {
    /// How often.
    #[api(tag = 1)]
    pub count: i32,
    /// When it last did.
    #[api(tag = 2)]
    pub last_observed_time: MicroTime,
}
