//! Who may do what, assembled: the authorizers that the flags ask for, and what goes with them.

use std::sync::Arc;

use kubeforge_apiserver::{
    GenericServer,
    auth::{Authenticator, Authorizer},
    authentication::TokenFile,
    filters::{authentication::Anonymous, authorization::AlwaysAllow},
};
use kubeforge_auth::{
    authorizers::{AlwaysDeny, Union},
    rbac::{Policy, Rbac, escalation::Escalation},
    reviews,
};

use crate::{options::AuthorizationMode, strategies::Options};

/// The parts of a server that decide about its users.
pub(crate) struct Security {
    authorizer: Arc<dyn Authorizer>,
    authenticators: Arc<[Arc<dyn Authenticator>]>,
    audiences: Vec<String>,
    rbac: Arc<Rbac>,
    modes: Vec<AuthorizationMode>,
}

impl Security {
    /// For these modes; none is `AlwaysAllow`, as in kube-apiserver.
    pub(crate) fn new(modes: &[AuthorizationMode], tokens: Option<TokenFile>) -> Self {
        let modes = if modes.is_empty() { vec![AuthorizationMode::AlwaysAllow] } else { modes.to_vec() };
        let rbac = Arc::<Rbac>::default();
        let authorizers = modes
            .iter()
            .map(|mode| match mode {
                AuthorizationMode::AlwaysAllow => Arc::new(AlwaysAllow) as Arc<dyn Authorizer>,
                AuthorizationMode::AlwaysDeny => Arc::new(AlwaysDeny),
                AuthorizationMode::Node => Arc::new(AlwaysDeny),
                AuthorizationMode::Rbac => rbac.clone(),
            })
            .collect();
        let authenticators: Vec<Arc<dyn Authenticator>> =
            tokens.into_iter().map(|tokens| Arc::new(tokens) as Arc<dyn Authenticator>).collect();
        Self {
            authorizer: Arc::new(Union::new(authorizers)),
            authenticators: authenticators.into(),
            audiences: vec!["https://kubernetes.default.svc".to_owned()],
            rbac,
            modes,
        }
    }

    /// What decides about requests.
    pub(crate) fn authorizer(&self) -> Arc<dyn Authorizer> {
        self.authorizer.clone()
    }

    /// What finds out who sends a bearer token.
    pub(crate) fn authenticators(&self) -> Vec<Arc<dyn Authenticator>> {
        self.authenticators.to_vec()
    }

    /// What becomes of requests without credentials, if they are let in.
    pub(crate) fn anonymous(&self) -> Anonymous {
        if self.authorizer.allows_all() { Anonymous::HealthOnly } else { Anonymous::Allowed }
    }

    /// Adds what resources need.
    pub(crate) fn register(&self, options: &mut Options) {
        let escalation = Escalation::new(self.authorizer(), self.rbac.clone());
        for (plural, strategy) in escalation.strategies() {
            options.of("rbac.authorization.k8s.io", plural).strategy = Some(strategy);
        }
        for (group, plural, handler) in reviews::handlers(&self.authorizer, &self.authenticators, &self.audiences) {
            options.of(group, plural).virtual_handler = Some(handler);
        }
    }

    /// Starts to follow the server's objects: until then only members of system:masters may do anything.
    pub(crate) fn attach(&self, server: &GenericServer) {
        let registry = server.registry();
        let storage = |resource: &_| registry.resource(resource).and_then(|scope| scope.storage.clone());
        if self.modes.contains(&AuthorizationMode::Rbac) {
            self.rbac.attach(Arc::new(Policy::start(storage)));
        }
    }
}
