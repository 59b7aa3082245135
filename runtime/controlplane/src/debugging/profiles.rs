//! `/debug/pprof/`: CPU profiles, under the paths and in the form of Go's; see [`kubeforge_serving::profiles`].

use std::sync::Arc;

use async_trait::async_trait;
use http::{HeaderMap, Method, StatusCode};
use kubeforge_apiserver::{ServerBuilder, nonresource::PathHandler, query::Query, respond::Answer};
use kubeforge_machinery::ApiError;
use kubeforge_serving::profiles;

/// Adds the pages.
pub(super) fn register(builder: ServerBuilder) -> ServerBuilder {
    builder
        .unlisted_path("/debug/pprof", Arc::new(Index))
        .unlisted_path("/debug/pprof/cmdline", Arc::new(CommandLine))
        .unlisted_path("/debug/pprof/profile", Arc::new(Profile))
}

struct Index;

#[async_trait]
impl PathHandler for Index {
    async fn handle(&self, _method: &Method, _query: Query<'_>, _headers: &HeaderMap) -> Result<Answer, ApiError> {
        Ok(Answer::new(StatusCode::OK, "text/html; charset=utf-8", profiles::INDEX))
    }
}

struct CommandLine;

#[async_trait]
impl PathHandler for CommandLine {
    async fn handle(&self, _method: &Method, _query: Query<'_>, _headers: &HeaderMap) -> Result<Answer, ApiError> {
        Ok(Answer::text(StatusCode::OK, profiles::command_line()))
    }
}

struct Profile;

#[async_trait]
impl PathHandler for Profile {
    async fn handle(&self, _method: &Method, query: Query<'_>, _headers: &HeaderMap) -> Result<Answer, ApiError> {
        Ok(match profiles::measure(query.get("seconds").as_deref()).await {
            Ok(profile) => Answer::new(StatusCode::OK, "application/octet-stream", profile),
            Err(error) => Answer::text(StatusCode::INTERNAL_SERVER_ERROR, error),
        })
    }
}
