//! ServiceAccount: every pod runs as a service account, and has its token mounted.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use kubeforge_api::core::v1::{
    ConfigMapProjection, Container, DownwardAPIProjection, DownwardAPIVolumeFile, EnvVar, KeyToPath,
    LocalObjectReference, ObjectFieldSelector, Pod, ProjectedVolumeSource, ServiceAccount,
    ServiceAccountTokenProjection, Volume, VolumeMount, VolumeProjection,
};
use kubeforge_apiserver::{
    admission::{Admission, Attributes, Operation},
    names,
};
use kubeforge_machinery::{GroupResource, Object, status::ApiError};
use kubeforge_storage::storage::ReadAt;

use super::{look_up, typed};
use kubeforge_auth::node::references;

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
        matches!(operation, Operation::Create | Operation::Update)
    }

    async fn mutate(&self, attributes: &Attributes<'_>, object: Option<&mut dyn Object>) -> Result<(), ApiError> {
        let Some(pod) = object.and_then(|object| object.downcast_mut::<Pod>()) else { return Ok(()) };
        if attributes.operation != Operation::Create || !attributes.subresource.is_empty() {
            return check(attributes, pod).await;
        }
        if is_mirror(pod) {
            return check(attributes, pod).await;
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
        check_secrets(attributes, pod, &account)
    }

    async fn validate(&self, attributes: &Attributes<'_>, object: Option<&dyn Object>) -> Result<(), ApiError> {
        match object.and_then(|object| object.downcast_ref::<Pod>()) {
            Some(pod) => check(attributes, pod).await,
            None => Ok(()),
        }
    }
}

fn is_mirror(pod: &Pod) -> bool {
    pod.metadata.annotations.contains_key(MIRROR_ANNOTATION)
}

/// Whether a pod may refer to what it refers to. Other plugins may have changed it since the account was chosen.
async fn check(attributes: &Attributes<'_>, pod: &Pod) -> Result<(), ApiError> {
    let refuse = |text: &str| Err(ApiError::forbidden(&PODS, attributes.name, text));
    match (attributes.operation, attributes.subresource) {
        (Operation::Create, "") => {}
        (Operation::Update, "ephemeralcontainers") => {
            let account = find(attributes, &pod.spec.service_account_name).await?;
            return match enforced(&account).then(|| ephemeral_secret(pod, &account)).flatten() {
                Some(text) => refuse(&text),
                None => Ok(()),
            };
        }
        _ => return Ok(()),
    }
    if is_mirror(pod) {
        if !pod.spec.service_account_name.is_empty() {
            return refuse("a mirror pod may not reference service accounts");
        }
        if !references::secrets(&pod.spec).is_empty() {
            return refuse("a mirror pod may not reference secrets");
        }
        let projected = pod.spec.volumes.iter().filter_map(|volume| volume.volume_source.projected.as_ref());
        if projected.flat_map(|projected| &projected.sources).any(|source| source.service_account_token.is_some()) {
            return refuse("a mirror pod may not use ServiceAccountToken volume projections");
        }
        return Ok(());
    }
    if pod.spec.service_account_name.is_empty() {
        let (namespace, name) = (attributes.namespace, attributes.name);
        return refuse(&format!("no service account specified for pod {namespace}/{name}"));
    }
    let account = find(attributes, &pod.spec.service_account_name).await?;
    check_secrets(attributes, pod, &account)
}

fn check_secrets(attributes: &Attributes<'_>, pod: &Pod, account: &ServiceAccount) -> Result<(), ApiError> {
    match enforced(account).then(|| foreign_secret(pod, account)).flatten() {
        Some(text) => Err(ApiError::forbidden(&PODS, attributes.name, text)),
        None => Ok(()),
    }
}

/// Whether the account's pods may use no other secrets than those that it names.
fn enforced(account: &ServiceAccount) -> bool {
    let value = account.metadata.annotations.get("kubernetes.io/enforce-mountable-secrets").map(String::as_str);
    matches!(value, Some("1" | "t" | "T" | "true" | "TRUE" | "True"))
}

/// The first variable with a secret that the account does not name, in words.
fn secret_in_environment(what: &str, container: &str, env: &[EnvVar], account: &ServiceAccount) -> Option<String> {
    env.iter().find_map(|variable| {
        let secret = &variable.value_from.as_ref()?.secret_key_ref.as_ref()?.local_object_reference.name;
        (!names_secret(account, secret)).then(|| {
            format!(
                "{what} {container} with envVar {} referencing secret.secretName=\"{secret}\" is not allowed because \
                 service account {} does not reference that secret",
                variable.name, account.metadata.name
            )
        })
    })
}

fn names_secret(account: &ServiceAccount, secret: &str) -> bool {
    account.secrets.iter().any(|named| named.name == secret)
}

fn ephemeral_secret(pod: &Pod, account: &ServiceAccount) -> Option<String> {
    pod.spec.ephemeral_containers.iter().find_map(|container| {
        let container = &container.ephemeral_container_common;
        secret_in_environment("ephemeral container", &container.name, &container.env, account)
    })
}

/// The first secret that the account does not name, in words.
fn foreign_secret(pod: &Pod, account: &ServiceAccount) -> Option<String> {
    let name = &account.metadata.name;
    let volumes = pod.spec.volumes.iter().filter_map(|volume| volume.volume_source.secret.as_ref());
    let in_volume = volumes.map(|secret| &secret.secret_name).find(|secret| !names_secret(account, secret));
    if let Some(secret) = in_volume {
        return Some(format!(
            "volume with secret.secretName=\"{secret}\" is not allowed because service account {name} does not \
             reference that secret"
        ));
    }
    let of = |what, containers: &[Container]| {
        containers.iter().find_map(|container| secret_in_environment(what, &container.name, &container.env, account))
    };
    let in_environment =
        of("init container", &pod.spec.init_containers).or_else(|| of("container", &pod.spec.containers));
    if in_environment.is_some() {
        return in_environment;
    }
    let mut pulls = pod.spec.image_pull_secrets.iter().enumerate();
    pulls.find(|(_, secret)| !account.image_pull_secrets.contains(secret)).map(|(at, secret)| {
        format!(
            "imagePullSecrets[{at}].name=\"{}\" is not allowed because service account {name} does not reference that \
             imagePullSecret",
            secret.name
        )
    })
}

async fn find(attributes: &Attributes<'_>, name: &str) -> Result<Arc<ServiceAccount>, ApiError> {
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
    volume.volume_source.projected = Some(Box::new(ProjectedVolumeSource {
        sources: [token, ca, namespace].into(),
        default_mode: Some(TOKEN_MODE),
    }));
    volume
}
