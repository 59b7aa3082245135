//! The kind `DestinationRule`, its list, and the types that only they use.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};
use kubeforge_machinery::{IntOrString, Time};

/// `DestinationRule`.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "destinationrules", singular = "destinationrule", short = ["dr"])]
#[api(categories = ["istio-io", "networking-istio-io"])]
#[api(subresource(status))]
#[api(column(name = "Host", type = "string", path = ".spec.host", description = "The service that the rule is about"))]
#[api(column(name = "Age", type = "date", path = ".metadata.creationTimestamp", description = "When it was made"))]
#[api(storage)]
#[api(annotation("helm.sh/resource-policy" = "keep"))]
#[api(label("app" = "istio-pilot", "chart" = "istio", "heritage" = "Tiller", "release" = "istio"))]
pub struct DestinationRule {
    /// Name, labels and everything else that all objects carry.
    pub metadata: ObjectMeta,
    /// What is done with traffic after it was routed.
    #[api(required)]
    pub spec: DestinationRuleSpec,
    /// What has become of the rule.
    pub status: Option<Box<DestinationRuleStatus>>,
}

/// A list of `DestinationRule`s.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "DestinationRule")]
pub struct DestinationRuleList {
    /// Where the list stands in the history of the store, and how to read on.
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(required)]
    pub items: Vec<DestinationRule>,
}

/// What is done with traffic after it was routed.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DestinationRuleSpec {
    /// The namespaces that the rule is for.
    pub export_to: Vec<String>,
    /// The service that the rule is about.
    #[api(required)]
    pub host: String,
    /// Parts of the service that routes can name.
    pub subsets: Vec<DestinationRuleSpecSubsets>,
    /// What is so of all traffic.
    pub traffic_policy: Option<Box<DestinationRuleSpecSubsetsTrafficPolicy>>,
    /// The clients that the rule is for.
    pub workload_selector: Option<Box<DestinationRuleSpecWorkloadSelector>>,
}

/// Some of the endpoints, by their labels.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DestinationRuleSpecSubsets {
    /// The labels that endpoints must have.
    pub labels: BTreeMap<String, String>,
    /// The name of the subset.
    #[api(required)]
    pub name: String,
    /// What is particular to the subset.
    pub traffic_policy: Option<Box<DestinationRuleSpecSubsetsTrafficPolicy>>,
}

/// What is particular to the subset.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DestinationRuleSpecSubsetsTrafficPolicy {
    /// How many connections there are, and how long they live.
    pub connection_pool: Option<Box<DestinationRuleSpecSubsetsTrafficPolicyConnectionPool>>,
    /// How requests are spread.
    pub load_balancer: Option<Box<DestinationRuleSpecSubsetsTrafficPolicyLoadBalancer>>,
    /// When endpoints that fail are left out.
    pub outlier_detection: Option<Box<DestinationRuleSpecSubsetsTrafficPolicyOutlierDetection>>,
    /// What is particular to some ports.
    #[api(max_items = 4096)]
    pub port_level_settings: Vec<DestinationRuleSpecSubsetsTrafficPolicyPortLevelSettings>,
    /// The PROXY protocol towards the service.
    pub proxy_protocol: Option<Box<DestinationRuleSpecSubsetsTrafficPolicyProxyProtocol>>,
    /// TLS to the service.
    pub tls: Option<Box<DestinationRuleSpecSubsetsTrafficPolicyPortLevelSettingsTls>>,
    /// A tunnel through another proxy.
    pub tunnel: Option<Box<DestinationRuleSpecSubsetsTrafficPolicyTunnel>>,
}

/// How many connections there are, and how long they live.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DestinationRuleSpecSubsetsTrafficPolicyConnectionPool {
    /// What is particular to HTTP.
    pub http: Option<Box<DestinationRuleSpecSubsetsTrafficPolicyConnectionPoolHttp>>,
    /// What is common to HTTP and TCP.
    pub tcp: Option<Box<DestinationRuleSpecSubsetsTrafficPolicyConnectionPoolTcp>>,
}

/// What is particular to HTTP.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DestinationRuleSpecSubsetsTrafficPolicyConnectionPoolHttp {
    /// Whether HTTP/1.1 becomes HTTP/2.
    pub h2_upgrade_policy: Option<DestinationRuleSpecSubsetsTrafficPolicyConnectionPoolHttpH2UpgradePolicy>,
    /// How many requests may wait for a connection.
    pub http1_max_pending_requests: Option<i32>,
    /// How many requests may run at a time.
    pub http2_max_requests: Option<i32>,
    /// How long a connection without requests is kept.
    #[api(cel(rule = "duration(self) >= duration('1ms')", message = "is a duration of a millisecond or more"))]
    pub idle_timeout: Option<String>,
    /// How many streams one HTTP/2 connection may have.
    pub max_concurrent_streams: Option<i32>,
    /// How many requests one connection may carry.
    pub max_requests_per_connection: Option<i32>,
    /// How many retries may run at a time.
    pub max_retries: Option<i32>,
    /// Whether the client's protocol is kept.
    pub use_client_protocol: Option<bool>,
}

