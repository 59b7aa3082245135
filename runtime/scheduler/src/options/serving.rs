//! Flags of the scheduler's own endpoint. Follows apiserver's pkg/server/options (serving.go, authentication.go,
//! authorization.go).

use std::{
    fs,
    io::Write as _,
    net::{IpAddr, SocketAddr},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use clap::{ArgAction, Args};
use kubeforge_client::{Client, Config};
use kubeforge_serving::{
    listener::{self, PortSharing},
    self_signed::SelfSigned,
    tls::{Http, Protocols, TlsMin, TlsOptions},
};
use rustls::ServerConfig;
use tokio::net::TcpListener;
use tracing::warn;

use super::SchedulerError;
use crate::endpoint::{Authentication, Authorization, ProxyHeaders};

/// What certificates in `--cert-dir` are called.
const PAIR_NAME: &str = "kube-scheduler";

/// Flags of the endpoint.
#[derive(Clone, Debug, Args)]
pub struct ServingArgs {
    /// The address to serve on.
    #[arg(long, value_name = "IP", default_value = "0.0.0.0")]
    pub bind_address: IpAddr,

    /// The port to serve HTTPS on; 0 to serve nothing.
    #[arg(long, value_name = "PORT", default_value_t = 10259, allow_negative_numbers = true)]
    pub secure_port: i32,

    /// Where the certificate and key are that are served with where no files are named (kube-scheduler.crt and .key); they
    /// are made where they are not there. Without a directory they are made in memory.
    #[arg(long, value_name = "DIR")]
    pub cert_dir: Option<PathBuf>,

    /// The certificate to serve with, and those between it and its CA.
    #[arg(long, value_name = "FILE")]
    pub tls_cert_file: Option<PathBuf>,

    /// The key of the certificate.
    #[arg(long, value_name = "FILE")]
    pub tls_private_key_file: Option<PathBuf>,

    /// The oldest version of TLS that clients may speak: VersionTLS12 or VersionTLS13.
    #[arg(long, value_name = "VERSION", default_value = "", hide_default_value = true)]
    pub tls_min_version: String,

    /// The cipher suites of TLS 1.2 that clients may choose, by IANA's names, separated by commas; all where not given.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub tls_cipher_suites: Vec<String>,

    /// Whether only HTTP/1.1 is served.
    #[arg(long, value_name = "BOOL", default_value_t = false, num_args = 0..=1, require_equals = true, default_missing_value = "true", action = ArgAction::Set)]
    pub disable_http2_serving: bool,

    /// How many requests a client may have open on a connection of HTTP/2; 0 for the default, 250.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub http2_max_streams_per_connection: u32,

    /// Whether the address may be bound while old connections to it linger. It always may, as Go has it for all listeners.
    #[arg(long, value_name = "BOOL", default_value_t = false, num_args = 0..=1, require_equals = true, default_missing_value = "true", action = ArgAction::Set)]
    pub permit_address_sharing: bool,

    /// Whether other processes may listen on the same address and port.
    #[arg(long, value_name = "BOOL", default_value_t = false, num_args = 0..=1, require_equals = true, default_missing_value = "true", action = ArgAction::Set)]
    pub permit_port_sharing: bool,

    /// How to reach the API server that knows whose tokens are and which CAs are trusted. Without it nobody is known by a
    /// token, and only CAs that are named are trusted.
    #[arg(long, value_name = "FILE")]
    pub authentication_kubeconfig: Option<PathBuf>,

    /// Whether the API server is not asked which CAs it trusts (the ConfigMap extension-apiserver-authentication).
    #[arg(long, value_name = "BOOL", default_value_t = false, num_args = 0..=1, require_equals = true, default_missing_value = "true", action = ArgAction::Set)]
    pub authentication_skip_lookup: bool,

    /// Whether to go on where it does not tell which CAs it trusts.
    #[arg(long, value_name = "BOOL", default_value_t = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", action = ArgAction::Set)]
    pub authentication_tolerate_lookup_failure: bool,

    /// For how long it is remembered whose a token is.
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = super::duration)]
    pub authentication_token_webhook_cache_ttl: Duration,

    /// The CA that signs clients' certificates.
    #[arg(long, value_name = "FILE")]
    pub client_ca_file: Option<PathBuf>,

    /// The CA that signs the certificates of proxies that name users in headers.
    #[arg(long, value_name = "FILE")]
    pub requestheader_client_ca_file: Option<PathBuf>,

    /// The names that such proxies may have; any where none is given.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub requestheader_allowed_names: Vec<String>,

    /// The headers with the user's name.
    #[arg(long, value_name = "HEADERS", value_delimiter = ',', default_value = "x-remote-user")]
    pub requestheader_username_headers: Vec<String>,

    /// The headers with the user's uid.
    #[arg(long, value_name = "HEADERS", value_delimiter = ',')]
    pub requestheader_uid_headers: Vec<String>,

    /// The headers with the user's groups.
    #[arg(long, value_name = "HEADERS", value_delimiter = ',', default_value = "x-remote-group")]
    pub requestheader_group_headers: Vec<String>,

    /// What headers begin with that hold whatever else is known of the user.
    #[arg(long, value_name = "PREFIXES", value_delimiter = ',', default_value = "x-remote-extra-")]
    pub requestheader_extra_headers_prefix: Vec<String>,

    /// How to reach the API server that knows what users may do. Without it only the paths below are allowed, and members
    /// of system:masters everything.
    #[arg(long, value_name = "FILE")]
    pub authorization_kubeconfig: Option<PathBuf>,

    /// Paths that anybody may see, separated by commas; `*` at the end stands for anything.
    #[arg(long, value_name = "PATHS", value_delimiter = ',', default_value = "/healthz,/readyz,/livez")]
    pub authorization_always_allow_paths: Vec<String>,

    /// For how long it is remembered that users may do something.
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = super::duration)]
    pub authorization_webhook_cache_authorized_ttl: Duration,

    /// For how long it is remembered that they may not.
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = super::duration)]
    pub authorization_webhook_cache_unauthorized_ttl: Duration,
}

