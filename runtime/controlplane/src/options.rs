//! kube-apiserver's command line, as far as it is supported here: the same flags, defaults and forms.

mod storage;

use std::{net::IpAddr, ops::RangeInclusive, path::PathBuf, str::FromStr, time::Duration};

use clap::Args;

pub use self::storage::{ServersOverride, StorageArgs, StorageBackend, StorageMediaType};
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
}
