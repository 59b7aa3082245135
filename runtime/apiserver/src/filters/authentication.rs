//! Finds out who asks.

use std::sync::Arc;

use http::{Extensions, HeaderMap, header};
use kubeforge_machinery::{
    ApiError,
    user::{InProcessUser, UserInfo, well_known},
};

use crate::{
    auth::{Authenticator, Credentials},
    connection::Connection,
};

/// What becomes of requests without credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Anonymous {
    /// They are refused with 401.
    Refused,
    /// They are `system:anonymous`; where the authorizer allows everything, only health and version may be read.
    #[default]
    HealthOnly,
    /// They are `system:anonymous`, and the authorizer alone decides.
    Allowed,
}

/// Who asks.
///
/// # Errors
/// 401 for credentials that are not valid, or none where they are needed.
pub async fn authenticate(
    authenticators: &[Arc<dyn Authenticator>],
    anonymous: Anonymous,
    connection: &Connection,
    headers: &HeaderMap,
    extensions: &Extensions,
) -> Result<Arc<UserInfo>, ApiError> {
    if let Some(user) = extensions.get::<InProcessUser>() {
        let user = UserInfo { name: user.name.clone(), groups: user.groups.clone(), ..UserInfo::default() };
        return Ok(Arc::new(authenticated(user)));
    }
    if let Some(user) = &connection.certificate_user {
        return Ok(user.clone());
    }
    let bearer_token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, token)| scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty())
        .map(|(_, token)| token.trim());
    let credentials = Credentials { bearer_token, client_certificate: connection.certificate.as_ref() };
    for authenticator in authenticators {
        match authenticator.authenticate(&credentials).await {
            Ok(Some(user)) if user.groups.iter().any(|group| group == well_known::GROUP_AUTHENTICATED) => {
                return Ok(user);
            }
            Ok(Some(user)) => return Ok(Arc::new(authenticated((*user).clone()))),
            Ok(None) => {}
            Err(error) => {
                tracing::debug!(%error, "bad credentials");
                return Err(unauthorized());
            }
        }
    }
    if bearer_token.is_some() || anonymous == Anonymous::Refused {
        return Err(unauthorized());
    }
    Ok(Arc::new(UserInfo {
        name: well_known::USER_ANONYMOUS.to_owned(),
        groups: vec![well_known::GROUP_UNAUTHENTICATED.to_owned()],
        ..UserInfo::default()
    }))
}

fn unauthorized() -> ApiError {
    ApiError::unauthorized("Unauthorized")
}

/// The user with the group of all who were authenticated.
pub fn authenticated(mut user: UserInfo) -> UserInfo {
    if !user.groups.iter().any(|group| group == well_known::GROUP_AUTHENTICATED) {
        user.groups.push(well_known::GROUP_AUTHENTICATED.to_owned());
    }
    user
}
