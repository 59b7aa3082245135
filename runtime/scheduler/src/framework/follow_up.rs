//! What is written to the API server after a decision, while the scheduler goes on with other pods.

use std::fmt;

use async_trait::async_trait;
use kubeforge_client_set::Clientset;

/// Something to be written to the API server. What comes of it is seen as any other change; failures are logged.
#[async_trait]
pub trait FollowUp: fmt::Debug + Send + Sync {
    /// Writes it.
    async fn carry_out(&self, clientset: &Clientset);
}
