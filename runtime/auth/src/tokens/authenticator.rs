//! Whose a service account token is. Follows pkg/serviceaccount/{jwt,claims}.go, in their words too.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use kubeforge_api::core::v1::{Node, Pod, Secret, ServiceAccount};
use kubeforge_apiserver::{
    auth::{Authenticator, BadCredentials, Credentials, TokenUser},
    registry::Registry,
};
use kubeforge_machinery::{
    Time,
    meta::v1::ObjectMeta,
    quote::quote,
    user::{UserInfo, well_known::GROUP_AUTHENTICATED},
};
use parking_lot::Mutex;
use tokio::time::Instant;

use super::{
    TokenSettings,
    claims::{Claims, Reference},
    jws::Unverified,
    live::{ACCOUNTS, Live, NODES, PODS, SECRETS},
};

/// Clocks may differ by so much, and deleted objects count for so long.
const LEEWAY_SECONDS: i64 = 60;
/// A token that was found good is not looked at again for this time (upstream's token cache).
const REMEMBERED: Duration = Duration::from_secs(10);
/// So many tokens are remembered; more start over.
const REMEMBERED_MAX: usize = 4096;

/// Authenticates service account tokens. Nothing is accepted before [`ServiceAccountTokens::attach`], as accounts are in
/// the server's own store.
pub struct ServiceAccountTokens {
    settings: TokenSettings,
    live: OnceLock<Live>,
    good: Mutex<HashMap<String, Good>>,
}

#[derive(Clone)]
struct Good {
    user: Arc<UserInfo>,
    until: Instant,
}

impl std::fmt::Debug for ServiceAccountTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServiceAccountTokens").finish_non_exhaustive()
    }
}

fn bad(text: impl Into<String>) -> BadCredentials {
    BadCredentials(text.into())
}

impl ServiceAccountTokens {
    /// An authenticator for tokens of these issuers.
    pub fn new(settings: TokenSettings) -> Self {
        Self { settings, live: OnceLock::new(), good: Mutex::default() }
    }

    /// Looks up accounts in this server from now on.
    pub fn attach(&self, registry: &Registry) {
        // a second registry of the same server would say the same
        drop(self.live.set(Live::new(registry)));
    }

    async fn check(&self, token: &str, wanted: &[String], own: &[String]) -> Result<Option<TokenUser>, BadCredentials> {
        let (Some(live), Some(token)) = (self.live.get(), Unverified::parse(token)) else { return Ok(None) };
        if !self.settings.issuers.iter().any(|issuer| issuer == token.issuer()) {
            return Ok(None);
        }
        let keys = self.settings.keys.get().await.map_err(|error| bad(error.to_string()))?;
        let claims = token.verify(&keys).ok_or_else(|| bad("go-jose/go-jose: error in cryptographic primitive"))?;
        let said = if claims.aud.is_empty() { own } else { &claims.aud };
        let audiences: Vec<String> = said.iter().filter(|audience| wanted.contains(audience)).cloned().collect();
        if audiences.is_empty() {
            let list = |audiences: &[String]| {
                format!("[{}]", audiences.iter().map(|it| quote(it)).collect::<Vec<_>>().join(" "))
            };
            return Err(bad(format!(
                "token audiences {} is invalid for the target audiences {}",
                list(said),
                list(wanted)
            )));
        }
        let user = validate(live, &claims).await?;
        Ok(Some(TokenUser { user: Arc::new(user), audiences }))
    }

    fn remembered(&self, token: &str) -> Option<Arc<UserInfo>> {
        let good = self.good.lock();
        good.get(token).filter(|good| good.until > Instant::now()).map(|good| good.user.clone())
    }

    fn remember(&self, token: &str, user: &Arc<UserInfo>) {
        let mut good = self.good.lock();
        if good.len() >= REMEMBERED_MAX {
            good.clear();
        }
        good.insert(token.to_owned(), Good { user: user.clone(), until: Instant::now() + REMEMBERED });
    }
}

