//! `/debug/pprof/`: CPU profiles, under the paths and in the form of Go's, so that `go tool pprof` and what is built on it
//! read them. Other profiles of Go's (heap, goroutine, …) have nothing to show here and are not served.
//!
//! Functions have names as long as the binary has symbols: the `dist` build has none.

mod format;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use http::{HeaderMap, Method, StatusCode};
use kubeforge_apiserver::{ServerBuilder, nonresource::PathHandler, query::Query, respond::Answer};
use kubeforge_machinery::ApiError;

/// Samples in a second of CPU time. Go takes 100; at a number that is no divisor of others' rates work in step with the
/// timer is seen as well.
const SAMPLES_PER_SECOND: i32 = 99;

/// How long is measured where the request does not say.
const SECONDS: u64 = 30;
/// Longer is not measured: samples are kept in memory.
const SECONDS_MAX: u64 = 600;

/// Libraries that must not be interrupted while a sample looks at them.
const NOT_SAMPLED: [&str; 4] = ["libc", "libgcc", "pthread", "vdso"];

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
        let page = "<html><head><title>/debug/pprof/</title></head><body>\n<p>Profiles:</p>\n<ul>\n\
                    <li><a href=\"profile?seconds=30\">profile</a>: CPU time; <code>seconds</code> says for how long.</li>\n\
                    <li><a href=\"cmdline\">cmdline</a>: the command line of the process.</li>\n\
                    </ul>\n</body></html>\n";
        Ok(Answer::new(StatusCode::OK, "text/html; charset=utf-8", page))
    }
}

struct CommandLine;

#[async_trait]
impl PathHandler for CommandLine {
    async fn handle(&self, _method: &Method, _query: Query<'_>, _headers: &HeaderMap) -> Result<Answer, ApiError> {
        let words: Vec<String> = std::env::args().collect();
        Ok(Answer::text(StatusCode::OK, words.join("\0")))
    }
}

struct Profile;

#[async_trait]
impl PathHandler for Profile {
    async fn handle(&self, _method: &Method, query: Query<'_>, _headers: &HeaderMap) -> Result<Answer, ApiError> {
        let asked = query.get("seconds").and_then(|text| text.parse::<u64>().ok()).filter(|seconds| *seconds > 0);
        let seconds = asked.unwrap_or(SECONDS).min(SECONDS_MAX);
        Ok(match measure(Duration::from_secs(seconds)).await {
            Ok(profile) => Answer::new(StatusCode::OK, "application/octet-stream", profile),
            Err(error) => {
                Answer::text(StatusCode::INTERNAL_SERVER_ERROR, format!("Could not enable CPU profiling: {error}\n"))
            }
        })
    }
}

/// A profile of all threads, compressed. There can be one at a time in a process.
async fn measure(time: Duration) -> Result<Vec<u8>, pprof::Error> {
    let guard = pprof::ProfilerGuardBuilder::default().frequency(SAMPLES_PER_SECOND).blocklist(&NOT_SAMPLED).build()?;
    tokio::time::sleep(time).await;
    let report = guard.report().build()?;
    Ok(format::encode(&report, time, SAMPLES_PER_SECOND))
}
