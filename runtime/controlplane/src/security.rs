//! Who may do what, assembled: the authorizers that the flags ask for, and what goes with them.

mod settings;

use std::sync::Arc;

use kubeforge_apiserver::{
    GenericServer, ServerBuilder,
    admission::Admission,
    auth::{Authenticator, Authorizer},
    authentication::TokenFile,
    filters::{authentication::Anonymous, authorization::AlwaysAllow},
};
use kubeforge_auth::{
    authorizers::{AlwaysDeny, Union},
    node::{Graph, Node, NodeRestriction},
    rbac::{Policy, Rbac, escalation::Escalation},
    reviews,
    tokens::{Issuer, ServiceAccountTokens, TokenSettings, discovery},
};

use crate::{options::AuthorizationMode, strategies::Options};

pub(crate) use self::settings::token_settings;

/// The parts of a server that decide about its users.
pub(crate) struct Security {
    authorizer: Arc<dyn Authorizer>,
    authenticators: Arc<[Arc<dyn Authenticator>]>,
    rbac: Arc<Rbac>,
    node: Arc<Node>,
    tokens: TokenSettings,
    issuer: Arc<Issuer>,
    accounts: Arc<ServiceAccountTokens>,
    modes: Vec<AuthorizationMode>,
    jwks_uri: Option<String>,
}

impl Security {
    /// For these modes; none is `AlwaysAllow`, as in kube-apiserver.
    pub(crate) fn new(modes: &[AuthorizationMode], users: Option<TokenFile>, tokens: TokenSettings) -> Self {
        let modes = if modes.is_empty() { vec![AuthorizationMode::AlwaysAllow] } else { modes.to_vec() };
        let (rbac, node) = (Arc::<Rbac>::default(), Arc::<Node>::default());
        let authorizers = modes
            .iter()
            .map(|mode| match mode {
                AuthorizationMode::AlwaysAllow => Arc::new(AlwaysAllow) as Arc<dyn Authorizer>,
                AuthorizationMode::AlwaysDeny => Arc::new(AlwaysDeny),
                AuthorizationMode::Node => node.clone(),
                AuthorizationMode::Rbac => rbac.clone(),
            })
            .collect();
        let accounts = Arc::new(ServiceAccountTokens::new(tokens.clone()));
        let users = users.map(|users| Arc::new(users) as Arc<dyn Authenticator>);
        let authenticators: Vec<Arc<dyn Authenticator>> = users.into_iter().chain([accounts.clone() as _]).collect();
        Self {
            authorizer: Arc::new(Union::new(authorizers)),
            authenticators: authenticators.into(),
            rbac,
            node,
            issuer: Arc::new(Issuer::new(tokens.clone())),
            accounts,
            tokens,
            modes,
            jwks_uri: None,
        }
    }

    /// The address of the keys that tokens are checked with, where it is not that of this server.
    pub(crate) fn with_jwks_uri(self, jwks_uri: Option<String>) -> Self {
        Self { jwks_uri, ..self }
    }

    /// What becomes of requests without credentials, if they are let in.
    pub(crate) fn anonymous(&self) -> Anonymous {
        if self.authorizer.allows_all() { Anonymous::HealthOnly } else { Anonymous::Allowed }
    }

    /// Adds what resources need.
    pub(crate) fn register(&self, options: &mut Options) {
        let escalation = Escalation::new(self.authorizer.clone(), self.rbac.clone());
        for (plural, strategy) in escalation.strategies() {
            options.of("rbac.authorization.k8s.io", plural).strategy = Some(strategy);
        }
        for (group, plural, handler) in
            reviews::handlers(&self.authorizer, &self.authenticators, &self.tokens.audiences)
        {
            options.of(group, plural).virtual_handler = Some(handler);
        }
        options.of("", "serviceaccounts").subresources.insert("token", self.issuer.clone());
    }

    /// Adds what the server needs. `address` is the `host:port` that it is reached at.
    pub(crate) fn install(&self, mut builder: ServerBuilder, address: &str) -> ServerBuilder {
        builder = builder.authorizer(self.authorizer.clone());
        for authenticator in self.authenticators.iter() {
            builder = builder.authenticator(authenticator.clone());
        }
        let keys = &self.tokens.keys;
        let configuration = discovery::Configuration {
            issuer: self.tokens.issuers.first().cloned().unwrap_or_default(),
            jwks_uri: match &self.jwks_uri {
                Some(uri) => uri.clone(),
                None => format!("https://{address}{}", discovery::JWKS_PATH),
            },
            keys: keys.clone(),
        };
        builder
            .path(discovery::CONFIGURATION_PATH, Arc::new(configuration))
            .path(discovery::JWKS_PATH, Arc::new(discovery::KeySet(keys.clone())))
    }

    /// The admission plugin that looks at what kubelets write.
    pub(crate) fn node_restriction(&self) -> Box<dyn Admission> {
        Box::new(NodeRestriction::new(self.authorizer.clone()))
    }

    /// Starts to follow the server's objects: until then only members of system:masters may do anything.
    pub(crate) fn attach(&self, server: &GenericServer) {
        let registry = server.registry();
        let storage = |resource: &_| registry.resource(resource).and_then(|scope| scope.storage.clone());
        if self.modes.contains(&AuthorizationMode::Rbac) {
            self.rbac.attach(Arc::new(Policy::start(storage)));
        }
        if self.modes.contains(&AuthorizationMode::Node) {
            self.node.attach(Arc::new(Graph::start(storage)));
        }
        self.issuer.attach(registry);
        self.accounts.attach(registry);
    }
}
