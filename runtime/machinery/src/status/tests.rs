use super::*;
use crate::field::{Error, Path};

const PODS: GroupResource = GroupResource::new("", "pods");
const DEPLOYMENTS: GroupResource = GroupResource::new("apps", "deployments");

#[track_caller]
fn check(error: &ApiError, code: i32, reason: StatusReason, message: &str) {
    let status = error.status();
    assert_eq!((status.code, &status.reason, status.message.as_str()), (code, &reason, message));
    assert_eq!(status.status, "Failure");
}

#[test]
fn messages_name_the_object() {
    check(
        &ApiError::not_found(&DEPLOYMENTS, "web"),
        404,
        StatusReason::NotFound,
        r#"deployments.apps "web" not found"#,
    );
    check(&ApiError::already_exists(&PODS, "a"), 409, StatusReason::AlreadyExists, r#"pods "a" already exists"#);
    check(
        &ApiError::modified(&PODS, "a"),
        409,
        StatusReason::Conflict,
        r#"Operation cannot be fulfilled on pods "a": the object has been modified; please apply your changes to the latest version and try again"#,
    );
    check(&ApiError::forbidden(&PODS, "", "no"), 403, StatusReason::Forbidden, "pods is forbidden: no");
    check(&ApiError::forbidden(&PODS, "a", "no"), 403, StatusReason::Forbidden, r#"pods "a" is forbidden: no"#);
    check(&ApiError::forbidden(&GroupResource::default(), "a", "no"), 403, StatusReason::Forbidden, "forbidden: no");
    check(
        &ApiError::method_not_supported(&PODS, "watch"),
        405,
        StatusReason::MethodNotAllowed,
        r#"watch is not supported on resources of kind "pods""#,
    );
    let details = ApiError::not_found(&DEPLOYMENTS, "web").into_status().details.unwrap();
    assert_eq!((details.group.as_str(), details.kind.as_str(), details.name.as_str()), ("apps", "deployments", "web"));
}

#[test]
fn an_invalid_object_lists_its_causes() {
    let kind = GroupKind { group: "apps".into(), kind: "Deployment".into() };
    let spec = Path::new("spec");
    let errors =
        vec![Error::required(&spec.child("selector"), ""), Error::invalid(&spec.child("replicas"), -1, "too few")];
    let error = ApiError::invalid(&kind, "web", &errors);
    check(
        &error,
        422,
        StatusReason::Invalid,
        r#"Deployment.apps "web" is invalid: [spec.selector: Required value, spec.replicas: Invalid value: -1: too few]"#,
    );
    let causes = error.into_status().details.unwrap().causes;
    assert_eq!(causes[1].type_, CauseType::FieldValueInvalid);
    assert_eq!(causes[1].message, "Invalid value: -1: too few");
    assert_eq!(causes[1].field, "spec.replicas");
}

#[test]
fn causes_and_delays() {
    let error = ApiError::too_large_resource_version(9, 5, 1);
    check(&error, 504, StatusReason::Timeout, "Timeout: Too large resource version: 9, current: 5");
    assert_eq!(error.suggested_delay(), Some(1));
    assert!(error.cause(&CauseType::ResourceVersionTooLarge).is_some());
    let error = ApiError::internal_error("oops");
    check(&error, 500, StatusReason::InternalError, "Internal error occurred: oops");
    assert_eq!(error.cause(&CauseType::default()).unwrap().message, "oops");
    assert_eq!(ApiError::bad_request("x").suggested_delay(), None);
}

#[test]
fn answers_without_a_status_are_guessed_from_their_code() {
    let response = GenericResponse {
        code: 404,
        verb: "GET",
        resource: &DEPLOYMENTS,
        name: "web",
        message: "404 page not found",
        retry_after_seconds: 0,
        is_unexpected: true,
    };
    let error = ApiError::generic(&response);
    let message = "the server could not find the requested resource (get deployments.apps web)";
    check(&error, 404, StatusReason::NotFound, message);
    assert!(error.is_not_found() && error.is_unexpected_server_error());
    let empty = GroupResource::default();
    let error = ApiError::generic(&GenericResponse { code: 502, resource: &empty, ..response });
    let message = r#"an error on the server ("404 page not found") has prevented the request from succeeding"#;
    check(&error, 502, StatusReason::InternalError, message);
}

#[test]
fn an_unknown_reason_falls_back_to_the_code() {
    assert!(ApiError::new(404, StatusReason::Other("Odd".into()), "").is_not_found());
    assert!(!ApiError::new(404, StatusReason::Invalid, "").is_not_found());
    assert!(ApiError::new(429, StatusReason::Invalid, "").is_too_many_requests());
}
