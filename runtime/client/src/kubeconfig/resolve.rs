//! From a context's name to a [`Config`].

use std::path::PathBuf;

use serde_json::Value;

use super::{
    Cluster, Context, Kubeconfig, KubeconfigError, Overrides, User, load::decode, overrides::is_path, read_file,
    validate, validate::Problem,
};
use crate::{
    config::{Config, Impersonation, ProxySetting, Tls, TlsFiles},
    transport::{Auth, ExecAuth, ExecCluster},
};

/// The extension of a cluster that its exec plugins are told.
const EXEC_EXTENSION: &str = "client.authentication.k8s.io/exec";

impl Kubeconfig {
    /// What a context says; the current one, where `context` is `None`.
    ///
    /// # Errors
    /// Where the context, its cluster or its user is missing, or what they name can't be read or used.
    pub fn config(&self, context: Option<&str>) -> Result<Config, KubeconfigError> {
        let context = context.unwrap_or_default().to_owned();
        self.config_with(&Overrides { context, ..Overrides::default() })
    }

    /// What the files and a command's flags say together.
    ///
    /// # Errors
    /// As [`Kubeconfig::config`].
    pub fn config_with(&self, overrides: &Overrides) -> Result<Config, KubeconfigError> {
        let mut problems = Vec::new();
        let context = self.context(overrides, &mut problems)?;
        let (user, origin) = self.user(&context.user, overrides)?;
        let found = validate::user(&context.user, &user);
        problems.extend(found.into_iter().map(|message| Problem::new(message, origin)));
        let (cluster, origin) = self.cluster(&context.cluster, overrides)?;
        // one that no file has, and of which no flag says anything, is as good as no configuration
        let found = if origin.is_none() && cluster == Cluster::default() {
            vec![validate::EMPTY_CLUSTER.to_owned()]
        } else {
            validate::cluster(&context.cluster, &cluster)
        };
        problems.extend(found.into_iter().map(|message| Problem::new(message, origin)));
        if !problems.is_empty() {
            return Err(KubeconfigError::Invalid(validate::told(problems)));
        }
        config(&cluster, &user, context.namespace.unwrap_or_default(), overrides)
    }

    /// The namespace of the context, or of the flags; none where neither says one.
    pub(crate) fn namespace(&self, overrides: &Overrides) -> Option<String> {
        let context = self.context(overrides, &mut Vec::new()).ok()?;
        context.namespace.filter(|namespace| !namespace.is_empty())
    }

    /// The context with the flags applied. One that the file itself names wrongly is a problem beside others.
    fn context(&self, overrides: &Overrides, problems: &mut Vec<Problem>) -> Result<Context, KubeconfigError> {
        let is_asked = !overrides.context.is_empty();
        let name = if is_asked { &overrides.context } else { &self.current_context };
        let mut context = match self.contexts.iter().find(|named| named.name == *name) {
            Some(named) => named.context.clone(),
            None if is_asked => return Err(missing("context", name)),
            None => {
                if !name.is_empty() {
                    let message = format!("context was not found for specified context: {name}");
                    problems.push(Problem { message, file: None });
                }
                Context::default()
            }
        };
        for (own, by) in [(&mut context.cluster, &overrides.cluster), (&mut context.user, &overrides.user)] {
            if !by.is_empty() {
                own.clone_from(by);
            }
        }
        if !overrides.namespace.is_empty() {
            context.namespace = Some(overrides.namespace.clone());
        }
        Ok(context)
    }

    fn cluster(&self, name: &str, overrides: &Overrides) -> Result<(Cluster, Option<&PathBuf>), KubeconfigError> {
        let found = self.clusters.iter().find(|named| named.name == name);
        if found.is_none() && !overrides.cluster.is_empty() {
            return Err(missing("cluster", name));
        }
        let cluster = found.map(|named| named.cluster.clone()).unwrap_or_default();
        Ok((cluster.overridden(&overrides.cluster_info), found.and_then(|named| named.origin.as_ref())))
    }

