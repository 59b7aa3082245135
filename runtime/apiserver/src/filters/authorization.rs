//! Decides whether the user may do what the request asks.

use std::sync::Arc;

use kubeforge_machinery::{
    ApiError, GroupResource, fields,
    user::{UserInfo, well_known},
    validation::is_path_segment_name,
};

use super::authentication::Anonymous;
use crate::{
    auth::{AuthorizationAttributes, Authorizer, Decision, PathRule, ResourceRule, UserRules},
    query::Query,
    request_info::RequestInfo,
};

/// What anybody may read, where the authorizer allows everything.
const PUBLIC_PATHS: [&str; 4] = ["/healthz", "/livez", "/readyz", "/version"];

/// Allows everything to everybody who was authenticated.
#[derive(Clone, Copy, Debug, Default)]
pub struct AlwaysAllow;

#[async_trait::async_trait]
impl Authorizer for AlwaysAllow {
    async fn authorize(&self, _user: &UserInfo, _attributes: &AuthorizationAttributes<'_>) -> Decision {
        Decision::Allow
    }

    async fn rules_for(&self, _user: &UserInfo, _namespace: &str) -> UserRules {
        let all = || vec!["*".to_owned()];
        UserRules {
            resources: vec![ResourceRule { verbs: all(), groups: all(), resources: all(), names: Vec::new() }],
            paths: vec![PathRule { verbs: all(), paths: all() }],
            ..UserRules::default()
        }
    }

    fn allows_all(&self) -> bool {
        true
    }
}

/// What limits a request to some of a resource's objects. Authorizers may count on it.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    fields: fields::Selector,
}

impl Limits {
    /// The limits of a list, watch or deletecollection; other requests have none. A selector that can't be read limits
    /// nothing: the request fails later.
    pub fn of(info: &RequestInfo<'_>, query: Query<'_>) -> Self {
        if !matches!(info.verb, "list" | "watch" | "deletecollection") || query.raw().is_empty() {
            return Self::default();
        }
        let selector = query.get("fieldSelector");
        let fields = selector.and_then(|text| fields::Selector::parse(&text).ok()).unwrap_or_default();
        Self { fields }
    }

    /// The only object that a list or watch can show.
    fn name(&self, info: &RequestInfo<'_>) -> Option<&str> {
        let is_read = matches!(info.verb, "list" | "watch");
        self.fields.required_value("metadata.name").filter(|name| is_read && is_path_segment(name))
    }
}

fn is_path_segment(name: &str) -> bool {
    !name.is_empty() && is_path_segment_name(name).is_empty()
}

/// The attributes of a request.
pub fn attributes<'a>(info: &RequestInfo<'a>, limits: &'a Limits) -> AuthorizationAttributes<'a> {
    AuthorizationAttributes {
        verb: info.verb,
        is_resource: info.is_resource,
        group: info.group,
        version: info.version,
        resource: info.resource,
        subresource: info.subresource,
        namespace: info.namespace,
        name: match info.name {
            "" => limits.name(info).unwrap_or_default(),
            name => name,
        },
        path: info.path,
        fields: limits.fields.requirements(),
    }
}

/// Checks a request.
///
/// # Errors
/// 403 in upstream's words.
pub async fn authorize(
    authorizer: &Arc<dyn Authorizer>,
    anonymous: Anonymous,
    user: &UserInfo,
    attributes: &AuthorizationAttributes<'_>,
) -> Result<(), ApiError> {
    let decision = if authorizer.allows_all() {
        if user.name != well_known::USER_ANONYMOUS || anonymous == Anonymous::Allowed || is_public(attributes.path) {
            return Ok(());
        }
        Decision::NoOpinion(String::new())
    } else {
        authorizer.authorize(user, attributes).await
    };
    match decision {
        Decision::Allow => Ok(()),
        Decision::Deny(why) | Decision::NoOpinion(why) => Err(forbidden(user, attributes, &why)),
    }
}

fn is_public(path: &str) -> bool {
    PUBLIC_PATHS
        .iter()
        .any(|public| path.strip_prefix(public).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// 403 for what a user may not do.
pub fn forbidden(user: &UserInfo, attributes: &AuthorizationAttributes<'_>, why: &str) -> ApiError {
    let mut message = format!("User \"{}\" cannot {} ", user.name, attributes.verb);
    if attributes.is_resource {
        message.push_str("resource \"");
        message.push_str(attributes.resource);
        if !attributes.subresource.is_empty() {
            message.push('/');
            message.push_str(attributes.subresource);
        }
        message.push_str(&format!("\" in API group \"{}\" ", attributes.group));
        if attributes.namespace.is_empty() {
            message.push_str("at the cluster scope");
        } else {
            message.push_str(&format!("in the namespace \"{}\"", attributes.namespace));
        }
    } else {
        message.push_str(&format!("path \"{}\"", attributes.path));
    }
    if !why.is_empty() {
        message.push_str(": ");
        message.push_str(why);
    }
    let resource =
        GroupResource { group: attributes.group.to_owned().into(), resource: attributes.resource.to_owned().into() };
    ApiError::forbidden(&resource, attributes.name, message)
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;

    #[tokio::test]
    async fn anonymous_sees_health_only() {
        let authorizer: Arc<dyn Authorizer> = Arc::new(AlwaysAllow);
        let user = UserInfo { name: well_known::USER_ANONYMOUS.to_owned(), ..UserInfo::default() };
        let check = async |path: &str| {
            let info = RequestInfo::parse(&Method::GET, path, Query::default());
            let limits = Limits::default();
            let attributes = attributes(&info, &limits);
            authorize(&authorizer, Anonymous::HealthOnly, &user, &attributes).await.map_err(|err| err.to_string())
        };
        assert_eq!(check("/healthz/ping").await, Ok(()));
        assert_eq!(
            check("/nothing/here").await.unwrap_err(),
            "forbidden: User \"system:anonymous\" cannot get path \"/nothing/here\""
        );
        assert_eq!(
            check("/api/v1/namespaces/a/configmaps").await.unwrap_err(),
            "configmaps is forbidden: User \"system:anonymous\" cannot list resource \"configmaps\" in API group \"\" \
             in the namespace \"a\""
        );
    }
}
