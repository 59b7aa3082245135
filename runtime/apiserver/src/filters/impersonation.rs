//! Lets a user act as another (`Impersonate-*` headers), where it may.
//!
//! There are two ways to be allowed. The older verb `impersonate` on the other identity allows everything that the other
//! may do. The newer verbs are narrower (KEP-5284): `impersonate:<mode>` on the identity, and `impersonate-on:<mode>:<verb>`
//! on the target of the request; the mode is one of [`Mode`]. The newer ones are tried first; what allowed a user's last
//! impersonation is tried before all others. Follows apiserver pkg/endpoints/filters/impersonation, whose caches of single
//! decisions are left out, as a decision here costs less than such a look-up.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
    sync::Arc,
};

use http::HeaderMap;
use kubeforge_machinery::{
    ApiError,
    field::Path,
    quote::quote,
    user::{UserInfo, well_known},
    validation::{is_dns1123_subdomain, is_domain_prefixed_path},
};
use parking_lot::Mutex;
use percent_encoding::percent_decode_str;

use super::authorization::forbidden;
use crate::auth::{AuthorizationAttributes, Authorizer, Decision};

const USER: &str = "impersonate-user";
const GROUP: &str = "impersonate-group";
const UID: &str = "impersonate-uid";
const EXTRA_PREFIX: &str = "impersonate-extra-";

const SERVICE_ACCOUNT_PREFIX: &str = "system:serviceaccount:";
const NODE_PREFIX: &str = "system:node:";
/// What a token bound to a pod says of the pod's node.
const NODE_NAME_KEY: &str = "authentication.kubernetes.io/node-name";
const ASSOCIATED_KEYS: &str = "authentication.kubernetes.io/associated-node-keys";

/// From so many groups or extra values on, the newer modes ask for all of them at once first.
const MANY: usize = 4;
/// So many users are remembered with the mode that allowed their last impersonation; more start over.
const REMEMBERED_MAX: usize = 1024;

/// A way to be allowed, in the order in which they are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// A pod acts as the node that it runs on.
    AssociatedNode,
    /// As any node.
    ArbitraryNode,
    /// As a service account.
    ServiceAccount,
    /// As any other user, with groups, uid and extra values.
    UserInfo,
    /// The older verb, for all of these.
    Legacy,
}

const MODES: [Mode; 5] =
    [Mode::AssociatedNode, Mode::ArbitraryNode, Mode::ServiceAccount, Mode::UserInfo, Mode::Legacy];

impl Mode {
    fn name(self) -> &'static str {
        match self {
            Self::AssociatedNode => "associated-node",
            Self::ArbitraryNode => "arbitrary-node",
            Self::ServiceAccount => "serviceaccount",
            Self::UserInfo => "user-info",
            Self::Legacy => "",
        }
    }

    /// Whether it is meant for such a pair at all.
    fn applies(self, user: &UserInfo, wanted: &UserInfo) -> bool {
        let only_name = wanted.uid.is_empty() && wanted.groups.is_empty() && wanted.extra.is_empty();
        let (node, account) = (node_name(&wanted.name), service_account(&wanted.name));
        match self {
            Self::AssociatedNode => only_name && node.is_some_and(|node| runs_on(user, node)),
            Self::ArbitraryNode => only_name && node.is_some(),
            Self::ServiceAccount => only_name && account.is_some(),
            Self::UserInfo => node.is_none() && account.is_none(),
            Self::Legacy => true,
        }
    }
}

/// What allowed each user's last impersonation.
#[derive(Debug, Default)]
pub struct LastModes(Mutex<HashMap<String, Mode>>);

impl LastModes {
    fn get(&self, user: &UserInfo) -> Option<Mode> {
        self.0.lock().get(&Self::key(user)).copied()
    }

    fn set(&self, user: &UserInfo, mode: Mode) {
        let mut modes = self.0.lock();
        if modes.len() >= REMEMBERED_MAX {
            modes.clear();
        }
        modes.insert(Self::key(user), mode);
    }

    fn key(user: &UserInfo) -> String {
        format!("{}\n{}\n{}", user.name, user.uid, user.groups.join("\n"))
    }
}

