//! What a command's flags say, which wins over the files (clientcmd's ConfigOverrides).

use std::time::Duration;

use super::{
    Cluster, Kubeconfig, User,
    resolve::{given, impersonation},
};
use crate::{
    config::{Config, ConfigError},
    transport::Auth,
};

/// Wins over what kubeconfig files say. What is empty stays as the files have it.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// The context to use (`--context`).
    pub context: String,
    /// The name of the cluster to use (`--cluster`).
    pub cluster: String,
    /// The name of the user to use (`--user`).
    pub user: String,
    /// The namespace to use (`--namespace`).
    pub namespace: String,
    /// Of the cluster: `--server`, `--certificate-authority`, `--insecure-skip-tls-verify`, `--tls-server-name`,
    /// `--proxy-url`, `--disable-compression`.
    pub cluster_info: Cluster,
    /// Of the user: `--token`, `--username`, `--password`, `--client-certificate`, `--client-key`, `--as`, `--as-uid`,
    /// `--as-group`, `--as-user-extra`.
    pub user_info: User,
    /// How long a request may take (`--request-timeout`).
    pub timeout: Option<Duration>,
}

impl Overrides {
    /// What the flags say on top of a pod's service account, and the namespace of a context that names no server. Flags of
    /// the cluster are not looked at: with one of them the configuration isn't empty.
    ///
    /// # Errors
    /// Where a flag asks for credentials other than a token.
    pub(crate) fn in_pod(&self, mut pod: Config, files: &Kubeconfig) -> Result<Config, ConfigError> {
        let user = &self.user_info;
        let refused = [
            ("a user of a kubeconfig", !self.user.is_empty()),
            ("a username", given(&user.username).is_some()),
            ("a password", given(&user.password).is_some()),
            (
                "a client certificate",
                is_path(&user.client_certificate) || given(&user.client_certificate_data).is_some(),
            ),
            ("a client key", is_path(&user.client_key) || given(&user.client_key_data).is_some()),
            ("an exec plugin", user.exec.is_some()),
            ("an auth provider", user.auth_provider.is_some()),
        ];
        if let Some((what, _)) = refused.into_iter().find(|(_, is_given)| *is_given) {
            return Err(ConfigError::NotForPods(what));
        }
        if let Some(path) = user.token_file.as_ref().filter(|path| !path.as_os_str().is_empty()) {
            pod.auth = Auth::TokenFile(path.clone());
        } else if let Some(token) = given(&user.token) {
            pod.auth = Auth::Token(token.to_owned());
        }
        if let Some(namespace) = files.namespace(self) {
            pod.default_namespace = namespace;
        }
        pod.impersonate = impersonation(user);
        pod.timeout = self.timeout;
        Ok(pod)
    }
}

impl Cluster {
    pub(super) fn overridden(mut self, by: &Self) -> Self {
        if !by.server.is_empty() {
            self.server.clone_from(&by.server);
        }
        take(&mut self.proxy_url, &by.proxy_url);
        self.disable_compression |= by.disable_compression;
        // a CA and trusting everybody exclude each other, so what the flags say of trust replaces all of it
        if by.insecure_skip_tls_verify
            || is_path(&by.certificate_authority)
            || given(&by.certificate_authority_data).is_some()
        {
            self.insecure_skip_tls_verify = by.insecure_skip_tls_verify;
            self.certificate_authority.clone_from(&by.certificate_authority);
            self.certificate_authority_data.clone_from(&by.certificate_authority_data);
        }
        // the name belongs to the server
        if given(&by.tls_server_name).is_some() || !by.server.is_empty() {
            self.tls_server_name.clone_from(&by.tls_server_name);
        }
        self
    }
}

