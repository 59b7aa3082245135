//! The verbs: one file each. A handler takes a resource's scope and what the request says, and returns an answer.

pub mod apply;
pub mod create;
pub mod delete;
pub mod delete_collection;
pub mod get;
mod last_applied;
pub mod list;
mod misfit;
mod new_object;
pub mod patch;
pub mod scale;
pub mod subresource;
pub mod update;
pub mod watch;
pub mod write;

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;

use crate::{query::Query, registry::ResourceScope, request::RequestContext, request_info::RequestInfo, respond::Form};

/// A request to a resource, as the handlers see it.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The resource.
    pub scope: &'a Arc<ResourceScope>,
    /// What the path says.
    pub info: &'a RequestInfo<'a>,
    /// The query.
    pub query: Query<'a>,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// How the answer is to look.
    pub form: Form,
    /// Who asks, and with which options.
    pub ctx: &'a RequestContext,
    /// The body; empty for reads.
    pub body: &'a Bytes,
}
