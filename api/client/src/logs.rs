//! The logs of a pod's containers: text, which the generator has no method for.

use kubeforge_api::core::v1::PodLogOptions;
use kubeforge_client::{ClientError, api::TextReader, transport::Body};

use crate::clients::core_v1::PodClient;

impl PodClient {
    /// A container's log so far. With `follow` in the options use [`PodClient::stream_logs`]: this would wait for its end.
    ///
    /// # Errors
    /// Where there is no such container, it has no log yet, or the request fails.
    pub async fn logs(&self, name: &str, options: &PodLogOptions) -> Result<String, ClientError> {
        self.get_text(name, "log", options).await
    }

    /// A container's log as it comes.
    ///
    /// # Errors
    /// As [`PodClient::logs`]; what goes wrong later is an error of reading.
    pub async fn read_logs(&self, name: &str, options: &PodLogOptions) -> Result<TextReader, ClientError> {
        self.read_text(name, "log", options).await
    }

    /// A container's log as the pieces that it comes in; [`PodClient::read_logs`] reads it as a text.
    ///
    /// # Errors
    /// As [`PodClient::logs`]; what goes wrong later breaks the body off.
    pub async fn stream_logs(&self, name: &str, options: &PodLogOptions) -> Result<Body, ClientError> {
        Ok(self.open_text(name, "log", options).await?.into_body())
    }
}
