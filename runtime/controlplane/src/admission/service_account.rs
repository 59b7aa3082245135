//! ServiceAccount: every pod runs as a service account, and has its token mounted.

use std::time::Duration;

use async_trait::async_trait;
use kubeforge_api::core::v1::{
    ConfigMapProjection, Container, DownwardAPIProjection, DownwardAPIVolumeFile, KeyToPath, LocalObjectReference,
    ObjectFieldSelector, Pod, ProjectedVolumeSource, ServiceAccount, ServiceAccountTokenProjection, Volume,
    VolumeMount, VolumeProjection,
};
use kubeforge_apiserver::{
    admission::{Admission, Attributes, Operation},
    names,
};
use kubeforge_machinery::{GroupResource, Object, status::ApiError};
use kubeforge_storage::storage::ReadAt;

use super::{is_resource, look_up, typed};

const ACCOUNTS: GroupResource = GroupResource::new("", "serviceaccounts");
const PODS: GroupResource = GroupResource::new("", "pods");
const DEFAULT_ACCOUNT: &str = "default";
const MOUNT_PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
const VOLUME_PREFIX: &str = "kube-api-access-";
const MIRROR_ANNOTATION: &str = "kubernetes.io/config.mirror";
const TOKEN_MODE: i32 = 0o644;
/// An hour and seven seconds: kubelets see that the API server may extend it.
const TOKEN_SECONDS: i64 = 3607;
/// A namespace's account is made shortly after the namespace, so an absent one is looked for a few times.
const ATTEMPTS: u32 = 10;
const ATTEMPT_INTERVAL: Duration = Duration::from_millis(100);

pub(super) struct ServiceAccountPlugin;

#[async_trait]
impl Admission for ServiceAccountPlugin {
    fn name(&self) -> &'static str {
        "ServiceAccount"
    }

    fn handles(&self, operation: Operation) -> bool {
        operation == Operation::Create
    }

    async fn mutate(&self, attributes: &Attributes<'_>, object: Option<&mut dyn Object>) -> Result<(), ApiError> {
        if !is_resource(attributes, "", "pods") {
            return Ok(());
        }
        let Some(pod) = object.and_then(|object| object.downcast_mut::<Pod>()) else { return Ok(()) };
        if pod.metadata.annotations.contains_key(MIRROR_ANNOTATION) {
            return if pod.spec.service_account_name.is_empty() {
                Ok(())
            } else {
                Err(ApiError::forbidden(&PODS, attributes.name, "a mirror pod may not reference service accounts"))
            };
        }
        if pod.spec.service_account_name.is_empty() {
            pod.spec.service_account_name = DEFAULT_ACCOUNT.to_owned();
        }
        pod.spec.deprecated_service_account.clone_from(&pod.spec.service_account_name);
        let account = find(attributes, &pod.spec.service_account_name).await?;
        let automount = pod.spec.automount_service_account_token.or(account.automount_service_account_token);
        if automount != Some(false) {
            mount_token(&mut pod.spec);
        }
        if pod.spec.image_pull_secrets.is_empty() {
            pod.spec.image_pull_secrets.clone_from(&account.image_pull_secrets);
        }
        Ok(())
    }
}

async fn find(attributes: &Attributes<'_>, name: &str) -> Result<Box<ServiceAccount>, ApiError> {
    let failed = |err| super::storage_error(err, &ACCOUNTS, name);
    let mut at = ReadAt::Any;
    for attempt in 0..ATTEMPTS {
        if let Some(entry) = look_up(attributes.ctx, &ACCOUNTS, attributes.namespace, name, at).await.map_err(failed)?
            && let Some(account) = typed::<ServiceAccount>(&entry).map_err(failed)?
        {
            return Ok(account);
        }
        if attempt > 0 && name != DEFAULT_ACCOUNT {
            break;
        }
        at = ReadAt::Latest;
        tokio::time::sleep(ATTEMPT_INTERVAL).await;
    }
    let text =
        format!("error looking up service account {}/{name}: serviceaccount {name:?} not found", attributes.namespace);
    Err(ApiError::forbidden(&PODS, attributes.name, &text))
}

/// Gives each container that mounts nothing there a view of the token, the CA and the namespace.
fn mount_token(spec: &mut kubeforge_api::core::v1::PodSpec) {
    let existing = spec.volumes.iter().find(|volume| is_token_volume(volume)).map(|volume| volume.name.clone());
    let name = existing.clone().unwrap_or_else(|| names::generate(VOLUME_PREFIX));
    let mut needed = false;
    for container in spec.containers.iter_mut().chain(&mut spec.init_containers) {
        needed |= mount(container, &name);
    }
    if needed && existing.is_none() {
        spec.volumes.push(token_volume(name));
    }
}

fn mount(container: &mut Container, volume: &str) -> bool {
    if container.volume_mounts.iter().any(|mount| mount.mount_path == MOUNT_PATH) {
        return false;
    }
    container.volume_mounts.push(VolumeMount {
        name: volume.to_owned(),
        read_only: true,
        mount_path: MOUNT_PATH.to_owned(),
        ..VolumeMount::default()
    });
    true
}

fn is_token_volume(volume: &Volume) -> bool {
    volume.name.starts_with(VOLUME_PREFIX)
        && volume
            .volume_source
            .projected
            .as_ref()
            .is_some_and(|projected| projected.sources.iter().any(|source| source.service_account_token.is_some()))
}

fn token_volume(name: String) -> Volume {
    let token = VolumeProjection {
        service_account_token: Some(Box::new(ServiceAccountTokenProjection {
            path: "token".to_owned(),
            expiration_seconds: Some(TOKEN_SECONDS),
            ..ServiceAccountTokenProjection::default()
        })),
        ..VolumeProjection::default()
    };
    let ca = VolumeProjection {
        config_map: Some(Box::new(ConfigMapProjection {
            local_object_reference: LocalObjectReference { name: "kube-root-ca.crt".to_owned() },
            items: vec![KeyToPath { key: "ca.crt".to_owned(), path: "ca.crt".to_owned(), ..KeyToPath::default() }],
            ..ConfigMapProjection::default()
        })),
        ..VolumeProjection::default()
    };
    let namespace = VolumeProjection {
        downward_api: Some(DownwardAPIProjection {
            items: vec![DownwardAPIVolumeFile {
                path: "namespace".to_owned(),
                field_ref: Some(Box::new(ObjectFieldSelector {
                    api_version: "v1".to_owned(),
                    field_path: "metadata.namespace".to_owned(),
                })),
                ..DownwardAPIVolumeFile::default()
            }],
        }),
        ..VolumeProjection::default()
    };
    let mut volume = Volume { name, ..Volume::default() };
    volume.volume_source.projected =
        Some(Box::new(ProjectedVolumeSource { sources: vec![token, ca, namespace], default_mode: Some(TOKEN_MODE) }));
    volume
}