impl ServingArgs {
    /// What is wrong with the values, in upstream's words.
    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if !(0..=65535).contains(&self.secure_port) {
            problems.push(format!(
                "--secure-port {} must be between 0 and 65535, inclusive. 0 for turning off secure port",
                self.secure_port
            ));
        }
        match self.tls_min_version.as_str() {
            "" | "VersionTLS12" | "VersionTLS13" => {}
            "VersionTLS10" | "VersionTLS11" => {
                problems.push(format!("--tls-min-version: {} is not safe and not supported here", self.tls_min_version))
            }
            other => problems.push(format!(
                "unknown tls version {other:?}, must be one of: [VersionTLS10 VersionTLS11 VersionTLS12 VersionTLS13]"
            )),
        }
        let unknown = self.tls_cipher_suites.iter().filter(|name| !Protocols::knows_cipher_suite(name));
        problems.extend(unknown.map(|name| format!("Cipher suite {name} not supported or doesn't exist")));
        if self.tls_cert_file.is_some() != self.tls_private_key_file.is_some() {
            problems.push("--tls-cert-file and --tls-private-key-file must be given together".to_owned());
        }
        problems
    }

    /// Whether anything is served.
    pub(super) const fn serves(&self) -> bool {
        self.secure_port > 0
    }

    /// The socket.
    pub(super) fn listener(&self) -> Result<TcpListener, SchedulerError> {
        let address = SocketAddr::new(self.bind_address, u16::try_from(self.secure_port).unwrap_or_default());
        let sharing = if self.permit_port_sharing { PortSharing::Shared } else { PortSharing::Alone };
        listener::bind(address, sharing).map_err(|source| SchedulerError::Listen { address, source })
    }

    /// How many requests may be open on a connection.
    pub(super) const fn streams_max(&self) -> u32 {
        match self.http2_max_streams_per_connection {
            0 => listener::STREAMS_MAX,
            max => max,
        }
    }

    /// Certificate, key, and the CAs of clients.
    pub(super) fn tls(&self, authentication: &Authentication) -> Result<Arc<ServerConfig>, SchedulerError> {
        let (certificate, key) = self.pair()?;
        let mut options =
            TlsOptions::from_pem(&certificate, &key, b"").map_err(|err| SchedulerError::Tls(err.to_string()))?;
        options.client_cas = authentication.cas().to_vec();
        let protocols = Protocols {
            tls_min: if self.tls_min_version == "VersionTLS13" { TlsMin::Tls13 } else { TlsMin::Tls12 },
            http: if self.disable_http2_serving { Http::Http1 } else { Http::Both },
            cipher_suites: self.tls_cipher_suites.clone(),
        };
        options.server_config_of(protocols).map_err(|err| SchedulerError::Tls(err.to_string()))
    }

    /// Certificate and key: those of the files, those in the directory, or new ones.
    fn pair(&self) -> Result<(Vec<u8>, Vec<u8>), SchedulerError> {
        if let (Some(certificate), Some(key)) = (&self.tls_cert_file, &self.tls_private_key_file) {
            return Ok((read(certificate)?, read(key)?));
        }
        let in_directory = self
            .cert_dir
            .as_ref()
            .map(|dir| (dir.join(format!("{PAIR_NAME}.crt")), dir.join(format!("{PAIR_NAME}.key"))));
        if let Some((certificate, key)) = in_directory.as_ref().filter(|(crt, key)| crt.exists() && key.exists()) {
            return Ok((read(certificate)?, read(key)?));
        }
        let made = SelfSigned::new(self.bind_address)
            .map_err(|err| SchedulerError::Tls(format!("error creating self-signed certificates: {err}")))?;
        if let Some((certificate, key)) = &in_directory {
            write(certificate, made.certificate.as_bytes(), 0o644)?;
            write(key, made.key.as_bytes(), 0o600)?;
        }
        Ok((made.certificate.into_bytes(), made.key.into_bytes()))
    }

    /// Who is known, and how.
    pub(super) async fn authentication(&self) -> Result<Authentication, SchedulerError> {
        let mut known = Authentication::new();
        if let Some(file) = &self.client_ca_file {
            known = known.with_client_ca(&read(file)?)?;
        }
        if let Some(file) = &self.requestheader_client_ca_file {
            let headers = ProxyHeaders {
                allowed_names: self.requestheader_allowed_names.clone(),
                username: self.requestheader_username_headers.clone(),
                uid: self.requestheader_uid_headers.clone(),
                groups: self.requestheader_group_headers.clone(),
                extra_prefixes: self.requestheader_extra_headers_prefix.clone(),
            };
            known = known.with_proxies(&read(file)?, headers)?;
        }
        let Some(client) = delegate(self.authentication_kubeconfig.as_deref())? else {
            warn!(
                "No authentication-kubeconfig provided in order to lookup client-ca-file in \
                 configmap/extension-apiserver-authentication in kube-system, so client certificate authentication \
                 won't work."
            );
            return Ok(known);
        };
        if !self.authentication_skip_lookup {
            let before = known.clone_certificates();
            known = match known.with_lookup(client.clone()).await {
                Ok(known) => known,
                Err(err) if self.authentication_tolerate_lookup_failure => {
                    warn!(
                        %err, "Error looking up in-cluster authentication configuration. Continuing without \
                         authentication configuration. This may treat all requests as anonymous."
                    );
                    before
                }
                Err(err) => return Err(err.into()),
            };
        }
        Ok(known.with_reviews(client, self.authentication_token_webhook_cache_ttl))
    }

    /// Who may do what.
    pub(super) fn authorization(&self) -> Result<Authorization, SchedulerError> {
        let client = delegate(self.authorization_kubeconfig.as_deref())?;
        if client.is_none() {
            warn!("No authorization-kubeconfig provided, so SubjectAccessReview of authorization tokens won't work.");
        }
        Ok(Authorization::new(
            self.authorization_always_allow_paths.clone(),
            client,
            self.authorization_webhook_cache_authorized_ttl,
            self.authorization_webhook_cache_unauthorized_ttl,
        ))
    }
}

