use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Quantity;
use kubeforge_machinery::meta::v1::{LabelSelector, ListMeta, ObjectMeta};

use super::{
    Affinity, Container, EphemeralContainer, LocalObjectReference, PodSecurityContext, PodStatus, ResourceRequirements,
    Toleration, Volume,
};

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "pods", singular = "pod", short = ["po"], categories = ["all"])]
#[api(subresource(status))]
#[api(subresource(attach, kind = "PodAttachOptions", verbs = ["create", "get"]))]
#[api(subresource(binding, create = "Binding"))]
#[api(subresource(ephemeralcontainers))]
#[api(subresource(eviction, create = "policy/v1.Eviction"))]
#[api(subresource(exec, kind = "PodExecOptions", verbs = ["create", "get"]))]
#[api(subresource(log, verbs = ["get"]))]
#[api(subresource(portforward, kind = "PodPortForwardOptions", verbs = ["create", "get"]))]
#[api(subresource(proxy, kind = "PodProxyOptions", verbs = ["create", "delete", "get", "patch", "update"]))]
#[api(subresource(resize))]
#[api(selectable(
    "metadata.name",
    "metadata.namespace",
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "spec.hostNetwork",
    "status.phase",
    "status.podIP",
    "status.nominatedNodeName"
))]
#[api(method(name = "UpdateEphemeralContainers", verb = update, subresource = "ephemeralcontainers"))]
#[api(method(name = "UpdateResize", verb = update, subresource = "resize"))]
#[api(introduced = "1.0")]
pub struct Pod {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    #[api(tag = 2)]
    pub spec: PodSpec,
    #[api(tag = 3)]
    pub status: PodStatus,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "Pod")]
