//! The kind `ServiceMonitor`, its list, and the types that only they use.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};
use kubeforge_machinery::{IntOrString, Quantity, Time};

/// How Prometheus scrapes a set of services.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "servicemonitors", singular = "servicemonitor", short = ["smon"])]
#[api(categories = ["prometheus-operator"])]
#[api(subresource(status))]
#[api(storage)]
#[api(annotation("operator.prometheus.io/version" = "0.84.1"))]
pub struct ServiceMonitor {
    /// Name, labels and everything else that all objects carry.
    pub metadata: ObjectMeta,
    /// What is wanted.
    #[api(required)]
    pub spec: ServiceMonitorSpec,
    /// What has become of it.
    pub status: Option<Box<ServiceMonitorStatus>>,
}

/// A list of `ServiceMonitor`s.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "ServiceMonitor")]
pub struct ServiceMonitorList {
    /// Where the list stands in the history of the store, and how to read on.
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(required)]
    pub items: Vec<ServiceMonitor>,
}

/// What is wanted.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServiceMonitorSpec {
    /// What is added to what is known of targets.
    pub attach_metadata: Option<Box<ServiceMonitorSpecAttachMetadata>>,
    /// How large an answer may be.
    #[api(pattern = "(^0|([0-9]*[.])?[0-9]+((K|M|G|T|E|P)i?)?B)$")]
    pub body_size_limit: Option<String>,
    /// Whether classic histograms become native ones.
    #[api(json = "convertClassicHistogramsToNHCB")]
    pub convert_classic_histograms_to_nhcb: Option<bool>,
    /// The ports that are scraped.
    #[api(required)]
    pub endpoints: Vec<ServiceMonitorSpecEndpoints>,
    /// The protocol of answers that don't say theirs.
    pub fallback_scrape_protocol: Option<ServiceMonitorSpecFallbackScrapeProtocol>,
    /// The service's label that names the job.
    pub job_label: Option<String>,
    /// How many dropped targets are remembered.
    pub keep_dropped_targets: Option<i64>,
    /// How many labels a sample may have.
    pub label_limit: Option<i64>,
    /// How long a label's name may be.
    pub label_name_length_limit: Option<i64>,
    /// How long a label's value may be.
    pub label_value_length_limit: Option<i64>,
    /// The namespaces of the services.
    pub namespace_selector: Option<Box<ServiceMonitorSpecNamespaceSelector>>,
    /// How many buckets a native histogram may have.
    pub native_histogram_bucket_limit: Option<i64>,
    /// How much wider than the last a bucket is at least.
    pub native_histogram_min_bucket_factor: Option<Quantity>,
    /// Labels of pods that targets get.
    pub pod_target_labels: Vec<String>,
    /// How many samples a scrape may have.
    pub sample_limit: Option<i64>,
    /// The class of scrapes that this is of.
    #[api(min_len = 1)]
    pub scrape_class: Option<String>,
    /// Whether a native histogram is scraped as a classic one, too.
    pub scrape_classic_histograms: Option<bool>,
    /// The protocols that are offered, the best one first.
    #[api(list = set, unique)]
    pub scrape_protocols: Vec<ServiceMonitorSpecScrapeProtocols>,
    /// The labels of the services.
    #[api(required)]
    pub selector: ServiceMonitorSpecSelector,
    /// How targets are selected.
    pub selector_mechanism: Option<ServiceMonitorSpecSelectorMechanism>,
    /// Labels of services that targets get.
    pub target_labels: Vec<String>,
    /// How many targets there may be.
    pub target_limit: Option<i64>,
}

/// What is added to what is known of targets.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServiceMonitorSpecAttachMetadata {
    /// Whether it is what is known of their nodes.
    pub node: Option<bool>,
}