/// Whether HTTP/1.1 becomes HTTP/2.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(closed)]
pub enum DestinationRuleSpecSubsetsTrafficPolicyConnectionPoolHttpH2UpgradePolicy {
    /// `DEFAULT`.
    DEFAULT,
    /// `DO_NOT_UPGRADE`.
    #[api(value = "DO_NOT_UPGRADE")]
    DoNotUpgrade,
    /// `UPGRADE`.
    UPGRADE,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// What is common to HTTP and TCP.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DestinationRuleSpecSubsetsTrafficPolicyConnectionPoolTcp {
    /// How long connecting may take.
    #[api(cel(rule = "duration(self) >= duration('1ms')", message = "is a duration of a millisecond or more"))]
    pub connect_timeout: Option<String>,
    /// How long a silent connection is kept.
    pub idle_timeout: Option<String>,
    /// How long a connection may live.
    #[api(cel(rule = "duration(self) >= duration('1ms')", message = "is a duration of a millisecond or more"))]
    pub max_connection_duration: Option<String>,
    /// How many connections there may be.
    pub max_connections: Option<i32>,
    /// When silent connections are probed.
    pub tcp_keepalive: Option<Box<DestinationRuleSpecSubsetsTrafficPolicyConnectionPoolTcpTcpKeepalive>>,
}

/// When silent connections are probed.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DestinationRuleSpecSubsetsTrafficPolicyConnectionPoolTcpTcpKeepalive {
    /// The time between probes.
    #[api(cel(rule = "duration(self) >= duration('1ms')", message = "is a duration of a millisecond or more"))]
    pub interval: Option<String>,
    /// How many probes may stay without an answer.
    #[api(min = 0, max = 4294967295)]
    pub probes: Option<i64>,
    /// How long a connection is silent before it is probed.
    #[api(cel(rule = "duration(self) >= duration('1ms')", message = "is a duration of a millisecond or more"))]
    pub time: Option<String>,
}

/// How requests are spread.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(at_most_one_of("simple", "consistentHash"))]
pub struct DestinationRuleSpecSubsetsTrafficPolicyLoadBalancer {
    /// By a hash of something, so that alike requests go to the same place.
    pub consistent_hash: Option<Box<DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerConsistentHash>>,
    /// How localities count.
    pub locality_lb_setting: Option<Box<DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerLocalityLbSetting>>,
    /// In one of these ways.
    pub simple: Option<DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerSimple>,
    /// How new endpoints get their share slowly.
    pub warmup: Option<Box<DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerWarmup>>,
    /// The duration of `warmup`, which came later.
    #[api(cel(rule = "duration(self) >= duration('1ms')", message = "is a duration of a millisecond or more"))]
    pub warmup_duration_secs: Option<String>,
}

/// By a hash of something, so that alike requests go to the same place.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(at_most_one_of("httpHeaderName", "httpCookie", "useSourceIp", "httpQueryParameterName"))]
#[api(at_most_one_of("ringHash", "maglev"))]
pub struct DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerConsistentHash {
    /// By a cookie, which is made where it is missing.
    pub http_cookie: Option<Box<DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerConsistentHashHttpCookie>>,
    /// By this header.
    pub http_header_name: Option<String>,
    /// By this parameter.
    pub http_query_parameter_name: Option<String>,
    /// With Maglev's table.
    pub maglev: Option<Box<DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerConsistentHashMaglev>>,
    /// The same as that of ringHash, which came later.
    #[api(min = 0)]
    pub minimum_ring_size: Option<i64>,
    /// With a ring of virtual nodes.
    pub ring_hash: Option<Box<DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerConsistentHashRingHash>>,
    /// By the client's address.
    pub use_source_ip: Option<bool>,
}

/// By a cookie, which is made where it is missing.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerConsistentHashHttpCookie {
    /// What the cookie says besides.
    pub attributes: Vec<DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerConsistentHashHttpCookieAttributes>,
    /// The name of the cookie.
    #[api(required)]
    pub name: String,
    /// The path of the cookie.
    pub path: Option<String>,
    /// How long the cookie lives.
    pub ttl: Option<String>,
}

/// An attribute of a cookie.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerConsistentHashHttpCookieAttributes {
    /// Its name.
    #[api(required)]
    pub name: String,
    /// Its value, if it has one.
    pub value: Option<String>,
}

