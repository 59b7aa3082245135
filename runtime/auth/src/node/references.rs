//! The objects that a pod or volume refers to by name.

use kubeforge_api::core::v1::{EnvFromSource, EnvVar, PersistentVolume, Pod, PodSpec, SecretReference, Volume};

/// The environment of each of a pod's containers, of all kinds.
fn environments(spec: &PodSpec) -> impl Iterator<Item = (&[EnvVar], &[EnvFromSource])> {
    let containers = spec.init_containers.iter().chain(&spec.containers);
    let ephemeral = spec.ephemeral_containers.iter().map(|container| &container.ephemeral_container_common);
    containers
        .map(|container| (container.env.as_slice(), container.env_from.as_slice()))
        .chain(ephemeral.map(|container| (container.env.as_slice(), container.env_from.as_slice())))
}

/// The secrets that a pod uses.
pub fn secrets(spec: &PodSpec) -> Vec<&str> {
    let mut names: Vec<&str> = spec.image_pull_secrets.iter().map(|secret| secret.name.as_str()).collect();
    for (env, sources) in environments(spec) {
        let of_sources = sources.iter().filter_map(|source| source.secret_ref.as_ref());
        names.extend(of_sources.map(|secret| secret.local_object_reference.name.as_str()));
        let of_variables = env.iter().filter_map(|variable| variable.value_from.as_ref()?.secret_key_ref.as_ref());
        names.extend(of_variables.map(|secret| secret.local_object_reference.name.as_str()));
    }
    spec.volumes.iter().for_each(|volume| secrets_of_volume(volume, &mut names));
    names
}

fn secrets_of_volume<'a>(volume: &'a Volume, names: &mut Vec<&'a str>) {
    let source = &volume.volume_source;
    names.extend(source.secret.iter().map(|secret| secret.secret_name.as_str()));
    names.extend(source.azure_file.iter().map(|share| share.secret_name.as_str()));
    let projected = source.projected.iter().flat_map(|projected| &projected.sources);
    names.extend(
        projected.filter_map(|part| part.secret.as_ref()).map(|secret| secret.local_object_reference.name.as_str()),
    );
    let drivers = [
        source.ceph_fs.as_ref().and_then(|it| it.secret_ref.as_ref()),
        source.cinder.as_ref().and_then(|it| it.secret_ref.as_ref()),
        source.flex_volume.as_ref().and_then(|it| it.secret_ref.as_ref()),
        source.rbd.as_ref().and_then(|it| it.secret_ref.as_ref()),
        source.scale_io.as_ref().and_then(|it| it.secret_ref.as_ref()),
        source.iscsi.as_ref().and_then(|it| it.secret_ref.as_ref()),
        source.storage_os.as_ref().and_then(|it| it.secret_ref.as_ref()),
        source.csi.as_ref().and_then(|it| it.node_publish_secret_ref.as_ref()),
    ];
    names.extend(drivers.into_iter().flatten().map(|secret| secret.name.as_str()));
}

/// The config maps that a pod uses.
pub fn config_maps(spec: &PodSpec) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for (env, sources) in environments(spec) {
        let of_sources = sources.iter().filter_map(|source| source.config_map_ref.as_ref());
        names.extend(of_sources.map(|map| map.local_object_reference.name.as_str()));
        let of_variables = env.iter().filter_map(|variable| variable.value_from.as_ref()?.config_map_key_ref.as_ref());
        names.extend(of_variables.map(|map| map.local_object_reference.name.as_str()));
    }
    for volume in &spec.volumes {
        let source = &volume.volume_source;
        names.extend(source.config_map.iter().map(|map| map.local_object_reference.name.as_str()));
        let projected = source.projected.iter().flat_map(|projected| &projected.sources);
        names.extend(
            projected.filter_map(|part| part.config_map.as_ref()).map(|map| map.local_object_reference.name.as_str()),
        );
    }
    names
}

/// The claims of volumes that a pod uses; those made for it are named after it.
pub fn volume_claims(pod: &Pod) -> Vec<String> {
    pod.spec
        .volumes
        .iter()
        .filter_map(|volume| {
            let source = &volume.volume_source;
            match (&source.persistent_volume_claim, &source.ephemeral) {
                (Some(claim), _) => Some(claim.claim_name.clone()),
                (None, Some(_)) => Some(format!("{}-{}", pod.metadata.name, volume.name)),
                (None, None) => None,
            }
        })
        .collect()
}

/// The claims of devices that a pod uses, as far as they have been made.
pub fn resource_claims(pod: &Pod) -> Vec<&str> {
    let made = |name: &str| {
        let status = pod.status.resource_claim_statuses.iter().find(|status| status.name == name)?;
        status.resource_claim_name.as_deref()
    };
    let claims = pod.spec.resource_claims.iter().filter_map(|claim| match &claim.resource_claim_name {
        Some(name) => Some(name.as_str()),
        None => made(&claim.name),
    });
    let extended = pod.status.extended_resource_claim_status.iter().map(|status| status.resource_claim_name.as_str());
    claims.chain(extended).filter(|name| !name.is_empty()).collect()
}

/// The secrets, by namespace and name, that a kubelet needs to mount a volume.
pub fn volume_secrets(volume: &PersistentVolume) -> Vec<(String, String)> {
    let source = &volume.spec.persistent_volume_source;
    let claimed_in = volume.spec.claim_ref.as_ref().map(|claim| claim.namespace.as_str()).unwrap_or_default();
    let mut found = Vec::new();
    if let Some(share) = &source.azure_file {
        let namespace = share.secret_namespace.as_deref().filter(|name| !name.is_empty()).unwrap_or(claimed_in);
        found.push((namespace.to_owned(), share.secret_name.clone()));
    }
    let csi = source.csi.as_ref();
    let references: [Option<&SecretReference>; 9] = [
        source.ceph_fs.as_ref().and_then(|it| it.secret_ref.as_deref()),
        source.cinder.as_ref().and_then(|it| it.secret_ref.as_deref()),
        source.flex_volume.as_ref().and_then(|it| it.secret_ref.as_deref()),
        source.rbd.as_ref().and_then(|it| it.secret_ref.as_deref()),
        source.scale_io.as_ref().and_then(|it| it.secret_ref.as_deref()),
        source.iscsi.as_ref().and_then(|it| it.secret_ref.as_deref()),
        csi.and_then(|it| it.node_stage_secret_ref.as_deref()),
        csi.and_then(|it| it.node_publish_secret_ref.as_deref()),
        csi.and_then(|it| it.node_expand_secret_ref.as_deref()),
    ];
    found.extend(references.into_iter().flatten().map(|secret| {
        let namespace = if secret.namespace.is_empty() { claimed_in } else { &secret.namespace };
        (namespace.to_owned(), secret.name.clone())
    }));
    let storage_os = source.storage_os.as_ref().and_then(|it| it.secret_ref.as_ref());
    found.extend(storage_os.map(|secret| (secret.namespace.clone(), secret.name.clone())));
    found
}
