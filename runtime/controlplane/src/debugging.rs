//! `/statusz` and `/flagz`: what a person at a terminal wants to know first of a running component (KEP-4827, KEP-4828);
//! `/debug/pprof/`: what the process spends its time with.

mod profiles;

use std::sync::Arc;

use async_trait::async_trait;
use http::{HeaderMap, Method, StatusCode};
use kubeforge_apiserver::{ServerBuilder, nonresource::PathHandler, query::Query, respond::Answer};
use kubeforge_machinery::ApiError;
use kubeforge_serving::zpages::ZPages;

/// Whether profiles are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profiling {
    /// Yes.
    Served,
    /// No.
    Off,
}

/// Adds the pages.
pub(crate) fn register(builder: ServerBuilder, profiling: Profiling) -> ServerBuilder {
    let builder = match profiling {
        Profiling::Served => profiles::register(builder),
        Profiling::Off => builder,
    };
    builder
        .path("/statusz", Arc::new(Page(ZPages::of(COMPONENT), ZPages::status)))
        .path("/flagz", Arc::new(Page(ZPages::of(COMPONENT), ZPages::flags)))
}

const COMPONENT: &str = "kube-apiserver";

/// One of the pages.
struct Page(ZPages, fn(&ZPages) -> String);

#[async_trait]
impl PathHandler for Page {
    async fn handle(&self, _method: &Method, _query: Query<'_>, _headers: &HeaderMap) -> Result<Answer, ApiError> {
        Ok(Answer::text(StatusCode::OK, (self.1)(&self.0)))
    }
}
