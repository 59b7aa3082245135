//! Whether a server and credentials can be used together, and all reasons why not (clientcmd's ConfirmUsable).

use std::{
    fmt,
    path::{Path, PathBuf},
};

use super::{Cluster, ExecConfig, InteractiveMode, User, overrides::is_path, resolve::given};
use crate::{
    os_error,
    transport::{parse_proxy_url, without_credentials},
};

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What, in client-go's words.
    pub message: String,
    /// The file that says so, where it is known.
    pub file: Option<PathBuf>,
}

impl Problem {
    pub(super) fn new(message: impl Into<String>, file: Option<&PathBuf>) -> Self {
        Self { message: message.into(), file: file.cloned() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "{} (in {})", self.message, file.display()),
            None => f.write_str(&self.message),
        }
    }
}

/// Problems in one line, each once (apimachinery's Aggregate).
pub(super) fn aggregate(problems: &[Problem]) -> String {
    let mut texts: Vec<String> = Vec::new();
    for text in problems.iter().map(ToString::to_string) {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    match texts.as_slice() {
        [only] => only.clone(),
        _ => format!("[{}]", texts.join(", ")),
    }
}

/// Nothing is said of a server.
pub(super) const EMPTY_CLUSTER: &str = "cluster has no server defined";

/// Nothing is said of anything.
const EMPTY_CONFIG: &str = "no configuration has been provided, try setting KUBERNETES_MASTER environment variable";

/// Whether the one problem is that nothing is said of anything.
pub(super) fn is_empty_config(problems: &[Problem]) -> bool {
    matches!(problems, [only] if only.message == EMPTY_CONFIG)
}

/// The problems as they are told: where nothing at all is configured, that.
pub(super) fn told(mut problems: Vec<Problem>) -> Vec<Problem> {
    if let [only] = problems.as_mut_slice()
        && only.message == EMPTY_CLUSTER
    {
        only.message = EMPTY_CONFIG.to_owned();
    }
    problems
}

/// What is wrong with a server.
pub(super) fn cluster(name: &str, cluster: &Cluster) -> Vec<String> {
    let mut problems = Vec::new();
    if cluster.server.is_empty() {
        problems.push(match name {
            "" => "default cluster has no server defined".to_owned(),
            name => format!("no server found for cluster {name:?}"),
        });
    }
    if let Some(url) = given(&cluster.proxy_url)
        && let Err(err) = parse_proxy_url(url)
    {
        problems.push(format!("invalid 'proxy-url' {:?} for cluster {name:?}: {err}", without_credentials(url)));
    }
    if is_path(&cluster.certificate_authority) && given(&cluster.certificate_authority_data).is_some() {
        problems.push(format!(
            "certificate-authority-data and certificate-authority are both specified for {name}. certificate-authority-data will override."
        ));
    }
    if cluster.insecure_skip_tls_verify
        && (is_path(&cluster.certificate_authority) || given(&cluster.certificate_authority_data).is_some())
    {
        problems.push("specifying a root certificates file with the insecure flag is not allowed".to_owned());
    }
    unreadable(&mut problems, "certificate-authority", cluster.certificate_authority.as_deref(), name);
    problems
}

/// What is wrong with credentials.
pub(super) fn user(name: &str, user: &User) -> Vec<String> {
    let mut problems = Vec::new();
    certificate(&mut problems, name, user);
    if let Some(provider) = &user.auth_provider {
        problems.push(match &user.exec {
            Some(_) => format!("authProvider cannot be provided in combination with an exec plugin for {name}"),
            None => format!("no Auth Provider found for name {:?}", provider.name),
        });
    }
    if let Some(plugin) = &user.exec {
        exec(&mut problems, name, plugin);
    }
    let is_basic = given(&user.username).is_some() || given(&user.password).is_some();
    if given(&user.token).is_some() && is_basic {
        problems.push(format!(
            "more than one authentication method found for {name}; found [token basicAuth], only one is allowed"
        ));
    }
    let asks_more = given(&user.impersonate_uid).is_some()
        || !user.impersonate_groups.is_empty()
        || !user.impersonate_extra.is_empty();
    if asks_more && given(&user.impersonate).is_none() {
        problems.push(format!("requesting uid, groups or user-extra for {name} without impersonating a user"));
    }
    problems
}

fn certificate(problems: &mut Vec<String>, name: &str, user: &User) {
    let (data, file) = (given(&user.client_certificate_data).is_some(), is_path(&user.client_certificate));
    let (key_data, key_file) = (given(&user.client_key_data).is_some(), is_path(&user.client_key));
    if !data && !file {
        return;
    }
    if data && file {
        problems.push(format!(
            "client-cert-data and client-cert are both specified for {name}. client-cert-data will override."
        ));
    }
    if key_data && key_file {
        problems.push(format!(
            "client-key-data and client-key are both specified for {name}; client-key-data will override"
        ));
    }
    if !key_data && !key_file {
        problems.push(format!(
            "client-key-data or client-key must be specified for {name} to use the clientCert authentication method."
        ));
    }
    unreadable(problems, "client-cert", user.client_certificate.as_deref(), name);
    unreadable(problems, "client-key", user.client_key.as_deref(), name);
}

fn exec(problems: &mut Vec<String>, name: &str, plugin: &ExecConfig) {
    let mut must =
        |what: &str| problems.push(format!("{what} must be specified for {name} to use exec authentication plugin"));
    if plugin.command.is_empty() {
        must("command");
    }
    if plugin.api_version.is_empty() {
        must("apiVersion");
    }
    if plugin.env.iter().any(|variable| variable.name.is_empty()) {
        must("env variable name");
    }
    match plugin.mode() {
        None => must("interactiveMode"),
        Some(InteractiveMode::Other(mode)) => problems.push(format!("invalid interactiveMode for {name}: {mode:?}")),
        Some(_) => {}
    }
    let known = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];
    if !plugin.api_version.is_empty() && !known.contains(&plugin.api_version.as_str()) {
        problems.push(format!("exec plugin: invalid apiVersion {:?}", plugin.api_version));
    }
}

