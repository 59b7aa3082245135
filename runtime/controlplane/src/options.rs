//! kube-apiserver's command line, as far as it is supported here: the same flags, defaults and forms.

mod caching;
mod refused;
mod serving;
mod storage;

use std::{net::IpAddr, ops::RangeInclusive, path::PathBuf, str::FromStr, time::Duration};

use clap::Args;
use kubeforge_serving::metrics::MetricsArgs;

pub(crate) use self::caching::Caching;
pub use self::{
    caching::CacheSize,
    refused::Refused,
    serving::ServingArgs,
    storage::{ServersOverride, StorageArgs, StorageBackend, StorageMediaType},
};
use crate::enablement::RuntimeConfig;

/// One way to authorize requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuthorizationMode {
    /// Authenticated users may do everything.
    AlwaysAllow,
    /// Nobody but members of system:masters may do anything.
    AlwaysDeny,
    /// Kubelets may do what they need.
    Node,
    /// Users may do what their roles allow.
    Rbac,
}

impl FromStr for AuthorizationMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "AlwaysAllow" => Ok(Self::AlwaysAllow),
            "AlwaysDeny" => Ok(Self::AlwaysDeny),
            "Node" => Ok(Self::Node),
            "RBAC" => Ok(Self::Rbac),
            "Webhook" | "ABAC" => {
                Err(format!("{text} is not supported here; use Node, RBAC, AlwaysAllow or AlwaysDeny"))
            }
            _ => Err(format!("authorization-mode {text:?} is not a valid mode")),
        }
    }
}

/// kube-apiserver's preference among a node's addresses.
pub(crate) const KUBELET_ADDRESS_TYPES: [&str; 5] =
    ["Hostname", "InternalDNS", "InternalIP", "ExternalDNS", "ExternalIP"];

/// Flags of the API server.
#[derive(Clone, Debug, Args)]
pub struct ApiServerArgs {
    /// Where the store, certificates and kubeconfigs are kept.
    #[arg(long, value_name = "DIR", default_value = "kubeforge-data")]
    pub data_dir: PathBuf,

    /// The address to listen on.
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    pub bind_address: IpAddr,

    /// The port to serve HTTPS on; 0 takes any free one.
    #[arg(long, value_name = "PORT", default_value_t = 6443, default_value_if("ephemeral", "true", "0"))]
    pub secure_port: u16,

    /// The address that the kubernetes service and clients use; the bind address where not given.
    #[arg(long, value_name = "IP")]
    pub advertise_address: Option<IpAddr>,

    /// Where objects are kept.
    #[command(flatten)]
    pub storage: StorageArgs,

    /// The server's certificate, PEM; one signed by its own CA where not given.
    #[arg(long, value_name = "FILE", requires = "tls_private_key_file")]
    pub tls_cert_file: Option<PathBuf>,

    /// The certificate's private key, PEM.
    #[arg(long, value_name = "FILE", requires = "tls_cert_file")]
    pub tls_private_key_file: Option<PathBuf>,

    /// A further CA whose client certificates are accepted, PEM.
    #[arg(long, value_name = "FILE")]
    pub client_ca_file: Option<PathBuf>,

    /// A file of static bearer tokens: lines of token,user,uid,"group1,group2".
    #[arg(long, value_name = "FILE")]
    pub token_auth_file: Option<PathBuf>,

    /// Whether requests without credentials are let in as system:anonymous: to what its roles allow, or to health and
    /// version paths only where everything is allowed.
    #[arg(long, value_name = "BOOL", default_value_t = true, num_args = 0..=1, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub anonymous_auth: bool,

    /// How requests are authorized, in order: Node, RBAC, AlwaysAllow, AlwaysDeny, separated by commas. The default is
    /// AlwaysAllow, and Node,RBAC for `kubeforge up`.
    #[arg(long, value_name = "MODES", value_delimiter = ',', value_parser = AuthorizationMode::from_str)]
    pub authorization_mode: Vec<AuthorizationMode>,

    /// Who issues service account tokens; with several flags, tokens of the others are accepted too. The default is
    /// https://kubernetes.default.svc.
    #[arg(long, value_name = "URL")]
    pub service_account_issuer: Vec<String>,

    /// What the API server calls itself in tokens, separated by commas; the issuers where not given.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub api_audiences: Vec<String>,

    /// The private key that service account tokens are signed with, PEM (RSA, P-256 or P-384); one kept in the data
    /// directory where not given.
    #[arg(long, value_name = "FILE")]
    pub service_account_signing_key_file: Option<PathBuf>,

    /// Keys whose tokens are accepted, PEM, public or private; the flag may be repeated. The default is the signing key.
    #[arg(long, value_name = "FILE")]
    pub service_account_key_file: Vec<PathBuf>,

    /// The address of the public keys, as /.well-known/openid-configuration names it; that of this server where not given.
    #[arg(long, value_name = "URL")]
    pub service_account_jwks_uri: Option<String>,

