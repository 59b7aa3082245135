//! Why a pod that is being bound need not be bound any more.

use std::sync::{Arc, OnceLock};

use tokio_util::sync::CancellationToken;

/// Tells what binds a pod that it is in vain: the pod or its node is gone, or its place is needed for another. Clones share
/// it.
#[derive(Clone, Debug, Default)]
pub struct Interruption {
    /// The first reason, or none once it is too late.
    verdict: Arc<OnceLock<Option<String>>>,
    token: CancellationToken,
}

impl Interruption {
    /// It is in vain; the first reason counts. Returns whether the pod will not be bound: it is too late once
    /// [`Self::close`] was called.
    pub fn interrupt(&self, reason: String) -> bool {
        let is_in_time = self.verdict.get_or_init(|| Some(reason)).is_some();
        if is_in_time {
            self.token.cancel();
        }
        is_in_time
    }

    /// From now on it can't be interrupted.
    ///
    /// # Errors
    /// The reason why it is in vain, where it was interrupted before.
    pub fn close(&self) -> Result<(), String> {
        self.verdict.get_or_init(|| None).clone().map_or(Ok(()), Err)
    }

    /// Waits until it is in vain, and tells why.
    pub async fn interrupted(&self) -> String {
        self.token.cancelled().await;
        self.verdict.get().cloned().flatten().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_comes_first_counts() {
        let interruption = Interruption::default();
        assert!(interruption.interrupt("gone".to_owned()) && interruption.interrupt("needed".to_owned()));
        assert_eq!(interruption.interrupted().await, "gone");
        assert_eq!(interruption.close(), Err("gone".to_owned()));
        let closed = Interruption::default();
        assert_eq!(closed.close(), Ok(()));
        assert!(!closed.interrupt("gone".to_owned()), "it is too late");
    }
}