    fn user(&self, name: &str, overrides: &Overrides) -> Result<(User, Option<&PathBuf>), KubeconfigError> {
        let found = self.users.iter().find(|named| named.name == name);
        if found.is_none() && !overrides.user.is_empty() {
            return Err(missing("auth info", name));
        }
        let user = found.map(|named| named.user.clone()).unwrap_or_default();
        Ok((user.overridden(&overrides.user_info), found.and_then(|named| named.origin.as_ref())))
    }
}

fn missing(what: &'static str, name: &str) -> KubeconfigError {
    KubeconfigError::Missing { what, name: name.to_owned() }
}

/// A text that isn't empty.
pub(super) fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

fn config(cluster: &Cluster, user: &User, namespace: String, overrides: &Overrides) -> Result<Config, KubeconfigError> {
    let proxy = given(&cluster.proxy_url);
    let mut config = Config {
        server: cluster.server.clone(),
        tls: server_tls(cluster)?,
        impersonate: impersonation(user),
        default_namespace: namespace,
        proxy: proxy.map_or(ProxySetting::Environment, |url| ProxySetting::Url(url.to_owned())),
        disable_compression: cluster.disable_compression,
        timeout: overrides.timeout,
        ..Config::default()
    };
    // credentials are for servers that prove who they are
    let is_secure = match cluster.server.split_once("://") {
        Some((scheme, _)) => scheme.eq_ignore_ascii_case("https"),
        None => config.tls.is_set(),
    };
    if is_secure {
        client_tls(user, &mut config.tls)?;
        config.auth = auth(cluster, user, &config);
    } else {
        config.tls = Tls::default();
    }
    Ok(config)
}

fn server_tls(cluster: &Cluster) -> Result<Tls, KubeconfigError> {
    let (ca, file) = pem(&cluster.certificate_authority_data, &cluster.certificate_authority)?;
    Ok(Tls {
        ca,
        insecure_skip_verify: cluster.insecure_skip_tls_verify,
        server_name: given(&cluster.tls_server_name).map(str::to_owned),
        files: TlsFiles { ca: file, ..TlsFiles::default() },
        ..Tls::default()
    })
}

fn client_tls(user: &User, tls: &mut Tls) -> Result<(), KubeconfigError> {
    // a key without a certificate is nothing
    if given(&user.client_certificate_data).is_none() && !is_path(&user.client_certificate) {
        return Ok(());
    }
    (tls.client_certificate, tls.files.client_certificate) =
        pem(&user.client_certificate_data, &user.client_certificate)?;
    (tls.client_key, tls.files.client_key) = pem(&user.client_key_data, &user.client_key)?;
    Ok(())
}

/// Inline data, else a file's, with its path.
fn pem(data: &Option<String>, path: &Option<PathBuf>) -> Result<(Option<Vec<u8>>, Option<PathBuf>), KubeconfigError> {
    if let Some(data) = given(data) {
        // that it is base64 was seen when the file was read; what was not read from one may be anything
        let bytes = decode(data).map_err(|err| {
            let message = format!("inline certificate data is not base64: {err}");
            KubeconfigError::Invalid(vec![Problem { message, file: None }])
        })?;
        return Ok((Some(bytes), None));
    }
    match path {
        Some(path) if !path.as_os_str().is_empty() => Ok((Some(read_file(path)?), Some(path.clone()))),
        _ => Ok((None, None)),
    }
}

fn auth(cluster: &Cluster, user: &User, config: &Config) -> Auth {
    if let Some(path) = user.token_file.as_ref().filter(|path| !path.as_os_str().is_empty()) {
        return Auth::TokenFile(path.clone());
    }
    if let Some(token) = given(&user.token) {
        return Auth::Token(token.to_owned());
    }
    if given(&user.username).is_some() || given(&user.password).is_some() {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        return Auth::Basic { username: text(&user.username), password: text(&user.password) };
    }
    let Some(plugin) = &user.exec else { return Auth::None };
    let extension = cluster.extensions.iter().find(|known| known.name == EXEC_EXTENSION);
    let cluster = ExecCluster::of(config, extension.map_or(Value::Null, |known| known.extension.clone()));
    Auth::Exec(Box::new(ExecAuth { plugin: plugin.clone(), cluster }))
}