/// Whether a request has such headers.
pub fn is_asked_for(headers: &HeaderMap) -> bool {
    headers.keys().any(|name| name.as_str().starts_with("impersonate-"))
}

/// The user that the request is for: the one who asks, unless headers name another.
///
/// # Errors
/// 400 for headers without a user, 403 where the one who asks may not act as the other.
pub async fn impersonate(
    authorizer: &Arc<dyn Authorizer>,
    last: &LastModes,
    user: Arc<UserInfo>,
    headers: &HeaderMap,
    target: &AuthorizationAttributes<'_>,
) -> Result<Arc<UserInfo>, ApiError> {
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
    let first = last.get(&user);
    let mut refusal = None;
    for mode in first.into_iter().chain(MODES.into_iter().filter(|mode| Some(*mode) != first)) {
        if !mode.applies(&user, &wanted) {
            continue;
        }
        match (Attempt { authorizer, user: &user, mode }).run(&wanted, target).await {
            Ok(()) => {
                last.set(&user, mode);
                return Ok(Arc::new(complete(wanted, mode)));
            }
            Err(error) => {
                refusal.get_or_insert(error);
            }
        }
    }
    Err(refusal.unwrap_or_else(|| ApiError::internal_error("all impersonation modes failed")))
}

fn read(headers: &HeaderMap) -> UserInfo {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let mut extra: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in headers {
        let Some(key) = name.as_str().strip_prefix(EXTRA_PREFIX) else { continue };
        let key = percent_decode_str(key).decode_utf8_lossy().into_owned();
        extra.entry(key).or_default().extend(value.to_str().ok().map(str::to_owned));
    }
    UserInfo {
        name: text(USER),
        uid: text(UID),
        groups: headers.get_all(GROUP).iter().filter_map(|value| value.to_str().ok()).map(str::to_owned).collect(),
        extra,
    }
}

/// A user tries one mode.
struct Attempt<'a> {
    authorizer: &'a Arc<dyn Authorizer>,
    user: &'a UserInfo,
    mode: Mode,
}