fn unreadable(problems: &mut Vec<String>, what: &str, path: Option<&Path>, name: &str) {
    let Some(path) = path.filter(|path| !path.as_os_str().is_empty()) else { return };
    if let Err(err) = std::fs::File::open(path) {
        let why = os_error::told("open", path, &err);
        problems.push(format!("unable to read {what} {} for {name} due to {why}", path.display()));
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Kubeconfig, EMPTY_CONFIG};

    #[track_caller]
    fn check(cluster: &str, user: &str, want: &str) {
        let text = format!(
            "{{current-context: a, contexts: [{{name: a, context: {{cluster: c, user: u}}}}],
              clusters: [{{name: c, cluster: {cluster}}}], users: [{{name: u, user: {user}}}]}}"
        );
        let err = Kubeconfig::parse(&text).unwrap().config(None).unwrap_err();
        assert_eq!(err.to_string(), format!("invalid configuration: {want}"));
    }

    #[test]
    fn nothing_is_told_apart_from_something_wrong() {
        let err = Kubeconfig::default().config(None).unwrap_err();
        assert!(err.is_empty_config());
        assert_eq!(
            err.to_string(),
            "invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable"
        );
    }

    #[test]
    fn clusters_are_checked() {
        check("{}", "{}", EMPTY_CONFIG);
        check("{tls-server-name: x}", "{}", "no server found for cluster \"c\"");
        check(
            "{tls-server-name: x}",
            "{token: t, username: me, exec: {command: c, apiVersion: client.authentication.k8s.io/v1beta1, env: [{}]}}",
            "[env variable name must be specified for u to use exec authentication plugin, \
             more than one authentication method found for u; found [token basicAuth], only one is allowed, \
             no server found for cluster \"c\"]",
        );
        check(
            "{server: x, proxy-url: 'ftp://u:secret@p'}",
            "{}",
            "invalid 'proxy-url' \"ftp://p\" for cluster \"c\": unsupported scheme \"ftp\", must be http, https, or socks5",
        );
        check(
            "{server: x, insecure-skip-tls-verify: true, certificate-authority-data: aGVsbG8=}",
            "{}",
            "specifying a root certificates file with the insecure flag is not allowed",
        );
        check(
            "{server: x, certificate-authority: /missing/ca}",
            "{}",
            "unable to read certificate-authority /missing/ca for c due to open /missing/ca: no such file or directory",
        );
    }

    #[test]
    fn users_are_checked() {
        let check = |user: &str, want: &str| check("{server: 'https://x'}", user, want);
        check(
            "{token: t, username: me}",
            "more than one authentication method found for u; found [token basicAuth], only one is allowed",
        );
        check(
            "{client-certificate-data: aGVsbG8=}",
            "client-key-data or client-key must be specified for u to use the clientCert authentication method.",
        );
        check("{auth-provider: {name: gcp}}", "no Auth Provider found for name \"gcp\"");
        check("{as-groups: [g]}", "requesting uid, groups or user-extra for u without impersonating a user");
        check(
            "{exec: {env: [{value: v}]}}",
            "[command must be specified for u to use exec authentication plugin, \
             apiVersion must be specified for u to use exec authentication plugin, \
             env variable name must be specified for u to use exec authentication plugin, \
             interactiveMode must be specified for u to use exec authentication plugin]",
        );
        check(
            "{exec: {command: c, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Maybe}}",
            "invalid interactiveMode for u: \"Maybe\"",
        );
        check(
            "{exec: {command: c, apiVersion: other/v1, interactiveMode: Never}}",
            "exec plugin: invalid apiVersion \"other/v1\"",
        );
    }
}
