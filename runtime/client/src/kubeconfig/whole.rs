//! Whether all of a kubeconfig makes sense, whether it is used or not (clientcmd's Validate).

use kubeforge_machinery::validation::is_dns1123_label;

use super::{
    Kubeconfig, KubeconfigError, NamedContext,
    validate::{self, Problem},
};

impl Kubeconfig {
    /// Looks at every context, user and cluster.
    ///
    /// # Errors
    /// All that is wrong, in client-go's words and in the order of the lists: what is named and isn't there, and what could not be used.
    pub fn validate(&self) -> Result<(), KubeconfigError> {
        if *self == (Self { other: self.other.clone(), ..Self::default() }) {
            return Err(KubeconfigError::Invalid(vec![Problem::new(validate::EMPTY_CONFIG, None)]));
        }
        let mut problems = Vec::new();
        let current = &self.current_context;
        if !current.is_empty() && !self.contexts.iter().any(|named| named.name == *current) {
            let message = format!("context was not found for specified context: {current}");
            problems.push(Problem::new(message, None));
        }
        for named in &self.contexts {
            let found = self.wrong_with(named).into_iter();
            problems.extend(found.map(|message| Problem::new(message, named.origin.as_ref())));
        }
        for named in &self.users {
            let found = validate::user(&named.name, &named.user).into_iter();
            problems.extend(found.map(|message| Problem::new(message, named.origin.as_ref())));
        }
        for named in &self.clusters {
            let found = validate::cluster(&named.name, &named.cluster).into_iter();
            problems.extend(found.map(|message| Problem::new(message, named.origin.as_ref())));
        }
        if problems.is_empty() { Ok(()) } else { Err(KubeconfigError::Invalid(problems)) }
    }

    fn wrong_with(&self, NamedContext { name, context, .. }: &NamedContext) -> Vec<String> {
        let mut wrong = Vec::new();
        if name.is_empty() {
            wrong.push("empty context name is not allowed".to_owned());
        }
        let (user, cluster) = (&context.user, &context.cluster);
        if user.is_empty() {
            wrong.push(format!("user was not specified for context {name:?}"));
        } else if !self.users.iter().any(|named| named.name == *user) {
            wrong.push(format!("user {user:?} was not found for context {name:?}"));
        }
        if cluster.is_empty() {
            wrong.push(format!("cluster was not specified for context {name:?}"));
        } else if !self.clusters.iter().any(|named| named.name == *cluster) {
            wrong.push(format!("cluster {cluster:?} was not found for context {name:?}"));
        }
        if let Some(namespace) = context.namespace.as_ref().filter(|namespace| !namespace.is_empty())
            && !is_dns1123_label(namespace).is_empty()
        {
            wrong.push(format!(
                "namespace {namespace:?} for context {name:?} does not conform to the kubernetes DNS_LABEL rules"
            ));
        }
        wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &str) {
        let said = Kubeconfig::parse(text).unwrap().validate();
        assert_eq!(said.map_err(|err| err.to_string()), Err(format!("invalid configuration: {want}")), "{text}");
    }

    #[test]
    fn everything_is_looked_at() {
        let whole = "{contexts: [{name: a, context: {cluster: c, user: u, namespace: team}}], clusters: [{name: c, cluster: {server: x}}], users: [{name: u}]}";
        assert!(Kubeconfig::parse(whole).unwrap().validate().is_ok());
        check("preferences: {colors: true}", validate::EMPTY_CONFIG);
        check("current-context: gone", "context was not found for specified context: gone");
        check(
            "contexts: [{name: a, context: {cluster: missing, user: missing}}]",
            "[user \"missing\" was not found for context \"a\", cluster \"missing\" was not found for context \"a\"]",
        );
        check(
            "contexts: [{name: a, context: {namespace: Not.One}}]",
            "[user was not specified for context \"a\", cluster was not specified for context \"a\", \
             namespace \"Not.One\" for context \"a\" does not conform to the kubernetes DNS_LABEL rules]",
        );
        check(
            "{clusters: [{name: c}, {name: d, cluster: {server: x, proxy-url: 'example.com'}}], users: [{name: u, user: {as-uid: x}}]}",
            "[requesting uid, groups or user-extra for u without impersonating a user, no server found for cluster \"c\", \
             invalid 'proxy-url' \"example.com\" for cluster \"d\": unsupported scheme \"\", must be http, https, or socks5]",
        );
    }
}
