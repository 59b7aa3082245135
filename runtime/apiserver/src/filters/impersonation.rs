//! Lets a user act as another (`Impersonate-*` headers), where it may.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use http::HeaderMap;
use kubeforge_machinery::{
    ApiError,
    user::{UserInfo, well_known},
};
use percent_encoding::percent_decode_str;

use super::authorization::forbidden;
use crate::auth::{AuthorizationAttributes, Authorizer, Decision};

const USER: &str = "impersonate-user";
const GROUP: &str = "impersonate-group";
const UID: &str = "impersonate-uid";
const EXTRA_PREFIX: &str = "impersonate-extra-";

const SERVICE_ACCOUNT_PREFIX: &str = "system:serviceaccount:";

/// The user that the request is for: the one who asks, unless headers name another.
///
/// # Errors
/// 400 for headers without a user, 403 where the one who asks may not act as the other.
pub async fn impersonate(
    authorizer: &Arc<dyn Authorizer>,
    user: Arc<UserInfo>,
    headers: &HeaderMap,
) -> Result<Arc<UserInfo>, ApiError> {
    if !headers.keys().any(|name| name.as_str().starts_with("impersonate-")) {
        return Ok(user);
    }
    let wanted = read(headers);
    if wanted.name.is_empty() {
        if wanted.groups.is_empty() && wanted.extra.is_empty() && wanted.uid.is_empty() {
            return Ok(user);
        }
        return Err(ApiError::bad_request(format!(
            "requested {} without impersonating a user name",
            go_format(&wanted)
        )));
    }
    check(authorizer, &user, &wanted).await?;
    Ok(Arc::new(complete(wanted)))
}

fn read(headers: &HeaderMap) -> UserInfo {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let mut extra: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in headers {
        let Some(key) = name.as_str().strip_prefix(EXTRA_PREFIX) else { continue };
        let key = percent_decode_str(key).decode_utf8_lossy().to_lowercase();
        extra.entry(key).or_default().extend(value.to_str().ok().map(str::to_owned));
    }
    UserInfo {
        name: text(USER),
        uid: text(UID),
        groups: headers.get_all(GROUP).iter().filter_map(|value| value.to_str().ok()).map(str::to_owned).collect(),
        extra,
    }
}

async fn check(authorizer: &Arc<dyn Authorizer>, user: &UserInfo, wanted: &UserInfo) -> Result<(), ApiError> {
    let mut questions: Vec<AuthorizationAttributes<'_>> = Vec::new();
    let base = AuthorizationAttributes {
        verb: "impersonate",
        is_resource: true,
        version: "v1",
        ..AuthorizationAttributes::default()
    };
    match service_account(&wanted.name) {
        Some((namespace, name)) => {
            questions.push(AuthorizationAttributes { resource: "serviceaccounts", namespace, name, ..base.clone() });
        }
        None => {
            questions.push(AuthorizationAttributes { resource: "users", name: &wanted.name, ..base.clone() });
        }
    }
    for group in &wanted.groups {
        questions.push(AuthorizationAttributes { resource: "groups", name: group, ..base.clone() });
    }
    let identity = AuthorizationAttributes { group: "authentication.k8s.io", ..base };
    if !wanted.uid.is_empty() {
        questions.push(AuthorizationAttributes { resource: "uids", name: &wanted.uid, ..identity.clone() });
    }
    for (key, values) in &wanted.extra {
        for value in values {
            questions.push(AuthorizationAttributes {
                resource: "userextras",
                subresource: key,
                name: value,
                ..identity.clone()
            });
        }
    }
    for question in &questions {
        if let Decision::Deny(why) | Decision::NoOpinion(why) = authorizer.authorize(user, question).await {
            return Err(forbidden(user, question, &why));
        }
    }
    Ok(())
}

fn service_account(name: &str) -> Option<(&str, &str)> {
    name.strip_prefix(SERVICE_ACCOUNT_PREFIX)?.split_once(':')
}

/// Adds the groups that such a user always has.
fn complete(mut user: UserInfo) -> UserInfo {
    if user.name == well_known::USER_ANONYMOUS {
        if user.groups.is_empty() {
            user.groups.push(well_known::GROUP_UNAUTHENTICATED.to_owned());
        }
        return user;
    }
    if user.groups.is_empty()
        && let Some((namespace, _)) = service_account(&user.name)
    {
        user.groups.push("system:serviceaccounts".to_owned());
        user.groups.push(format!("system:serviceaccounts:{namespace}"));
    }
    let has = |group: &str| user.groups.iter().any(|found| found == group);
    if !has(well_known::GROUP_AUTHENTICATED) && !has(well_known::GROUP_UNAUTHENTICATED) {
        user.groups.push(well_known::GROUP_AUTHENTICATED.to_owned());
    }
    user
}

/// The user as Go prints it, which upstream shows to clients.
fn go_format(user: &UserInfo) -> String {
    let list = |values: &[String]| {
        let quoted: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
        format!("{{{}}}", quoted.join(", "))
    };
    let groups = if user.groups.is_empty() { "(nil)".to_owned() } else { list(&user.groups) };
    let mut extra = String::from("map[string][]string");
    if user.extra.is_empty() {
        extra.push_str("(nil)");
    } else {
        let pairs: Vec<String> =
            user.extra.iter().map(|(key, values)| format!("{key:?}:[]string{}", list(values))).collect();
        // writing to a String does not fail
        if write!(extra, "{{{}}}", pairs.join(", ")).is_err() {
            extra.push_str("(nil)");
        }
    }
    format!("&user.DefaultInfo{{Name:{:?}, UID:{:?}, Groups:[]string{groups}, Extra:{extra}}}", user.name, user.uid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filters::authorization::AlwaysAllow;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[tokio::test]
    async fn a_user_becomes_another() {
        let authorizer: Arc<dyn Authorizer> = Arc::new(AlwaysAllow);
        let admin = Arc::new(UserInfo::default());
        let run = async |pairs: &[(&'static str, &'static str)]| {
            impersonate(&authorizer, admin.clone(), &headers(pairs)).await.map_err(|err| err.to_string())
        };
        let bot = run(&[("impersonate-user", "system:serviceaccount:default:bot")]).await.unwrap();
        assert_eq!(bot.groups, ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"]);
        let zoe = run(&[("impersonate-user", "zoe"), ("impersonate-extra-acme.com%2fproject", "x")]).await.unwrap();
        assert_eq!(zoe.extra["acme.com/project"], ["x"]);
        assert_eq!(
            run(&[("impersonate-uid", "x")]).await.unwrap_err(),
            "requested &user.DefaultInfo{Name:\"\", UID:\"x\", Groups:[]string(nil), \
             Extra:map[string][]string(nil)} without impersonating a user name"
        );
    }
}
