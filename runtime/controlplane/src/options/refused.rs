//! Flags of kube-apiserver that can't act here. They are refused with the reason, but for values that ask for what is done
//! anyway, as command lines of others often have them: upstream's defaults.

use kubeforge_serving::refused::{self, Flag, Table};

const ADMISSION: &str = "admission plugins are switched with --enable-admission-plugins and \
     --disable-admission-plugins, and take no configuration here";
const AGGREGATION: &str =
    "requests are not passed on to other API servers here, nor taken from proxies that vouch for users";
const AUDIT: &str = "there is no audit here";
const TOKENS: &str = "users are known by client certificates, token files and service account tokens here";
const AUTHORIZERS: &str = "there are the modes of --authorization-mode only";
const CERTIFICATES: &str = "certificates are kept below --data-dir here";
const PROFILES: &str = "there are CPU profiles only";
const PEERS: &str = "API servers know nothing of each other here";
const LISTENER: &str = "the listener has no such setting here";
const STORE: &str = "the store has no such setting here";
const KUBELETS: &str = "connections to nodes are made directly, with a fixed timeout";
const VERSION: &str = "only Kubernetes 1.36 is shown";
const LOGS: &str = "logs go to standard error, each line at once";
const FAIRNESS: &str = "requests in excess are refused by --max-requests-inflight and --max-mutating-requests-inflight \
     here; set it to false";
const START: &str = "the port is opened when all is ready here";

/// By name.
#[rustfmt::skip]
const FLAGS: &[Flag] = &[
    ("admission-control", &[""], ADMISSION),
    ("admission-control-config-file", &[""], ADMISSION),
    ("aggregator-reject-forwarding-redirect", &["true"], AGGREGATION),
    ("audit-log-batch-buffer-size", &["10000"], AUDIT),
    ("audit-log-batch-max-size", &["1"], AUDIT),
    ("audit-log-batch-max-wait", &["0", "0s"], AUDIT),
    ("audit-log-batch-throttle-burst", &["0"], AUDIT),
    ("audit-log-batch-throttle-enable", &["false"], AUDIT),
    ("audit-log-batch-throttle-qps", &["0"], AUDIT),
    ("audit-log-compress", &["false"], AUDIT),
    ("audit-log-format", &["json"], AUDIT),
    ("audit-log-maxage", &["366"], AUDIT),
    ("audit-log-maxbackup", &["100"], AUDIT),
    ("audit-log-maxsize", &["100"], AUDIT),
    ("audit-log-mode", &["blocking"], AUDIT),
    ("audit-log-path", &[""], AUDIT),
    ("audit-log-truncate-enabled", &["false"], AUDIT),
    ("audit-log-truncate-max-batch-size", &["10485760"], AUDIT),
    ("audit-log-truncate-max-event-size", &["102400"], AUDIT),
    ("audit-log-version", &["audit.k8s.io/v1"], AUDIT),
    ("audit-policy-file", &[""], AUDIT),
    ("audit-webhook-batch-buffer-size", &["10000"], AUDIT),
    ("audit-webhook-batch-max-size", &["400"], AUDIT),
    ("audit-webhook-batch-max-wait", &["30s"], AUDIT),
    ("audit-webhook-batch-throttle-burst", &["15"], AUDIT),
    ("audit-webhook-batch-throttle-enable", &["true"], AUDIT),
    ("audit-webhook-batch-throttle-qps", &["10"], AUDIT),
    ("audit-webhook-config-file", &[""], AUDIT),
    ("audit-webhook-initial-backoff", &["10s"], AUDIT),
    ("audit-webhook-mode", &["batch"], AUDIT),
    ("audit-webhook-truncate-enabled", &["false"], AUDIT),
    ("audit-webhook-truncate-max-batch-size", &["10485760"], AUDIT),
    ("audit-webhook-truncate-max-event-size", &["102400"], AUDIT),
    ("audit-webhook-version", &["audit.k8s.io/v1"], AUDIT),
    ("authentication-config", &[""], TOKENS),
    ("authentication-token-webhook-cache-ttl", &["2m0s", "2m"], TOKENS),
    ("authentication-token-webhook-config-file", &[""], TOKENS),
    ("authentication-token-webhook-version", &["v1beta1"], TOKENS),
    ("authorization-config", &[""], AUTHORIZERS),
    ("authorization-policy-file", &[""], AUTHORIZERS),
    ("authorization-webhook-cache-authorized-ttl", &["5m0s", "5m"], AUTHORIZERS),
    ("authorization-webhook-cache-unauthorized-ttl", &["30s"], AUTHORIZERS),
    ("authorization-webhook-config-file", &[""], AUTHORIZERS),
    ("authorization-webhook-version", &["v1beta1"], AUTHORIZERS),
    ("cert-dir", &[], CERTIFICATES),
    ("contention-profiling", &["false"], PROFILES),
    ("coordinated-leadership-lease-duration", &["15s"], PEERS),
    ("coordinated-leadership-renew-deadline", &["10s"], PEERS),
    ("coordinated-leadership-retry-period", &["2s"], PEERS),
    ("debug-socket-path", &[""], PROFILES),
    ("default-not-ready-toleration-seconds", &["300"], ADMISSION),
    ("default-unreachable-toleration-seconds", &["300"], ADMISSION),
    ("egress-selector-config-file", &[""], KUBELETS),
    ("emulated-version", &["", "1.36", "kube=1.36"], VERSION),
    ("emulation-forward-compatible", &["false"], VERSION),
    ("enable-aggregator-routing", &["false"], AGGREGATION),
    ("enable-bootstrap-token-auth", &["false"], TOKENS),
    ("enable-logs-handler", &["false"], LOGS),
    ("enable-priority-and-fairness", &["false"], FAIRNESS),
    ("encryption-provider-config", &[""], STORE),
    ("encryption-provider-config-automatic-reload", &["false"], STORE),
    ("endpoint-reconciler-type", &["lease"], PEERS),
    ("etcd-count-metric-poll-period", &["1m0s", "1m"], STORE),
    ("external-hostname", &[""], LISTENER),
    ("kubelet-timeout", &["5s"], KUBELETS),
    ("livez-grace-period", &["0", "0s"], START),
    ("log-flush-frequency", &["5s"], LOGS),
    ("log-json-info-buffer-size", &["0"], LOGS),
    ("log-json-split-stream", &["false"], LOGS),
    ("log-text-info-buffer-size", &["0"], LOGS),
    ("log-text-split-stream", &["false"], LOGS),
    ("max-connection-bytes-per-sec", &["0"], LISTENER),
    ("min-compatibility-version", &["", "1.35", "kube=1.35"], VERSION),
    ("oidc-ca-file", &[""], TOKENS),
    ("oidc-client-id", &[""], TOKENS),
    ("oidc-groups-claim", &[""], TOKENS),
    ("oidc-groups-prefix", &[""], TOKENS),
    ("oidc-issuer-url", &[""], TOKENS),
    ("oidc-required-claim", &[""], TOKENS),
    ("oidc-signing-algs", &["RS256"], TOKENS),
    ("oidc-username-claim", &["sub"], TOKENS),
    ("oidc-username-prefix", &[""], TOKENS),
    ("peer-advertise-ip", &[""], PEERS),
    ("peer-advertise-port", &[""], PEERS),
    ("peer-ca-file", &[""], PEERS),
    ("permit-address-sharing", &["false"], LISTENER),
    ("permit-port-sharing", &["false"], LISTENER),
    ("proxy-client-cert-file", &[""], AGGREGATION),
    ("proxy-client-key-file", &[""], AGGREGATION),
    ("requestheader-allowed-names", &[""], AGGREGATION),
    ("requestheader-client-ca-file", &[""], AGGREGATION),
    ("requestheader-extra-headers-prefix", &[""], AGGREGATION),
    ("requestheader-group-headers", &[""], AGGREGATION),
    ("requestheader-uid-headers", &[""], AGGREGATION),
    ("requestheader-username-headers", &[""], AGGREGATION),
    ("runtime-config-emulation-forward-compatible", &["false"], VERSION),
    ("service-account-lookup", &["true"], TOKENS),
    ("service-account-signing-endpoint", &[""], TOKENS),
    ("tls-curve-preferences", &[""], LISTENER),
    ("tls-sni-cert-key", &[""], LISTENER),
    ("tracing-config-file", &[""], LOGS),
];

