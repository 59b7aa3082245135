//! How many requests may be in flight: the place of priority and fairness.

use kubeforge_machinery::ApiError;

use crate::metrics::{InFlight, Metrics};

/// Reads in flight (`--max-requests-inflight`).
const READING_MAX: i64 = 400;

/// Writes in flight (`--max-mutating-requests-inflight`).
const MUTATING_MAX: i64 = 200;

/// Admits a request that is not long-running, until the guard is dropped. Callers from this process are exempt, as the
/// server's own loopback client is upstream.
///
/// # Errors
/// 429, when too many are in flight.
pub fn admit(metrics: &Metrics, is_mutating: bool, is_exempt: bool) -> Result<InFlight<'_>, ApiError> {
    let (gauge, max) = if is_mutating { (&metrics.writing, MUTATING_MAX) } else { (&metrics.reading, READING_MAX) };
    let guard = gauge.enter();
    if gauge.value() > max && !is_exempt {
        return Err(ApiError::too_many_requests("too many requests, please try again later.", 1));
    }
    Ok(guard)
}
