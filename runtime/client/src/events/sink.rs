//! Where events go.

use async_trait::async_trait;
use kubeforge_machinery::{
    GroupVersionResource,
    meta::v1::{CreateOptions, PatchOptions},
    unstructured::Unstructured,
};
use tracing::debug;

use crate::{client::Client, dynamic::DynamicApi, error::ClientError, patch::Patch, request::Request};

/// Which events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventApi {
    /// `v1`.
    Core,
    /// `events.k8s.io/v1`.
    Events,
}

impl EventApi {
    /// The newer one where the server has it, else `v1` (client-go's NewEventBroadcasterAdapter).
    pub async fn preferred(client: &Client) -> Self {
        match client.send(&Request::get("/apis/events.k8s.io/v1")).await {
            Ok(_) => Self::Events,
            Err(err) => {
                debug!(%err, "the server has no events.k8s.io/v1, as far as is known");
                Self::Core
            }
        }
    }

    fn gvr(self) -> GroupVersionResource {
        match self {
            Self::Core => GroupVersionResource::new("", "v1", "events"),
            Self::Events => GroupVersionResource::new("events.k8s.io", "v1", "events"),
        }
    }
}

/// Keeps events; a server, unless it is somebody's own.
#[async_trait]
pub trait EventSink: Send + Sync + 'static {
    /// A new event, with its namespace and name.
    ///
    /// # Errors
    /// Where it isn't kept. A [`ClientError::Transport`] means another try.
    async fn create(&self, event: &Unstructured) -> Result<(), ClientError>;

    /// What changes in an event that was created.
    ///
    /// # Errors
    /// As [`EventSink::create`]; `NotFound` where there is no such event any more, which is then created anew.
    async fn patch(&self, namespace: &str, name: &str, patch: &Patch) -> Result<(), ClientError>;
}

/// Keeps events on a server.
#[derive(Clone, Debug)]
pub struct ApiEventSink {
    client: Client,
    api: EventApi,
}

impl ApiEventSink {
    /// Writes events of one API.
    pub fn new(client: Client, api: EventApi) -> Self {
        Self { client, api }
    }

    fn events(&self, namespace: &str) -> DynamicApi {
        DynamicApi::namespaced(self.client.clone(), self.api.gvr(), namespace)
    }
}

#[async_trait]
impl EventSink for ApiEventSink {
    async fn create(&self, event: &Unstructured) -> Result<(), ClientError> {
        self.events(&event.metadata.namespace).create_unread(event, &CreateOptions::default()).await
    }

    async fn patch(&self, namespace: &str, name: &str, patch: &Patch) -> Result<(), ClientError> {
        self.events(namespace).patch(name, "", patch, &PatchOptions::default()).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::Fake;

    #[tokio::test]
    async fn servers_have_one_api_or_both() {
        let fake = Fake::script([Fake::json(200, r#"{"kind":"APIResourceList"}"#), Fake::json(404, "{}")]);
        let client = Client::new(fake.clone());
        assert_eq!(EventApi::preferred(&client).await, EventApi::Events);
        assert_eq!(EventApi::preferred(&client).await, EventApi::Core);
        assert_eq!(fake.lines()[0], "GET /apis/events.k8s.io/v1");
    }
}