/// With Maglev's table.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerConsistentHashMaglev {
    /// How large the table is.
    #[api(min = 0)]
    pub table_size: Option<i64>,
}

/// With a ring of virtual nodes.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerConsistentHashRingHash {
    /// How many virtual nodes there are at least.
    #[api(min = 0)]
    pub minimum_ring_size: Option<i64>,
}

/// How localities count.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerLocalityLbSetting {
    /// Where the requests of a locality go.
    pub distribute: Vec<DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerLocalityLbSettingDistribute>,
    /// Whether localities count, where that differs from the mesh.
    #[api(nullable)]
    pub enabled: Option<bool>,
    /// Where requests go when a region fails.
    pub failover: Vec<DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerLocalityLbSettingFailover>,
    /// Labels that sort endpoints for failover.
    pub failover_priority: Vec<String>,
}

/// The requests of one locality.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerLocalityLbSettingDistribute {
    /// The locality.
    pub from: Option<String>,
    /// Weights of the localities that they go to.
    #[api(each(min = 0, max = 4294967295))]
    pub to: BTreeMap<String, i64>,
}

/// What happens when one region fails.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerLocalityLbSettingFailover {
    /// The region that fails.
    pub from: Option<String>,
    /// The region that takes over.
    pub to: Option<String>,
}

/// In one of these ways.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(closed)]
pub enum DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerSimple {
    /// `UNSPECIFIED`.
    UNSPECIFIED,
    /// `LEAST_CONN`.
    #[api(value = "LEAST_CONN")]
    LeastConn,
    /// `RANDOM`.
    RANDOM,
    /// `PASSTHROUGH`.
    PASSTHROUGH,
    /// `ROUND_ROBIN`.
    #[api(value = "ROUND_ROBIN")]
    RoundRobin,
    /// `LEAST_REQUEST`.
    #[api(value = "LEAST_REQUEST")]
    LeastRequest,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// How new endpoints get their share slowly.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DestinationRuleSpecSubsetsTrafficPolicyLoadBalancerWarmup {
    /// How steep the rise is.
    #[api(nullable, min = 0)]
    pub aggression: Option<f64>,
    /// How long it takes.
    #[api(required)]
    #[api(cel(rule = "duration(self) >= duration('1ms')", message = "is a duration of a millisecond or more"))]
    pub duration: String,
    /// The share that they begin with.
    #[api(nullable, min = 0, max = 100)]
    pub minimum_percent: Option<f64>,
}

/// When endpoints that fail are left out.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DestinationRuleSpecSubsetsTrafficPolicyOutlierDetection {
    /// How long an endpoint is left out at least.
    #[api(cel(rule = "duration(self) >= duration('1ms')", message = "is a duration of a millisecond or more"))]
    pub base_ejection_time: Option<String>,
    /// After how many answers of 5xx.
    #[api(nullable, min = 0, max = 4294967295)]
    pub consecutive5xx_errors: Option<i64>,
    /// After how many errors.
    pub consecutive_errors: Option<i32>,
    /// After how many answers of 502, 503 or 504.
    #[api(nullable, min = 0, max = 4294967295)]
    pub consecutive_gateway_errors: Option<i64>,
    /// After how many connections that failed.
    #[api(nullable, min = 0, max = 4294967295)]
    pub consecutive_local_origin_failures: Option<i64>,
    /// The time between looks.
    #[api(cel(rule = "duration(self) >= duration('1ms')", message = "is a duration of a millisecond or more"))]
    pub interval: Option<String>,
    /// How many of a hundred endpoints may be left out.
    pub max_ejection_percent: Option<i32>,
    /// How many of a hundred endpoints must be well for any to be left out.
    pub min_health_percent: Option<i32>,
    /// Whether failed connections are counted apart.
    pub split_external_local_origin_errors: Option<bool>,
}

/// What is particular to one port.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DestinationRuleSpecSubsetsTrafficPolicyPortLevelSettings {
    /// How many connections there are, and how long they live.
    pub connection_pool: Option<Box<DestinationRuleSpecSubsetsTrafficPolicyConnectionPool>>,
    /// How requests are spread.
    pub load_balancer: Option<Box<DestinationRuleSpecSubsetsTrafficPolicyLoadBalancer>>,
    /// When endpoints that fail are left out.
    pub outlier_detection: Option<Box<DestinationRuleSpecSubsetsTrafficPolicyOutlierDetection>>,
    /// The port.
    pub port: Option<Box<DestinationRuleSpecSubsetsTrafficPolicyPortLevelSettingsPort>>,
    /// TLS to the service.
    pub tls: Option<Box<DestinationRuleSpecSubsetsTrafficPolicyPortLevelSettingsTls>>,
}

