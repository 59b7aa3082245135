//! How large the stores are: `apiserver_storage_size_bytes`.

use std::{sync::Arc, time::Duration};

use kubeforge_apiserver::metrics::Families;
use kubeforge_storage::kv::Kv;
use tokio::{
    task::AbortHandle,
    time::{MissedTickBehavior, interval},
};

/// Asks stores for their sizes now and then, until dropped.
#[derive(Debug)]
pub(crate) struct Sizes(AbortHandle);

impl Sizes {
    /// Asks every so often, which must be more than nothing.
    pub(super) fn poll(stores: Vec<Arc<dyn Kv>>, families: &Families, every: Duration) -> Self {
        let help = "How many bytes the store takes.";
        let sizes = families.gauges("apiserver_storage_size_bytes", help, &["storage_cluster_id"]);
        let poll = async move {
            let mut ticks = interval(every);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                for (at, kv) in stores.iter().enumerate() {
                    let name = format!("etcd-{at}");
                    match kv.size().await {
                        Ok(bytes) => sizes.with_label_values(&[&name]).set(i64::try_from(bytes).unwrap_or(i64::MAX)),
                        // what is not known is not shown
                        Err(error) => {
                            let was_shown = sizes.remove_label_values(&[&name]).is_ok();
                            tracing::info!(%error, name, was_shown, "the store does not say how large it is");
                        }
                    }
                }
            }
        };
        Self(tokio::spawn(poll).abort_handle())
    }
}

impl Drop for Sizes {
    fn drop(&mut self) {
        self.0.abort();
    }
}
