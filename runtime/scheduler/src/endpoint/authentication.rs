//! Who asks: by a client certificate, by what a trusted proxy says in headers, or by a token that the API server knows
//! (TokenReview).

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use http::{HeaderMap, header};
use kubeforge_api::{
    authentication::v1::{TokenReview, TokenReviewSpec},
    core::v1::ConfigMap,
};
use kubeforge_client::{Client, ClientError};
use kubeforge_client_set::Clientset;
use kubeforge_machinery::{
    meta::v1::{CreateOptions, GetOptions},
    user::{UserInfo, well_known},
};
use kubeforge_serving::{client_certificate::user_of_certificate, listener::Peer};
use percent_encoding::percent_decode_str;
use rustls::{
    RootCertStore,
    crypto::ring,
    server::{WebPkiClientVerifier, danger::ClientCertVerifier},
};
use rustls_pki_types::{CertificateDer, UnixTime, pem::PemObject as _};

use sha2::{Digest as _, Sha256};

use super::ttl::TtlCache;
use crate::metrics::{DelegatedMetrics, Review};

/// Where the API server tells which CAs it trusts.
const NAMESPACE: &str = "kube-system";
const CONFIG_MAP: &str = "extension-apiserver-authentication";

/// What is said of tokens that are nobody's.
const INVALID: &str = "invalid bearer token";

/// Why it can't be found out who asks.
#[derive(Debug, thiserror::Error)]
pub enum AuthenticationError {
    /// A CA can't be read.
    #[error("unable to load {what}: {reason}")]
    Ca {
        /// Which.
        what: String,
        /// Why not.
        reason: String,
    },
    /// The API server's configuration can't be read.
    #[error("unable to load configmap based request-header-client-ca-file: {0}")]
    Lookup(Box<ClientError>),
}

/// Which headers of trusted proxies name a user (`--requestheader-…`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProxyHeaders {
    /// The names that a proxy's certificate may have; any where empty.
    pub allowed_names: Vec<String>,
    /// Headers with the user's name.
    pub username: Vec<String>,
    /// Headers with the user's uid.
    pub uid: Vec<String>,
    /// Headers with a group each.
    pub groups: Vec<String>,
    /// What headers begin with that hold whatever else is known.
    pub extra_prefixes: Vec<String>,
}

/// Finds out who asks.
#[derive(Default)]
pub struct Authentication {
    clients: Option<Arc<dyn ClientCertVerifier>>,
    proxies: Option<(Arc<dyn ClientCertVerifier>, ProxyHeaders)>,
    /// All CAs, for the listener.
    cas: Vec<CertificateDer<'static>>,
    reviews: Option<Clientset>,
    ttl: Duration,
    known: TtlCache<[u8; 32], Option<Arc<UserInfo>>>,
}

impl Authentication {
    /// Knows nobody yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Knows users by certificates that one of these CAs has signed: PEM.
    ///
    /// # Errors
    /// Where they can't be read.
    pub fn with_client_ca(mut self, pem: &[u8]) -> Result<Self, AuthenticationError> {
        let cas = certificates(pem, "client-ca-file")?;
        self.clients = Some(verifier(&cas, "client-ca-file")?);
        self.cas.extend(cas);
        Ok(self)
    }

    /// Takes the word of proxies whose certificates one of these CAs has signed: PEM.
    ///
    /// # Errors
    /// Where they can't be read.
    pub fn with_proxies(mut self, pem: &[u8], headers: ProxyHeaders) -> Result<Self, AuthenticationError> {
        let cas = certificates(pem, "requestheader-client-ca-file")?;
        self.proxies = Some((verifier(&cas, "requestheader-client-ca-file")?, headers));
        self.cas.extend(cas);
        Ok(self)
    }

    /// Asks the API server whose tokens are, and keeps its answers so long.
    #[must_use]
    pub fn with_reviews(self, client: Client, ttl: Duration) -> Self {
        Self { reviews: Some(Clientset::new(client)), ttl, ..self }
    }

    /// The same as far as certificates go.
    #[must_use]
    pub fn clone_certificates(&self) -> Self {
        let (clients, proxies) = (self.clients.clone(), self.proxies.clone());
        Self { clients, proxies, cas: self.cas.clone(), ..Self::default() }
    }

    /// Whether users are known by certificates.
    pub const fn has_client_ca(&self) -> bool {
        self.clients.is_some()
    }

    /// Whether proxies are trusted.
    pub const fn has_proxies(&self) -> bool {
        self.proxies.is_some()
    }

    /// All CAs that clients' certificates may be signed by.
    pub fn cas(&self) -> &[CertificateDer<'static>] {
        &self.cas
    }

