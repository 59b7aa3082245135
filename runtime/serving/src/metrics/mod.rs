//! Metrics in Prometheus' text form 0.0.4.
//!
//! [`Families`] makes and registers; [`Settings`] and the flags [`MetricsArgs`] say what is shown of them.

mod families;
mod identity;
mod labelled;
mod process;
mod settings;

use prometheus::TextEncoder;

pub use self::{
    families::{Families, LATENCY_BUCKETS, Stability, exponential},
    identity::IdentityMetrics,
    labelled::{HistogramVec, IntCounterVec, IntGaugeVec, Labelled},
    settings::{MetricsArgs, Pairs, Settings},
};

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
