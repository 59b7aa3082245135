//! Questions about users, as resources that are created and never stored: who does a token belong to, may somebody do
//! something. Groups `authentication.k8s.io` and `authorization.k8s.io`; follows pkg/registry/{authentication,authorization}.

mod access;
mod attributes;
mod myself;
mod rules;
mod token;
mod validation;

use std::sync::Arc;

use kubeforge_apiserver::{
    auth::{Authenticator, Authorizer},
    managed_fields::{self, Manager},
    metadata,
    subresource::{SubresourceAnswer, SubresourceCall, SubresourceHandler},
};
use kubeforge_machinery::{Object, Time, status::ApiError};

/// The handlers of all review resources, by group and plural.
pub fn handlers(
    authorizer: &Arc<dyn Authorizer>,
    authenticators: &Arc<[Arc<dyn Authenticator>]>,
    audiences: &[String],
) -> Vec<(&'static str, &'static str, Arc<dyn SubresourceHandler>)> {
    let authentication = "authentication.k8s.io";
    let authorization = "authorization.k8s.io";
    let tokens = token::TokenReviews { authenticators: authenticators.clone(), audiences: audiences.to_vec() };
    vec![
        (authentication, "selfsubjectreviews", Arc::new(myself::SelfSubjectReviews)),
        (authentication, "tokenreviews", Arc::new(tokens)),
        (authorization, "subjectaccessreviews", Arc::new(access::SubjectAccess(authorizer.clone()))),
        (authorization, "localsubjectaccessreviews", Arc::new(access::LocalSubjectAccess(authorizer.clone()))),
        (authorization, "selfsubjectaccessreviews", Arc::new(access::SelfSubjectAccess(authorizer.clone()))),
        (authorization, "selfsubjectrulesreviews", Arc::new(rules::SelfSubjectRules(authorizer.clone()))),
    ]
}

/// The object that was sent, in the hub's version, as a new object is prepared before its registry sees it.
fn sent<T: Object>(call: &mut SubresourceCall<'_>) -> Result<Box<T>, ApiError> {
    let unreadable = || ApiError::bad_request(format!("not a {}", call.scope.kind.kind));
    let mut object = call.body.take().ok_or_else(unreadable)?;
    let meta = metadata::of(object.as_mut())?;
    wipe(meta);
    metadata::bind_namespace(call.scope.namespaced(), call.namespace, meta)?;
    let manager = Manager { name: &call.ctx.field_manager, subresource: "", time: call.ctx.now };
    managed_fields::record_new(call.scope.entry.as_ref(), object.as_mut(), &manager)?;
    let object = call.scope.scheme.to_hub(object).map_err(ApiError::internal_error)?;
    object.downcast::<T>().map_err(|_| ApiError::bad_request(format!("not a {}", call.scope.kind.kind)))
}

/// What only a server may say of an object.
pub(crate) fn wipe(meta: &mut kubeforge_machinery::meta::v1::ObjectMeta) {
    meta.creation_timestamp = Time::default();
    meta.deletion_timestamp = None;
    meta.deletion_grace_period_seconds = None;
    meta.uid.clear();
    meta.self_link.clear();
}

fn created(object: Box<dyn Object>) -> SubresourceAnswer {
    SubresourceAnswer::Object(http::StatusCode::CREATED, object)
}
