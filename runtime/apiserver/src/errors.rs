//! Errors of the layers below, as `Status`; and those Statuses that only an HTTP server needs.

use kubeforge_machinery::{ApiError, ConversionError, GroupResource, meta::v1::StatusReason};
use kubeforge_storage::{continue_token, storage::StorageError};

/// An object, as error messages name it.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The resource.
    pub resource: &'a GroupResource,
    /// The name; empty where a list or watch failed.
    pub name: &'a str,
    /// Where the resource is stored, for messages that show it.
    pub prefix: &'a str,
}

/// With details that hold nothing, as answers of the HTTP layer have them.
fn bare(code: u16, reason: StatusReason, message: impl Into<String>) -> ApiError {
    let mut error = ApiError::new(code, reason, message);
    error.details_mut();
    error
}

/// 400 with these words.
pub fn bad_request(message: impl Into<String>) -> ApiError {
    ApiError::bad_request(message)
}

/// 500 for what must not happen; it is logged where it is answered.
pub fn internal(cause: impl std::fmt::Display) -> ApiError {
    ApiError::internal_error(cause)
}

/// 405 for a resource without a verb.
pub fn verb_not_supported(resource: &GroupResource, verb: &str) -> ApiError {
    ApiError::method_not_supported(resource, verb)
}

/// 406 where no route answers in an accepted media type.
pub fn no_route_accepts(offered: &str) -> ApiError {
    bare(406, StatusReason::NotAcceptable, format!("406: Not Acceptable\n\nAvailable representations: {offered}"))
}

/// 406 where parameters of the accepted media types ask for what there is not.
pub fn not_acceptable(offered: &str) -> ApiError {
    not_acceptable_because(format!("only the following media types are accepted: {offered}"))
}

/// 406 in other words.
pub fn not_acceptable_because(message: impl Into<String>) -> ApiError {
    ApiError::new(406, StatusReason::NotAcceptable, message)
}

/// 415 for a body in an unknown encoding.
pub fn unsupported_body(offered: &str) -> ApiError {
    ApiError::new(
        415,
        StatusReason::UnsupportedMediaType,
        format!("the body of the request was in an unknown format - accepted media types include: {offered}"),
    )
}

/// 415 for a patch of an unknown kind.
pub fn unsupported_patch() -> ApiError {
    bare(415, StatusReason::UnsupportedMediaType, "415: Unsupported Media Type")
}

/// What a client is told of a storage error.
pub fn from_storage(error: StorageError, target: Target<'_>) -> ApiError {
    let Target { resource, name, prefix } = target;
    match error {
        StorageError::NotFound(_) => ApiError::not_found(resource, name),
        StorageError::Exists(_) => ApiError::already_exists(resource, name),
        StorageError::Precondition { key, message } => ApiError::conflict(
            resource,
            name,
            format_args!(
                "StorageError: invalid object, Code: 4, Key: {prefix}/{key}, ResourceVersion: 0, \
                 AdditionalErrorMsg: {message}"
            ),
        ),
        StorageError::Expired { .. } => ApiError::resource_expired(continue_token::EXPIRED),
        StorageError::TooLarge { asked, current } => {
            ApiError::too_large_resource_version(asked.get(), current.get(), 1)
        }
        error @ StorageError::Initializing => ApiError::too_many_requests(error.to_string(), 1),
        StorageError::Refused(error) => error,
        // what a conversion webhook said goes out as it came
        StorageError::Corrupt { message, .. } if message.starts_with(ConversionError::WEBHOOK) => {
            ApiError::unknown(message)
        }
        error @ StorageError::Corrupt { .. } => internal(error),
        StorageError::Contended(_) => ApiError::modified(resource, name),
        StorageError::Kv(error) => internal(error),
    }
}
