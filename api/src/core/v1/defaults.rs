//! Defaults that the markers cannot say; they follow pkg/apis/core/v1/defaults.go with the feature gates as 1.36 sets them.
//!
//! The generator calls `default_<type>` on every value of the type, wherever it is, after the values inside it are done.

use kubeforge_machinery::IntOrString;

mod aliases;
mod image;
mod pod_resources;

use super::{
    CONFIG_MAP_VOLUME_SOURCE_DEFAULT_MODE, DEFAULT_CLIENT_IP_SERVICE_AFFINITY_SECONDS, DEFAULT_SCHEDULER_NAME,
    DEFAULT_TERMINATION_GRACE_PERIOD_SECONDS, DNSPolicy, DOWNWARD_API_VOLUME_SOURCE_DEFAULT_MODE, LABEL_METADATA_NAME,
    LimitType, LoadBalancerIPMode, PROJECTED_VOLUME_SOURCE_DEFAULT_MODE, SECRET_TYPE_OPAQUE,
    SECRET_VOLUME_SOURCE_DEFAULT_MODE, TERMINATION_MESSAGE_PATH_DEFAULT,
};
use super::{
    ConfigMapVolumeSource, Container, ContainerStatus, DownwardAPIVolumeSource, Endpoints, EphemeralContainer,
    HTTPGetAction, HostPathVolumeSource, LimitRangeItem, Namespace, NamespacePhase, NamespaceStatus, NodeSpec,
    NodeStatus, ObjectFieldSelector, PersistentVolume, PersistentVolumeClaim, PersistentVolumeClaimPhase,
    PersistentVolumeClaimSpec, PersistentVolumeClaimStatus, PersistentVolumeMode, PersistentVolumePhase,
    PersistentVolumeReclaimPolicy, Pod, PodSpec, PodStatus, PodTemplateSpec, Probe, ProjectedVolumeSource, Protocol,
    PullPolicy, ReplicationController, ResourceList, ResourceQuotaSpec, ResourceQuotaStatus, ResourceRequirements,
    RestartPolicy, Secret, SecretVolumeSource, Service, ServiceAccountTokenProjection, ServiceAffinity,
    ServiceExternalTrafficPolicy, ServiceInternalTrafficPolicy, ServiceType, TerminationMessagePolicy, URIScheme,
    Volume, VolumeResourceRequirements, VolumeSource,
};
/// What its containers leave open about resources, and what only a running pod needs.
pub fn default_pod(pod: &mut Pod) {
    aliases::drop_init_container_annotations(&mut pod.metadata.annotations);
    let spec = &mut pod.spec;
    for container in spec.containers.iter_mut().chain(&mut spec.init_containers) {
        pod_resources::request_what_is_limited(&mut container.resources);
    }
    pod_resources::default_pod_level(spec);
    spec.enable_service_links.get_or_insert(true);
    if spec.host_network {
        let ports = spec.containers.iter_mut().chain(&mut spec.init_containers).flat_map(|c| &mut c.ports);
        for port in ports.filter(|port| port.host_port == 0) {
            port.host_port = port.container_port;
        }
    }
}

/// A pod that lives for ever, looks names up in the cluster, and has half a minute to end.
pub fn default_pod_spec(spec: &mut PodSpec) {
    if spec.dns_policy.is_empty() {
        spec.dns_policy = DNSPolicy::ClusterFirst;
    }
    if spec.restart_policy.is_empty() {
        spec.restart_policy = RestartPolicy::Always;
    }
    spec.security_context.get_or_insert_default();
    spec.termination_grace_period_seconds.get_or_insert(DEFAULT_TERMINATION_GRACE_PERIOD_SECONDS);
    if spec.scheduler_name.is_empty() {
        spec.scheduler_name = DEFAULT_SCHEDULER_NAME.to_owned();
    }
    round_up(&mut spec.overhead);
    aliases::service_account(spec);
}

