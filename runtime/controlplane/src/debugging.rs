//! `/statusz` and `/flagz`: what a person at a terminal wants to know first of a running component (KEP-4827, KEP-4828);
//! `/debug/pprof/`: what the process spends its time with.

mod profiles;

use std::{sync::Arc, time::Instant};

use async_trait::async_trait;
use http::{HeaderMap, Method, StatusCode};
use kubeforge_apiserver::{ServerBuilder, nonresource::PathHandler, query::Query, respond::Answer};
use kubeforge_machinery::{ApiError, Time};

const WARNING: &str = "Warning: This endpoint is not meant to be machine parseable, has no formatting compatibility \
    guarantees and is for debugging purposes only.";

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
        .path("/statusz", Arc::new(Status { started: Time::now(), since: Instant::now() }))
        .path("/flagz", Arc::new(Flags(std::env::args().skip(1).collect())))
}

struct Status {
    started: Time,
    since: Instant,
}

#[async_trait]
impl PathHandler for Status {
    async fn handle(&self, _method: &Method, _query: Query<'_>, _headers: &HeaderMap) -> Result<Answer, ApiError> {
        let up = self.since.elapsed().as_secs();
        let (hours, minutes, seconds) = (up / 3600, up / 60 % 60, up % 60);
        Ok(page(
            "statusz",
            &format!(
                "Started: {}\nUp: {hours} hr {minutes:02} min {seconds:02} sec\nBinary version: {}\nEmulation version: 1.36\n",
                self.started,
                env!("CARGO_PKG_VERSION"),
            ),
        ))
    }
}

/// The flags that were given; the others have their defaults.
struct Flags(Vec<String>);

#[async_trait]
impl PathHandler for Flags {
    async fn handle(&self, _method: &Method, _query: Query<'_>, _headers: &HeaderMap) -> Result<Answer, ApiError> {
        let mut lines = flags(&self.0);
        lines.sort();
        Ok(page("flagz", &lines.join("\n")))
    }
}

/// `name=value` of each flag, whether its value came after an equals sign or as the next word.
fn flags(words: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut is_open = false;
    for word in words {
        match (word.strip_prefix("--"), lines.last_mut()) {
            (Some(flag), _) => {
                is_open = !flag.contains('=');
                lines.push(flag.to_owned());
            }
            (None, Some(flag)) if is_open => {
                flag.push('=');
                flag.push_str(word);
                is_open = false;
            }
            // the command itself
            (None, _) => {}
        }
    }
    lines
}

fn page(name: &str, text: &str) -> Answer {
    Answer::text(StatusCode::OK, format!("\nkube-apiserver {name}\n{WARNING}\n\n{text}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read_in_both_forms() {
        let words = ["kube-apiserver", "--a=1", "--b", "2", "--c", "--d", "x"].map(str::to_owned);
        assert_eq!(flags(&words), ["a=1", "b=2", "c", "d=x"]);
    }
}
