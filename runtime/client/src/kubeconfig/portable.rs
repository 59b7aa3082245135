//! Making a kubeconfig fit to be passed on (clientcmd/api's MinifyConfig and FlattenConfig, `kubectl config view`).

use std::path::PathBuf;

use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::{Kubeconfig, KubeconfigError, overrides::is_path, read_file, resolve::given, validate::Problem};

impl Kubeconfig {
    /// Leaves out all that the current context doesn't need.
    ///
    /// # Errors
    /// Where there is no current context, or it names what is missing.
    pub fn minified(mut self) -> Result<Self, KubeconfigError> {
        let current = &self.current_context;
        if current.is_empty() {
            return Err(unfit("current-context must exist in order to minify".to_owned()));
        }
        let context = self.contexts.iter().find(|named| named.name == *current);
        let context = context.ok_or_else(|| unfit(format!("cannot locate context {current}")))?.clone();
        let (cluster, user) = (&context.context.cluster, &context.context.user);
        self.clusters.retain(|named| named.name == *cluster);
        self.users.retain(|named| named.name == *user);
        if self.clusters.is_empty() && !cluster.is_empty() {
            return Err(unfit(format!("cannot locate cluster {cluster}")));
        }
        if self.users.is_empty() && !user.is_empty() {
            return Err(unfit(format!("cannot locate user {user}")));
        }
        self.contexts = vec![context];
        Ok(self)
    }

    /// Puts certificates and keys inline that are in files, so that it can be used elsewhere. The files of tokens and
    /// programs stay where they are.
    ///
    /// # Errors
    /// Where a file can't be read, or stands beside inline data.
    pub fn flattened(mut self) -> Result<Self, KubeconfigError> {
        for named in &mut self.clusters {
            let cluster = &mut named.cluster;
            inline(&mut cluster.certificate_authority, &mut cluster.certificate_authority_data)?;
        }
        for named in &mut self.users {
            let user = &mut named.user;
            inline(&mut user.client_certificate, &mut user.client_certificate_data)?;
            inline(&mut user.client_key, &mut user.client_key_data)?;
        }
        Ok(self)
    }
}

fn inline(path: &mut Option<PathBuf>, data: &mut Option<String>) -> Result<(), KubeconfigError> {
    if !is_path(path) {
        return Ok(());
    }
    if given(data).is_some() {
        return Err(unfit("cannot have values for both path and contents".to_owned()));
    }
    if let Some(file) = path.take() {
        *data = Some(BASE64_STANDARD.encode(read_file(&file)?));
    }
    Ok(())
}

fn unfit(message: String) -> KubeconfigError {
    KubeconfigError::Invalid(vec![Problem { message, file: None }])
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "
current-context: a
contexts: [{name: a, context: {cluster: one, user: me}}, {name: b, context: {cluster: gone, user: me}}, {name: c, context: {user: gone}}]
clusters: [{name: one, cluster: {certificate-authority: ca}}, {name: two}]
users: [{name: me, user: {client-key: key, token: t}}, {name: you}]
";

    #[test]
    fn only_what_the_current_context_needs_is_left() {
        let minified = |current: &str| {
            let config = Kubeconfig::parse(TEXT).unwrap();
            Kubeconfig { current_context: current.to_owned(), ..config }.minified()
        };
        let config = minified("a").unwrap();
        assert_eq!((config.contexts.len(), config.clusters.len(), config.users.len()), (1, 1, 1));
        assert_eq!((config.clusters[0].name.as_str(), config.users[0].name.as_str()), ("one", "me"));
        for (current, want) in [
            ("", "current-context must exist in order to minify"),
            ("d", "cannot locate context d"),
            ("b", "cannot locate cluster gone"),
            ("c", "cannot locate user gone"),
        ] {
            assert_eq!(minified(current).unwrap_err().to_string(), format!("invalid configuration: {want}"));
        }
    }

    #[test]
    fn files_become_data() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config");
        std::fs::write(&path, TEXT).unwrap();
        for name in ["ca", "key"] {
            std::fs::write(dir.path().join(name), name).unwrap();
        }
        let config = Kubeconfig::read(&path).unwrap().flattened().unwrap();
        let (cluster, user) = (&config.clusters[0].cluster, &config.users[0].user);
        assert_eq!(
            (cluster.certificate_authority.as_ref(), cluster.certificate_authority_data.as_deref()),
            (None, Some("Y2E="))
        );
        assert_eq!((user.client_key.as_ref(), user.client_key_data.as_deref()), (None, Some("a2V5")));
        let both =
            TEXT.replace("certificate-authority: ca", "certificate-authority: ca, certificate-authority-data: Y2E=");
        assert!(Kubeconfig::parse(&both).unwrap().flattened().is_err());
    }
}