/// How one port of the services is scraped.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServiceMonitorSpecEndpoints {
    /// An Authorization header.
    pub authorization: Option<Box<ServiceMonitorSpecEndpointsAuthorization>>,
    /// A user and a password.
    pub basic_auth: Option<Box<ServiceMonitorSpecEndpointsBasicAuth>>,
    /// A file with a token; `authorization` came later.
    pub bearer_token_file: Option<String>,
    /// A token; `authorization` came later.
    pub bearer_token_secret: Option<Box<ServiceMonitorSpecEndpointsAuthorizationCredentials>>,
    /// Whether HTTP/2 is spoken.
    pub enable_http2: Option<bool>,
    /// Whether pods that don't run are left out.
    pub filter_running: Option<bool>,
    /// Whether redirects are followed.
    pub follow_redirects: Option<bool>,
    /// Whether a metric's labels win over the target's.
    pub honor_labels: Option<bool>,
    /// Whether a metric's timestamps count.
    pub honor_timestamps: Option<bool>,
    /// The time between scrapes.
    #[api(pattern = "^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$")]
    pub interval: Option<String>,
    /// Changes of labels of what was scraped.
    pub metric_relabelings: Vec<ServiceMonitorSpecEndpointsMetricRelabelings>,
    /// A token that is asked for.
    pub oauth2: Option<Box<ServiceMonitorSpecEndpointsOauth2>>,
    /// Parameters of the request.
    pub params: BTreeMap<String, Vec<String>>,
    /// The path of the metrics.
    pub path: Option<String>,
    /// The name of the service's port.
    pub port: Option<String>,
    /// What is reached without the proxy: addresses, networks and domains, separated by commas.
    pub no_proxy: Option<String>,
    /// Headers for the proxy when a tunnel is asked for.
    #[api(map = atomic)]
    pub proxy_connect_header: BTreeMap<String, Vec<ServiceMonitorSpecEndpointsAuthorizationCredentials>>,
    /// Whether environment variables name the proxy.
    pub proxy_from_environment: Option<bool>,
    /// The proxy.
    #[api(pattern = "^(http|https|socks5)://.+$")]
    pub proxy_url: Option<String>,
    /// Changes of the target's labels.
    pub relabelings: Vec<ServiceMonitorSpecEndpointsMetricRelabelings>,
    /// The scheme.
    pub scheme: Option<ServiceMonitorSpecEndpointsScheme>,
    /// How long a scrape may take.
    #[api(pattern = "^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$")]
    pub scrape_timeout: Option<String>,
    /// The number or name of the pod's port.
    pub target_port: Option<IntOrString>,
    /// TLS to the target.
    pub tls_config: Option<Box<ServiceMonitorSpecEndpointsTlsConfig>>,
    /// Whether metrics with timestamps become stale.
    pub track_timestamps_staleness: Option<bool>,
}

/// An Authorization header.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServiceMonitorSpecEndpointsAuthorization {
    /// What follows the type.
    pub credentials: Option<Box<ServiceMonitorSpecEndpointsAuthorizationCredentials>>,
    /// The type; Bearer where it is missing.
    pub type_: Option<String>,
}

/// What follows the type.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct ServiceMonitorSpecEndpointsAuthorizationCredentials {
    /// The key in the secret.
    #[api(required)]
    pub key: String,
    /// The name of the secret.
    #[api(default = "")]
    pub name: Option<String>,
    /// Whether the secret may be missing.
    pub optional: Option<bool>,
}

/// A user and a password.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServiceMonitorSpecEndpointsBasicAuth {
    /// The password.
    pub password: Option<Box<ServiceMonitorSpecEndpointsAuthorizationCredentials>>,
    /// The user.
    pub username: Option<Box<ServiceMonitorSpecEndpointsAuthorizationCredentials>>,
}

