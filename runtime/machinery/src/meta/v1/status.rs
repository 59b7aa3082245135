use kubeforge_derive::ApiSource;

use super::ListMeta;

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, group = "", version = "v1", no_resource)]
pub struct Status {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    #[api(tag = 2)]
    pub status: String,
    #[api(tag = 3)]
    pub message: String,
    #[api(tag = 4)]
    pub reason: StatusReason,
    #[api(tag = 5)]
    pub details: Option<Box<StatusDetails>>,
    #[api(tag = 6)]
    pub code: i32,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum StatusReason {
    Unauthorized,
    Forbidden,
    NotFound,
    AlreadyExists,
    Conflict,
    Gone,
    Invalid,
    ServerTimeout,
    StorageReadError,
    Timeout,
    TooManyRequests,
    BadRequest,
    MethodNotAllowed,
    NotAcceptable,
    RequestEntityTooLarge,
    UnsupportedMediaType,
    InternalError,
    Expired,
    ServiceUnavailable,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct StatusDetails {
    #[api(tag = 1)]
    pub name: String,
    #[api(tag = 2)]
    pub group: String,
    #[api(tag = 3)]
    pub kind: String,
    #[api(tag = 6)]
    pub uid: String,
    #[api(tag = 4, list = atomic)]
    pub causes: Vec<StatusCause>,
    #[api(tag = 5)]
    pub retry_after_seconds: i32,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct StatusCause {
    #[api(tag = 1, json = "reason")]
    pub type_: CauseType,
    #[api(tag = 2)]
    pub message: String,
    #[api(tag = 3)]
    pub field: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum CauseType {
    FieldValueNotFound,
    FieldValueRequired,
    FieldValueDuplicate,
    FieldValueInvalid,
    FieldValueNotSupported,
    FieldValueForbidden,
    FieldValueTooLong,
    FieldValueTooMany,
    InternalError,
    FieldValueTypeInvalid,
    UnexpectedServerResponse,
    FieldManagerConflict,
    ResourceVersionTooLarge,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
