//! What handlers, strategies and admission know of the request they work for.

use std::sync::Arc;

use hyper::upgrade::OnUpgrade;
use kubeforge_machinery::{Time, user::UserInfo};
use parking_lot::Mutex;

use crate::{
    auth::{AuthorizationAttributes, Authorizer, Decision},
    registry::Registry,
};

/// How a request says that unknown and duplicate fields are to be treated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldValidation {
    /// Drop them silently.
    Ignore,
    /// Drop them and warn: the default.
    #[default]
    Warn,
    /// Refuse the request.
    Strict,
}

/// Whether a write is to take effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Persist {
    /// It takes effect.
    #[default]
    Write,
    /// Everything is done but the write (`dryRun=All`).
    DryRun,
}

/// The server's authorizer, for questions that come up while a request is worked on. Without one nothing is allowed.
#[derive(Clone, Default)]
pub struct AskAuthorizer(Option<Arc<dyn Authorizer>>);

impl std::fmt::Debug for AskAuthorizer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AskAuthorizer")
    }
}

impl From<Arc<dyn Authorizer>> for AskAuthorizer {
    fn from(authorizer: Arc<dyn Authorizer>) -> Self {
        Self(Some(authorizer))
    }
}

/// A request, as what happens below the handlers sees it.
#[derive(Debug)]
pub struct RequestContext {
    /// Who asks.
    pub user: Arc<UserInfo>,
    /// The resources of this server, for whoever must look at or change another one.
    pub registry: Arc<Registry>,
    /// Who decides what else the user may do.
    pub authorizer: AskAuthorizer,
    /// When the request came.
    pub now: Time,
    /// Whether it is a dry run.
    pub persist: Persist,
    /// Who is recorded as the manager of the fields that the request sets.
    pub field_manager: String,
    /// What happens to unknown fields.
    pub field_validation: FieldValidation,
    /// What is asked: `create`, `update`, `patch`, …; empty for requests of the server's own.
    pub verb: String,
    /// The namespace of the request's path; empty for cluster-scoped requests.
    pub namespace: String,
    /// The object's name in the request's path; empty where it has none.
    pub name: String,
    /// The subresource of the request's path; empty for the resource itself.
    pub subresource: String,
    /// The bytes of the connection, once the answer has agreed to another protocol; for requests of HTTP/1.1 that ask for
    /// one.
    pub upgrade: Option<OnUpgrade>,
    /// Whether the server speaks CBOR.
    pub cbor: bool,
    warnings: Mutex<Vec<String>>,
}

/// More warnings than this are dropped, as headers have a bound.
const WARNINGS_MAX: usize = 64;

impl RequestContext {
    /// A context without options.
    pub fn new(user: Arc<UserInfo>, registry: Arc<Registry>) -> Self {
        Self {
            user,
            registry,
            authorizer: AskAuthorizer::default(),
            now: Time::now(),
            persist: Persist::Write,
            field_manager: String::new(),
            field_validation: FieldValidation::default(),
            verb: String::new(),
            namespace: String::new(),
            name: String::new(),
            subresource: String::new(),
            upgrade: None,
            cbor: false,
            warnings: Mutex::new(Vec::new()),
        }
    }

    /// Tells the client something that does not fail the request (`Warning` header 299). The same text is told once.
    pub fn warn(&self, text: impl Into<String>) {
        let text = text.into();
        let mut warnings = self.warnings.lock();
        if warnings.len() < WARNINGS_MAX && !warnings.contains(&text) {
            warnings.push(text);
        }
    }

    /// What was said so far; it is taken out.
    pub fn take_warnings(&self) -> Vec<String> {
        std::mem::take(&mut self.warnings.lock())
    }

    /// Whether the user may do something else than what the request asks.
    pub async fn decide(&self, attributes: &AuthorizationAttributes<'_>) -> Decision {
        match &self.authorizer.0 {
            Some(authorizer) => authorizer.authorize(&self.user, attributes).await,
            None => Decision::NoOpinion(String::new()),
        }
    }

    /// Whether the request is a dry run.
    pub fn is_dry_run(&self) -> bool {
        self.persist == Persist::DryRun
    }
}