/// What only old clients send is dropped.
pub fn default_pod_template_spec(template: &mut PodTemplateSpec) {
    aliases::drop_init_container_annotations(&mut template.metadata.annotations);
}

/// How to pull the image, and where the container leaves its last words.
pub fn default_container(container: &mut Container) {
    if container.image_pull_policy.is_empty() {
        container.image_pull_policy = pull_policy(&container.image);
    }
    if container.termination_message_path.is_empty() {
        container.termination_message_path = TERMINATION_MESSAGE_PATH_DEFAULT.to_owned();
    }
    if container.termination_message_policy.is_empty() {
        container.termination_message_policy = TerminationMessagePolicy::File;
    }
}

/// As for a container.
pub fn default_ephemeral_container(container: &mut EphemeralContainer) {
    let common = &mut container.ephemeral_container_common;
    if common.image_pull_policy.is_empty() {
        common.image_pull_policy = pull_policy(&common.image);
    }
    if common.termination_message_path.is_empty() {
        common.termination_message_path = TERMINATION_MESSAGE_PATH_DEFAULT.to_owned();
    }
    if common.termination_message_policy.is_empty() {
        common.termination_message_policy = TerminationMessagePolicy::File;
    }
}

/// An image that may change under its name is pulled each time.
fn pull_policy(image: &str) -> PullPolicy {
    if image::is_latest(image) { PullPolicy::Always } else { PullPolicy::IfNotPresent }
}

/// Every ten seconds, with one second to answer; three failures in a row count, and one success.
pub fn default_probe(probe: &mut Probe) {
    for (field, value) in [
        (&mut probe.timeout_seconds, 1),
        (&mut probe.period_seconds, 10),
        (&mut probe.success_threshold, 1),
        (&mut probe.failure_threshold, 3),
    ] {
        if *field == 0 {
            *field = value;
        }
    }
}

/// The root path, over plain HTTP.
pub fn default_http_get_action(action: &mut HTTPGetAction) {
    if action.path.is_empty() {
        action.path = "/".to_owned();
    }
    if action.scheme.is_empty() {
        action.scheme = URIScheme::HTTP;
    }
}

/// The field is one of a v1 object.
pub fn default_object_field_selector(selector: &mut ObjectFieldSelector) {
    if selector.api_version.is_empty() {
        selector.api_version = "v1".to_owned();
    }
}

/// A volume that names no source is an empty directory.
pub fn default_volume(volume: &mut Volume) {
    let source = &mut volume.volume_source;
    if *source == VolumeSource::default() {
        source.empty_dir.get_or_insert_default();
    }
    if let Some(image) = &mut source.image
        && image.pull_policy.is_empty()
    {
        image.pull_policy = pull_policy(&image.reference);
    }
}

/// Nothing is checked before the path is mounted.
pub fn default_host_path_volume_source(source: &mut HostPathVolumeSource) {
    source.type_.get_or_insert_default();
}

/// Files that their owner may write and all may read.
pub fn default_secret_volume_source(source: &mut SecretVolumeSource) {
    source.default_mode.get_or_insert(SECRET_VOLUME_SOURCE_DEFAULT_MODE);
}

/// Files that their owner may write and all may read.
pub fn default_config_map_volume_source(source: &mut ConfigMapVolumeSource) {
    source.default_mode.get_or_insert(CONFIG_MAP_VOLUME_SOURCE_DEFAULT_MODE);
}

/// Files that their owner may write and all may read.
pub fn default_downward_api_volume_source(source: &mut DownwardAPIVolumeSource) {
    source.default_mode.get_or_insert(DOWNWARD_API_VOLUME_SOURCE_DEFAULT_MODE);
}

/// Files that their owner may write and all may read.
pub fn default_projected_volume_source(source: &mut ProjectedVolumeSource) {
    source.default_mode.get_or_insert(PROJECTED_VOLUME_SOURCE_DEFAULT_MODE);
}

