use super::ApiError;
use crate::meta::v1::{CauseType, StatusCause, StatusReason};

/// Predicates that hold by reason, or by code where the reason is none that is known.
macro_rules! by_reason_or_code {
    ($($(#[$doc:meta])* $name:ident, $reason:ident, $code:literal;)*) => {
        $($(#[$doc])*
        pub fn $name(&self) -> bool {
            self.has_reason_or_code(StatusReason::$reason, $code)
        })*
    };
}

impl ApiError {
    /// The reason.
    pub fn reason(&self) -> &StatusReason {
        &self.status().reason
    }

    /// The HTTP status.
    pub fn code(&self) -> u16 {
        u16::try_from(self.status().code).ok().filter(|code| (100..600).contains(code)).unwrap_or(500)
    }

    fn has_reason_or_code(&self, reason: StatusReason, code: i32) -> bool {
        let status = self.status();
        status.reason == reason || (matches!(status.reason, StatusReason::Other(_)) && status.code == code)
    }

    by_reason_or_code! {
        /// There is no such object or path.
        is_not_found, NotFound, 404;
        /// The object is not in the state that the request expects.
        is_conflict, Conflict, 409;
        /// The object has fields that are wrong.
        is_invalid, Invalid, 422;
        /// What was asked for is gone for good.
        is_gone, Gone, 410;
        /// None of the media types that the client accepts is offered.
        is_not_acceptable, NotAcceptable, 406;
        /// The body's media type is unknown to the server.
        is_unsupported_media_type, UnsupportedMediaType, 415;
        /// The resource knows no such action.
        is_method_not_supported, MethodNotAllowed, 405;
        /// The service can't be reached.
        is_service_unavailable, ServiceUnavailable, 503;
        /// The request makes no sense.
        is_bad_request, BadRequest, 400;
        /// The server doesn't know who asks.
        is_unauthorized, Unauthorized, 401;
        /// Who asks may not do this.
        is_forbidden, Forbidden, 403;
        /// The request took too long.
        is_timeout, Timeout, 504;
        /// Something went wrong that is not the client's fault.
        is_internal_error, InternalError, 500;
    }

    /// There is such an object already.
    pub fn is_already_exists(&self) -> bool {
        *self.reason() == StatusReason::AlreadyExists
    }

    /// The state that was asked for is too old.
    pub fn is_resource_expired(&self) -> bool {
        *self.reason() == StatusReason::Expired
    }

    /// The action failed for now.
    pub fn is_server_timeout(&self) -> bool {
        *self.reason() == StatusReason::ServerTimeout
    }

    /// The client shall come again later.
    pub fn is_too_many_requests(&self) -> bool {
        *self.reason() == StatusReason::TooManyRequests || self.status().code == 429
    }

    /// The body is too large.
    pub fn is_request_entity_too_large(&self) -> bool {
        *self.reason() == StatusReason::RequestEntityTooLarge || self.status().code == 413
    }

    /// The answer doesn't look like one of a Kubernetes server.
    pub fn is_unexpected_server_error(&self) -> bool {
        self.cause(&CauseType::UnexpectedServerResponse).is_some()
    }

    /// The first cause of a type.
    pub fn cause(&self, type_: &CauseType) -> Option<&StatusCause> {
        self.status().details.as_ref()?.causes.iter().find(|cause| cause.type_ == *type_)
    }

    /// After how many seconds the server wants the client to try again, if it says so.
    pub fn suggested_delay(&self) -> Option<u32> {
        let seconds = u32::try_from(self.status().details.as_ref()?.retry_after_seconds).ok()?;
        (seconds > 0 || self.is_server_timeout()).then_some(seconds)
    }
}
