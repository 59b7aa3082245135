//! What a server serves, kept.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::{
    Discovery, DiskCache,
    load::{Known, load},
};
use crate::{client::Client, error::ClientError};

/// Keeps what a server serves, in memory and where wanted on disk (client-go's memory and disk caches).
#[derive(Debug)]
pub struct DiscoveryCache {
    client: Client,
    disk: Option<DiskCache>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    discovery: Option<Arc<Discovery>>,
    /// The server said it to this process, after the last time that somebody wanted it so.
    is_fresh: bool,
    /// What is on disk is too old, whatever its time.
    is_invalidated: bool,
    known: Known,
}

impl DiscoveryCache {
    /// Keeps it in memory.
    pub fn new(client: Client) -> Self {
        Self { client, disk: None, state: Mutex::default() }
    }

    /// Keeps it in memory and on disk, where other processes find it.
    pub fn on_disk(client: Client, disk: DiskCache) -> Self {
        Self { disk: Some(disk), ..Self::new(client) }
    }

    /// The client that asks.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// What the server serves: from memory, else from disk, else from the server.
    ///
    /// # Errors
    /// Where the server must be asked and doesn't answer.
    pub async fn get(&self) -> Result<Arc<Discovery>, ClientError> {
        let mut state = self.state.lock().await;
        if let Some(discovery) = &state.discovery {
            return Ok(discovery.clone());
        }
        if let Some(disk) = self.disk.as_ref().filter(|_| !state.is_invalidated)
            && let Some(found) = disk.read().await
        {
            let found = Arc::new(found);
            (state.discovery, state.is_fresh) = (Some(found.clone()), false);
            return Ok(found);
        }
        let loaded = Arc::new(load(&self.client, &mut state.known).await?);
        if let Some(disk) = &self.disk {
            disk.write(&loaded).await;
        }
        (state.discovery, state.is_fresh) = (Some(loaded.clone()), true);
        Ok(loaded)
    }

    /// Whether the server itself said what is kept, to this process: asking it again would tell nothing that it didn't know
    /// a moment ago. `false` where what is kept is from disk.
    pub async fn is_fresh(&self) -> bool {
        let state = self.state.lock().await;
        state.is_fresh || state.discovery.is_none()
    }

    /// Forgets what is kept: the server is asked next time. What it said is remembered only to not be sent again where it is
    /// still so.
    pub async fn invalidate(&self) {
        let mut state = self.state.lock().await;
        (state.discovery, state.is_fresh, state.is_invalidated) = (None, false, true);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::transport::Fake;

    const NOTHING: &str = r#"{"kind":"APIGroupDiscoveryList","items":[]}"#;
    const CORE: &str = r#"{"kind":"APIGroupDiscoveryList","items":[{"metadata":{},"versions":[{"version":"v1","resources":[
        {"resource":"pods","responseKind":{"group":"","version":"v1","kind":"Pod"},"scope":"Namespaced","singularResource":"pod","verbs":["get"],
         "shortNames":["po"],"subresources":[{"subresource":"eviction","responseKind":{"group":"policy","version":"v1","kind":"Eviction"},"verbs":["create"]}]}]}]}]}"#;

    fn fake() -> Fake {
        Fake::new(|request| Ok(Fake::json(200, if request.uri().path() == "/api" { CORE } else { NOTHING })))
    }

    #[tokio::test]
    async fn the_server_is_asked_once_until_that_is_too_old() {
        let fake = fake();
        let cache = DiscoveryCache::new(Client::new(fake.clone()));
        for _ in 0..2 {
            assert!(cache.get().await.unwrap().find("po").is_some());
        }
        assert!(cache.is_fresh().await);
        assert_eq!(fake.lines().len(), 2);
        cache.invalidate().await;
        cache.get().await.unwrap();
        assert_eq!(fake.lines().len(), 4);
    }

    #[tokio::test]
    async fn processes_share_a_disk() {
        let (fake, dir) = (fake(), tempfile::tempdir().unwrap());
        let cache = |ttl: u64| {
            let disk = DiskCache::for_server(dir.path(), "https://x:6443").with_ttl(Duration::from_secs(ttl));
            DiscoveryCache::on_disk(Client::new(fake.clone()), disk)
        };
        let loaded = cache(60).get().await.unwrap();
        let other = cache(60);
        assert_eq!(other.get().await.unwrap(), loaded);
        assert_eq!((other.is_fresh().await, fake.lines().len()), (false, 2));
        other.invalidate().await;
        other.get().await.unwrap();
        assert_eq!((other.is_fresh().await, fake.lines().len()), (true, 4));
        cache(0).get().await.unwrap();
        assert_eq!(fake.lines().len(), 6, "what is on disk is too old");
    }
}