/// A token that is good for an hour.
pub fn default_service_account_token_projection(projection: &mut ServiceAccountTokenProjection) {
    projection.expiration_seconds.get_or_insert(60 * 60);
}

/// A mounted file system that outlives its claim.
pub fn default_persistent_volume(volume: &mut PersistentVolume) {
    if volume.status.phase.is_empty() {
        volume.status.phase = PersistentVolumePhase::Pending;
    }
    let spec = &mut volume.spec;
    if spec.persistent_volume_reclaim_policy.is_empty() {
        spec.persistent_volume_reclaim_policy = PersistentVolumeReclaimPolicy::Retain;
    }
    spec.volume_mode.get_or_insert(PersistentVolumeMode::Filesystem);
    round_up(&mut spec.capacity);
}

/// Not bound yet.
pub fn default_persistent_volume_claim(claim: &mut PersistentVolumeClaim) {
    if claim.status.phase.is_empty() {
        claim.status.phase = PersistentVolumeClaimPhase::Pending;
    }
}

/// A mounted file system.
pub fn default_persistent_volume_claim_spec(spec: &mut PersistentVolumeClaimSpec) {
    spec.volume_mode.get_or_insert(PersistentVolumeMode::Filesystem);
}

/// One replica; selector and labels as the template's labels.
pub fn default_replication_controller(controller: &mut ReplicationController) {
    if let Some(template) = &controller.spec.template {
        let labels = &template.metadata.labels;
        if controller.spec.selector.is_empty() {
            controller.spec.selector = labels.clone();
        }
        if controller.metadata.labels.is_empty() {
            controller.metadata.labels = labels.clone();
        }
    }
    controller.spec.replicas.get_or_insert(1);
}

/// A virtual address inside the cluster whose ports lead to the same ports of the pods.
pub fn default_service(service: &mut Service) {
    let spec = &mut service.spec;
    if spec.session_affinity.is_empty() {
        spec.session_affinity = ServiceAffinity::None;
    }
    match spec.session_affinity {
        ServiceAffinity::None => spec.session_affinity_config = None,
        ServiceAffinity::ClientIP => {
            let client_ip = spec.session_affinity_config.get_or_insert_default().client_ip.get_or_insert_default();
            client_ip.timeout_seconds.get_or_insert(DEFAULT_CLIENT_IP_SERVICE_AFFINITY_SECONDS);
        }
        ServiceAffinity::Other(_) => {}
    }
    if spec.type_.is_empty() {
        spec.type_ = ServiceType::ClusterIP;
    }
    for port in &mut spec.ports {
        if port.target_port == IntOrString::Int(0) || port.target_port == IntOrString::String(String::new()) {
            port.target_port = IntOrString::Int(port.port);
        }
    }
    let (outside, balanced) = match spec.type_ {
        ServiceType::LoadBalancer => (true, true),
        ServiceType::NodePort => (true, false),
        ServiceType::ClusterIP => (!spec.external_ips.is_empty(), false),
        ServiceType::ExternalName | ServiceType::Other(_) => (false, false),
    };
    if outside && spec.external_traffic_policy.is_empty() {
        spec.external_traffic_policy = ServiceExternalTrafficPolicy::Cluster;
    }
    if matches!(spec.type_, ServiceType::NodePort | ServiceType::LoadBalancer | ServiceType::ClusterIP) {
        spec.internal_traffic_policy.get_or_insert(ServiceInternalTrafficPolicy::Cluster);
    }
    if balanced {
        spec.allocate_load_balancer_node_ports.get_or_insert(true);
        for ingress in service.status.load_balancer.ingress.iter_mut().filter(|ingress| !ingress.ip.is_empty()) {
            ingress.ip_mode.get_or_insert(LoadBalancerIPMode::VIP);
        }
    }
}

