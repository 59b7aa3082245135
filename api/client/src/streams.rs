//! Streams to a pod, which the generator has no methods for: commands in its containers, and its ports.

use kubeforge_api::core::v1::{PodAttachOptions, PodExecOptions};
use kubeforge_client::{ClientError, websocket::RemoteProcess};

use crate::clients::core_v1::PodClient;

impl PodClient {
    /// Runs a command in a container. The options say which streams it has; at least one must be asked for.
    ///
    /// Ports are reached through [`kubeforge_client::Api::port_forward`].
    ///
    /// # Errors
    /// Where there is no such container, or the request fails.
    pub async fn exec(&self, name: &str, options: &PodExecOptions) -> Result<RemoteProcess, ClientError> {
        self.connect_process(name, "exec", options).await
    }

    /// Connects to what a container runs.
    ///
    /// # Errors
    /// As [`PodClient::exec`].
    pub async fn attach(&self, name: &str, options: &PodAttachOptions) -> Result<RemoteProcess, ClientError> {
        self.connect_process(name, "attach", options).await
    }
}