/// The port.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DestinationRuleSpecSubsetsTrafficPolicyPortLevelSettingsPort {
    /// Its number.
    #[api(min = 0, max = 4294967295)]
    pub number: Option<i64>,
}

/// TLS to the service.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DestinationRuleSpecSubsetsTrafficPolicyPortLevelSettingsTls {
    /// A file of authorities that may have signed the service's certificate.
    pub ca_certificates: Option<String>,
    /// A file of certificates that were revoked.
    pub ca_crl: Option<String>,
    /// A file with the client's certificate.
    pub client_certificate: Option<String>,
    /// The secret that has them all.
    pub credential_name: Option<String>,
    /// Whether any certificate will do.
    #[api(nullable)]
    pub insecure_skip_verify: Option<bool>,
    /// Whether, and in which way.
    pub mode: Option<DestinationRuleSpecSubsetsTrafficPolicyPortLevelSettingsTlsMode>,
    /// A file with the client's key.
    pub private_key: Option<String>,
    /// The server name to ask for.
    pub sni: Option<String>,
    /// Names of which the service's certificate must have one.
    pub subject_alt_names: Vec<String>,
}

/// Whether, and in which way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(closed)]
pub enum DestinationRuleSpecSubsetsTrafficPolicyPortLevelSettingsTlsMode {
    /// `DISABLE`.
    DISABLE,
    /// `SIMPLE`.
    SIMPLE,
    /// `MUTUAL`.
    MUTUAL,
    /// `ISTIO_MUTUAL`.
    #[api(value = "ISTIO_MUTUAL")]
    IstioMutual,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// The PROXY protocol towards the service.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DestinationRuleSpecSubsetsTrafficPolicyProxyProtocol {
    /// Its version.
    pub version: Option<DestinationRuleSpecSubsetsTrafficPolicyProxyProtocolVersion>,
}

/// Its version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(closed)]
pub enum DestinationRuleSpecSubsetsTrafficPolicyProxyProtocolVersion {
    /// `V1`.
    V1,
    /// `V2`.
    V2,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// A tunnel through another proxy.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DestinationRuleSpecSubsetsTrafficPolicyTunnel {
    /// Its protocol: CONNECT or POST.
    pub protocol: Option<String>,
    /// The host at its end.
    #[api(required)]
    pub target_host: String,
    /// The port at its end.
    #[api(required, min = 0, max = 4294967295)]
    pub target_port: i64,
}

/// The clients that the rule is for.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DestinationRuleSpecWorkloadSelector {
    /// The labels that clients must have.
    #[api(each(max_len = 63, cel(rule = "!self.contains('*')", message = "has no wildcard")), max_entries = 4096)]
    #[api(cel(rule = "self.all(key, !key.contains('*'))", message = "keys have no wildcard"))]
    #[api(cel(rule = "self.all(key, key.size() != 0)", message = "keys are not empty"))]
    pub match_labels: BTreeMap<String, String>,
}

/// What has become of the rule.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(preserve_unknown)]
pub struct DestinationRuleStatus {
    /// The state of the rule.
    pub conditions: Vec<DestinationRuleStatusConditions>,
    /// The generation of the object that this is about.
    pub observed_generation: Option<IntOrString>,
    /// What analyzers have to say.
    pub validation_messages: Vec<DestinationRuleStatusValidationMessages>,
}

/// One aspect of the state.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DestinationRuleStatusConditions {
    /// When it was last looked at.
    pub last_probe_time: Option<Time>,
    /// When the status last changed.
    pub last_transition_time: Option<Time>,
    /// Why, for people.
    pub message: Option<String>,
    /// The generation of the object that this is about.
    pub observed_generation: Option<IntOrString>,
    /// Why, in one word.
    pub reason: Option<String>,
    /// Whether it is so.
    pub status: Option<String>,
    /// The aspect.
    pub type_: Option<String>,
}

/// What an analyzer has to say.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DestinationRuleStatusValidationMessages {
    /// Where it is explained.
    pub documentation_url: Option<String>,
    /// How bad it is.
    pub level: Option<DestinationRuleStatusValidationMessagesLevel>,
    /// What it is.
    pub type_: Option<Box<DestinationRuleStatusValidationMessagesType>>,
}

/// How bad it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(closed)]
pub enum DestinationRuleStatusValidationMessagesLevel {
    /// `UNKNOWN`.
    UNKNOWN,
    /// `ERROR`.
    ERROR,
    /// `WARNING`.
    WARNING,
    /// `INFO`.
    INFO,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// What it is.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DestinationRuleStatusValidationMessagesType {
    /// Its code: IST and four digits.
    pub code: Option<String>,
    /// Its name, for people.
    pub name: Option<String>,
}