/// Ports are TCP's.
pub fn default_endpoints(endpoints: &mut Endpoints) {
    for port in endpoints.subsets.iter_mut().flat_map(|subset| &mut subset.ports) {
        if port.protocol.is_empty() {
            port.protocol = Protocol::TCP;
        }
    }
}

/// Bytes of no particular kind.
pub fn default_secret(secret: &mut Secret) {
    aliases::string_data(secret);
    if secret.type_.is_empty() {
        secret.type_ = SECRET_TYPE_OPAQUE.to_owned();
    }
}

/// A label with the name, so that selectors can find a namespace by it. A name still to be generated is the strategy's case.
pub fn default_namespace(namespace: &mut Namespace) {
    let metadata = &mut namespace.metadata;
    if !metadata.name.is_empty() {
        metadata.labels.insert(LABEL_METADATA_NAME.to_owned(), metadata.name.clone());
    }
}

/// Open for new objects.
pub fn default_namespace_status(status: &mut NamespaceStatus) {
    if status.phase.is_empty() {
        status.phase = NamespacePhase::Active;
    }
}

/// Networks are in step.
pub fn default_node_spec(spec: &mut NodeSpec) {
    aliases::pod_cidrs(spec);
}

/// All that the node has may be used by pods.
pub fn default_node_status(status: &mut NodeStatus) {
    round_up(&mut status.capacity);
    if status.allocatable.is_empty() {
        status.allocatable.clone_from(&status.capacity);
    }
    round_up(&mut status.allocatable);
}

/// For containers a default limit is the maximum, a default request the default limit, else the minimum.
pub fn default_limit_range_item(item: &mut LimitRangeItem) {
    if item.type_ == LimitType::Container {
        add_missing(&mut item.default, &item.max);
        add_missing(&mut item.default_request, &item.default);
        add_missing(&mut item.default_request, &item.min);
    }
    for amounts in
        [&mut item.max, &mut item.min, &mut item.default, &mut item.default_request, &mut item.max_limit_request_ratio]
    {
        round_up(amounts);
    }
}

/// Amounts are counted in thousandths.
pub fn default_resource_requirements(resources: &mut ResourceRequirements) {
    round_up(&mut resources.limits);
    round_up(&mut resources.requests);
}

/// Amounts are counted in thousandths.
pub fn default_volume_resource_requirements(resources: &mut VolumeResourceRequirements) {
    round_up(&mut resources.limits);
    round_up(&mut resources.requests);
}

/// Amounts are counted in thousandths.
pub fn default_container_status(status: &mut ContainerStatus) {
    round_up(&mut status.allocated_resources);
}

/// Amounts are counted in thousandths; addresses are in step.
pub fn default_pod_status(status: &mut PodStatus) {
    round_up(&mut status.allocated_resources);
    aliases::pod_ips(status);
}

/// Amounts are counted in thousandths.
pub fn default_persistent_volume_claim_status(status: &mut PersistentVolumeClaimStatus) {
    round_up(&mut status.capacity);
    round_up(&mut status.allocated_resources);
}

/// Amounts are counted in thousandths.
pub fn default_resource_quota_spec(spec: &mut ResourceQuotaSpec) {
    round_up(&mut spec.hard);
}

/// Amounts are counted in thousandths.
pub fn default_resource_quota_status(status: &mut ResourceQuotaStatus) {
    round_up(&mut status.hard);
    round_up(&mut status.used);
}

/// Adds the amounts of `from` whose names `to` lacks.
fn add_missing(to: &mut ResourceList, from: &ResourceList) {
    for (name, amount) in from {
        if !to.contains_key(name) {
            to.insert(name.clone(), amount.clone());
        }
    }
}

/// Rounds every amount up to a thousandth: finer ones have no meaning in the API.
fn round_up(amounts: &mut ResourceList) {
    const MILLI: i32 = -3;
    for amount in amounts.values_mut() {
        amount.round_up(MILLI);
    }
}

#[cfg(test)]
mod tests;
