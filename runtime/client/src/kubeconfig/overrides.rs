//! What a command's flags say, which wins over the files (clientcmd's ConfigOverrides).

use std::time::Duration;

use super::{Cluster, User, resolve::given};

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
        take(&mut self.token, &by.token);
        take(&mut self.username, &by.username);
        take(&mut self.password, &by.password);
        take(&mut self.impersonate, &by.impersonate);
        take(&mut self.impersonate_uid, &by.impersonate_uid);
        if is_path(&by.token_file) {
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
