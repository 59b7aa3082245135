//! Metrics in Prometheus' text form 0.0.4.

mod families;
mod process;

use prometheus::TextEncoder;

pub use self::families::{Families, LATENCY_BUCKETS, exponential};

/// The media type of the answer.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";

/// All families as text, after `text`, and those of the process.
pub fn render(families: &Families, mut text: String) -> String {
    if let Err(error) = TextEncoder::new().encode_utf8(&families.gather(), &mut text) {
        tracing::error!(%error, "metrics can't be written");
    }
    text.push_str(&process::render());
    text
}