pub(super) fn impersonation(user: &User) -> Option<Impersonation> {
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
clusters:
- {{name: one, cluster: {{server: 'https://x', certificate-authority-data: aGVsbG8=, tls-server-name: other}}}}
- {{name: plain, cluster: {{server: 'http://x', proxy-url: 'socks5://p:1', disable-compression: true}}}}
users: [{{name: me, user: {user}}}, {{name: you, user: {{username: u, password: p}}}}]
contexts: [{{name: a, context: {{cluster: one, user: me}}}}, {{name: b, context: {{cluster: two, user: me}}}}]
"
        ))
        .unwrap()
    }

    #[test]
    fn the_current_context_is_resolved() {
        let config = kubeconfig("{token: abc, as: jane, as-groups: [g]}").config(None).unwrap();
        assert_eq!((config.server.as_str(), config.proxy), ("https://x", ProxySetting::Environment));
        assert_eq!(config.tls.ca.as_deref(), Some(b"hello".as_slice()));
        assert!(matches!(config.auth, Auth::Token(token) if token == "abc"));
        assert_eq!(config.impersonate.unwrap().groups, ["g"]);
    }

    #[test]
    fn flags_win_over_files() {
        let file = kubeconfig("{token: abc}");
        let flags = Overrides { user: "you".to_owned(), namespace: "n".to_owned(), ..Overrides::default() };
        let config = file.config_with(&flags).unwrap();
        assert!(matches!(config.auth, Auth::Basic { username, .. } if username == "u"));
        assert_eq!(config.default_namespace, "n");

        let mut flags = Overrides::default();
        flags.cluster_info.server = "https://z".to_owned();
        flags.cluster_info.insecure_skip_tls_verify = true;
        flags.user_info.impersonate = Some("jane".to_owned());
        let config = file.config_with(&flags).unwrap();
        // another server has another name and another authority
        assert_eq!((config.server.as_str(), config.tls.server_name, config.tls.ca), ("https://z", None, None));
        assert_eq!(config.impersonate.unwrap().user, "jane");
    }

    #[test]
    fn a_server_without_tls_gets_no_credentials() {
        let flags = Overrides { cluster: "plain".to_owned(), ..Overrides::default() };
        let config = kubeconfig("{token: abc}").config_with(&flags).unwrap();
        assert!(matches!(config.auth, Auth::None));
        assert_eq!((config.proxy, config.disable_compression), (ProxySetting::Url("socks5://p:1".to_owned()), true));
    }

    #[test]
    fn what_is_missing_is_named() {
        let file = kubeconfig("{}");
        let said = |flags: &Overrides| file.config_with(flags).unwrap_err().to_string();
        assert_eq!(file.config(Some("c")).unwrap_err().to_string(), "context \"c\" does not exist");
        let err = file.config(Some("b")).unwrap_err();
        assert!(err.is_empty_config(), "{err}");
        assert_eq!(
            said(&Overrides { cluster: "no".to_owned(), ..Overrides::default() }),
            "cluster \"no\" does not exist"
        );
        assert_eq!(
            said(&Overrides { user: "no".to_owned(), ..Overrides::default() }),
            "auth info \"no\" does not exist"
        );
        let lost = Kubeconfig { current_context: "gone".to_owned(), ..file.clone() };
        assert_eq!(
            lost.config(None).unwrap_err().to_string(),
            "invalid configuration: [context was not found for specified context: gone, cluster has no server defined]"
        );
    }

    #[test]
    fn plugins_are_told_of_their_cluster() {
        let config =
            kubeconfig("{exec: {command: aws, apiVersion: client.authentication.k8s.io/v1beta1}}").config(None);
        let Auth::Exec(exec) = config.unwrap().auth else { panic!("another way") };
        assert_eq!(exec.cluster.server, "https://x");
        assert_eq!(exec.plugin.command, "aws");
    }
}
