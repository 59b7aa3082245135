//! An APIService for each group and version that definitions serve: made when the first does, removed with the last. Follows
//! pkg/controlplane/controller/crdregistration and kube-aggregator's autoregister.

use std::collections::BTreeSet;

use kubeforge_api::apiregistration::v1::{APIService, APIServiceSpec};
use kubeforge_client::{Api, Client, ClientError};
use kubeforge_machinery::meta::v1::{CreateOptions, DeleteOptions, ListOptions, ObjectMeta};

use crate::bootstrap::AUTOMANAGED;

/// Those that come and go with definitions; the built-in ones say `onstart`.
const MANAGED: &str = "true";

/// Where groups of custom resources stand: after all built-in ones.
const GROUP_PRIORITY: i32 = 1000;
const VERSION_PRIORITY: i32 = 100;

/// A group and one of its versions.
pub(super) type Version = (String, String);

/// Makes the APIServices of these groups and versions and removes those of others. What somebody made by hand is left alone.
///
/// # Errors
/// Where the server did not do it.
pub(super) async fn declare(client: &Client, versions: &BTreeSet<Version>) -> Result<(), ClientError> {
    let api = Api::<APIService>::all(client.clone());
    let options = ListOptions { label_selector: format!("{AUTOMANAGED}={MANAGED}"), ..ListOptions::default() };
    let made = api.list(&options).await?.items;
    let wanted = |service: &APIService| versions.contains(&(service.spec.group.clone(), service.spec.version.clone()));
    for service in made.iter().filter(|service| !wanted(service)) {
        match api.delete(&service.metadata.name, &DeleteOptions::default()).await {
            Err(ClientError::Api(err)) if err.is_not_found() => {}
            deleted => drop(deleted?),
        }
    }
    let is_made = |(group, version): &&Version| {
        made.iter().any(|service| service.spec.group == *group && service.spec.version == *version)
    };
    for (group, version) in versions.iter().filter(|version| !is_made(version)) {
        match api.create(&service(group, version), &CreateOptions::default()).await {
            Err(ClientError::Api(err)) if err.is_already_exists() => {}
            created => drop(created?),
        }
    }
    Ok(())
}

fn service(group: &str, version: &str) -> APIService {
    let labels = [(AUTOMANAGED.to_owned(), MANAGED.to_owned())].into();
    APIService {
        metadata: ObjectMeta { name: format!("{version}.{group}"), labels, ..ObjectMeta::default() },
        spec: APIServiceSpec {
            group: group.to_owned(),
            version: version.to_owned(),
            group_priority_minimum: GROUP_PRIORITY,
            version_priority: VERSION_PRIORITY,
            ..APIServiceSpec::default()
        },
        ..APIService::default()
    }
}
