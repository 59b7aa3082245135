//! Pods: what is wanted of them.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Quantity;
use kubeforge_machinery::meta::v1::{LabelSelector, ListMeta, ObjectMeta};

use super::{
    Affinity, Container, EphemeralContainer, LocalObjectReference, PodSecurityContext, PodStatus, ResourceRequirements,
    Toleration, Volume,
};

/// A node's share of work: containers placed together on one node, sharing its network address.
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
#[api(method(name = "Bind", verb = create, subresource = "binding"))]
#[api(method(name = "Evict", verb = create, subresource = "eviction"))]
#[api(method(name = "UpdateEphemeralContainers", verb = update, subresource = "ephemeralcontainers"))]
#[api(method(name = "UpdateResize", verb = update, subresource = "resize"))]
#[api(introduced = "1.0")]
pub struct Pod {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is wanted of the pod.
    #[api(tag = 2)]
    pub spec: PodSpec,
    /// What its node and the scheduler last reported.
    #[api(tag = 3)]
    pub status: PodStatus,
}

/// Pods, listed as of one point in the history of the store.
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

/// What is wanted of a pod: its containers, what they share, and where they may run.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodSpec {
    /// What its containers can mount.
    #[api(tag = 1, patch = "merge,retainKeys", merge_key = "name", list = map("name"))]
    pub volumes: Vec<Volume>,
    /// Run one after the other before the containers start; those that always restart keep running beside them.
    #[api(tag = 20, patch = merge, merge_key = "name", list = map("name"))]
    pub init_containers: Vec<Container>,
    /// What runs, at least one; their names are unique within the pod.
    #[api(tag = 2, required, patch = merge, merge_key = "name", list = map("name"))]
    pub containers: Vec<Container>,
    /// Added to a running pod to look into it; only through the subresource of that name.
    #[api(tag = 34, patch = merge, merge_key = "name", list = map("name"))]
    pub ephemeral_containers: Vec<EphemeralContainer>,
    /// When its containers are started again.
    #[api(tag = 3)]
    pub restart_policy: RestartPolicy,
    /// How long containers may take to end before they are killed.
    #[api(tag = 4)]
    pub termination_grace_period_seconds: Option<i64>,
    /// The pod fails when it has been on its node for longer than this.
    #[api(tag = 5)]
    pub active_deadline_seconds: Option<i64>,
    /// Where names are looked up.
    #[api(tag = 6)]
    pub dns_policy: DNSPolicy,
    /// Labels that a node must have.
    #[api(tag = 7, map = atomic)]
    pub node_selector: BTreeMap<String, String>,
    /// Who the pod is towards the API.
    #[api(tag = 8)]
    pub service_account_name: String,
    /// The old name of `service_account_name`; always the same value.
    #[api(tag = 9, json = "serviceAccount", deprecated)]
    pub deprecated_service_account: String,
    /// Whether containers find a token of the service account mounted; overrides what the account says.
    #[api(tag = 21)]
    pub automount_service_account_token: Option<bool>,
    /// The node that the pod is bound to; empty until it is scheduled.
    #[api(tag = 10)]
    pub node_name: String,
    /// Use the network of the node rather than an own one.
    #[api(tag = 11)]
    pub host_network: bool,
    /// See the processes of the node.
    #[api(tag = 12, json = "hostPID")]
    pub host_pid: bool,
    /// Share the node's means of communication between processes.
    #[api(tag = 13, json = "hostIPC")]
    pub host_ipc: bool,
    /// The containers see one another's processes.
    #[api(tag = 27)]
    pub share_process_namespace: Option<bool>,
    /// What processes of all containers may do; a container can say otherwise.
    #[api(tag = 14)]
    pub security_context: Option<Box<PodSecurityContext>>,
    /// Credentials for pulling its images.
    #[api(tag = 15, patch = merge, merge_key = "name", list = map("name"))]
    pub image_pull_secrets: Vec<LocalObjectReference>,
    /// The pod's own name for itself; by default the object's name.
    #[api(tag = 16)]
    pub hostname: String,
    /// With it the pod gets a name in DNS: `hostname.subdomain.namespace.svc.domain`.
    #[api(tag = 17)]
    pub subdomain: String,
    /// Near which nodes and pods it wants to be, and away from which.
    #[api(tag = 18)]
    pub affinity: Option<Affinity>,
    /// Which scheduler places it.
    #[api(tag = 19)]
    pub scheduler_name: String,
    /// Taints of nodes that it puts up with.
    #[api(tag = 22, list = atomic)]
    pub tolerations: Vec<Toleration>,
    /// Lines for the hosts file of its containers.
    #[api(tag = 23, patch = merge, merge_key = "ip", list = map("ip"))]
    pub host_aliases: Vec<HostAlias>,
    /// The name of its priority.
    #[api(tag = 24)]
    pub priority_class_name: String,
    /// Its priority as a number, filled in from the class; higher goes first.
    #[api(tag = 25)]
    pub priority: Option<i32>,
    /// Added to what the DNS policy gives.
    #[api(tag = 26)]
    pub dns_config: Option<Box<PodDNSConfig>>,
    /// Conditions that must hold, beside those of its containers, for the pod to be ready.
    #[api(tag = 28, list = atomic)]
    pub readiness_gates: Vec<PodReadinessGate>,
    /// Which of the node's container runtimes runs it.
    #[api(tag = 29)]
    pub runtime_class_name: Option<String>,
    /// Whether environment variables tell containers where the namespace's services are.
    #[api(tag = 30)]
    pub enable_service_links: Option<bool>,
    /// Whether it may push out pods of lower priority to find room.
    #[api(tag = 31)]
    pub preemption_policy: Option<PreemptionPolicy>,
    /// What the runtime itself needs for such a pod, filled in from the runtime class.
    #[api(tag = 32)]
    pub overhead: BTreeMap<String, Quantity>,
    /// How evenly pods like this one are to be spread over zones, nodes or other parts of the cluster.
    #[api(tag = 33, patch = merge, merge_key = "topologyKey", list = map("topologyKey", "whenUnsatisfiable"))]
    pub topology_spread_constraints: Vec<TopologySpreadConstraint>,
    /// The host name is the full name in DNS.
    #[api(tag = 35, json = "setHostnameAsFQDN")]
    pub set_hostname_as_fqdn: Option<bool>,
    /// The operating system that its containers are built for.
    #[api(tag = 36)]
    pub os: Option<PodOS>,
    /// False gives the pod user ids of its own, so that root inside is nobody outside.
    #[api(tag = 37)]
    pub host_users: Option<bool>,
    /// The scheduler leaves the pod alone until all of these are taken away.
    #[api(tag = 38, patch = merge, merge_key = "name", list = map("name"))]
    pub scheduling_gates: Vec<PodSchedulingGate>,
    /// Devices that must be reserved for it before it starts.
    #[api(tag = 39, patch = "merge,retainKeys", merge_key = "name", list = map("name"), gate = "DynamicResourceAllocation")]
    pub resource_claims: Vec<PodResourceClaim>,
    /// What all containers together may use and ask for.
    #[api(tag = 40, gate = "PodLevelResources")]
    pub resources: Option<Box<ResourceRequirements>>,
    /// The host name as given, whatever else would decide it.
    #[api(tag = 41, gate = "HostnameOverride")]
    pub hostname_override: Option<String>,
    /// The group of pods that it is to be scheduled with.
    #[api(tag = 43, gate = "GenericWorkload")]
    pub scheduling_group: Option<PodSchedulingGroup>,
}