/// Those that need no value: alone they mean `true`.
#[rustfmt::skip]
const SWITCHES: &[&str] = &[
    "aggregator-reject-forwarding-redirect", "audit-log-batch-throttle-enable", "audit-log-compress",
    "audit-log-truncate-enabled", "audit-webhook-batch-throttle-enable", "audit-webhook-truncate-enabled",
    "contention-profiling", "emulation-forward-compatible", "enable-aggregator-routing",
    "enable-bootstrap-token-auth", "enable-logs-handler", "enable-priority-and-fairness",
    "encryption-provider-config-automatic-reload", "log-json-split-stream", "log-text-split-stream",
    "permit-address-sharing", "permit-port-sharing", "runtime-config-emulation-forward-compatible",
    "service-account-lookup",
];

/// The flags of kube-apiserver that can't act.
#[derive(Clone, Copy, Debug, Default)]
pub struct ServerFlags;

impl Table for ServerFlags {
    const FLAGS: &'static [Flag] = FLAGS;
    const SWITCHES: &'static [&'static str] = SWITCHES;
}

/// Knows them, so that they are refused in clear words or accepted without effect.
pub type Refused = refused::Refused<ServerFlags>;

#[cfg(test)]
mod tests {
    use clap::{Args as _, Command};

    use super::*;

    #[track_caller]
    fn check(argument: &str, want: Result<(), &str>) {
        let command = Refused::augment_args(Command::new("kube-apiserver"));
        let found = command.try_get_matches_from(["kube-apiserver", argument]);
        match (found.map_err(|err| err.to_string()), want) {
            (Ok(_), Ok(())) => {}
            (Err(text), Err(part)) => {
                let name = argument.split('=').next().unwrap_or_default();
                assert!(text.contains(name) && text.contains(part), "{argument}: {text}");
            }
            (found, _) => panic!("{argument}: {found:?}"),
        }
    }

    #[test]
    fn flags_are_refused_unless_they_ask_for_what_is_done() {
        check("--audit-log-path=/var/log/audit", Err(AUDIT));
        check("--audit-log-path=", Ok(()));
        check("--service-account-lookup", Ok(()));
        check("--service-account-lookup=false", Err(TOKENS));
        check("--enable-priority-and-fairness=false", Ok(()));
        check("--enable-priority-and-fairness", Err("set it to false"));
        check("--cert-dir=/var/run/kubernetes", Err(CERTIFICATES));
    }
}
