//! Version v1 of the core group: pods and the nodes that run them, services, volumes, configuration, namespaces.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod affinity;
mod binding;
mod component_status;
mod condition;
mod config_map;
mod container;
mod container_status;
pub mod defaults;
mod endpoints;
mod env;
mod ephemeral_container;
mod event;
mod limit_range;
mod namespace;
mod node;
mod node_status;
mod persistent_volume;
mod persistent_volume_claim;
mod pod;
mod pod_options;
mod pod_status;
mod pod_template;
mod probe;
mod projected_volume;
mod range_allocation;
mod reference;
mod replication_controller;
mod resource_quota;
mod resources;
mod secret;
mod security;
mod service;
mod service_account;
mod taint;
mod volume;
mod volume_drivers;
mod well_known;

#[rustfmt::skip]
pub mod generated;

pub use affinity::{
    Affinity, NodeAffinity, NodeSelector, NodeSelectorOperator, NodeSelectorRequirement, NodeSelectorTerm, PodAffinity,
    PodAffinityTerm, PodAntiAffinity, PreferredSchedulingTerm, WeightedPodAffinityTerm,
};
pub use binding::Binding;
pub use component_status::{COMPONENT_HEALTHY, ComponentCondition, ComponentStatus, ComponentStatusList};
pub use condition::ConditionStatus;
pub use config_map::{ConfigMap, ConfigMapList};
pub use container::{
    Container, ContainerPort, ContainerResizePolicy, ContainerRestartPolicy, ContainerRestartRule,
    ContainerRestartRuleAction, ContainerRestartRuleOnExitCodes, ContainerRestartRuleOnExitCodesOperator,
    MountPropagationMode, Protocol, PullPolicy, RecursiveReadOnlyMode, ResourceResizeRestartPolicy,
    TerminationMessagePolicy, VolumeDevice, VolumeMount,
};
pub use container_status::{
    ContainerState, ContainerStateRunning, ContainerStateTerminated, ContainerStateWaiting, ContainerStatus,
    ContainerUser, ImageVolumeStatus, LinuxContainerUser, ResourceHealth, ResourceHealthStatus, ResourceStatus,
    VolumeMountStatus, VolumeStatus,
};
pub use endpoints::{EndpointAddress, EndpointPort, EndpointSubset, Endpoints, EndpointsList};
pub use env::{
    ConfigMapEnvSource, ConfigMapKeySelector, EnvFromSource, EnvVar, EnvVarSource, FileKeySelector,
    ObjectFieldSelector, ResourceFieldSelector, SecretEnvSource, SecretKeySelector,
};
pub use ephemeral_container::{EphemeralContainer, EphemeralContainerCommon};
pub use event::{Event, EventList, EventSeries, EventSource};
pub use kubeforge_machinery::meta::v1::List;
pub use limit_range::{LimitRange, LimitRangeItem, LimitRangeList, LimitRangeSpec, LimitType};
pub use namespace::{
    FINALIZER_KUBERNETES, NAMESPACE_CONTENT_REMAINING, NAMESPACE_DELETION_CONTENT_FAILURE,
    NAMESPACE_DELETION_DISCOVERY_FAILURE, NAMESPACE_DELETION_GV_PARSING_FAILURE, NAMESPACE_FINALIZERS_REMAINING,
    Namespace, NamespaceCondition, NamespaceList, NamespacePhase, NamespaceSpec, NamespaceStatus,
};
pub use node::{ConfigMapNodeConfigSource, Node, NodeConfigSource, NodeList, NodeProxyOptions, NodeSpec};
pub use node_status::{
    AttachedVolume, AvoidPods, ContainerImage, DaemonEndpoint, NODE_DISK_PRESSURE, NODE_MEMORY_PRESSURE,
    NODE_NETWORK_UNAVAILABLE, NODE_PID_PRESSURE, NODE_READY, NodeAddress, NodeAddressType, NodeCondition,
    NodeConfigStatus, NodeDaemonEndpoints, NodeFeatures, NodePhase, NodeRuntimeHandler, NodeRuntimeHandlerFeatures,
    NodeStatus, NodeSwapStatus, NodeSystemInfo, PodSignature, PreferAvoidPodsEntry,
};
pub use persistent_volume::{
    CSIPersistentVolumeSource, PersistentVolume, PersistentVolumeAccessMode, PersistentVolumeList,
    PersistentVolumeMode, PersistentVolumePhase, PersistentVolumeReclaimPolicy, PersistentVolumeSource,
    PersistentVolumeSpec, PersistentVolumeStatus, VolumeNodeAffinity,
};
pub use persistent_volume_claim::{
    ClaimResourceStatus, ModifyVolumeStatus, PERSISTENT_VOLUME_CLAIM_CONTROLLER_RESIZE_ERROR,
    PERSISTENT_VOLUME_CLAIM_FILE_SYSTEM_RESIZE_PENDING, PERSISTENT_VOLUME_CLAIM_NODE_RESIZE_ERROR,
    PERSISTENT_VOLUME_CLAIM_RESIZING, PERSISTENT_VOLUME_CLAIM_UNUSED,
    PERSISTENT_VOLUME_CLAIM_VOLUME_MODIFY_VOLUME_ERROR, PERSISTENT_VOLUME_CLAIM_VOLUME_MODIFYING_VOLUME,
    PersistentVolumeClaim, PersistentVolumeClaimCondition, PersistentVolumeClaimList,
    PersistentVolumeClaimModifyVolumeStatus, PersistentVolumeClaimPhase, PersistentVolumeClaimSpec,
    PersistentVolumeClaimStatus,
};
pub use pod::{
    DNSPolicy, HostAlias, NodeInclusionPolicy, OSName, Pod, PodDNSConfig, PodDNSConfigOption, PodList, PodOS,
    PodReadinessGate, PodResourceClaim, PodSchedulingGate, PodSchedulingGroup, PodSpec, PreemptionPolicy,
    RestartPolicy, TopologySpreadConstraint, UnsatisfiableConstraintAction,
};
pub use pod_options::{PodAttachOptions, PodExecOptions, PodLogOptions, PodPortForwardOptions, PodProxyOptions};
pub use pod_status::{
    ALL_CONTAINERS_RESTARTING, CONTAINERS_READY, ContainerExtendedResourceRequest, DISRUPTION_TARGET, HostIP,
    NodeAllocatableResourceClaimStatus, POD_INITIALIZED, POD_READY, POD_READY_TO_START_CONTAINERS,
    POD_RESIZE_IN_PROGRESS, POD_RESIZE_PENDING, POD_SCHEDULED, PodCondition, PodExtendedResourceClaimStatus, PodIP,
    PodPhase, PodQOSClass, PodResizeStatus, PodResourceClaimStatus, PodStatus, PodStatusResult,
};
pub use pod_template::{PodTemplate, PodTemplateList, PodTemplateSpec};
pub use probe::{
    ExecAction, GRPCAction, HTTPGetAction, HTTPHeader, Lifecycle, LifecycleHandler, Probe, ProbeHandler, Signal,
    SleepAction, TCPSocketAction, URIScheme,
};
pub use projected_volume::{
    ClusterTrustBundleProjection, ConfigMapProjection, DownwardAPIProjection, PodCertificateProjection,
    ProjectedVolumeSource, SecretProjection, ServiceAccountTokenProjection, VolumeProjection,
};
pub use range_allocation::RangeAllocation;
pub use reference::{
    LocalObjectReference, ObjectReference, SecretReference, SerializedReference, TopologySelectorLabelRequirement,
    TopologySelectorTerm, TypedLocalObjectReference, TypedObjectReference,
};
pub use replication_controller::{
    REPLICATION_CONTROLLER_REPLICA_FAILURE, ReplicationController, ReplicationControllerCondition,
    ReplicationControllerList, ReplicationControllerSpec, ReplicationControllerStatus,
};
pub use resource_quota::{
    ResourceQuota, ResourceQuotaList, ResourceQuotaScope, ResourceQuotaSpec, ResourceQuotaStatus, ScopeSelector,
    ScopeSelectorOperator, ScopedResourceSelectorRequirement,
};
pub use resources::{
    RESOURCE_CONFIG_MAPS, RESOURCE_CPU, RESOURCE_EPHEMERAL_STORAGE, RESOURCE_LIMITS_CPU,
    RESOURCE_LIMITS_EPHEMERAL_STORAGE, RESOURCE_LIMITS_MEMORY, RESOURCE_MEMORY, RESOURCE_PERSISTENT_VOLUME_CLAIMS,
    RESOURCE_PODS, RESOURCE_QUOTAS, RESOURCE_REPLICATION_CONTROLLERS, RESOURCE_REQUESTS_CPU,
    RESOURCE_REQUESTS_EPHEMERAL_STORAGE, RESOURCE_REQUESTS_MEMORY, RESOURCE_REQUESTS_STORAGE, RESOURCE_SECRETS,
    RESOURCE_SERVICES, RESOURCE_SERVICES_LOAD_BALANCERS, RESOURCE_SERVICES_NODE_PORTS, RESOURCE_STORAGE, ResourceClaim,
    ResourceList, ResourceRequirements, VolumeResourceRequirements,
};
pub use secret::{
    SECRET_TYPE_BASIC_AUTH, SECRET_TYPE_BOOTSTRAP_TOKEN, SECRET_TYPE_DOCKER_CONFIG_JSON, SECRET_TYPE_DOCKERCFG,
    SECRET_TYPE_OPAQUE, SECRET_TYPE_SERVICE_ACCOUNT_TOKEN, SECRET_TYPE_SSH_AUTH, SECRET_TYPE_TLS, Secret, SecretList,
};
pub use security::{
    AppArmorProfile, AppArmorProfileType, Capabilities, PodFSGroupChangePolicy, PodSELinuxChangePolicy,
    PodSecurityContext, ProcMountType, SELinuxOptions, SeccompProfile, SeccompProfileType, SecurityContext,
    SupplementalGroupsPolicy, Sysctl, WindowsSecurityContextOptions,
};
pub use service::{
    ClientIPConfig, IPFamily, IPFamilyPolicy, LoadBalancerIPMode, LoadBalancerIngress, LoadBalancerStatus, PortStatus,
    Service, ServiceAffinity, ServiceExternalTrafficPolicy, ServiceInternalTrafficPolicy, ServiceList, ServicePort,
    ServiceProxyOptions, ServiceSpec, ServiceStatus, ServiceType, SessionAffinityConfig,
};
pub use service_account::{ServiceAccount, ServiceAccountList};
pub use taint::{Taint, TaintEffect, Toleration, TolerationOperator};
pub use volume::{
    CSIVolumeSource, ConfigMapVolumeSource, DownwardAPIVolumeFile, DownwardAPIVolumeSource, EmptyDirVolumeSource,
    EphemeralVolumeSource, HostPathType, HostPathVolumeSource, ImageVolumeSource, KeyToPath, LocalVolumeSource,
    PersistentVolumeClaimTemplate, PersistentVolumeClaimVolumeSource, STORAGE_MEDIUM_DEFAULT,
    STORAGE_MEDIUM_HUGE_PAGES, STORAGE_MEDIUM_HUGE_PAGES_PREFIX, STORAGE_MEDIUM_MEMORY, SecretVolumeSource, Volume,
    VolumeSource,
};
pub use volume_drivers::{
    AWSElasticBlockStoreVolumeSource, AzureDataDiskCachingMode, AzureDataDiskKind, AzureDiskVolumeSource,
    AzureFilePersistentVolumeSource, AzureFileVolumeSource, CephFSPersistentVolumeSource, CephFSVolumeSource,
    CinderPersistentVolumeSource, CinderVolumeSource, FCVolumeSource, FlexPersistentVolumeSource, FlexVolumeSource,
    FlockerVolumeSource, GCEPersistentDiskVolumeSource, GitRepoVolumeSource, GlusterfsPersistentVolumeSource,
    GlusterfsVolumeSource, ISCSIPersistentVolumeSource, ISCSIVolumeSource, NFSVolumeSource,
    PhotonPersistentDiskVolumeSource, PortworxVolumeSource, QuobyteVolumeSource, RBDPersistentVolumeSource,
    RBDVolumeSource, ScaleIOPersistentVolumeSource, ScaleIOVolumeSource, StorageOSPersistentVolumeSource,
    StorageOSVolumeSource, VsphereVirtualDiskVolumeSource,
};
pub use well_known::{
    ANNOTATION_LOAD_BALANCER_SOURCE_RANGES_KEY, ANNOTATION_PEER_ADVERTISE_ADDRESS, BASIC_AUTH_PASSWORD_KEY,
    BASIC_AUTH_USERNAME_KEY, BETA_STORAGE_CLASS_ANNOTATION, CLUSTER_IP_NONE, CONFIG_MAP_VOLUME_SOURCE_DEFAULT_MODE,
    DEFAULT_CLIENT_IP_SERVICE_AFFINITY_SECONDS, DEFAULT_ENABLE_SERVICE_LINKS,
    DEFAULT_HARD_POD_AFFINITY_SYMMETRIC_WEIGHT, DEFAULT_RESOURCE_REQUESTS_PREFIX, DEFAULT_SCHEDULER_NAME,
    DEFAULT_TERMINATION_GRACE_PERIOD_SECONDS, DOCKER_CONFIG_JSON_KEY, DOCKER_CONFIG_KEY,
    DOWNWARD_API_VOLUME_SOURCE_DEFAULT_MODE, ENDPOINTS_LAST_CHANGE_TRIGGER_TIME, ENDPOINTS_OVER_CAPACITY,
    EVENT_TYPE_NORMAL, EVENT_TYPE_WARNING, EXEC_COMMAND_PARAM, EXEC_STDERR_PARAM, EXEC_STDIN_PARAM, EXEC_STDOUT_PARAM,
    EXEC_TTY_PARAM, IS_HEADLESS_SERVICE, LABEL_ARCH_STABLE, LABEL_FAILURE_DOMAIN_BETA_REGION,
    LABEL_FAILURE_DOMAIN_BETA_ZONE, LABEL_HOSTNAME, LABEL_INSTANCE_TYPE, LABEL_INSTANCE_TYPE_STABLE,
    LABEL_METADATA_NAME, LABEL_NAMESPACE_NODE_RESTRICTION, LABEL_NAMESPACE_SUFFIX_KUBELET, LABEL_NAMESPACE_SUFFIX_NODE,
    LABEL_NODE_EXCLUDE_BALANCERS, LABEL_OS_STABLE, LABEL_TOPOLOGY_REGION, LABEL_TOPOLOGY_ZONE, LABEL_WINDOWS_BUILD,
    LAST_APPLIED_CONFIG_ANNOTATION, LOAD_BALANCER_PORTS_ERROR, LOAD_BALANCER_PORTS_ERROR_REASON, LOG_STREAM_ALL,
    LOG_STREAM_STDERR, LOG_STREAM_STDOUT, MAX_SECRET_SIZE, MIGRATED_PLUGINS_ANNOTATION_KEY, MIRROR_POD_ANNOTATION_KEY,
    MIXED_PROTOCOL_NOT_SUPPORTED, MOUNT_OPTION_ANNOTATION, NAMESPACE_ALL, NAMESPACE_DEFAULT, NAMESPACE_NODE_LEASE,
    NAMESPACE_TERMINATING_CAUSE, NON_CONVERTIBLE_ANNOTATION_PREFIX, OBJECT_TTL_ANNOTATION_KEY, POD_DELETION_COST,
    POD_REASON_DEFERRED, POD_REASON_ERROR, POD_REASON_INFEASIBLE, POD_REASON_PREEMPTION_BY_SCHEDULER,
    POD_REASON_SCHEDULER_ERROR, POD_REASON_SCHEDULING_GATED, POD_REASON_TERMINATION_BY_KUBELET,
    POD_REASON_UNSCHEDULABLE, PORT_FORWARD_REQUEST_ID_HEADER, PORT_HEADER, PROJECTED_VOLUME_SOURCE_DEFAULT_MODE,
    RESOURCE_ATTACHABLE_VOLUMES_PREFIX, RESOURCE_CLAIMS_PER_CLASS, RESOURCE_DEFAULT_NAMESPACE_PREFIX,
    RESOURCE_HEALTH_MESSAGE_MAX_LENGTH, RESOURCE_HUGE_PAGES_PREFIX, RESOURCE_IMPLICIT_EXTENDED_CLAIMS_PER_CLASS,
    RESOURCE_REQUESTS_HUGE_PAGES_PREFIX, SECRET_VOLUME_SOURCE_DEFAULT_MODE, SERVICE_ACCOUNT_KUBECONFIG_KEY,
    SERVICE_ACCOUNT_NAME_KEY, SERVICE_ACCOUNT_NAMESPACE_KEY, SERVICE_ACCOUNT_ROOT_CA_KEY, SERVICE_ACCOUNT_TOKEN_KEY,
    SERVICE_ACCOUNT_UID_KEY, SERVICE_TRAFFIC_DISTRIBUTION_PREFER_SAME_NODE,
    SERVICE_TRAFFIC_DISTRIBUTION_PREFER_SAME_ZONE, SSH_AUTH_PRIVATE_KEY, STREAM_TYPE, STREAM_TYPE_DATA,
    STREAM_TYPE_ERROR, STREAM_TYPE_RESIZE, STREAM_TYPE_STDERR, STREAM_TYPE_STDIN, STREAM_TYPE_STDOUT,
    TAINT_NODE_DISK_PRESSURE, TAINT_NODE_MEMORY_PRESSURE, TAINT_NODE_NETWORK_UNAVAILABLE, TAINT_NODE_NOT_READY,
    TAINT_NODE_OUT_OF_SERVICE, TAINT_NODE_PID_PRESSURE, TAINT_NODE_UNREACHABLE, TAINT_NODE_UNSCHEDULABLE,
    TERMINATION_MESSAGE_PATH_DEFAULT, TLS_CERT_KEY, TLS_PRIVATE_KEY_KEY,
};