/// When the containers of a pod are started again after they ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum RestartPolicy {
    /// Whatever the exit code was.
    Always,
    /// Where the exit code was not zero.
    OnFailure,
    /// Not at all.
    Never,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Where the containers of a pod look names up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum DNSPolicy {
    /// In the cluster's DNS, though the pod is on the node's network.
    ClusterFirstWithHostNet,
    /// In the cluster's DNS; a pod on the node's network asks where its node does.
    ClusterFirst,
    /// Where its node does.
    Default,
    /// Only where `dns_config` says.
    None,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Whether a pod may push out others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum PreemptionPolicy {
    /// Pods of lower priority have to go where that makes room.
    PreemptLowerPriority,
    /// It waits until there is room.
    Never,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// The operating system that a pod needs.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodOS {
    /// Its name.
    #[api(tag = 1, required)]
    pub name: OSName,
}

/// An operating system.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum OSName {
    /// Linux.
    #[api(value = "linux")]
    Linux,
    /// Windows.
    #[api(value = "windows")]
    Windows,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Settings for the name lookup of a pod.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodDNSConfig {
    /// Addresses of servers to ask.
    #[api(tag = 1, list = atomic)]
    pub nameservers: Vec<String>,
    /// Domains to look short names up in.
    #[api(tag = 2, list = atomic)]
    pub searches: Vec<String>,
    /// Options of the resolver; they replace those of the same name.
    #[api(tag = 3, list = atomic)]
    pub options: Vec<PodDNSConfigOption>,
}

/// An option of the resolver.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodDNSConfigOption {
    /// Such as `ndots`.
    #[api(tag = 1)]
    pub name: String,
    /// Its value, where it takes one.
    #[api(tag = 2)]
    pub value: Option<String>,
}

