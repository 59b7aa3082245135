//! Which API servers are alive: each keeps a key with its address, which expires unless it is written again.
//!
//! Follows pkg/controlplane/reconcilers/lease.go, keys and values too, so that servers of both makes know each other.

use std::{net::IpAddr, sync::Arc, time::Duration};

use kubeforge_api::core::v1::{EndpointAddress, EndpointSubset, Endpoints};
use kubeforge_machinery::{ApiError, GroupVersionKind, Scheme, meta::v1::ObjectMeta};
use kubeforge_storage::{
    entry::Entry,
    key::Scope,
    kv::Kv,
    storage::{Change, ListRequest, ObjectKey, Preconditions, Storage, StorageError},
    store::{ObjectStore, StoreConfig},
};

/// A server that does not say anything for so long is gone (DefaultEndpointReconcilerTTL).
const TTL: Duration = Duration::from_secs(15);
const PREFIX: &str = "/masterleases";

/// The stored addresses.
#[derive(Clone)]
pub(super) struct ServerLeases(Arc<ObjectStore>);

impl std::fmt::Debug for ServerLeases {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServerLeases").finish_non_exhaustive()
    }
}

impl ServerLeases {
    /// Those in this store.
    pub(super) fn new(kv: Arc<dyn Kv>, scheme: Arc<Scheme>) -> Self {
        let kind = GroupVersionKind::new("", "v1", "Endpoints");
        let config = StoreConfig::new(scheme, kind, PREFIX, Scope::Cluster);
        Self(Arc::new(ObjectStore::new(kv, config)))
    }

    /// Says that the server at this address is alive.
    pub(super) async fn renew(&self, address: IpAddr) -> Result<(), StorageError> {
        let update = move |current: Option<Arc<Entry>>| {
            let lease = || -> Result<Change, ApiError> {
                let mut lease = match current {
                    Some(entry) => {
                        let object = entry.object().map_err(ApiError::internal_error)?;
                        object.downcast_ref::<Endpoints>().cloned().unwrap_or_default()
                    }
                    None => Endpoints::default(),
                };
                lease.subsets = vec![EndpointSubset {
                    addresses: vec![EndpointAddress { ip: address.to_string(), ..EndpointAddress::default() }],
                    ..EndpointSubset::default()
                }];
                // a value that is as it was would not be written, and would expire
                lease.metadata = ObjectMeta { generation: lease.metadata.generation + 1, ..lease.metadata };
                Ok(Change::PutWithTtl(Box::new(lease), TTL))
            };
            let change = lease();
            Box::pin(async move { change }) as futures::future::BoxFuture<'_, _>
        };
        self.0.update(&key(address), &Preconditions::default(), Box::new(update)).await.map(drop)
    }

    /// The addresses of the servers that are alive.
    pub(super) async fn addresses(&self) -> Result<Vec<String>, StorageError> {
        let mut addresses = Vec::new();
        for entry in self.0.list(ListRequest::default()).await?.items {
            let object = entry.object()?;
            let Some(lease) = object.downcast_ref::<Endpoints>() else { continue };
            let named = lease.subsets.iter().flat_map(|subset| &subset.addresses).map(|address| address.ip.clone());
            addresses.extend(named);
        }
        addresses.sort_unstable();
        addresses.dedup();
        Ok(addresses)
    }

    /// Says that the server at this address is gone.
    pub(super) async fn remove(&self, address: IpAddr) -> Result<(), StorageError> {
        let (key, always) = (key(address), Preconditions::default());
        let removed = self.0.update(
            &key,
            &always,
            Box::new(|current| {
                Box::pin(async move {
                    let Some(entry) = current else { return Ok(Change::Keep) };
                    entry.object().map(Change::Delete).map_err(ApiError::internal_error)
                })
            }),
        );
        match removed.await {
            Ok(_) | Err(StorageError::NotFound(_)) => Ok(()),
            Err(other) => Err(other),
        }
    }
}

fn key(address: IpAddr) -> ObjectKey {
    ObjectKey { namespace: String::new(), name: address.to_string() }
}
