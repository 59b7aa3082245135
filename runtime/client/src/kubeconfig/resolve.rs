//! From a context's name to a [`Config`].

use std::path::PathBuf;

use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::{Cluster, Context, Kubeconfig, KubeconfigError, User, read_file};
use crate::{
    config::{Config, Impersonation, Tls},
    transport::Auth,
};

impl Kubeconfig {
    /// What a context says; the current one, where `context` is `None`.
    ///
    /// # Errors
    /// Where the context, its cluster or its user is missing, or what they name can't be read.
    pub fn config(&self, context: Option<&str>) -> Result<Config, KubeconfigError> {
        let context = self.context(context.unwrap_or(&self.current_context))?;
        let cluster = self.cluster(&context.cluster)?;
        let nobody = User::default();
        let user = if context.user.is_empty() { &nobody } else { self.user(&context.user)? };
        refuse_unsupported(cluster, user)?;
        Ok(Config {
            server: cluster.server.clone(),
            tls: tls(cluster, user)?,
            auth: auth(user),
            impersonate: impersonation(user),
            default_namespace: context.namespace.clone().unwrap_or_default(),
        })
    }

    fn context(&self, name: &str) -> Result<&Context, KubeconfigError> {
        let found = self.contexts.iter().find(|named| named.name == name);
        found.map(|named| &named.context).ok_or_else(|| missing("context", name))
    }

    fn cluster(&self, name: &str) -> Result<&Cluster, KubeconfigError> {
        let found = self.clusters.iter().find(|named| named.name == name);
        found.map(|named| &named.cluster).ok_or_else(|| missing("cluster", name))
    }

    fn user(&self, name: &str) -> Result<&User, KubeconfigError> {
        let found = self.users.iter().find(|named| named.name == name);
        found.map(|named| &named.user).ok_or_else(|| missing("user", name))
    }
}

fn missing(what: &'static str, name: &str) -> KubeconfigError {
    KubeconfigError::Missing { what, name: name.to_owned() }
}

fn refuse_unsupported(cluster: &Cluster, user: &User) -> Result<(), KubeconfigError> {
    if given(&cluster.proxy_url).is_some() {
        return Err(KubeconfigError::Unsupported("a proxy"));
    }
    if user.exec.is_some() {
        return Err(KubeconfigError::Unsupported("an exec plugin"));
    }
    if user.auth_provider.is_some() {
        return Err(KubeconfigError::Unsupported("an auth provider"));
    }
    Ok(())
}

fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

fn tls(cluster: &Cluster, user: &User) -> Result<Tls, KubeconfigError> {
    let ca = pem("certificate-authority-data", &cluster.certificate_authority_data, &cluster.certificate_authority)?;
    Ok(Tls {
        ca,
        client_certificate: pem("client-certificate-data", &user.client_certificate_data, &user.client_certificate)?,
        client_key: pem("client-key-data", &user.client_key_data, &user.client_key)?,
        insecure_skip_verify: cluster.insecure_skip_tls_verify,
        server_name: given(&cluster.tls_server_name).map(str::to_owned),
    })
}

/// Inline data, else a file's.
fn pem(field: &'static str, data: &Option<String>, path: &Option<PathBuf>) -> Result<Option<Vec<u8>>, KubeconfigError> {
    if let Some(data) = given(data) {
        let bytes = BASE64_STANDARD.decode(data.split_whitespace().collect::<String>());
        return bytes.map(Some).map_err(|err| KubeconfigError::Data { field, message: err.to_string() });
    }
    match path {
        Some(path) if !path.as_os_str().is_empty() => read_file(path).map(Some),
        _ => Ok(None),
    }
}

fn auth(user: &User) -> Auth {
    if let Some(path) = user.token_file.as_ref().filter(|path| !path.as_os_str().is_empty()) {
        return Auth::TokenFile(path.clone());
    }
    if let Some(token) = given(&user.token) {
        return Auth::Token(token.to_owned());
    }
    match given(&user.username) {
        Some(name) => Auth::Basic { username: name.to_owned(), password: user.password.clone().unwrap_or_default() },
        None => Auth::None,
    }
}

fn impersonation(user: &User) -> Option<Impersonation> {
    given(&user.impersonate).map(|name| Impersonation {
        user: name.to_owned(),
        uid: user.impersonate_uid.clone().unwrap_or_default(),
        groups: user.impersonate_groups.clone(),
        extra: user.impersonate_extra.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kubeconfig(user: &str) -> Kubeconfig {
        Kubeconfig::parse(&format!(
            "
current-context: a
clusters: [{{name: one, cluster: {{server: 'https://x', certificate-authority-data: aGVsbG8=}}}}]
users: [{{name: me, user: {user}}}]
contexts: [{{name: a, context: {{cluster: one, user: me}}}}, {{name: b, context: {{cluster: two, user: me}}}}]
"
        ))
        .unwrap()
    }

    #[test]
    fn the_current_context_is_resolved() {
        let config = kubeconfig("{token: abc, as: jane, as-groups: [g]}").config(None).unwrap();
        assert_eq!(config.server, "https://x");
        assert_eq!(config.tls.ca.as_deref(), Some(b"hello".as_slice()));
        assert!(matches!(config.auth, Auth::Token(token) if token == "abc"));
        assert_eq!(config.impersonate.unwrap().groups, ["g"]);
    }

    #[test]
    fn what_is_missing_is_named() {
        let kubeconfig = kubeconfig("{}");
        assert_eq!(kubeconfig.config(Some("c")).unwrap_err().to_string(), "the kubeconfig has no context \"c\"");
        assert_eq!(kubeconfig.config(Some("b")).unwrap_err().to_string(), "the kubeconfig has no cluster \"two\"");
    }

    #[test]
    fn plugins_are_refused() {
        let err = kubeconfig("{exec: {command: aws}}").config(None).unwrap_err();
        assert!(matches!(err, KubeconfigError::Unsupported("an exec plugin")), "{err}");
    }
}