impl Attempt<'_> {
    async fn run(&self, wanted: &UserInfo, target: &AuthorizationAttributes<'_>) -> Result<(), ApiError> {
        if self.mode != Mode::Legacy {
            let verb = format!("impersonate-on:{}:{}", self.mode.name(), target.verb);
            self.ask(&AuthorizationAttributes { verb: &verb, ..target.clone() }).await?;
        }
        let verb = match self.mode {
            Mode::Legacy => "impersonate".to_owned(),
            mode => format!("impersonate:{}", mode.name()),
        };
        let identity = AuthorizationAttributes {
            verb: &verb,
            is_resource: true,
            group: "authentication.k8s.io",
            version: "v1",
            ..AuthorizationAttributes::default()
        };
        // the older verb knows users and groups as resources of the core group
        let group = if self.mode == Mode::Legacy { "" } else { identity.group };
        let named = AuthorizationAttributes { group, ..identity.clone() };
        self.name(wanted, &named).await?;
        if !wanted.uid.is_empty() {
            self.ask(&AuthorizationAttributes { resource: "uids", name: &wanted.uid, ..identity.clone() }).await?;
        }
        self.groups(wanted, &AuthorizationAttributes { resource: "groups", ..named }).await?;
        self.extra(wanted, &AuthorizationAttributes { resource: "userextras", ..identity }).await
    }

    async fn name(&self, wanted: &UserInfo, base: &AuthorizationAttributes<'_>) -> Result<(), ApiError> {
        let node = node_name(&wanted.name).filter(|_| self.mode != Mode::Legacy);
        let question = match (node, service_account(&wanted.name)) {
            // which node it is must not count where the pod's own is meant
            (Some(_), _) if self.mode == Mode::AssociatedNode => {
                AuthorizationAttributes { resource: "nodes", name: "*", ..base.clone() }
            }
            (Some(node), _) => AuthorizationAttributes { resource: "nodes", name: node, ..base.clone() },
            (None, Some((namespace, name))) => {
                AuthorizationAttributes { resource: "serviceaccounts", namespace, name, ..base.clone() }
            }
            (None, None) => AuthorizationAttributes { resource: "users", name: &wanted.name, ..base.clone() },
        };
        self.ask(&question).await
    }

    async fn groups(&self, wanted: &UserInfo, base: &AuthorizationAttributes<'_>) -> Result<(), ApiError> {
        if self.mode != Mode::Legacy && !wanted.groups.is_empty() {
            let refused = |name, why| Err(forbidden(self.user, &AuthorizationAttributes { name, ..base.clone() }, why));
            if wanted.groups.iter().any(String::is_empty) {
                return refused("", "impersonating the empty string group is not allowed");
            }
            if wanted.groups.iter().any(|group| group == well_known::GROUP_MASTERS) {
                return refused(well_known::GROUP_MASTERS, "impersonating the system:masters group is not allowed");
            }
            let all = AuthorizationAttributes { name: "*", ..base.clone() };
            if wanted.groups.len() >= MANY && self.ask(&all).await.is_ok() {
                return Ok(());
            }
        }
        for group in &wanted.groups {
            self.ask(&AuthorizationAttributes { name: group, ..base.clone() }).await?;
        }
        Ok(())
    }

    async fn extra(&self, wanted: &UserInfo, base: &AuthorizationAttributes<'_>) -> Result<(), ApiError> {
        if self.mode != Mode::Legacy && !wanted.extra.is_empty() {
            check_extra(&wanted.extra).map_err(|why| forbidden(self.user, base, &why))?;
            let all = AuthorizationAttributes { subresource: "*", name: "*", ..base.clone() };
            if wanted.extra.values().map(Vec::len).sum::<usize>() >= MANY && self.ask(&all).await.is_ok() {
                return Ok(());
            }
        }
        for (key, values) in &wanted.extra {
            for value in values {
                self.ask(&AuthorizationAttributes { subresource: key, name: value, ..base.clone() }).await?;
            }
        }
        Ok(())
    }

    async fn ask(&self, question: &AuthorizationAttributes<'_>) -> Result<(), ApiError> {
        let decision = if self.mode == Mode::AssociatedNode {
            // only which keys there are may count: values differ from node to node
            let keys = self.user.extra.keys().cloned().collect();
            let user = UserInfo { extra: BTreeMap::from([(ASSOCIATED_KEYS.to_owned(), keys)]), ..self.user.clone() };
            self.authorizer.authorize(&user, question).await
        } else {
            self.authorizer.authorize(self.user, question).await
        };
        match decision {
            Decision::Allow => Ok(()),
            Decision::Deny(why) | Decision::NoOpinion(why) => Err(forbidden(self.user, question, &why)),
        }
    }
}

/// The newer modes take well-formed extra values only.
fn check_extra(extra: &BTreeMap<String, Vec<String>>) -> Result<(), String> {
    let path = Path::new("extra");
    let path = path.child("key");
    for (key, values) in extra {
        if key.is_empty() {
            return Err("impersonating the empty string key in extra is not allowed".to_owned());
        }
        let found: Vec<String> = is_domain_prefixed_path(&path, key).iter().map(ToString::to_string).collect();
        match found.as_slice() {
            [] => {}
            [one] => return Err(format!("impersonating an invalid key in extra is not allowed: {one}")),
            several => {
                return Err(format!("impersonating an invalid key in extra is not allowed: [{}]", several.join(", ")));
            }
        }
        if key.chars().any(char::is_uppercase) {
            return Err(format!("impersonating a non-lowercase key in extra is not allowed: {}", quote(key)));
        }
        if values.is_empty() {
            return Err("impersonating empty values in extra is not allowed".to_owned());
        }
        if values.iter().any(String::is_empty) {
            return Err("impersonating the empty string value in extra is not allowed".to_owned());
        }
    }
    Ok(())
}

/// Namespace and name of a service account's user.
fn service_account(name: &str) -> Option<(&str, &str)> {
    let (namespace, name) = name.strip_prefix(SERVICE_ACCOUNT_PREFIX)?.split_once(':')?;
    let valid = kubeforge_machinery::validation::is_dns1123_label(namespace).is_empty()
        && is_dns1123_subdomain(name).is_empty();
    valid.then_some((namespace, name))
}

