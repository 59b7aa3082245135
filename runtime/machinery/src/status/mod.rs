//! Failures as clients see them: `Status` objects.
//!
//! Every failure that a client can see is built by a constructor here, so that reason, code, message and details agree
//! with each other and with Kubernetes. Follows apimachinery pkg/api/errors.

mod predicates;

use std::fmt;

use crate::{
    field::{ErrorList, aggregate},
    gvk::{GroupKind, GroupResource},
    meta::v1::{CauseType, Status, StatusCause, StatusDetails, StatusReason},
    quote::quote,
};

/// A failure as clients see it. Its text is the status' message. Boxed, so that results stay one word wide.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiError(Box<Status>);

impl ApiError {
    /// A failure of any reason, without details.
    pub fn new(code: u16, reason: StatusReason, message: impl Into<String>) -> Self {
        Self(Box::new(Status {
            status: "Failure".to_owned(),
            message: message.into(),
            reason,
            code: i32::from(code),
            ..Status::default()
        }))
    }

    /// A failure that concerns an object, or a resource where `name` is empty.
    fn about(code: u16, reason: StatusReason, resource: &GroupResource, name: &str, message: String) -> Self {
        let mut error = Self::new(code, reason, message);
        *error.details_mut() = StatusDetails {
            group: resource.group.to_string(),
            kind: resource.resource.to_string(),
            name: name.to_owned(),
            ..StatusDetails::default()
        };
        error
    }

    /// 404: there is no such object.
    pub fn not_found(resource: &GroupResource, name: &str) -> Self {
        let message = format!("{resource} {} not found", quote(name));
        Self::about(404, StatusReason::NotFound, resource, name, message)
    }

    /// 404: there is no such path.
    pub fn path_not_found() -> Self {
        let mut error = Self::new(404, StatusReason::NotFound, "the server could not find the requested resource");
        error.details_mut();
        error
    }

    /// 409: there is such an object already.
    pub fn already_exists(resource: &GroupResource, name: &str) -> Self {
        let message = format!("{resource} {} already exists", quote(name));
        Self::about(409, StatusReason::AlreadyExists, resource, name, message)
    }

    /// 409: no free name was found for a `generateName`.
    pub fn generate_name_conflict(resource: &GroupResource, name: &str, retry_after_seconds: i32) -> Self {
        let message = format!(
            "{resource} {} already exists, the server was not able to generate a unique name for the object",
            quote(name)
        );
        Self::about(409, StatusReason::AlreadyExists, resource, name, message).with_retry_after(retry_after_seconds)
    }

    /// 409: the object is not in the state that the request expects.
    pub fn conflict(resource: &GroupResource, name: &str, why: impl fmt::Display) -> Self {
        let message = format!("Operation cannot be fulfilled on {resource} {}: {why}", quote(name));
        Self::about(409, StatusReason::Conflict, resource, name, message)
    }

    /// 409: the object has changed since the client read it.
    pub fn modified(resource: &GroupResource, name: &str) -> Self {
        let why = "the object has been modified; please apply your changes to the latest version and try again";
        Self::conflict(resource, name, why)
    }

    /// 409: server-side apply found fields that others own.
    pub fn apply_conflict(causes: Vec<StatusCause>, message: impl Into<String>) -> Self {
        let mut error = Self::new(409, StatusReason::Conflict, message);
        error.details_mut().causes = causes;
        error
    }

    /// 422: the object has fields that are wrong.
    pub fn invalid(kind: &GroupKind, name: &str, errors: &ErrorList) -> Self {
        let quoted = quote(name);
        let message = if errors.is_empty() {
            format!("{kind} {quoted} is invalid")
        } else {
            format!("{kind} {quoted} is invalid: {}", aggregate(errors))
        };
        let mut error = Self::new(422, StatusReason::Invalid, message);
        let causes = errors.iter().map(|error| StatusCause {
            type_: CauseType::from(error.type_.cause()),
            message: error.body(),
            field: error.field.clone(),
        });
        *error.details_mut() = StatusDetails {
            group: kind.group.to_string(),
            kind: kind.kind.to_string(),
            name: name.to_owned(),
            causes: causes.collect(),
            ..StatusDetails::default()
        };
        error
    }

    /// 400: the request makes no sense.
    pub fn bad_request(why: impl Into<String>) -> Self {
        Self::new(400, StatusReason::BadRequest, why)
    }