    /// How long service account tokens may live at most; 0 sets no bound.
    #[arg(long, value_name = "DURATION", default_value = "0", value_parser = duration)]
    pub service_account_max_token_expiration: Duration,

    /// Whether the tokens that pods get by default live for a year, for clients that don't read them again.
    #[arg(long, value_name = "BOOL", default_value_t = true, num_args = 0..=1, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub service_account_extend_token_expiration: bool,

    /// Whether pods may have privileged containers.
    #[arg(long, value_name = "BOOL", default_value_t = false, num_args = 0..=1, default_missing_value = "true", action = clap::ArgAction::Set)]
    pub allow_privileged: bool,

    /// The networks that services get their addresses from: one, or one of each IP family.
    #[arg(long, value_name = "CIDRS", default_value = "10.96.0.0/16")]
    pub service_cluster_ip_range: String,

    /// The ports that services are reached at on nodes.
    #[arg(long, value_name = "FIRST-LAST", default_value = "30000-32767", value_parser = PortRange::from_str)]
    pub service_node_port_range: PortRange,

    /// The port at which nodes lead to the kubernetes service, one of the node ports; 0 for none.
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub kubernetes_service_node_port: u16,

    /// The CA that kubelets' certificates are verified with, PEM; where not given, any certificate is taken.
    #[arg(long, value_name = "FILE")]
    pub kubelet_certificate_authority: Option<PathBuf>,

    /// The client certificate for kubelets, PEM.
    #[arg(long, value_name = "FILE", requires = "kubelet_client_key")]
    pub kubelet_client_certificate: Option<PathBuf>,

    /// The client key for kubelets, PEM.
    #[arg(long, value_name = "FILE", requires = "kubelet_client_certificate")]
    pub kubelet_client_key: Option<PathBuf>,

    /// Which of a node's addresses its kubelet is reached at, the first that it has, separated by commas.
    #[arg(
        long,
        value_name = "TYPES",
        value_delimiter = ',',
        default_values_t = KUBELET_ADDRESS_TYPES.map(str::to_owned)
    )]
    pub kubelet_preferred_address_types: Vec<String>,

    /// Which API versions are served beside the stable ones, or not: key=true|false, separated by commas. Keys are
    /// api/all, api/ga, api/beta, api/alpha, group/version and group/version/resource.
    #[arg(long, value_name = "KEYS", default_value = "", hide_default_value = true, value_parser = RuntimeConfig::from_str)]
    pub runtime_config: RuntimeConfig,

    /// Admission plugins to run beside the default ones, separated by commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub enable_admission_plugins: Vec<String>,

    /// Admission plugins to leave out, separated by commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub disable_admission_plugins: Vec<String>,

    /// For how many seconds pods stay on a node that is not ready, where they don't say.
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    pub default_not_ready_toleration_seconds: i64,

    /// For how many seconds pods stay on a node that can't be reached, where they don't say.
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    pub default_unreachable_toleration_seconds: i64,

    /// How long events are kept.
    #[arg(long, value_name = "DURATION", default_value = "1h0m0s", value_parser = duration)]
    pub event_ttl: Duration,

    /// Flags about clients, load and the server's end.
    #[command(flatten)]
    pub serving: ServingArgs,

    /// Which metrics are shown.
    #[command(flatten)]
    pub metrics: MetricsArgs,

    /// Flags that can't act.
    #[command(flatten)]
    pub refused: Refused,
}

/// A range of ports, as `first-last`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortRange(pub RangeInclusive<i32>);

impl std::fmt::Display for PortRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.0.start(), self.0.end())
    }
}

impl FromStr for PortRange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || format!("{text:?} is not a range of ports such as 30000-32767");
        let (first, last) = text.split_once('-').ok_or_else(bad)?;
        let port = |text: &str| text.trim().parse::<u16>().map(i32::from).map_err(|_| bad());
        let (first, last) = (port(first)?, port(last)?);
        if first == 0 || first > last { Err(bad()) } else { Ok(Self(first..=last)) }
    }
}

/// A Go duration.
fn signed_duration(text: &str) -> Result<kubeforge_machinery::Duration, String> {
    text.parse().map_err(|err| format!("{err}"))
}

