//! How the API says that something failed, or that it succeeded without an object to show.

use kubeforge_derive::ApiSource;

use super::ListMeta;

/// An answer that is no object: why a request failed, or that it was done.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, group = "", version = "v1", no_resource)]
pub struct Status {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// `Success` or `Failure`.
    #[api(tag = 2)]
    pub status: String,
    /// What happened, for a person.
    #[api(tag = 3)]
    pub message: String,
    /// What happened, for a program.
    #[api(tag = 4)]
    pub reason: StatusReason,
    /// What it happened to, and why in detail.
    #[api(tag = 5)]
    pub details: Option<Box<StatusDetails>>,
    /// The HTTP status code.
    #[api(tag = 6)]
    pub code: i32,
}

/// Why a request failed, as far as a program can act on it. Each belongs to one HTTP status code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum StatusReason {
    /// 401: the server does not know who asks.
    Unauthorized,
    /// 403: the server knows, and says no.
    Forbidden,
    /// 404: there is no such object or resource.
    NotFound,
    /// 409: the name is taken.
    AlreadyExists,
    /// 409: the object has changed since it was read.
    Conflict,
    /// 410: it was there and will not come back.
    Gone,
    /// 422: the object breaks a rule of its kind; the causes name the fields.
    Invalid,
    /// 500: the server could not do it now; the same request may work later.
    ServerTimeout,
    /// 500: what is stored cannot be read.
    StorageReadError,
    /// 504: the request took too long; it may or may not have been done.
    Timeout,
    /// 429: ask again later.
    TooManyRequests,
    /// 400: the request makes no sense.
    BadRequest,
    /// 405: the resource does not do that.
    MethodNotAllowed,
    /// 406: the server has none of the forms that the client accepts.
    NotAcceptable,
    /// 413: the body is larger than the server reads.
    RequestEntityTooLarge,
    /// 415: the server does not read that form.
    UnsupportedMediaType,
    /// 500: the fault is the server's.
    InternalError,
    /// 410: that point of history is forgotten; list again.
    Expired,
    /// 503: something that the server needs is away.
    ServiceUnavailable,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// What a failure was about.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct StatusDetails {
    /// The object's name.
    #[api(tag = 1)]
    pub name: String,
    /// The group of the resource.
    #[api(tag = 2)]
    pub group: String,
    /// The resource, or for some reasons the kind.
    #[api(tag = 3)]
    pub kind: String,
    /// The object's UID.
    #[api(tag = 6)]
    pub uid: String,
    /// Each single thing that was wrong.
    #[api(tag = 4, list = atomic)]
    pub causes: Vec<StatusCause>,
    /// When it makes sense to ask again.
    #[api(tag = 5)]
    pub retry_after_seconds: i32,
}

/// One thing that was wrong.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct StatusCause {
    /// What kind of fault it is.
    #[api(tag = 1, json = "reason")]
    pub type_: CauseType,
    /// What is wrong, for a person.
    #[api(tag = 2)]
    pub message: String,
    /// The path of the field at fault, such as `spec.containers[0].name`.
    #[api(tag = 3)]
    pub field: String,
}

/// What is wrong with a field, or with a request as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum CauseType {
    /// It names something that does not exist.
    FieldValueNotFound,
    /// It is missing.
    FieldValueRequired,
    /// It is there twice where it must be unique.
    FieldValueDuplicate,
    /// Its value is malformed or out of range.
    FieldValueInvalid,
    /// Its value is not one of those that are known.
    FieldValueNotSupported,
    /// It may not be set here and now.
    FieldValueForbidden,
    /// It is too long.
    FieldValueTooLong,
    /// It has too many entries.
    FieldValueTooMany,
    /// It could not be checked.
    InternalError,
    /// It is of the wrong type.
    FieldValueTypeInvalid,
    /// Something between client and server answered in its place.
    UnexpectedServerResponse,
    /// Another manager owns it.
    FieldManagerConflict,
    /// The server has not yet got as far as the version that was asked for.
    ResourceVersionTooLarge,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
