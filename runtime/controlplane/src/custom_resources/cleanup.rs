//! Removing the objects of a definition that is being deleted. Follows apiextensions
//! pkg/controller/finalizer/crd_finalizer.go.

use std::{collections::BTreeSet, time::Duration};

use kubeforge_api::apiextensions::v1::{
    CUSTOM_RESOURCE_CLEANUP_FINALIZER, ConditionStatus, CustomResourceDefinition, CustomResourceDefinitionCondition,
    ESTABLISHED, TERMINATING,
};
use kubeforge_apiserver::GenericServer;
use kubeforge_client::{Api, Client, ClientError, dynamic::DynamicApi};
use kubeforge_extensions::{check::is_true, conditions};
use kubeforge_machinery::{
    Time,
    meta::v1::{DeleteOptions, GetOptions, ListOptions, UpdateOptions},
};
use kubeforge_storage::storage::{Change, ListRequest, Preconditions};

use super::resource;

/// How often it is looked whether all objects are gone, and for how long before that is told.
const POLL: Duration = Duration::from_millis(200);
const POLLS_MAX: usize = 300;

/// Removes the objects of a definition, then lets it go. Tried again until it succeeds or the definition is gone.
pub(super) async fn run(server: &GenericServer, client: &Client, name: &str) {
    let api = Api::<CustomResourceDefinition>::all(client.clone());
    loop {
        match attempt(server, client, &api, name).await {
            Ok(()) => return,
            Err(ClientError::Api(err)) if err.is_not_found() => return,
            Err(ClientError::Api(err)) if err.is_conflict() => {}
            Err(err) => tracing::warn!(%err, name, "cannot remove the objects of a custom resource definition"),
        }
        tokio::time::sleep(POLL).await;
    }
}

fn condition(status: ConditionStatus, reason: &str, message: &str) -> CustomResourceDefinitionCondition {
    conditions::condition(TERMINATING, status, reason, message)
}

async fn attempt(
    server: &GenericServer,
    client: &Client,
    api: &Api<CustomResourceDefinition>,
    name: &str,
) -> Result<(), ClientError> {
    let mut definition = api.get(name, &GetOptions::default()).await?;
    if definition.metadata.deletion_timestamp.is_none() {
        return Ok(());
    }
    let begun =
        condition(ConditionStatus::True, "InstanceDeletionInProgress", "CustomResource deletion is in progress");
    conditions::set(&mut definition, begun, Time::now());
    let mut definition = api.update_status(&definition, &UpdateOptions::default()).await?;
    let ended = if is_true(&definition, ESTABLISHED) {
        remove_all(server, client, &definition).await
    } else {
        Ok(condition(ConditionStatus::False, "NeverEstablished", "resource was never established"))
    };
    let (ended, is_done) = match ended {
        Ok(ended) => (ended, true),
        Err(ended) => (ended, false),
    };
    conditions::set(&mut definition, ended, Time::now());
    if is_done {
        definition.metadata.finalizers.retain(|finalizer| finalizer != CUSTOM_RESOURCE_CLEANUP_FINALIZER);
    }
    api.update_status(&definition, &UpdateOptions::default()).await?;
    if is_done { Ok(()) } else { Box::pin(attempt(server, client, api, name)).await }
}

/// Removes all objects. The condition says how that ended; an error is one that is tried again.
async fn remove_all(
    server: &GenericServer,
    client: &Client,
    definition: &CustomResourceDefinition,
) -> Result<CustomResourceDefinitionCondition, CustomResourceDefinitionCondition> {
    let failed = |reason: &str, message: String| condition(ConditionStatus::True, reason, &message);
    let (group, plural) = (&definition.spec.group, &definition.status.accepted_names.plural);
    let served = definition.spec.versions.iter().find(|version| version.served).and_then(|version| {
        server.registry().find(group, &version.name, plural).map(|scope| std::sync::Arc::clone(&scope))
    });
    let is_served = served.is_some();
    let scope = served.or_else(|| resource::serve_stored(definition, server.scopes()));
    let Some((scope, storage)) = scope.and_then(|scope| scope.storage.clone().map(|storage| (scope, storage))) else {
        return Ok(condition(ConditionStatus::False, "InstanceDeletionCompleted", "removed all instances"));
    };
    let could_not_list =
        |err: &dyn std::fmt::Display| failed("InstanceDeletionFailed", format!("could not list instances: {err}"));
    let found = storage.list(ListRequest::default()).await.map_err(|err| could_not_list(&err))?;
    if is_served {
        let namespaces: BTreeSet<String> = found.items.iter().map(|entry| entry.key().namespace.clone()).collect();
        for namespace in namespaces {
            let objects = if scope.namespaced() {
                DynamicApi::namespaced(client.clone(), scope.gvr.clone(), &namespace)
            } else {
                DynamicApi::all(client.clone(), scope.gvr.clone())
            };
            let deleted = objects.delete_collection(&DeleteOptions::default(), &ListOptions::default()).await;
            deleted.map_err(|err| failed("InstanceDeletionFailed", format!("could not issue all deletes: {err}")))?;
        }
    } else {
        // no client can reach these, so nobody who holds them can be asked either
        for entry in &found.items {
            let removed = storage
                .update(
                    entry.key(),
                    &Preconditions::default(),
                    Box::new(|current| {
                        Box::pin(async move {
                            match current.map(|entry| entry.object()) {
                                Some(Ok(object)) => Ok(Change::Delete(object)),
                                Some(Err(_)) | None => Ok(Change::Keep),
                            }
                        })
                    }),
                )
                .await;
            removed.map_err(|err| failed("InstanceDeletionFailed", format!("could not issue all deletes: {err}")))?;
        }
        storage.close();
        return Ok(condition(ConditionStatus::False, "InstanceDeletionCompleted", "removed all instances"));
    }
    for _ in 0..POLLS_MAX {
        let left = storage.list(ListRequest::default()).await.map_err(|err| could_not_list(&err))?;
        if left.items.is_empty() {
            return Ok(condition(ConditionStatus::False, "InstanceDeletionCompleted", "removed all instances"));
        }
        tokio::time::sleep(POLL).await;
    }
    let message = "could not confirm zero CustomResources remaining: timed out waiting for the condition";
    Err(failed("InstanceDeletionCheck", message.to_owned()))
}