#[api(introduced = "1.0")]
pub struct PodList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<Pod>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodSpec {
    #[api(tag = 1, patch = "merge,retainKeys", merge_key = "name", list = map("name"))]
    pub volumes: Vec<Volume>,
    #[api(tag = 20, patch = merge, merge_key = "name", list = map("name"))]
    pub init_containers: Vec<Container>,
    #[api(tag = 2, required, patch = merge, merge_key = "name", list = map("name"))]
    pub containers: Vec<Container>,
    #[api(tag = 34, patch = merge, merge_key = "name", list = map("name"))]
    pub ephemeral_containers: Vec<EphemeralContainer>,
    #[api(tag = 3)]
    pub restart_policy: RestartPolicy,
    #[api(tag = 4)]
    pub termination_grace_period_seconds: Option<i64>,
    #[api(tag = 5)]
    pub active_deadline_seconds: Option<i64>,
    #[api(tag = 6)]
    pub dns_policy: DNSPolicy,
    #[api(tag = 7, map = atomic)]
    pub node_selector: BTreeMap<String, String>,
    #[api(tag = 8)]
    pub service_account_name: String,
    #[api(tag = 9, json = "serviceAccount", deprecated)]
    pub deprecated_service_account: String,
    #[api(tag = 21)]
    pub automount_service_account_token: Option<bool>,
    #[api(tag = 10)]
    pub node_name: String,
    #[api(tag = 11)]
    pub host_network: bool,
    #[api(tag = 12, json = "hostPID")]
    pub host_pid: bool,
    #[api(tag = 13, json = "hostIPC")]
    pub host_ipc: bool,
    #[api(tag = 27)]
    pub share_process_namespace: Option<bool>,
    #[api(tag = 14)]
    pub security_context: Option<Box<PodSecurityContext>>,
    #[api(tag = 15, patch = merge, merge_key = "name", list = map("name"))]
    pub image_pull_secrets: Vec<LocalObjectReference>,
    #[api(tag = 16)]
    pub hostname: String,
    #[api(tag = 17)]
    pub subdomain: String,
    #[api(tag = 18)]
    pub affinity: Option<Affinity>,
    #[api(tag = 19)]
    pub scheduler_name: String,
    #[api(tag = 22, list = atomic)]
    pub tolerations: Vec<Toleration>,
    #[api(tag = 23, patch = merge, merge_key = "ip", list = map("ip"))]
    pub host_aliases: Vec<HostAlias>,
    #[api(tag = 24)]
    pub priority_class_name: String,
    #[api(tag = 25)]
    pub priority: Option<i32>,
    #[api(tag = 26)]
    pub dns_config: Option<Box<PodDNSConfig>>,
    #[api(tag = 28, list = atomic)]
    pub readiness_gates: Vec<PodReadinessGate>,
    #[api(tag = 29)]
    pub runtime_class_name: Option<String>,
    #[api(tag = 30)]
    pub enable_service_links: Option<bool>,
    #[api(tag = 31)]
    pub preemption_policy: Option<PreemptionPolicy>,
    #[api(tag = 32)]
    pub overhead: BTreeMap<String, Quantity>,
    #[api(tag = 33, patch = merge, merge_key = "topologyKey", list = map("topologyKey", "whenUnsatisfiable"))]
    pub topology_spread_constraints: Vec<TopologySpreadConstraint>,
    #[api(tag = 35, json = "setHostnameAsFQDN")]
    pub set_hostname_as_fqdn: Option<bool>,
    #[api(tag = 36)]
    pub os: Option<PodOS>,
    #[api(tag = 37)]
    pub host_users: Option<bool>,
    #[api(tag = 38, patch = merge, merge_key = "name", list = map("name"))]
    pub scheduling_gates: Vec<PodSchedulingGate>,
    #[api(tag = 39, patch = "merge,retainKeys", merge_key = "name", list = map("name"), gate = "DynamicResourceAllocation")]
    pub resource_claims: Vec<PodResourceClaim>,
    #[api(tag = 40, gate = "PodLevelResources")]
    pub resources: Option<Box<ResourceRequirements>>,
    #[api(tag = 41, gate = "HostnameOverride")]
    pub hostname_override: Option<String>,
    #[api(tag = 43, gate = "GenericWorkload")]
    pub scheduling_group: Option<PodSchedulingGroup>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum RestartPolicy {
    Always,
    OnFailure,
    Never,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum DNSPolicy {
    ClusterFirstWithHostNet,
    ClusterFirst,
    Default,
    None,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum PreemptionPolicy {
    PreemptLowerPriority,
    Never,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodOS {
    #[api(tag = 1, required)]
    pub name: OSName,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum OSName {
    #[api(value = "linux")]
    Linux,
    #[api(value = "windows")]
    Windows,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodDNSConfig {
    #[api(tag = 1, list = atomic)]
    pub nameservers: Vec<String>,
    #[api(tag = 2, list = atomic)]
    pub searches: Vec<String>,
    #[api(tag = 3, list = atomic)]
    pub options: Vec<PodDNSConfigOption>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodDNSConfigOption {
    #[api(tag = 1)]
    pub name: String,
    #[api(tag = 2)]
    pub value: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HostAlias {
    #[api(tag = 1, required)]
    pub ip: String,
    #[api(tag = 2, list = atomic)]
    pub hostnames: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodReadinessGate {
    #[api(tag = 1, required)]
    pub condition_type: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodSchedulingGate {
    #[api(tag = 1, required)]
    pub name: String,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(union("podGroupName" = "PodGroupName"))]
pub struct PodSchedulingGroup {
    #[api(tag = 1)]
    pub pod_group_name: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodResourceClaim {
    #[api(tag = 1, required)]
    pub name: String,
    #[api(tag = 3)]
    pub resource_claim_name: Option<String>,
    #[api(tag = 4)]
    pub resource_claim_template_name: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct TopologySpreadConstraint {
    #[api(tag = 1, required)]
    pub max_skew: i32,
    #[api(tag = 2, required)]
    pub topology_key: String,
    #[api(tag = 3, required)]
    pub when_unsatisfiable: UnsatisfiableConstraintAction,
    #[api(tag = 4)]
    pub label_selector: Option<Box<LabelSelector>>,
    #[api(tag = 5)]
    pub min_domains: Option<i32>,
    #[api(tag = 6)]
    pub node_affinity_policy: Option<NodeInclusionPolicy>,
    #[api(tag = 7)]
    pub node_taints_policy: Option<NodeInclusionPolicy>,
    #[api(tag = 8, list = atomic)]
    pub match_label_keys: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum UnsatisfiableConstraintAction {
    DoNotSchedule,
    ScheduleAnyway,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum NodeInclusionPolicy {
    Ignore,
    Honor,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
