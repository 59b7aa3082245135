//! The roles and bindings that every cluster has, made or brought up to date.

use std::collections::HashMap;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use kubeforge_api::rbac::v1::{ClusterRole, ClusterRoleBinding, Role, RoleBinding};
use kubeforge_auth::policy::{self, Reconciled, reconcile_binding, reconcile_role};
use kubeforge_client::{Api, Client, ClientError};
use kubeforge_machinery::{
    Resource,
    meta::v1::{CreateOptions, DeleteOptions, ListOptions, UpdateOptions},
};

/// So many objects are written at once: the store then makes one sync for many of them.
const AT_ONCE: usize = 64;

/// Makes what is missing and adds what is missing in what is there, unless an annotation forbids it.
///
/// # Errors
/// The first request's that fails.
pub(super) async fn run(client: &Client) -> Result<(), ClientError> {
    let cluster_roles = Api::<ClusterRole>::all(client.clone()).list(&ListOptions::default()).await?.items;
    write(client, cluster_roles, policy::cluster_roles(), reconcile_role).await?;
    let bindings = Api::<ClusterRoleBinding>::all(client.clone()).list(&ListOptions::default()).await?.items;
    write(client, bindings, policy::cluster_role_bindings(), reconcile_binding).await?;
    let roles = Api::<Role>::all(client.clone()).list(&ListOptions::default()).await?.items;
    write(client, roles, policy::roles(), reconcile_role).await?;
    let bindings = Api::<RoleBinding>::all(client.clone()).list(&ListOptions::default()).await?.items;
    write(client, bindings, policy::role_bindings(), reconcile_binding).await
}

async fn write<K: Resource + Clone>(
    client: &Client,
    existing: Vec<K>,
    expected: Vec<K>,
    reconcile: fn(&K, K) -> Reconciled<K>,
) -> Result<(), ClientError> {
    let key = |object: &K| (object.object_meta().namespace.clone(), object.object_meta().name.clone());
    let existing: HashMap<_, K> = existing.into_iter().map(|object| (key(&object), object)).collect();
    let writes = expected.into_iter().map(|object| {
        let found = existing.get(&key(&object));
        let todo = found.map(|found| reconcile(found, object.clone()));
        one(client, object, todo)
    });
    stream::iter(writes).buffer_unordered(AT_ONCE).try_collect().await
}

async fn one<K: Resource + Clone>(
    client: &Client,
    expected: K,
    todo: Option<Reconciled<K>>,
) -> Result<(), ClientError> {
    let api = Api::<K>::namespaced(client.clone(), &expected.object_meta().namespace);
    let written = match todo {
        Some(Reconciled::Fine) => return Ok(()),
        Some(Reconciled::Update(changed)) => api.update(&changed, &UpdateOptions::default()).await,
        Some(Reconciled::Replace) => {
            api.delete(&expected.object_meta().name, &DeleteOptions::default()).await?;
            api.create(&expected, &CreateOptions::default()).await
        }
        None => api.create(&expected, &CreateOptions::default()).await,
    };
    match written {
        // another server of the same store was faster
        Err(ClientError::Api(error)) if error.is_already_exists() || error.is_conflict() => Ok(()),
        other => other.map(drop),
    }
}
