//! The authentication configuration: how callers prove who they are.

use kubeforge_derive::ApiSource;

/// How callers prove who they are, read from a file.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(group = "apiserver.config.k8s.io", version = "v1beta1")]
#[api(spoke_of = "apiserver.config.k8s.io/v1.AuthenticationConfiguration")]
pub struct AuthenticationConfiguration {
    /// The issuers whose tokens are taken, tried in this order; no two for the same issuer.
    #[api(required)]
    pub jwt: Vec<JWTAuthenticator>,
    /// What becomes of callers that prove nothing; the flags decide if unset.
    pub anonymous: Option<Box<AnonymousAuthConfig>>,
}

/// An issuer of tokens, and how its claims make a user.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct JWTAuthenticator {
    /// The issuer.
    #[api(required)]
    pub issuer: Issuer,
    /// What the claims of a token must meet; all of these.
    pub claim_validation_rules: Vec<ClaimValidationRule>,
    /// Which claims make which part of the user.
    #[api(required)]
    pub claim_mappings: ClaimMappings,
    /// What the user that comes of it must meet; all of these.
    pub user_validation_rules: Vec<UserValidationRule>,
}

/// Who issues tokens, and for whom.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Issuer {
    /// Its address by `https`, just as the `iss` claim has it; its keys are found from there.
    #[api(required)]
    pub url: String,
    /// Where to find its keys, if not under its own address; must differ from `url`.
    #[api(json = "discoveryURL")]
    pub discovery_url: Option<String>,
    /// PEM certificates to check its certificate by; those of the system if empty.
    pub certificate_authority: String,
    /// Whom its tokens may be meant for, so that they are taken here; must not be empty.
    #[api(required)]
    pub audiences: Vec<String>,
    /// How the `aud` claim is held against the audiences; needed if there are several.
    pub audience_match_policy: AudienceMatchPolicyType,
    /// By which network the issuer is reached; straight from the server if empty.
    pub egress_selector_type: EgressSelectorType,
}

/// How the audiences of a token are held against those allowed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum AudienceMatchPolicyType {
    /// One in common is enough.
    MatchAny,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// By which network somebody is reached.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum EgressSelectorType {
    /// That of the control plane.
    #[api(value = "controlplane")]
    Controlplane,
    /// That of the cluster.
    #[api(value = "cluster")]
    Cluster,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Something that the claims of a token must meet: a claim and its value, or an expression.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ClaimValidationRule {
    /// A claim that must be there as a text; excludes `expression`.
    pub claim: String,
    /// The value that claim must have; empty means just that.
    pub required_value: String,
    /// A check in CEL over `claims`; true lets the token pass.
    pub expression: String,
    /// What to say if the expression is false; only along with it.
    pub message: String,
}

/// Which claims make which part of the user.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ClaimMappings {
    /// The name; must be given.
    #[api(required)]
    pub username: PrefixedClaimOrExpression,
    /// The groups; a claim that is one text or a list of them.
    pub groups: PrefixedClaimOrExpression,
    /// The uid.
    #[api(always)]
    pub uid: ClaimOrExpression,
    /// Whatever else to know of the user.
    pub extra: Vec<ExtraMapping>,
}

/// Where a value comes from: a claim with a prefix, or an expression.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PrefixedClaimOrExpression {
    /// The claim; excludes `expression`.
    pub claim: String,
    /// What to put before it; must be set along with `claim`, perhaps to nothing.
    pub prefix: Option<String>,
    /// Computes it in CEL over `claims`.
    pub expression: String,
}

/// Where a value comes from: a claim, or an expression.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ClaimOrExpression {
    /// The claim; excludes `expression`.
    pub claim: String,
    /// Computes it in CEL over `claims`.
    pub expression: String,
}

/// Something else to know of a user, and where it comes from.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ExtraMapping {
    /// Its key: a domain, a slash and a path, all lower case; unique in the list.
    #[api(required)]
    pub key: String,
    /// Computes a text or a list of them in CEL over `claims`; nothing in it leaves the key out.
    #[api(required)]
    pub value_expression: String,
}

/// Something that a user must meet.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct UserValidationRule {
    /// A check in CEL over `user`; true lets the user pass.
    #[api(required)]
    pub expression: String,
    /// What to say if it is false.
    pub message: String,
}

/// What becomes of callers that prove nothing.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct AnonymousAuthConfig {
    /// Whether they get in, as the anonymous user.
    #[api(required)]
    pub enabled: bool,
    /// Only where one of these holds; none means anywhere.
    pub conditions: Vec<AnonymousAuthCondition>,
}

/// Where callers that prove nothing get in.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct AnonymousAuthCondition {
    /// The exact path they may ask for.
    #[api(required)]
    pub path: String,
}
