//! Objects that tokens are bound to, as the server has them.

use std::sync::Arc;

use kubeforge_apiserver::{
    errors::{self, Target},
    registry::Registry,
};
use kubeforge_machinery::{GroupResource, Object, status::ApiError};
use kubeforge_storage::storage::{ObjectKey, ReadAt, Storage, StorageError};

pub(super) const ACCOUNTS: GroupResource = GroupResource::new("", "serviceaccounts");
pub(super) const PODS: GroupResource = GroupResource::new("", "pods");
pub(super) const SECRETS: GroupResource = GroupResource::new("", "secrets");
pub(super) const NODES: GroupResource = GroupResource::new("", "nodes");

/// The storages of the kinds that tokens are bound to.
pub(super) struct Live {
    storages: Vec<(GroupResource, Arc<dyn Storage>)>,
}

impl Live {
    pub(super) fn new(registry: &Registry) -> Self {
        let storage = |resource: &GroupResource| registry.resource(resource).and_then(|scope| scope.storage.clone());
        let storages = [ACCOUNTS, PODS, SECRETS, NODES]
            .into_iter()
            .filter_map(|resource| storage(&resource).map(|storage| (resource, storage)));
        Self { storages: storages.collect() }
    }

    /// An object: as it is at hand, or where there is none, as the store has it.
    pub(super) async fn get<T: Object>(
        &self,
        resource: &GroupResource,
        namespace: &str,
        name: &str,
    ) -> Result<Box<T>, ApiError> {
        let missing = || ApiError::not_found(resource, name);
        let (_, storage) = self.storages.iter().find(|(known, _)| known == resource).ok_or_else(missing)?;
        let failed = |error: StorageError| errors::from_storage(error, Target { resource, name, prefix: "" });
        let key = ObjectKey { namespace: namespace.to_owned(), name: name.to_owned() };
        let entry = match storage.get(&key, ReadAt::Any).await {
            Err(StorageError::NotFound(_)) => storage.get(&key, ReadAt::Latest).await,
            found => found,
        };
        entry.and_then(|entry| entry.object()).map_err(failed)?.downcast::<T>().map_err(|_| missing())
    }
}