/// One change of labels.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServiceMonitorSpecEndpointsMetricRelabelings {
    /// What is done.
    #[api(default = "replace")]
    pub action: Option<ServiceMonitorSpecEndpointsMetricRelabelingsAction>,
    /// What the hash is divided by, for hashmod.
    pub modulus: Option<i64>,
    /// What the value must look like.
    pub regex: Option<String>,
    /// What the label becomes; groups of the expression can be used.
    pub replacement: Option<String>,
    /// What stands between the values of several labels.
    pub separator: Option<String>,
    /// The labels whose values are looked at.
    #[api(each(pattern = "^[a-zA-Z_][a-zA-Z0-9_]*$"))]
    pub source_labels: Vec<String>,
    /// The label that is written.
    pub target_label: Option<String>,
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(closed)]
pub enum ServiceMonitorSpecEndpointsMetricRelabelingsAction {
    /// `replace`.
    #[api(value = "replace")]
    Replace,
    /// `Replace`.
    #[api(value = "Replace")]
    Replace2,
    /// `keep`.
    #[api(value = "keep")]
    Keep,
    /// `Keep`.
    #[api(value = "Keep")]
    Keep2,
    /// `drop`.
    #[api(value = "drop")]
    Drop,
    /// `Drop`.
    #[api(value = "Drop")]
    Drop2,
    /// `hashmod`.
    #[api(value = "hashmod")]
    Hashmod,
    /// `HashMod`.
    HashMod,
    /// `labelmap`.
    #[api(value = "labelmap")]
    Labelmap,
    /// `LabelMap`.
    LabelMap,
    /// `labeldrop`.
    #[api(value = "labeldrop")]
    Labeldrop,
    /// `LabelDrop`.
    LabelDrop,
    /// `labelkeep`.
    #[api(value = "labelkeep")]
    Labelkeep,
    /// `LabelKeep`.
    LabelKeep,
    /// `lowercase`.
    #[api(value = "lowercase")]
    Lowercase,
    /// `Lowercase`.
    #[api(value = "Lowercase")]
    Lowercase2,
    /// `uppercase`.
    #[api(value = "uppercase")]
    Uppercase,
    /// `Uppercase`.
    #[api(value = "Uppercase")]
    Uppercase2,
    /// `keepequal`.
    #[api(value = "keepequal")]
    Keepequal,
    /// `KeepEqual`.
    KeepEqual,
    /// `dropequal`.
    #[api(value = "dropequal")]
    Dropequal,
    /// `DropEqual`.
    DropEqual,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// A token that is asked for.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServiceMonitorSpecEndpointsOauth2 {
    /// The client's name.
    #[api(required)]
    pub client_id: ServiceMonitorSpecEndpointsOauth2ClientId,
    /// The client's secret.
    #[api(required)]
    pub client_secret: ServiceMonitorSpecEndpointsAuthorizationCredentials,
    /// Further parameters of the request for a token.
    pub endpoint_params: BTreeMap<String, String>,
    /// What is reached without the proxy: addresses, networks and domains, separated by commas.
    pub no_proxy: Option<String>,
    /// Headers for the proxy when a tunnel is asked for.
    #[api(map = atomic)]
    pub proxy_connect_header: BTreeMap<String, Vec<ServiceMonitorSpecEndpointsAuthorizationCredentials>>,
    /// Whether environment variables name the proxy.
    pub proxy_from_environment: Option<bool>,
    /// The proxy.
    #[api(pattern = "^(http|https|socks5)://.+$")]
    pub proxy_url: Option<String>,
    /// What the token is for.
    pub scopes: Vec<String>,
    /// TLS to where tokens are given.
    pub tls_config: Option<Box<ServiceMonitorSpecEndpointsOauth2TlsConfig>>,
    /// Where tokens are given.
    #[api(required, min_len = 1)]
    pub token_url: String,
}

/// The client's name.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServiceMonitorSpecEndpointsOauth2ClientId {
    /// In a config map.
    pub config_map: Option<Box<ServiceMonitorSpecEndpointsOauth2ClientIdConfigMap>>,
    /// In a secret.
    pub secret: Option<Box<ServiceMonitorSpecEndpointsAuthorizationCredentials>>,
}

