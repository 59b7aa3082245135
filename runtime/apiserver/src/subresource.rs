//! Handlers for subresources (and resources without storage) that no definition describes: `pods/binding`,
//! `pods/eviction`, `serviceaccounts/token`, `subjectaccessreviews`.

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, StatusCode};
use kubeforge_machinery::{Object, status::ApiError};

use crate::{body::Proxied, handlers::Call, registry::ResourceScope, request::RequestContext};

/// A request to a subresource.
#[derive(Debug)]
pub struct SubresourceCall<'a> {
    /// The resource that it belongs to.
    pub scope: &'a ResourceScope,
    /// The subresource's name; empty for a resource without storage.
    pub subresource: &'a str,
    /// The request.
    pub ctx: &'a RequestContext,
    /// The method.
    pub method: &'a Method,
    /// The namespace; empty for cluster-scoped resources.
    pub namespace: &'a str,
    /// The name of the object; empty where the path has none.
    pub name: &'a str,
    /// The query, as it came.
    pub query: &'a str,
    /// The decoded body of a `POST` or `PUT`, defaulted, in the subresource's kind.
    pub body: Option<Box<dyn Object>>,
    /// The whole request, for the generic handlers, such as [`crate::handlers::delete::delete_object`].
    pub call: Call<'a>,
}

/// What a handler answers.
#[derive(Debug)]
pub enum SubresourceAnswer {
    /// An object, encoded as the client asked.
    Object(StatusCode, Box<dyn Object>),
    /// Any bytes (logs).
    Raw {
        /// The media type.
        content_type: &'static str,
        /// The body.
        body: Bytes,
    },
    /// No body, for example with 204.
    Nothing(StatusCode),
    /// What another server answered.
    Proxied(StatusCode, Proxied),
}

/// Answers requests to a subresource.
#[async_trait]
pub trait SubresourceHandler: Send + Sync + 'static {
    /// Answers one request.
    async fn handle(&self, call: SubresourceCall<'_>) -> Result<SubresourceAnswer, ApiError>;

    /// Whether `POST` and `PUT` carry an object. Connections such as `pods/exec` don't.
    fn takes_body(&self) -> bool {
        true
    }

    /// Further `apiVersion`s that a body may have, beside that of the subresource's kind; `handle` gets it as it came.
    fn accepts(&self) -> &'static [&'static str] {
        &[]
    }

    /// It connects the client to somebody else; its kind says how, in the query.
    fn connects(&self) -> bool {
        false
    }

    /// Where the answer to `GET` is a text: the kind of the options in the query, in the group and version of the parent.
    fn text_options(&self) -> Option<&'static str> {
        None
    }

    /// Whether `HEAD` and `OPTIONS` are answered as `GET` is: by whoever the request is passed on to.
    fn takes_all_methods(&self) -> bool {
        false
    }

    /// The subresource reads and writes the object itself, as `status` does: the generic get, update and patch work on
    /// the parent object with this strategy in place of the resource's own (`pods/resize`, `pods/ephemeralcontainers`,
    /// `certificatesigningrequests/approval`). `handle` is not called then.
    fn as_view(&self) -> Option<&dyn crate::strategy::Strategy> {
        None
    }
}
