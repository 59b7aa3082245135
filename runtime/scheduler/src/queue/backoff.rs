//! For how long a pod is left alone that was tried in vain.

use std::time::Duration;

use tokio::time::Instant;

/// For how long a pod is left alone that was tried in vain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// After the first time.
    pub initial: Duration,
    /// It doubles each time, up to this.
    pub max: Duration,
    /// After this long a pod that no node could take is tried again even though nothing happened.
    pub unschedulable_max: Duration,
    /// Whether a pod that something may help is tried before its time where no other pod waits (the feature gate
    /// SchedulerPopFromBackoffQ). Times end at whole seconds then, so that pods of one second go by their priority.
    pub is_cut_short: bool,
}

impl Default for Backoff {
    /// kube-scheduler's: 1 s, up to 10 s; 5 minutes.
    fn default() -> Self {
        Self {
            initial: Duration::from_secs(1),
            max: Duration::from_secs(10),
            unschedulable_max: Duration::from_secs(5 * 60),
            is_cut_short: true,
        }
    }
}

impl Backoff {
    /// After it was tried this often.
    pub(super) fn duration(self, attempts: u32) -> Duration {
        let factor = 1_u32.checked_shl(attempts.saturating_sub(1)).unwrap_or(u32::MAX);
        self.initial.saturating_mul(factor).min(self.max)
    }
}

/// Where seconds begin.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seconds(Option<Instant>);

impl Seconds {
    /// Those of a queue that is made now.
    pub(super) fn of(backoff: Backoff) -> Self {
        Self(backoff.is_cut_short.then(Instant::now))
    }

    /// The beginning of the second of a time.
    pub(super) fn begin(self, time: Instant) -> Instant {
        let Some(first) = self.0 else { return time };
        let since = time.saturating_duration_since(first);
        time - Duration::from_nanos(u64::from(since.subsec_nanos()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_up_to_the_most() {
        let seconds: Vec<_> =
            [1, 2, 3, 4, 5, 40].map(|attempts| Backoff::default().duration(attempts).as_secs()).into();
        assert_eq!(seconds, [1, 2, 4, 8, 10, 10]);
    }
}
