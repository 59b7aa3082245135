//! Why a pod that is being bound need not be bound any more.

use std::sync::{Arc, OnceLock};

use tokio_util::sync::CancellationToken;

/// Tells what binds a pod that it is in vain: the pod or its node is gone. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Interruption {
    reason: Arc<OnceLock<String>>,
    token: CancellationToken,
}

impl Interruption {
    /// It is in vain; the first reason counts.
    pub fn interrupt(&self, reason: String) {
        self.reason.get_or_init(|| reason);
        self.token.cancel();
    }

    /// Waits until it is in vain, and tells why.
    pub async fn interrupted(&self) -> String {
        self.token.cancelled().await;
        self.reason.get().cloned().unwrap_or_default()
    }
}
