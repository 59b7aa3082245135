//! Version v1beta1 of the `apiserver.config.k8s.io` group: files that configure the API server, as they were before v1. The
//! egress selector configuration has the group's older name, `apiserver.k8s.io`.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod authentication_configuration;
mod authorization_configuration;
pub mod defaults;
mod egress_selector_configuration;
mod tracing_configuration;
mod well_known;

#[rustfmt::skip]
pub mod generated;

pub use authentication_configuration::{
    AnonymousAuthCondition, AnonymousAuthConfig, AudienceMatchPolicyType, AuthenticationConfiguration, ClaimMappings,
    ClaimOrExpression, ClaimValidationRule, EgressSelectorType, ExtraMapping, Issuer, JWTAuthenticator,
    PrefixedClaimOrExpression, UserValidationRule,
};
pub use authorization_configuration::{
    AuthorizationConfiguration, AuthorizerConfiguration, WebhookConfiguration, WebhookConnectionInfo,
    WebhookMatchCondition,
};
pub use egress_selector_configuration::{
    Connection, EgressSelection, EgressSelectorConfiguration, ProtocolType, TCPTransport, TLSConfig, Transport,
    UDSTransport,
};
pub use tracing_configuration::TracingConfiguration;
pub use well_known::{
    AUTHORIZATION_WEBHOOK_CONNECTION_INFO_TYPE_IN_CLUSTER, AUTHORIZATION_WEBHOOK_CONNECTION_INFO_TYPE_KUBE_CONFIG_FILE,
    CONFIG_GROUP_NAME, FAILURE_POLICY_DENY, FAILURE_POLICY_NO_OPINION,
};
