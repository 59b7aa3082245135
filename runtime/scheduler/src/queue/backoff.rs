//! For how long a pod is left alone that was tried in vain.

use std::time::Duration;

/// For how long a pod is left alone that was tried in vain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// After the first time.
    pub initial: Duration,
    /// It doubles each time, up to this.
    pub max: Duration,
    /// After this long a pod that no node could take is tried again even though nothing happened.
    pub unschedulable_max: Duration,
}

impl Default for Backoff {
    /// kube-scheduler's: 1 s, up to 10 s; 5 minutes.
    fn default() -> Self {
        Self {
            initial: Duration::from_secs(1),
            max: Duration::from_secs(10),
            unschedulable_max: Duration::from_secs(5 * 60),
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
