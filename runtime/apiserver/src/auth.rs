//! Who asks, and what they may do: the seams.

use std::sync::Arc;

use async_trait::async_trait;
use kubeforge_machinery::{fields::Requirement, user::UserInfo};
use rustls_pki_types::CertificateDer;

/// What a request offers to prove who sends it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Credentials<'a> {
    /// The text after `Bearer ` in the `Authorization` header.
    pub bearer_token: Option<&'a str>,
    /// The certificate that the client proved to hold, already verified against the client CA.
    pub client_certificate: Option<&'a CertificateDer<'static>>,
}

/// Credentials that were given and are not valid: the request is refused with 401.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadCredentials(pub String);

/// For whom a token is meant, among those it was checked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenUser {
    /// The user.
    pub user: Arc<UserInfo>,
    /// The audiences that both the token and the caller name.
    pub audiences: Vec<String>,
}

/// Finds out who sends a request.
#[async_trait]
pub trait Authenticator: Send + Sync + 'static {
    /// The user; `None` where the credentials are of no kind that this authenticator knows.
    async fn authenticate(&self, credentials: &Credentials<'_>) -> Result<Option<Arc<UserInfo>>, BadCredentials>;

    /// Whose a bearer token is, for a caller with these audiences. `own` are the API server's, which tokens without
    /// audiences are meant for.
    async fn review(
        &self,
        token: &str,
        audiences: &[String],
        own: &[String],
    ) -> Result<Option<TokenUser>, BadCredentials> {
        let shared: Vec<String> = own.iter().filter(|audience| audiences.contains(audience)).cloned().collect();
        if shared.is_empty() {
            return Ok(None);
        }
        let user = self.authenticate(&Credentials { bearer_token: Some(token), client_certificate: None }).await?;
        Ok(user.map(|user| TokenUser { user, audiences: shared }))
    }
}

/// What a request wants to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorizationAttributes<'a> {
    /// `get`, `list`, `create`, … for resources; the lower-case method for other paths.
    pub verb: &'a str,
    /// Whether it is about a resource.
    pub is_resource: bool,
    /// The API group; empty for the core group.
    pub group: &'a str,
    /// The version.
    pub version: &'a str,
    /// The plural.
    pub resource: &'a str,
    /// The subresource; empty for none.
    pub subresource: &'a str,
    /// The namespace; empty for none.
    pub namespace: &'a str,
    /// The object's name; empty for none.
    pub name: &'a str,
    /// The path.
    pub path: &'a str,
    /// Conditions on fields that limit a list, watch or deletecollection.
    pub fields: &'a [Requirement],
}

/// What an authorizer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The request goes on.
    Allow,
    /// The request is refused, whatever other authorizers say.
    Deny(String),
    /// Others decide; if none allows it, the request is refused. The text says why it was not allowed.
    NoOpinion(String),
}

/// A decision with its reason, for those who ask about others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The decision.
    pub decision: Decision,
    /// Why; may be empty.
    pub reason: String,
}

impl Verdict {
    /// The decision with the reason that it carries itself.
    pub fn of(decision: Decision) -> Self {
        let reason = match &decision {
            Decision::Allow => String::new(),
            Decision::Deny(why) | Decision::NoOpinion(why) => why.clone(),
        };
        Self { decision, reason }
    }
}

/// What may be done with resources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceRule {
    /// Verbs.
    pub verbs: Vec<String>,
    /// Groups.
    pub groups: Vec<String>,
    /// Plurals, with subresources.
    pub resources: Vec<String>,
    /// Names; all where empty.
    pub names: Vec<String>,
}

/// What may be done with paths that are no resources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PathRule {
    /// Verbs.
    pub verbs: Vec<String>,
    /// Paths; a trailing `*` stands for everything below.
    pub paths: Vec<String>,
}

/// What a user may do in a namespace, as far as authorizers can enumerate it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserRules {
    /// Rules for resources.
    pub resources: Vec<ResourceRule>,
    /// Rules for paths.
    pub paths: Vec<PathRule>,
    /// There may be more than is listed.
    pub incomplete: bool,
    /// What went wrong.
    pub errors: Vec<String>,
}

/// Decides what users may do.
#[async_trait]
pub trait Authorizer: Send + Sync + 'static {
    /// Decides one request.
    async fn authorize(&self, user: &UserInfo, attributes: &AuthorizationAttributes<'_>) -> Decision;

    /// As [`Authorizer::authorize`], with the reason for what is allowed as well.
    async fn explain(&self, user: &UserInfo, attributes: &AuthorizationAttributes<'_>) -> Verdict {
        Verdict::of(self.authorize(user, attributes).await)
    }

    /// What a user may do in a namespace.
    async fn rules_for(&self, user: &UserInfo, namespace: &str) -> UserRules {
        let _none = (user, namespace);
        UserRules::default()
    }

    /// Allows everything to everybody who was authenticated; then the chain need not ask.
    fn allows_all(&self) -> bool {
        false
    }
}