    /// Adds what the API server tells of the CAs that it trusts, where nothing was said of them.
    ///
    /// # Errors
    /// Where it does not tell, or something that can't be read.
    pub async fn with_lookup(mut self, client: Client) -> Result<Self, AuthenticationError> {
        let maps = Clientset::new(client).core_v1().config_maps(NAMESPACE);
        let map: ConfigMap = maps
            .get(CONFIG_MAP, &GetOptions::default())
            .await
            .map_err(|err| AuthenticationError::Lookup(Box::new(err)))?;
        if let Some(ca) = map.data.get("client-ca-file").filter(|_| !self.has_client_ca()) {
            self = self.with_client_ca(ca.as_bytes())?;
        }
        if let Some(ca) = map.data.get("requestheader-client-ca-file").filter(|_| !self.has_proxies()) {
            // what can't be read must not stand for nothing: no names mean any
            let list = |key: &str| -> Result<Vec<String>, AuthenticationError> {
                let Some(text) = map.data.get(key).filter(|text| !text.is_empty()) else { return Ok(Vec::new()) };
                serde_json::from_str(text)
                    .map_err(|err| AuthenticationError::Ca { what: key.to_owned(), reason: err.to_string() })
            };
            let headers = ProxyHeaders {
                allowed_names: list("requestheader-allowed-names")?,
                username: list("requestheader-username-headers")?,
                uid: list("requestheader-uid-headers")?,
                groups: list("requestheader-group-headers")?,
                extra_prefixes: list("requestheader-extra-headers-prefix")?,
            };
            self = self.with_proxies(ca.as_bytes(), headers)?;
        }
        Ok(self)
    }

    /// The user; none where the request has no credentials.
    ///
    /// # Errors
    /// Why credentials that were given are not valid.
    pub(super) async fn authenticate(
        &self,
        headers: &HeaderMap,
        peer: &Peer,
        metrics: &DelegatedMetrics,
    ) -> Result<Option<Arc<UserInfo>>, String> {
        if let Some(user) = self.proxied(headers, peer) {
            return Ok(Some(Arc::new(user)));
        }
        if let Some((first, others)) = peer.certificates.split_first()
            && let Some(clients) = &self.clients
            && clients.verify_client_cert(first, others, UnixTime::now()).is_ok()
            && let Some(user) = user_of_certificate(first)
        {
            return Ok(Some(Arc::new(authenticated(user))));
        }
        let Some(token) = bearer_token(headers) else { return Ok(None) };
        match &self.reviews {
            Some(reviews) => self.token_user(reviews, token, metrics).await,
            None => Ok(None),
        }
    }

    /// The user that a trusted proxy names.
    fn proxied(&self, headers: &HeaderMap, peer: &Peer) -> Option<UserInfo> {
        let (proxies, known) = self.proxies.as_ref()?;
        let (first, others) = peer.certificates.split_first()?;
        proxies.verify_client_cert(first, others, UnixTime::now()).ok()?;
        let proxy = user_of_certificate(first)?;
        if !known.allowed_names.is_empty() && !known.allowed_names.contains(&proxy.name) {
            return None;
        }
        let first_of = |names: &[String]| names.iter().find_map(|name| values(headers, name).next());
        let name = first_of(&known.username).filter(|name| !name.is_empty())?;
        let groups = known.groups.iter().flat_map(|name| values(headers, name)).collect();
        let mut extra = BTreeMap::<String, Vec<String>>::new();
        for (header, value) in headers {
            let prefixes = known.extra_prefixes.iter().map(|prefix| prefix.to_ascii_lowercase());
            let key = prefixes.into_iter().find_map(|prefix| header.as_str().strip_prefix(&*prefix));
            if let (Some(key), Ok(value)) = (key, value.to_str()) {
                let key = percent_decode_str(key).decode_utf8_lossy().into_owned();
                extra.entry(key).or_default().push(value.to_owned());
            }
        }
        let uid = first_of(&known.uid).unwrap_or_default();
        Some(authenticated(UserInfo { name, uid, groups, extra }))
    }

    async fn token_user(
        &self,
        reviews: &Clientset,
        token: &str,
        metrics: &DelegatedMetrics,
    ) -> Result<Option<Arc<UserInfo>>, String> {
        let began = Instant::now();
        // tokens themselves are not kept
        let key = Sha256::digest(token).into();
        if let Some(known) = self.known.get(&key) {
            metrics.looked_up(true, began);
            return known.map(Some).ok_or_else(|| INVALID.to_owned());
        }
        let fetching = metrics.fetching();
        let reviewed = self.review(reviews, token, key, metrics).await;
        drop(fetching);
        metrics.fetched(reviewed.is_ok());
        metrics.looked_up(false, began);
        reviewed
    }