/// A line of a hosts file.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct HostAlias {
    /// The address.
    #[api(tag = 1, required)]
    pub ip: String,
    /// The names that stand for it.
    #[api(tag = 2, list = atomic)]
    pub hostnames: Vec<String>,
}

/// A condition that must hold for a pod to be ready.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodReadinessGate {
    /// The condition in the pod's status.
    #[api(tag = 1, required)]
    pub condition_type: String,
}

/// A reason for the scheduler to leave a pod alone.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodSchedulingGate {
    /// Whoever put it here takes it away under this name.
    #[api(tag = 1, required)]
    pub name: String,
}

/// The group of pods that a pod is scheduled with.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(union("podGroupName" = "PodGroupName"))]
pub struct PodSchedulingGroup {
    /// The name of a PodGroup in the pod's namespace.
    #[api(tag = 1)]
    pub pod_group_name: Option<String>,
}

/// Devices for a pod: an existing claim, or a template to make one from.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodResourceClaim {
    /// The name by which its containers refer to it.
    #[api(tag = 1, required)]
    pub name: String,
    /// An existing claim in the pod's namespace.
    #[api(tag = 3)]
    pub resource_claim_name: Option<String>,
    /// A template that a claim of the pod's own is made from.
    #[api(tag = 4)]
    pub resource_claim_template_name: Option<String>,
}

/// How evenly pods are to be spread over the values of one node label.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct TopologySpreadConstraint {
    /// How many more matching pods one value may have than another.
    #[api(tag = 1, required)]
    pub max_skew: i32,
    /// The node label whose values are the domains to spread over.
    #[api(tag = 2, required)]
    pub topology_key: String,
    /// Whether a pod waits where the rule cannot be kept.
    #[api(tag = 3, required)]
    pub when_unsatisfiable: UnsatisfiableConstraintAction,
    /// Which pods are counted.
    #[api(tag = 4)]
    pub label_selector: Option<Box<LabelSelector>>,
    /// With fewer domains than this, the emptiest counts as having none.
    #[api(tag = 5)]
    pub min_domains: Option<i32>,
    /// Whether nodes that the pod's own selectors exclude count as domains.
    #[api(tag = 6)]
    pub node_affinity_policy: Option<NodeInclusionPolicy>,
    /// Whether nodes with taints that the pod does not tolerate count as domains.
    #[api(tag = 7)]
    pub node_taints_policy: Option<NodeInclusionPolicy>,
    /// Labels of the pod whose values are added to the selector.
    #[api(tag = 8, list = atomic)]
    pub match_label_keys: Vec<String>,
}

/// What happens to a pod where it cannot be spread as wanted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum UnsatisfiableConstraintAction {
    /// It waits.
    DoNotSchedule,
    /// It goes where it does the least harm.
    ScheduleAnyway,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Whether a rule about nodes is respected when pods are spread.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum NodeInclusionPolicy {
    /// All nodes count.
    Ignore,
    /// Only the nodes that the rule lets through.
    Honor,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
