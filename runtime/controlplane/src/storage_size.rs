//! How large the store is: `apiserver_storage_size_bytes`.

use std::{sync::Arc, time::Duration};

use kubeforge_apiserver::metrics::Families;
use kubeforge_storage::kv::Kv;
use tokio::task::AbortHandle;

/// The name of the only store.
const CLUSTER: &str = "etcd-0";

/// Asks the store for its size now and then, for as long as it exists.
#[derive(Debug)]
pub(crate) struct SizePoll(AbortHandle);

impl SizePoll {
    /// Asks every `interval`; never where that is zero.
    pub(crate) fn start(kv: Arc<dyn Kv>, families: &Families, interval: Duration) -> Option<Self> {
        if interval.is_zero() {
            return None;
        }
        let help = "How many bytes the store takes.";
        let size = families.gauges("apiserver_storage_size_bytes", help, &["storage_cluster_id"]);
        let poll = async move {
            let mut ticks = tokio::time::interval(interval);
            ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                match kv.size().await {
                    Ok(bytes) => size.with_label_values(&[CLUSTER]).set(i64::try_from(bytes).unwrap_or(i64::MAX)),
                    // what is not known is not shown
                    Err(error) => {
                        size.reset();
                        tracing::info!(%error, "the store does not say how large it is");
                    }
                }
            }
        };
        Some(Self(tokio::spawn(poll).abort_handle()))
    }
}

impl Drop for SizePoll {
    fn drop(&mut self) {
        self.0.abort();
    }
}