/// In a config map.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct ServiceMonitorSpecEndpointsOauth2ClientIdConfigMap {
    /// The key in the config map.
    #[api(required)]
    pub key: String,
    /// The name of the config map.
    #[api(default = "")]
    pub name: Option<String>,
    /// Whether the config map may be missing.
    pub optional: Option<bool>,
}

/// TLS to where tokens are given.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServiceMonitorSpecEndpointsOauth2TlsConfig {
    /// The authority that signed the target's certificate.
    pub ca: Option<Box<ServiceMonitorSpecEndpointsOauth2ClientId>>,
    /// The client's certificate.
    pub cert: Option<Box<ServiceMonitorSpecEndpointsOauth2ClientId>>,
    /// Whether any certificate will do.
    pub insecure_skip_verify: Option<bool>,
    /// The client's key.
    pub key_secret: Option<Box<ServiceMonitorSpecEndpointsAuthorizationCredentials>>,
    /// The newest version of TLS that is spoken.
    pub max_version: Option<ServiceMonitorSpecEndpointsOauth2TlsConfigMaxVersion>,
    /// The oldest version of TLS that is spoken.
    pub min_version: Option<ServiceMonitorSpecEndpointsOauth2TlsConfigMinVersion>,
    /// The name that the target's certificate must have.
    pub server_name: Option<String>,
}