    /// 401: the server doesn't know who asks. Without a reason the message says just that.
    pub fn unauthorized(why: &str) -> Self {
        Self::new(401, StatusReason::Unauthorized, if why.is_empty() { "not authorized" } else { why })
    }

    /// 403: who asks may not do this.
    pub fn forbidden(resource: &GroupResource, name: &str, why: impl fmt::Display) -> Self {
        let message = if is_empty(resource) {
            format!("forbidden: {why}")
        } else if name.is_empty() {
            format!("{resource} is forbidden: {why}")
        } else {
            format!("{resource} {} is forbidden: {why}", quote(name))
        };
        Self::about(403, StatusReason::Forbidden, resource, name, message)
    }

    /// 405: the resource knows no such action.
    pub fn method_not_supported(resource: &GroupResource, action: &str) -> Self {
        let message = format!("{action} is not supported on resources of kind {}", quote(&resource.to_string()));
        Self::about(405, StatusReason::MethodNotAllowed, resource, "", message)
    }

    /// 405: the path knows no such method.
    pub fn method_not_allowed() -> Self {
        let message = "the server does not allow this method on the requested resource";
        let mut error = Self::new(405, StatusReason::MethodNotAllowed, message);
        error.details_mut();
        error
    }

    /// 406: none of the media types that the client accepts is offered.
    pub fn not_acceptable(offered: &[&str]) -> Self {
        let message = format!("only the following media types are accepted: {}", offered.join(", "));
        Self::new(406, StatusReason::NotAcceptable, message)
    }

    /// 415: the body's media type is unknown here.
    pub fn unsupported_media_type(accepted: &[&str]) -> Self {
        let message = format!(
            "the body of the request was in an unknown format - accepted media types include: {}",
            accepted.join(", ")
        );
        Self::new(415, StatusReason::UnsupportedMediaType, message)
    }

    /// 410: what was asked for is gone for good.
    pub fn gone(message: impl Into<String>) -> Self {
        Self::new(410, StatusReason::Gone, message)
    }

    /// 410: the state that was asked for is too old; the client lists again.
    pub fn resource_expired(message: impl Into<String>) -> Self {
        Self::new(410, StatusReason::Expired, message)
    }

    /// 413: the body is too large; `why` names the limit.
    pub fn request_entity_too_large(why: impl fmt::Display) -> Self {
        Self::new(413, StatusReason::RequestEntityTooLarge, format!("Request entity too large: {why}"))
    }

    /// 429: the client shall come again later.
    pub fn too_many_requests(message: impl Into<String>, retry_after_seconds: i32) -> Self {
        let mut error = Self::new(429, StatusReason::TooManyRequests, message);
        error.details_mut().retry_after_seconds = retry_after_seconds;
        error
    }

    /// 500: something went wrong that is not the client's fault.
    pub fn internal_error(cause: impl fmt::Display) -> Self {
        let message = cause.to_string();
        Self::new(500, StatusReason::InternalError, format!("Internal error occurred: {message}")).with_cause(
            CauseType::default(),
            "",
            message,
        )
    }

    /// 500 without a reason: an error of a layer below, told in its own words.
    pub fn unknown(message: impl Into<String>) -> Self {
        Self::new(500, StatusReason::default(), message)
    }

    /// 500: the action failed for now; the client may try it again.
    pub fn server_timeout(resource: &GroupResource, operation: &str, retry_after_seconds: i32) -> Self {
        let message = format!(
            "The {operation} operation against {resource} could not be completed at this time, please try again."
        );
        Self::about(500, StatusReason::ServerTimeout, resource, operation, message)
            .with_retry_after(retry_after_seconds)
    }

    /// 503: the service can't be reached.
    pub fn service_unavailable(why: impl Into<String>) -> Self {
        Self::new(503, StatusReason::ServiceUnavailable, why)
    }

    /// 504: the request took too long; the action may still complete.
    pub fn timeout(why: impl fmt::Display, retry_after_seconds: i32) -> Self {
        let mut error = Self::new(504, StatusReason::Timeout, format!("Timeout: {why}"));
        error.details_mut().retry_after_seconds = retry_after_seconds;
        error
    }

    /// 504: the client asks for a state that doesn't exist yet.
    pub fn too_large_resource_version(asked: u64, current: u64, retry_after_seconds: i32) -> Self {
        let words = "Too large resource version";
        Self::timeout(format_args!("{words}: {asked}, current: {current}"), retry_after_seconds).with_cause(
            CauseType::ResourceVersionTooLarge,
            "",
            words,
        )
    }