/// Whether the claims are true now; who makes them.
async fn validate(live: &Live, claims: &Claims) -> Result<UserInfo, BadCredentials> {
    let now = Time::now().unix();
    if now + LEEWAY_SECONDS < claims.nbf {
        return Err(bad("service account token is not valid yet"));
    }
    if now - LEEWAY_SECONDS > claims.exp {
        return Err(bad("service account token has expired"));
    }
    if now + LEEWAY_SECONDS < claims.iat {
        return Err(bad("service account token claims could not be validated due to unexpected validation error"));
    }
    let is_gone =
        |meta: &ObjectMeta| meta.deletion_timestamp.is_some_and(|deleted| deleted.unix() < now - LEEWAY_SECONDS);
    let said = &claims.kubernetes;
    let (namespace, name) = (&said.namespace, &said.serviceaccount.name);
    let account = live.get::<ServiceAccount>(&ACCOUNTS, namespace, name).await.map_err(|err| bad(err.to_string()))?;
    if is_gone(&account.metadata) {
        return Err(bad(format!("service account {namespace}/{name} has been deleted")));
    }
    let (found, claimed) = (&account.metadata.uid, &said.serviceaccount.uid);
    if found != claimed {
        return Err(bad(format!("service account UID ({found}) does not match claim ({claimed})")));
    }
    let bound = |meta: &ObjectMeta, claimed: &Reference, what: &str| {
        if is_gone(meta) {
            return Err(bad(INVALIDATED));
        }
        if meta.uid != claimed.uid {
            let (found, claimed) = (&meta.uid, &claimed.uid);
            return Err(bad(format!(
                "{what} UID ({found}) does not match service account {what} ref claim ({claimed})"
            )));
        }
        Ok(())
    };
    if let Some(secret) = &said.secret {
        let found = live.get::<Secret>(&SECRETS, namespace, &secret.name).await.map_err(|_| bad(INVALIDATED))?;
        bound(&found.metadata, secret, "secret")?;
    }
    let mut extra: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut say = |key: &str, value: &str| {
        extra.insert(format!("authentication.kubernetes.io/{key}"), vec![value.to_owned()]);
    };
    if let Some(pod) = &said.pod {
        let found = live.get::<Pod>(&PODS, namespace, &pod.name).await.map_err(|_| bad(INVALIDATED))?;
        bound(&found.metadata, pod, "pod")?;
        say("pod-name", &pod.name);
        say("pod-uid", &pod.uid);
    }
    if let Some(node) = &said.node {
        // with a pod, the node is only told of
        if said.pod.is_none() {
            let found = live.get::<Node>(&NODES, "", &node.name).await.map_err(|_| bad(INVALIDATED))?;
            bound(&found.metadata, node, "node")?;
        }
        say("node-name", &node.name);
        if !node.uid.is_empty() {
            say("node-uid", &node.uid);
        }
    }
    if !claims.jti.is_empty() {
        say("credential-id", &format!("JTI={}", claims.jti));
    }
    Ok(UserInfo {
        name: format!("system:serviceaccount:{namespace}:{name}"),
        uid: claimed.clone(),
        groups: vec!["system:serviceaccounts".to_owned(), format!("system:serviceaccounts:{namespace}")],
        extra,
    })
}

const INVALIDATED: &str = "service account token has been invalidated";

#[async_trait]
impl Authenticator for ServiceAccountTokens {
    async fn authenticate(&self, credentials: &Credentials<'_>) -> Result<Option<Arc<UserInfo>>, BadCredentials> {
        let Some(token) = credentials.bearer_token else { return Ok(None) };
        if let Some(user) = self.remembered(token) {
            return Ok(Some(user));
        }
        let own = &self.settings.audiences;
        let Some(found) = self.check(token, own, own).await? else { return Ok(None) };
        let mut user = (*found.user).clone();
        // so that the filter need not copy it for each request
        user.groups.push(GROUP_AUTHENTICATED.to_owned());
        let user = Arc::new(user);
        self.remember(token, &user);
        Ok(Some(user))
    }

    async fn review(
        &self,
        token: &str,
        audiences: &[String],
        own: &[String],
    ) -> Result<Option<TokenUser>, BadCredentials> {
        self.check(token, audiences, own).await
    }
}
