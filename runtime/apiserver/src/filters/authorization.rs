//! Decides whether the user may do what the request asks.

use std::sync::Arc;

use kubeforge_machinery::{
    ApiError, GroupResource,
    user::{UserInfo, well_known},
};

use super::authentication::Anonymous;
use crate::{
    auth::{AuthorizationAttributes, Authorizer, Decision},
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

    fn allows_all(&self) -> bool {
        true
    }
}

/// The attributes of a request.
pub fn attributes<'a>(info: &RequestInfo<'a>) -> AuthorizationAttributes<'a> {
    AuthorizationAttributes {
        verb: info.verb,
        is_resource: info.is_resource,
        group: info.group,
        version: info.version,
        resource: info.resource,
        subresource: info.subresource,
        namespace: info.namespace,
        name: info.name,
        path: info.path,
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
    info: &RequestInfo<'_>,
) -> Result<(), ApiError> {
    let attributes = attributes(info);
    let decision = if authorizer.allows_all() {
        if user.name != well_known::USER_ANONYMOUS || anonymous == Anonymous::Allowed || is_public(info.path) {
            return Ok(());
        }
        Decision::NoOpinion(String::new())
    } else {
        authorizer.authorize(user, &attributes).await
    };
    match decision {
        Decision::Allow => Ok(()),
        Decision::Deny(why) | Decision::NoOpinion(why) => Err(forbidden(user, &attributes, &why)),
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
        if attributes.namespace.is_empty() || attributes.resource == "namespaces" {
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
    use crate::query::Query;

    #[tokio::test]
    async fn anonymous_sees_health_only() {
        let authorizer: Arc<dyn Authorizer> = Arc::new(AlwaysAllow);
        let user = UserInfo { name: well_known::USER_ANONYMOUS.to_owned(), ..UserInfo::default() };
        let check = async |path: &str| {
            let info = RequestInfo::parse(&Method::GET, path, Query::default());
            authorize(&authorizer, Anonymous::HealthOnly, &user, &info).await.map_err(|err| err.to_string())
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
