//! Audit events: what was asked of the server, and by whom.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, Status};
use kubeforge_machinery::{MicroTime, RawExtension};

use crate::authentication::v1::UserInfo;

/// Notes a request to the server, at one stage of its handling.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
pub struct Event {
    /// How much is noted.
    #[api(tag = 1, required)]
    pub level: Level,
    /// Names the request; the events of all its stages have the same.
    #[api(tag = 2, json = "auditID", required)]
    pub audit_id: String,
    /// How far the request has come.
    #[api(tag = 3, required)]
    pub stage: Stage,
    /// The path and query, as the caller sent them.
    #[api(tag = 4, json = "requestURI", required)]
    pub request_uri: String,
    /// The verb; for paths that are no resource the method of HTTP in lower case.
    #[api(tag = 5, required)]
    pub verb: String,
    /// Who sent it.
    #[api(tag = 6, required)]
    pub user: UserInfo,
    /// Whom they act as, if it is somebody else.
    #[api(tag = 7)]
    pub impersonated_user: Option<Box<UserInfo>>,
    /// How they got to be who they are.
    #[api(tag = 17)]
    pub authentication_metadata: Option<Box<AuthenticationMetadata>>,
    /// Where it came from: first as headers claim, which may be made up; the last is the real peer.
    #[api(tag = 8, json = "sourceIPs", list = atomic)]
    pub source_ips: Vec<String>,
    /// The program that sent it, as it calls itself.
    #[api(tag = 16)]
    pub user_agent: String,
    /// The object or resource it is about; unset for other paths and lists of several.
    #[api(tag = 9)]
    pub object_ref: Option<Box<ObjectReference>>,
    /// How it ended: the code and, for failures, the rest of the status.
    #[api(tag = 10)]
    pub response_status: Option<Box<Status>>,
    /// The body sent, before defaults and admission; from level `Request` on.
    #[api(tag = 11)]
    pub request_object: Option<RawExtension>,
    /// The body sent back; at level `RequestResponse` only.
    #[api(tag = 12)]
    pub response_object: Option<RawExtension>,
    /// When the request came in.
    #[api(tag = 13, always)]
    pub request_received_timestamp: MicroTime,
    /// When it came to this stage.
    #[api(tag = 14, always)]
    pub stage_timestamp: MicroTime,
    /// What admission, authorization and others noted; not those of the object.
    #[api(tag = 15)]
    pub annotations: BTreeMap<String, String>,
}

/// Events, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Event")]
pub struct EventList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<Event>,
}

/// How much of a request is noted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum Level {
    /// Nothing.
    None,
    /// Who did what and when, without bodies.
    Metadata,
    /// That and the body of the request.
    Request,
    /// That and the body of the answer too.
    RequestResponse,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// How far a request has come.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum Stage {
    /// It has come in and nothing is done yet.
    RequestReceived,
    /// The head of the answer is sent, the body not yet; only for long answers such as watches.
    ResponseStarted,
    /// The answer is sent, nothing more will follow.
    ResponseComplete,
    /// The server broke down over it.
    Panic,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// How callers got to be who they are.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct AuthenticationMetadata {
    /// The verb that allowed the caller to impersonate within limits, such as `impersonate:user-info`; empty where nobody was
    /// impersonated, or without limits.
    #[api(tag = 1)]
    pub impersonation_constraint: String,
}

/// The object or resource that a request is about.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ObjectReference {
    /// The resource.
    #[api(tag = 1)]
    pub resource: String,
    /// The namespace, if it is in one.
    #[api(tag = 2)]
    pub namespace: String,
    /// The name of the object; empty for the whole resource.
    #[api(tag = 3)]
    pub name: String,
    /// The uid of the object, where known.
    #[api(tag = 4)]
    pub uid: String,
    /// The group of the resource; empty for the core group.
    #[api(tag = 5)]
    pub api_group: String,
    /// The version of the resource.
    #[api(tag = 6)]
    pub api_version: String,
    /// The state of the object that the request names.
    #[api(tag = 7)]
    pub resource_version: String,
    /// The part of the resource, like `status`; empty for the resource itself.
    #[api(tag = 8)]
    pub subresource: String,
}
