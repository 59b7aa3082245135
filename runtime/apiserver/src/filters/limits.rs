//! How many requests may be in flight: the place of priority and fairness, as upstream has it without.

use kubeforge_machinery::user::{UserInfo, well_known::GROUP_MASTERS};

use crate::{
    metrics::{InFlight, Metrics},
    serving::ServingOptions,
};

/// What too many requests of one kind are told.
pub const TOO_MANY: &str = "Too many requests, please try again later.";

/// After how many seconds they may come again.
pub const RETRY_AFTER_SECONDS: i32 = 1;

/// There are too many requests of this kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany(pub &'static str);

/// Admits a request that is not long-running, until the guard is dropped. Members of `system:masters` always get in, and
/// are not counted then.
///
/// # Errors
/// Where too many are in flight.
pub fn admit<'a>(
    metrics: &'a Metrics,
    options: &ServingOptions,
    verb: &str,
    user: &UserInfo,
) -> Result<Option<InFlight<'a>>, TooMany> {
    let (kind, gauge, max) = match verb {
        "get" | "list" | "watch" => ("readOnly", &metrics.reading, options.max_requests_in_flight),
        _ => ("mutating", &metrics.writing, options.max_mutating_requests_in_flight),
    };
    if max == 0 {
        return Ok(Some(gauge.enter()));
    }
    match gauge.enter_below(max) {
        Some(guard) => Ok(Some(guard)),
        None if user.groups.iter().any(|group| group == GROUP_MASTERS) => Ok(None),
        None => Err(TooMany(kind)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(group: &str) -> UserInfo {
        UserInfo { groups: vec![group.to_owned()], ..UserInfo::default() }
    }

    #[test]
    fn each_kind_has_its_limit_and_masters_have_none() {
        let metrics = Metrics::default();
        let options = ServingOptions {
            max_requests_in_flight: 1,
            max_mutating_requests_in_flight: 0,
            ..ServingOptions::default()
        };
        let admit = |verb, group| admit(&metrics, &options, verb, &user(group)).map(|guard| guard.is_some());
        let _reading = super::admit(&metrics, &options, "list", &user("dev")).unwrap();
        assert_eq!(admit("get", "dev"), Err(TooMany("readOnly")));
        assert_eq!(admit("get", GROUP_MASTERS), Ok(false));
        assert_eq!(admit("create", "dev"), Ok(true));
        // only these three are reads, as upstream counts
        assert_eq!(admit("head", "dev"), Ok(true));
    }
}
