//! The scheduler configuration: how pods get their nodes.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::{ByteString, Duration, RawExtension};

use crate::componentbase::v1alpha1::{
    ClientConnectionConfiguration, DebuggingConfiguration, LeaderElectionConfiguration,
};

/// The settings of the scheduler, read from a file.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
pub struct KubeSchedulerConfiguration {
    /// How many nodes it looks at side by side; 16 if unset.
    pub parallelism: Option<i32>,
    /// How several schedulers agree on which of them works.
    #[api(required)]
    pub leader_election: LeaderElectionConfiguration,
    /// How it speaks with the server.
    #[api(required)]
    pub client_connection: ClientConnectionConfiguration,
    /// What it offers to those who look into it.
    #[api(inline)]
    pub debugging_configuration: DebuggingConfiguration,
    /// It stops looking once this percentage of nodes would do; 0 to go by the size of the cluster.
    pub percentage_of_nodes_to_score: Option<i32>,
    /// How many seconds a pod waits after its first failure; 1 if unset.
    pub pod_initial_backoff_seconds: Option<i64>,
    /// How many seconds a pod waits at most after failures; 10 if unset.
    pub pod_max_backoff_seconds: Option<i64>,
    /// The ways to schedule; a pod picks one by its scheduler name.
    pub profiles: Vec<KubeSchedulerProfile>,
    /// Programs outside that are asked along the way; all profiles share them.
    #[api(list = set)]
    pub extenders: Vec<Extender>,
    /// Whether to fill caches only on becoming leader: less memory, but a slower takeover.
    pub delay_cache_until_active: bool,
}

/// A way to schedule pods.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct KubeSchedulerProfile {
    /// The scheduler name in the pods that it is for; unique.
    pub scheduler_name: Option<String>,
    /// As for the whole scheduler, whose value counts if unset.
    pub percentage_of_nodes_to_score: Option<i32>,
    /// Plugins to turn on or off besides the default ones.
    pub plugins: Option<Box<Plugins>>,
    /// Settings of plugins, once per plugin; defaults for the others.
    pub plugin_config: Vec<PluginConfig>,
}

/// Which plugins work at which point of scheduling.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Plugins {
    /// They say whether a pod may enter the queue yet.
    pub pre_enqueue: PluginSet,
    /// It says which pod comes first; exactly one, the same in all profiles.
    pub queue_sort: PluginSet,
    /// They prepare for the filters, or find that the pod cannot be scheduled at all.
    pub pre_filter: PluginSet,
    /// They rule out nodes that the pod cannot run on.
    pub filter: PluginSet,
    /// They try to help when no node is left, like by preemption, until one can.
    pub post_filter: PluginSet,
    /// They prepare for the scores.
    pub pre_score: PluginSet,
    /// They rate the nodes that are left; ratings are weighted and added up.
    pub score: PluginSet,
    /// They set things aside on the chosen node, and give them back on failure.
    pub reserve: PluginSet,
    /// They let the pod go on, turn it away, or make it wait.
    pub permit: PluginSet,
    /// They do what must be done before the pod is bound, like providing volumes.
    pub pre_bind: PluginSet,
    /// They bind the pod to the node, until one does; at least one.
    pub bind: PluginSet,
    /// They are told once the pod is bound.
    pub post_bind: PluginSet,
    /// They work at every point they can; what is said for a single point wins.
    pub multi_point: PluginSet,
    /// They come up with sets of nodes where a whole group of pods might go.
    pub placement_generate: PluginSet,
    /// They rate such sets of nodes; ratings are weighted and added up.
    pub placement_score: PluginSet,
}

/// The plugins to turn on and off at a point.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PluginSet {
    /// Those to turn on, called in this order after the default ones.
    #[api(list = atomic)]
    pub enabled: Vec<Plugin>,
    /// Default ones to turn off; `*` for all of them.
    pub disabled: Vec<Plugin>,
}

/// A plugin, and how much it counts.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Plugin {
    /// Its name.
    #[api(required)]
    pub name: String,
    /// How much its ratings count; only where plugins rate.
    pub weight: Option<i32>,
}

/// The settings of a plugin.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PluginConfig {
    /// The plugin.
    #[api(required)]
    pub name: String,
    /// Its settings; what they look like is up to the plugin.
    pub args: RawExtension,
}

/// A program outside that the scheduler asks by HTTP; a verb left empty is not asked for.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Extender {
    /// Where it is; the verbs are put after this.
    #[api(required)]
    pub url_prefix: String,
    /// What to call for ruling out nodes.
    pub filter_verb: String,
    /// What to call for choosing whom to preempt.
    pub preempt_verb: String,
    /// What to call for rating nodes.
    pub prioritize_verb: String,
    /// How much its ratings count; at least 1 if it rates.
    pub weight: i64,
    /// What to call for binding; at most one extender may bind.
    pub bind_verb: String,
    /// Whether to call it by HTTPS.
    #[api(json = "enableHTTPS")]
    pub enable_https: bool,
    /// How to secure the connection.
    pub tls_config: Option<Box<ExtenderTLSConfig>>,
    /// How long to wait for an answer; if the filter or binding is late the pod fails, a late rating is left out.
    pub http_timeout: Duration,
    /// Whether it knows the nodes itself, so that names will do.
    pub node_cache_capable: bool,
    /// Only pods that ask for one of these resources go to it; none means all pods.
    #[api(list = atomic)]
    pub managed_resources: Vec<ExtenderManagedResource>,
    /// Whether scheduling goes on without it when it fails.
    pub ignorable: bool,
}

/// How to secure the connection to an extender.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ExtenderTLSConfig {
    /// Whether to take any certificate; for tests only.
    pub insecure: bool,
    /// The host name the certificate must have, if it is not that of the address.
    pub server_name: String,
    /// The file with the certificate of the scheduler as a client.
    pub cert_file: String,
    /// The file with the key of the scheduler as a client.
    pub key_file: String,
    /// The file with the certificates to check that of the extender by.
    pub ca_file: String,
    /// The certificate of the scheduler as PEM; goes before the file.
    pub cert_data: ByteString,
    /// The key of the scheduler as PEM; goes before the file, and is secret.
    pub key_data: ByteString,
    /// The certificates to check that of the extender by, as PEM; goes before the file.
    pub ca_data: ByteString,
}

/// A resource that an extender looks after.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ExtenderManagedResource {
    /// Its name, like `example.com/gpu`.
    #[api(required)]
    pub name: String,
    /// Whether the scheduler leaves it out of account when fitting pods.
    pub ignored_by_scheduler: bool,
}