/// A client to the API server that is asked: the kubeconfig's, or that of the cluster that this runs in.
fn delegate(kubeconfig: Option<&Path>) -> Result<Option<Client>, SchedulerError> {
    let config = match kubeconfig {
        Some(path) => Config::from_file(path)?,
        None => match Config::in_cluster() {
            Ok(config) => config,
            Err(_) => return Ok(None),
        },
    };
    Client::from_config(&config).map(Some).map_err(|err| SchedulerError::Client(Box::new(err)))
}

fn read(path: &Path) -> Result<Vec<u8>, SchedulerError> {
    fs::read(path).map_err(|source| SchedulerError::Read { path: path.to_owned(), source })
}

fn write(path: &Path, bytes: &[u8], mode: u32) -> Result<(), SchedulerError> {
    let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| {
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(path)?.write_all(bytes)
    });
    written.map_err(|source| SchedulerError::WriteFile { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        serving: ServingArgs,
    }

    #[test]
    fn certificates_in_a_directory_are_made_once_and_kept() {
        let directory = tempfile::tempdir().unwrap();
        let flag = format!("--cert-dir={}", directory.path().join("pki").display());
        let args = Cli::parse_from(["x", &flag]).serving;
        let made = args.pair().unwrap();
        assert_eq!(args.pair().unwrap(), made);
        let key = directory.path().join("pki/kube-scheduler.key");
        assert_eq!(fs::metadata(key).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(args.tls(&Authentication::new()).is_ok());
    }
}