/// A Go duration that is not negative.
fn duration(text: &str) -> Result<Duration, String> {
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let parsed: kubeforge_machinery::Duration = text.parse().map_err(|err| format!("{err}"))?;
    u64::try_from(parsed.as_nanos()).map(Duration::from_nanos).map_err(|_| format!("{text:?} is negative"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_durations_are_checked() {
        assert_eq!("30000-32767".parse::<PortRange>().unwrap().0, 30000..=32767);
        for text in ["", "5", "9-8", "0-1", "1-99999"] {
            assert!(text.parse::<PortRange>().is_err(), "{text}");
        }
        assert_eq!(duration("1m30s").unwrap(), Duration::from_secs(90));
        assert!(duration("-1s").is_err() && duration("soon").is_err());
    }

    /// Every flag of kube-apiserver 1.36 is known; those of logging belong to the whole binary.
    #[test]
    fn no_flag_of_upstreams_is_unknown() {
        let command = ApiServerArgs::augment_args(clap::Command::new("kube-apiserver"));
        let known: Vec<&str> = command.get_arguments().filter_map(clap::Arg::get_long).collect();
        let of_the_binary = ["help", "version", "v", "vmodule", "logging-format"];
        let unknown = UPSTREAM.split_whitespace().filter(|flag| !known.contains(flag) && !of_the_binary.contains(flag));
        assert_eq!(unknown.collect::<Vec<_>>(), Vec::<&str>::new());
    }

    const UPSTREAM: &str = "admission-control admission-control-config-file advertise-address aggregator-reject-forwarding-redirect \
        allow-metric-labels allow-metric-labels-manifest allow-privileged anonymous-auth api-audiences \
        audit-log-batch-buffer-size audit-log-batch-max-size audit-log-batch-max-wait \
        audit-log-batch-throttle-burst audit-log-batch-throttle-enable audit-log-batch-throttle-qps \
        audit-log-compress audit-log-format audit-log-maxage audit-log-maxbackup audit-log-maxsize audit-log-mode \
        audit-log-path audit-log-truncate-enabled audit-log-truncate-max-batch-size \
        audit-log-truncate-max-event-size audit-log-version audit-policy-file audit-webhook-batch-buffer-size \
        audit-webhook-batch-max-size audit-webhook-batch-max-wait audit-webhook-batch-throttle-burst \
        audit-webhook-batch-throttle-enable audit-webhook-batch-throttle-qps audit-webhook-config-file \
        audit-webhook-initial-backoff audit-webhook-mode audit-webhook-truncate-enabled \
        audit-webhook-truncate-max-batch-size audit-webhook-truncate-max-event-size audit-webhook-version \
        authentication-config authentication-token-webhook-cache-ttl authentication-token-webhook-config-file \
        authentication-token-webhook-version authorization-config authorization-mode authorization-policy-file \
        authorization-webhook-cache-authorized-ttl authorization-webhook-cache-unauthorized-ttl \
        authorization-webhook-config-file authorization-webhook-version bind-address cert-dir client-ca-file \
        contention-profiling coordinated-leadership-lease-duration coordinated-leadership-renew-deadline \
        coordinated-leadership-retry-period cors-allowed-origins debug-socket-path \
        default-not-ready-toleration-seconds default-unreachable-toleration-seconds delete-collection-workers \
        disable-admission-plugins disable-http2-serving disabled-metrics egress-selector-config-file \
        emulated-version emulation-forward-compatible enable-admission-plugins enable-aggregator-routing \
        enable-bootstrap-token-auth enable-garbage-collector enable-logs-handler enable-priority-and-fairness \
        encryption-provider-config encryption-provider-config-automatic-reload endpoint-reconciler-type \
        etcd-cafile etcd-certfile etcd-compaction-interval etcd-count-metric-poll-period \
        etcd-db-metric-poll-interval etcd-healthcheck-timeout etcd-keyfile etcd-prefix etcd-readycheck-timeout \
        etcd-servers etcd-servers-overrides event-ttl external-hostname feature-gates goaway-chance help \
        http2-max-streams-per-connection kubelet-certificate-authority kubelet-client-certificate \
        kubelet-client-key kubelet-preferred-address-types kubelet-timeout kubernetes-service-node-port \
        lease-reuse-duration-seconds livez-grace-period log-flush-frequency log-json-info-buffer-size \
        log-json-split-stream log-text-info-buffer-size log-text-split-stream logging-format \
        max-connection-bytes-per-sec max-mutating-requests-inflight max-requests-inflight \
        min-compatibility-version min-request-timeout oidc-ca-file oidc-client-id oidc-groups-claim \
        oidc-groups-prefix oidc-issuer-url oidc-required-claim oidc-signing-algs oidc-username-claim \
        oidc-username-prefix peer-advertise-ip peer-advertise-port peer-ca-file permit-address-sharing \
        permit-port-sharing profiling proxy-client-cert-file proxy-client-key-file request-timeout \
        requestheader-allowed-names requestheader-client-ca-file requestheader-extra-headers-prefix \
        requestheader-group-headers requestheader-uid-headers requestheader-username-headers runtime-config \
        runtime-config-emulation-forward-compatible secure-port service-account-extend-token-expiration \
        service-account-issuer service-account-jwks-uri service-account-key-file service-account-lookup \
        service-account-max-token-expiration service-account-signing-endpoint service-account-signing-key-file \
        service-cluster-ip-range service-node-port-range show-hidden-metrics-for-version shutdown-delay-duration \
        shutdown-send-retry-after shutdown-watch-termination-grace-period storage-backend \
        storage-initialization-timeout storage-media-type strict-transport-security-directives tls-cert-file \
        tls-cipher-suites tls-curve-preferences tls-min-version tls-private-key-file tls-sni-cert-key \
        token-auth-file tracing-config-file v version vmodule watch-cache watch-cache-sizes";
}