impl User {
    pub(super) fn overridden(mut self, by: &Self) -> Self {
        take(&mut self.username, &by.username);
        take(&mut self.password, &by.password);
        take(&mut self.impersonate, &by.impersonate);
        take(&mut self.impersonate_uid, &by.impersonate_uid);
        // either replaces both: a file's would win over a flag's token
        if given(&by.token).is_some() || is_path(&by.token_file) {
            self.token.clone_from(&by.token);
            self.token_file.clone_from(&by.token_file);
        }
        if !by.impersonate_groups.is_empty() {
            self.impersonate_groups.clone_from(&by.impersonate_groups);
        }
        for (key, values) in &by.impersonate_extra {
            self.impersonate_extra.insert(key.clone(), values.clone());
        }
        // a file in a flag wins over data in a file
        if is_path(&by.client_certificate) || given(&by.client_certificate_data).is_some() {
            self.client_certificate.clone_from(&by.client_certificate);
            self.client_certificate_data.clone_from(&by.client_certificate_data);
        }
        if is_path(&by.client_key) || given(&by.client_key_data).is_some() {
            self.client_key.clone_from(&by.client_key);
            self.client_key_data.clone_from(&by.client_key_data);
        }
        if by.exec.is_some() {
            self.exec.clone_from(&by.exec);
        }
        self
    }
}

fn take(own: &mut Option<String>, by: &Option<String>) {
    if given(by).is_some() {
        own.clone_from(by);
    }
}

pub(super) fn is_path(path: &Option<std::path::PathBuf>) -> bool {
    path.as_ref().is_some_and(|path| !path.as_os_str().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_count_in_pods() {
        let pod = || Config {
            auth: Auth::TokenFile("/pod/token".into()),
            default_namespace: "pods".to_owned(),
            ..Config::new("https://10.0.0.1:443")
        };
        let nothing = Kubeconfig::default();
        let config = Overrides::default().in_pod(pod(), &nothing).unwrap();
        assert!(matches!(&config.auth, Auth::TokenFile(path) if path.to_str() == Some("/pod/token")));
        assert_eq!((config.default_namespace.as_str(), config.impersonate, config.timeout), ("pods", None, None));

        let text = |text: &str| Some(text.to_owned());
        let user_info = User { token: text("t"), impersonate: text("jane"), ..User::default() };
        let timeout = Some(Duration::from_secs(7));
        let flags = Overrides { namespace: "n".to_owned(), user_info, timeout, ..Overrides::default() };
        let config = flags.in_pod(pod(), &nothing).unwrap();
        assert_eq!((config.server.as_str(), config.default_namespace.as_str()), ("https://10.0.0.1:443", "n"));
        assert!(matches!(config.auth, Auth::Token(token) if token == "t"));
        assert_eq!((config.impersonate.unwrap().user.as_str(), config.timeout), ("jane", timeout));

        // a context without a server
        let files = Kubeconfig::parse(
            "{current-context: a, contexts: [{name: a, context: {namespace: team, user: me}}], users: [{name: me, user: {token: t}}]}",
        );
        let files = files.unwrap();
        assert!(files.config(None).unwrap_err().is_empty_config());
        let config = Overrides::default().in_pod(pod(), &files).unwrap();
        assert_eq!(config.default_namespace, "team");
        assert!(matches!(config.auth, Auth::TokenFile(_)), "the user is another server's");
        assert_eq!(flags.in_pod(pod(), &files).unwrap().default_namespace, "n");

        let user_info = User { password: text("hidden"), ..User::default() };
        let err = Overrides { user_info, ..Overrides::default() }.in_pod(pod(), &nothing).unwrap_err().to_string();
        assert!(err.starts_with("a password cannot be used with a pod's service account"), "{err}");
    }

    #[test]
    fn a_token_replaces_a_file_and_a_file_a_token() {
        let token = User { token: Some("t".to_owned()), ..User::default() };
        let file = User { token_file: Some("f".into()), ..User::default() };
        assert!(file.clone().overridden(&token) == token);
        assert!(token.clone().overridden(&file) == file);
        assert!(token.clone().overridden(&User::default()) == token);
    }
}