    /// An answer that carries no `Status` of its own, made up from its code; see [`GenericResponse`].
    pub fn generic(response: &GenericResponse<'_>) -> Self {
        let (reason, words) = response.reason();
        let resource = response.resource;
        let verb = response.verb.to_lowercase();
        let message = if is_empty(resource) {
            words
        } else if response.name.is_empty() {
            format!("{words} ({verb} {resource})")
        } else {
            format!("{words} ({verb} {resource} {})", response.name)
        };
        let error = Self::about(response.code, reason, resource, response.name, message)
            .with_retry_after(response.retry_after_seconds);
        if response.is_unexpected {
            error.with_cause(CauseType::UnexpectedServerResponse, "", response.message)
        } else {
            error
        }
    }

    /// The same failure with one cause more.
    #[must_use]
    pub fn with_cause(mut self, type_: CauseType, field: &str, message: impl Into<String>) -> Self {
        let cause = StatusCause { type_, message: message.into(), field: field.to_owned() };
        self.details_mut().causes.push(cause);
        self
    }

    /// The same failure that tells the client when to try again.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: i32) -> Self {
        self.details_mut().retry_after_seconds = seconds;
        self
    }

    /// The details, which are made if there are none.
    pub fn details_mut(&mut self) -> &mut StatusDetails {
        self.0.details.get_or_insert_default()
    }

    /// The status.
    pub fn status(&self) -> &Status {
        &self.0
    }

    /// The status, taken out.
    pub fn into_status(self) -> Status {
        *self.0
    }
}

/// What is known of an answer that carries no `Status`.
#[derive(Clone, Copy, Debug)]
pub struct GenericResponse<'a> {
    /// The answer's code.
    pub code: u16,
    /// The request's method or verb.
    pub verb: &'a str,
    /// What the request was about; empty if unknown.
    pub resource: &'a GroupResource,
    /// The object's name; may be empty.
    pub name: &'a str,
    /// What the server said.
    pub message: &'a str,
    /// When the client may try again; 0 if the server didn't say.
    pub retry_after_seconds: i32,
    /// The answer doesn't look like one of a Kubernetes server, so its text becomes a cause.
    pub is_unexpected: bool,
}

impl GenericResponse<'_> {
    fn reason(&self) -> (StatusReason, String) {
        let (reason, words) = match self.code {
            409 if self.verb == "POST" => (StatusReason::AlreadyExists, "the server reported a conflict"),
            409 => (StatusReason::Conflict, "the server reported a conflict"),
            404 => (StatusReason::NotFound, "the server could not find the requested resource"),
            400 => (StatusReason::BadRequest, "the server rejected our request for an unknown reason"),
            401 => (StatusReason::Unauthorized, "the server has asked for the client to provide credentials"),
            403 => (StatusReason::Forbidden, self.message),
            406 if matches!(self.message, "" | "unknown") => (
                StatusReason::NotAcceptable,
                "the server was unable to respond with a content type that the client supports",
            ),
            406 => (StatusReason::NotAcceptable, self.message),
            415 => (StatusReason::UnsupportedMediaType, self.message),
            405 => (StatusReason::MethodNotAllowed, "the server does not allow this method on the requested resource"),
            422 => (StatusReason::Invalid, "the server rejected our request due to an error in our request"),
            503 => (StatusReason::ServiceUnavailable, "the server is currently unable to handle the request"),
            504 => (
                StatusReason::Timeout,
                "the server was unable to return a response in the time allotted, but may still be processing the request",
            ),
            429 => (
                StatusReason::TooManyRequests,
                "the server has received too many requests and has asked us to try again later",
            ),
            500.. => {
                let quoted = quote(self.message);
                let words = format!("an error on the server ({quoted}) has prevented the request from succeeding");
                return (StatusReason::InternalError, words);
            }
            code => {
                let words =
                    format!("the server responded with the status code {code} but did not return more information");
                return (StatusReason::default(), words);
            }
        };
        (reason, words.to_owned())
    }
}

fn is_empty(resource: &GroupResource) -> bool {
    resource.group.is_empty() && resource.resource.is_empty()
}

impl From<Status> for ApiError {
    fn from(status: Status) -> Self {
        Self(Box::new(status))
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for ApiError {}

#[cfg(test)]
mod tests;
