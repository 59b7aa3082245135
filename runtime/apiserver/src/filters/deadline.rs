//! How long a request may take. Follows apiserver pkg/endpoints/filters/request_deadline.go.

use std::time::Duration;

use kubeforge_machinery::ApiError;

use crate::{query::Query, request_info::RequestInfo};

/// Whether a request has no deadline and no place among the requests in flight: watches, and what streams.
pub fn is_long_running(info: &RequestInfo<'_>) -> bool {
    matches!(info.verb, "watch" | "proxy")
        || matches!(info.subresource, "exec" | "attach" | "portforward" | "proxy" | "log")
        || (!info.is_resource && info.path.starts_with("/debug/pprof/"))
}

/// How long a request may take: what its `timeout` parameter asks for, at most `max`.
///
/// # Errors
/// 400 for a parameter that is no duration.
pub fn of(query: Query<'_>, max: Duration) -> Result<Duration, ApiError> {
    let Some(asked) = query.get("timeout").filter(|asked| !asked.is_empty()) else { return Ok(max) };
    let asked: kubeforge_machinery::Duration = asked
        .parse()
        .map_err(|err| ApiError::bad_request(format!("invalid timeout specified in the request URL - {err}")))?;
    // nothing, and less than nothing, asks for no deadline
    let asked = u64::try_from(asked.as_nanos()).ok().filter(|nanos| *nanos > 0).map(Duration::from_nanos);
    Ok(asked.map_or(max, |asked| asked.min(max)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, want: Result<u64, &str>) {
        let found = of(Query::new(query), Duration::from_secs(60));
        assert_eq!(found.map(|timeout| timeout.as_secs()).map_err(|err| err.to_string()), want.map_err(str::to_owned));
    }

    #[test]
    fn the_parameter_shortens_the_deadline() {
        check("", Ok(60));
        check("timeout=", Ok(60));
        check("timeout=5s", Ok(5));
        check("timeout=1h", Ok(60));
        check("timeout=0s", Ok(60));
        check("timeout=-5s", Ok(60));
        check("timeout=soon", Err(r#"invalid timeout specified in the request URL - time: invalid duration "soon""#));
        check("timeout=5", Err(r#"invalid timeout specified in the request URL - time: missing unit in duration "5""#));
    }
}