/// The node of a node's user.
fn node_name(name: &str) -> Option<&str> {
    name.strip_prefix(NODE_PREFIX).filter(|name| is_dns1123_subdomain(name).is_empty())
}

/// Whether the user is a pod's service account whose token says that the pod runs on this node.
fn runs_on(user: &UserInfo, node: &str) -> bool {
    service_account(&user.name).is_some()
        && user.extra.get(NODE_NAME_KEY).is_some_and(|nodes| matches!(nodes.as_slice(), [only] if only == node))
}

/// Adds the groups that such a user always has.
fn complete(mut user: UserInfo, mode: Mode) -> UserInfo {
    if mode != Mode::Legacy && node_name(&user.name).is_some() {
        user.groups = vec!["system:nodes".to_owned()];
    }
    if user.groups.is_empty()
        && let Some((namespace, _)) = service_account(&user.name)
    {
        user.groups.push("system:serviceaccounts".to_owned());
        user.groups.push(format!("system:serviceaccounts:{namespace}"));
    }
    let has = |user: &UserInfo, group: &str| user.groups.iter().any(|found| found == group);
    let needed = if user.name == well_known::USER_ANONYMOUS {
        well_known::GROUP_UNAUTHENTICATED
    } else if has(&user, well_known::GROUP_UNAUTHENTICATED) {
        return user;
    } else {
        well_known::GROUP_AUTHENTICATED
    };
    if !has(&user, needed) {
        user.groups.push(needed.to_owned());
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

    /// Allows these verbs only.
    struct Verbs(&'static [&'static str]);

    #[async_trait::async_trait]
    impl Authorizer for Verbs {
        async fn authorize(&self, _user: &UserInfo, attributes: &AuthorizationAttributes<'_>) -> Decision {
            if self.0.contains(&attributes.verb) { Decision::Allow } else { Decision::NoOpinion(String::new()) }
        }
    }

    const TARGET: AuthorizationAttributes<'static> = AuthorizationAttributes {
        verb: "list",
        is_resource: true,
        group: "",
        version: "v1",
        resource: "pods",
        subresource: "",
        namespace: "a",
        name: "",
        path: "",
        fields: &[],
    };

    #[tokio::test]
    async fn a_user_becomes_another() {
        let authorizer: Arc<dyn Authorizer> = Arc::new(AlwaysAllow);
        let (admin, last) = (Arc::new(UserInfo::default()), LastModes::default());
        let run = async |pairs: &[(&'static str, &'static str)]| {
            impersonate(&authorizer, &last, admin.clone(), &headers(pairs), &TARGET)
                .await
                .map_err(|err| err.to_string())
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

    #[tokio::test]
    async fn each_mode_has_its_verbs() {
        let check = async |verbs: &'static [&'static str], name: &'static str, want: Result<&str, &str>| {
            let authorizer: Arc<dyn Authorizer> = Arc::new(Verbs(verbs));
            let (user, last) = (Arc::new(UserInfo::default()), LastModes::default());
            let found = impersonate(&authorizer, &last, user, &headers(&[("impersonate-user", name)]), &TARGET).await;
            match want {
                Ok(groups) => assert_eq!(found.unwrap().groups.join(","), groups, "{name} {verbs:?}"),
                Err(text) => assert!(found.unwrap_err().to_string().contains(text), "{name} {verbs:?}"),
            }
        };
        let on_user = "impersonate-on:user-info:list";
        check(&["impersonate"], "zoe", Ok("system:authenticated")).await;
        check(&["impersonate-on:user-info:list", "impersonate:user-info"], "zoe", Ok("system:authenticated")).await;
        check(&["impersonate-on:user-info:list"], "zoe", Err("cannot impersonate:user-info resource \"users\"")).await;
        check(&["impersonate:user-info"], "zoe", Err(on_user)).await;
        let node = &["impersonate-on:arbitrary-node:list", "impersonate:arbitrary-node"];
        check(node, "system:node:n1", Ok("system:nodes,system:authenticated")).await;
        check(node, "zoe", Err(on_user)).await;
    }
}
