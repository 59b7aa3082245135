//! Admission reviews: how a webhook is asked about a request.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{GroupVersionKind, GroupVersionResource, Status};
use kubeforge_machinery::{ByteString, RawExtension};

use crate::authentication::v1::UserInfo;

/// Asks a webhook about a request, and carries its answer.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "v1")]
#[api(introduced = "1.9", deprecated = "1.19", replacement = "admission.k8s.io/v1.AdmissionReview")]
pub struct AdmissionReview {
    /// The question.
    #[api(tag = 1)]
    pub request: Option<Box<AdmissionRequest>>,
    /// The answer of the webhook.
    #[api(tag = 2)]
    pub response: Option<Box<AdmissionResponse>>,
}

/// A request that a webhook is asked about.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct AdmissionRequest {
    /// Names this call; the answer repeats it.
    #[api(tag = 1, always)]
    pub uid: String,
    /// The kind of the objects sent along; may differ from the one in the request after conversion.
    #[api(tag = 2, always)]
    pub kind: GroupVersionKind,
    /// The resource by which the webhook is asked; may differ from the one in the request.
    #[api(tag = 3, always)]
    pub resource: GroupVersionResource,
    /// The subresource by which the webhook is asked, like `status`; empty for the resource itself.
    #[api(tag = 4)]
    pub sub_resource: String,
    /// The kind that the caller sent, before any conversion for the webhook.
    #[api(tag = 13)]
    pub request_kind: Option<Box<GroupVersionKind>>,
    /// The resource that the caller asked for, before any conversion for the webhook.
    #[api(tag = 14)]
    pub request_resource: Option<Box<GroupVersionResource>>,
    /// The subresource that the caller asked for, if any.
    #[api(tag = 15)]
    pub request_sub_resource: String,
    /// The name of the object; empty on a create if the server is to make one up.
    #[api(tag = 5)]
    pub name: String,
    /// The namespace of the object, if it is in one.
    #[api(tag = 6)]
    pub namespace: String,
    /// What is done to it; may differ from the verb, as a patch may create.
    #[api(tag = 7, always)]
    pub operation: Operation,
    /// Who does it.
    #[api(tag = 8, always)]
    pub user_info: UserInfo,
    /// The object as it would be; empty on a delete.
    #[api(tag = 9)]
    pub object: RawExtension,
    /// The object as it is; only on an update or a delete.
    #[api(tag = 10)]
    pub old_object: RawExtension,
    /// Whether nothing will be stored, so that the webhook must leave things as they are too.
    #[api(tag = 11)]
    pub dry_run: Option<bool>,
    /// The options of the call, like `CreateOptions`; `PatchOptions` if it was a patch.
    #[api(tag = 12)]
    pub options: RawExtension,
}

/// What a request does to an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum Operation {
    /// Makes one.
    CREATE,
    /// Changes one, by update, patch or apply.
    UPDATE,
    /// Deletes one.
    DELETE,
    /// Connects to one, as with `exec` or a proxy.
    CONNECT,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// What a webhook says to a request.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct AdmissionResponse {
    /// The uid of the request.
    #[api(tag = 1, always)]
    pub uid: String,
    /// Whether the request may go on.
    #[api(tag = 2, always)]
    pub allowed: bool,
    /// Why it may not; ignored if it may.
    #[api(tag = 3)]
    pub status: Option<Box<Status>>,
    /// How to change the object; only from webhooks that may.
    #[api(tag = 4)]
    pub patch: ByteString,
    /// Which form the patch has; set exactly if there is one.
    #[api(tag = 5)]
    pub patch_type: Option<PatchType>,
    /// What to note in the audit event; the name of the webhook is put before the keys.
    #[api(tag = 6)]
    pub audit_annotations: BTreeMap<String, String>,
    /// What to warn the caller of; a line each, best no longer than 120 characters.
    #[api(tag = 7, list = atomic)]
    pub warnings: Vec<String>,
}

/// The forms a patch may have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum PatchType {
    /// A JSON Patch: a list of edits.
    JSONPatch,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