    async fn review(
        &self,
        reviews: &Clientset,
        token: &str,
        key: [u8; 32],
        metrics: &DelegatedMetrics,
    ) -> Result<Option<Arc<UserInfo>>, String> {
        let spec = TokenReviewSpec { token: token.to_owned(), ..TokenReviewSpec::default() };
        let review = TokenReview { spec, ..TokenReview::default() };
        let reviews = reviews.authentication_v1().token_reviews();
        let began = Instant::now();
        let reviewed = reviews.create(&review, &CreateOptions::default()).await;
        metrics.reviewed(Review::Token, &reviewed, began.elapsed());
        let status = reviewed.map_err(|err| err.to_string())?.status;
        let user = status.authenticated.then(|| {
            let user = status.user;
            let user = UserInfo { name: user.username, uid: user.uid, groups: user.groups, extra: user.extra };
            Arc::new(authenticated(user))
        });
        self.known.put(key, user.clone(), self.ttl);
        match user {
            Some(user) => Ok(Some(user)),
            None if status.error.is_empty() => Err(INVALID.to_owned()),
            None => Err(format!("[{INVALID}, {}]", status.error)),
        }
    }
}

/// Everybody who is known is in a group.
fn authenticated(mut user: UserInfo) -> UserInfo {
    let group = well_known::GROUP_AUTHENTICATED;
    let is_anonymous = user.name == well_known::USER_ANONYMOUS;
    if !is_anonymous && !user.groups.iter().any(|other| other == group || other == well_known::GROUP_UNAUTHENTICATED) {
        user.groups.push(group.to_owned());
    }
    user
}

fn values<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = String> + 'a {
    headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok().map(str::to_owned))
}

fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?.trim();
    let (scheme, token) = text.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty()).then(|| token.trim())
}

fn certificates(pem: &[u8], what: &str) -> Result<Vec<CertificateDer<'static>>, AuthenticationError> {
    let error = |reason: String| AuthenticationError::Ca { what: what.to_owned(), reason };
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let certificates = read.map_err(|err| error(err.to_string()))?;
    if certificates.is_empty() {
        return Err(error("data does not contain any valid RSA or ECDSA certificates".to_owned()));
    }
    Ok(certificates)
}

fn verifier(cas: &[CertificateDer<'static>], what: &str) -> Result<Arc<dyn ClientCertVerifier>, AuthenticationError> {
    let error = |reason: String| AuthenticationError::Ca { what: what.to_owned(), reason };
    let mut roots = RootCertStore::empty();
    for ca in cas {
        roots.add(ca.clone()).map_err(|err| error(err.to_string()))?;
    }
    let provider = Arc::new(ring::default_provider());
    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().map_err(|err| error(err.to_string()))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

    use super::*;
    use crate::metrics::SchedulerMetrics;

    /// A CA, and a client's certificate that it signed.
    fn signed(name: &str) -> (String, CertificateDer<'static>) {
        let (ca_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let mut ca = CertificateParams::default();
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = ca.self_signed(&ca_key).unwrap().pem();
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        let certificate = params.signed_by(&key, &Issuer::new(ca, ca_key)).unwrap();
        (pem, certificate.der().clone())
    }

    #[tokio::test]
    async fn certificates_and_trusted_proxies_name_users() {
        let ((ca, client), (proxy_ca, proxy)) = (signed("jane"), signed("front"));
        let headers = |allowed: &str| ProxyHeaders {
            allowed_names: vec![allowed.to_owned()],
            username: vec!["X-Remote-User".to_owned()],
            groups: vec!["X-Remote-Group".to_owned()],
            extra_prefixes: vec!["X-Remote-Extra-".to_owned()],
            ..ProxyHeaders::default()
        };
        let metrics = SchedulerMetrics::default().delegated();
        let mut sent = HeaderMap::new();
        for (name, value) in [("x-remote-user", "joe"), ("x-remote-group", "devs"), ("x-remote-extra-a%2fb", "c")] {
            sent.insert(name, HeaderValue::from_static(value));
        }
        let by =
            |certificate: &CertificateDer<'static>| Peer { certificates: vec![certificate.clone()], address: None };
        let known = |allowed| {
            let known = Authentication::new().with_client_ca(ca.as_bytes()).unwrap();
            known.with_proxies(proxy_ca.as_bytes(), headers(allowed)).unwrap()
        };
        let user = known("front").authenticate(&sent, &by(&client), &metrics).await.unwrap().unwrap();
        assert_eq!(
            (user.name.as_str(), user.groups.as_slice()),
            ("jane", ["system:authenticated".to_owned()].as_slice())
        );
        let user = known("front").authenticate(&sent, &by(&proxy), &metrics).await.unwrap().unwrap();
        assert_eq!((user.name.as_str(), user.extra["a/b"].as_slice()), ("joe", ["c".to_owned()].as_slice()));
        assert_eq!(user.groups, ["devs", "system:authenticated"]);
        let nobody = known("another").authenticate(&sent, &by(&proxy), &metrics).await.unwrap();
        assert_eq!(nobody, None, "the proxy is none of those that are trusted");
    }
}
