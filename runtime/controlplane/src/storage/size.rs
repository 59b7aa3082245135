//! How large the stores are: a metric.

use std::{fmt::Write as _, sync::Arc, time::Duration};

use kubeforge_apiserver::metrics::Source;
use kubeforge_storage::kv::Kv;
use parking_lot::Mutex;
use tokio::task::AbortHandle;

/// Asks stores for their sizes again and again until dropped.
pub(super) struct Sizes {
    bytes: Arc<Mutex<Vec<Option<u64>>>>,
    task: AbortHandle,
}

impl Sizes {
    pub(super) fn poll(stores: Vec<Arc<dyn Kv>>, every: Duration) -> Self {
        let bytes = Arc::new(Mutex::new(vec![None; stores.len()]));
        let told = bytes.clone();
        let task = tokio::spawn(async move {
            loop {
                for (at, kv) in stores.iter().enumerate() {
                    let size = kv.size().await;
                    if let Err(err) = &size {
                        tracing::debug!(%err, "cannot learn the size of the store");
                    }
                    if let Some(of) = told.lock().get_mut(at) {
                        *of = size.ok();
                    }
                }
                tokio::time::sleep(every).await;
            }
        });
        Self { bytes, task: task.abort_handle() }
    }

    /// The metric as text. A store that does not say its size has none.
    pub(super) fn source(&self) -> Source {
        let bytes = self.bytes.clone();
        Arc::new(move || {
            const NAME: &str = "apiserver_storage_size_bytes";
            let mut text = format!("# HELP {NAME} Size of the store's files, in bytes.\n# TYPE {NAME} gauge\n");
            for (at, size) in bytes.lock().iter().enumerate() {
                if let Some(size) = size {
                    // writing to a String cannot fail
                    let _infallible = writeln!(text, "{NAME}{{storage_cluster_id=\"etcd-{at}\"}} {size}");
                }
            }
            text
        })
    }
}

impl Drop for Sizes {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[cfg(test)]
mod tests {
    use kubeforge_storage::embedded::EmbeddedKv;

    use super::*;

    #[tokio::test]
    async fn each_store_has_its_size() {
        let kv: Arc<dyn Kv> = Arc::new(EmbeddedKv::in_memory());
        let sizes = Sizes::poll(vec![kv.clone(), kv], Duration::from_secs(3600));
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
        let text = sizes.source()();
        assert!(text.ends_with(
            "apiserver_storage_size_bytes{storage_cluster_id=\"etcd-0\"} 0\n\
             apiserver_storage_size_bytes{storage_cluster_id=\"etcd-1\"} 0\n"
        ));
    }
}