/// The newest version of TLS that is spoken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(closed)]
pub enum ServiceMonitorSpecEndpointsOauth2TlsConfigMaxVersion {
    /// `TLS10`.
    TLS10,
    /// `TLS11`.
    TLS11,
    /// `TLS12`.
    TLS12,
    /// `TLS13`.
    TLS13,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// The oldest version of TLS that is spoken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(closed)]
pub enum ServiceMonitorSpecEndpointsOauth2TlsConfigMinVersion {
    /// `TLS10`.
    TLS10,
    /// `TLS11`.
    TLS11,
    /// `TLS12`.
    TLS12,
    /// `TLS13`.
    TLS13,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// The scheme.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(closed)]
pub enum ServiceMonitorSpecEndpointsScheme {
    /// `http`.
    #[api(value = "http")]
    Http,
    /// `https`.
    #[api(value = "https")]
    Https,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// TLS to the target.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServiceMonitorSpecEndpointsTlsConfig {
    /// The authority that signed the target's certificate.
    pub ca: Option<Box<ServiceMonitorSpecEndpointsOauth2ClientId>>,
    /// The client's certificate.
    pub cert: Option<Box<ServiceMonitorSpecEndpointsOauth2ClientId>>,
    /// Whether any certificate will do.
    pub insecure_skip_verify: Option<bool>,
    /// The client's key.
    pub key_secret: Option<Box<ServiceMonitorSpecEndpointsAuthorizationCredentials>>,
    /// The newest version of TLS that is spoken.
    pub max_version: Option<ServiceMonitorSpecEndpointsOauth2TlsConfigMaxVersion>,
    /// The oldest version of TLS that is spoken.
    pub min_version: Option<ServiceMonitorSpecEndpointsOauth2TlsConfigMinVersion>,
    /// The name that the target's certificate must have.
    pub server_name: Option<String>,
    /// A file with the authority.
    pub ca_file: Option<String>,
    /// A file with the certificate.
    pub cert_file: Option<String>,
    /// A file with the key.
    pub key_file: Option<String>,
}

/// The protocol of answers that don't say theirs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(closed)]
pub enum ServiceMonitorSpecFallbackScrapeProtocol {
    /// `PrometheusProto`.
    PrometheusProto,
    /// `OpenMetricsText0.0.1`.
    #[api(value = "OpenMetricsText0.0.1")]
    OpenMetricsText001,
    /// `OpenMetricsText1.0.0`.
    #[api(value = "OpenMetricsText1.0.0")]
    OpenMetricsText100,
    /// `PrometheusText0.0.4`.
    #[api(value = "PrometheusText0.0.4")]
    PrometheusText004,
    /// `PrometheusText1.0.0`.
    #[api(value = "PrometheusText1.0.0")]
    PrometheusText100,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// The namespaces of the services.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServiceMonitorSpecNamespaceSelector {
    /// Whether it is all of them.
    pub any: Option<bool>,
    /// Their names.
    pub match_names: Vec<String>,
}

/// A protocol.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(closed)]
pub enum ServiceMonitorSpecScrapeProtocols {
    /// `PrometheusProto`.
    PrometheusProto,
    /// `OpenMetricsText0.0.1`.
    #[api(value = "OpenMetricsText0.0.1")]
    OpenMetricsText001,
    /// `OpenMetricsText1.0.0`.
    #[api(value = "OpenMetricsText1.0.0")]
    OpenMetricsText100,
    /// `PrometheusText0.0.4`.
    #[api(value = "PrometheusText0.0.4")]
    PrometheusText004,
    /// `PrometheusText1.0.0`.
    #[api(value = "PrometheusText1.0.0")]
    PrometheusText100,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// The labels of the services.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct ServiceMonitorSpecSelector {
    /// Requirements, all of which must hold.
    #[api(list = atomic)]
    pub match_expressions: Vec<ServiceMonitorSpecSelectorMatchExpressions>,
    /// Labels that there must be.
    pub match_labels: BTreeMap<String, String>,
}

/// A requirement.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServiceMonitorSpecSelectorMatchExpressions {
    /// The label's key.
    #[api(required)]
    pub key: String,
    /// How the label's value relates to the values.
    #[api(required)]
    pub operator: String,
    /// The values.
    #[api(list = atomic)]
    pub values: Vec<String>,
}

/// How targets are selected.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(closed)]
pub enum ServiceMonitorSpecSelectorMechanism {
    /// `RelabelConfig`.
    RelabelConfig,
    /// `RoleSelector`.
    RoleSelector,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// What has become of it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServiceMonitorStatus {
    /// Who makes something of it.
    pub bindings: Vec<ServiceMonitorStatusBindings>,
}

/// What one Prometheus makes of it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServiceMonitorStatusBindings {
    /// The state of it there.
    #[api(list = map("type"), unique)]
    pub conditions: Vec<ServiceMonitorStatusBindingsConditions>,
    /// Its group.
    #[api(required)]
    pub group: ServiceMonitorStatusBindingsGroup,
    /// Its name.
    #[api(required, min_len = 1)]
    pub name: String,
    /// Its namespace.
    #[api(required, min_len = 1)]
    pub namespace: String,
    /// Its resource.
    #[api(required)]
    pub resource: ServiceMonitorStatusBindingsResource,
}

/// One aspect of the state.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServiceMonitorStatusBindingsConditions {
    /// When the status last changed.
    #[api(required)]
    pub last_transition_time: Time,
    /// Why, for people.
    pub message: Option<String>,
    /// The generation of the object that this is about.
    pub observed_generation: Option<i64>,
    /// Why, in one word.
    pub reason: Option<String>,
    /// Whether it is so.
    #[api(required, min_len = 1)]
    pub status: String,
    /// The aspect.
    #[api(required, min_len = 1)]
    pub type_: ServiceMonitorStatusBindingsConditionsType,
}

/// The aspect.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(closed)]
pub enum ServiceMonitorStatusBindingsConditionsType {
    /// `Accepted`.
    Accepted,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Its group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(closed)]
pub enum ServiceMonitorStatusBindingsGroup {
    /// `monitoring.coreos.com`.
    #[api(value = "monitoring.coreos.com")]
    MonitoringCoreosCom,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Its resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(closed)]
pub enum ServiceMonitorStatusBindingsResource {
    /// `prometheuses`.
    #[api(value = "prometheuses")]
    Prometheuses,
    /// `prometheusagents`.
    #[api(value = "prometheusagents")]
    Prometheusagents,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
