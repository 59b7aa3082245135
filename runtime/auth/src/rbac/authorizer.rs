//! The RBAC authorizer.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use kubeforge_apiserver::auth::{
    AuthorizationAttributes, Authorizer, Decision, PathRule, ResourceRule, UserRules, Verdict,
};
use kubeforge_machinery::user::UserInfo;

use super::{Policy, allows};

/// Allows what the user's roles allow. It knows no role before [`Rbac::attach`], as roles are in the server's own store,
/// which needs the authorizer first.
#[derive(Debug, Default)]
pub struct Rbac(OnceLock<Arc<Policy>>);

impl Rbac {
    /// Uses these roles from now on.
    pub fn attach(&self, policy: Arc<Policy>) {
        // a second policy of the same server would say the same
        drop(self.0.set(policy));
    }

    /// The roles.
    pub fn policy(&self) -> Option<&Arc<Policy>> {
        self.0.get()
    }
}

fn permits(policy: &Policy, user: &UserInfo, request: &AuthorizationAttributes<'_>) -> bool {
    policy.any_rule(user, request.namespace, |rule| allows(rule, request))
}

/// Why a request is not allowed: roles that could not be found.
fn refusal(policy: &Policy, user: &UserInfo, request: &AuthorizationAttributes<'_>) -> String {
    let mut errors: Vec<String> = Vec::new();
    policy.visit(user, request.namespace, |found| {
        if let Err(unresolved) = found.rules {
            let text = unresolved.text(None);
            if !errors.contains(&text) {
                errors.push(text);
            }
        }
        false
    });
    match errors.as_slice() {
        [] => String::new(),
        errors => format!("RBAC: {}", aggregate(errors)),
    }
}

/// Several errors as one.
pub(super) fn aggregate(errors: &[String]) -> String {
    match errors {
        [one] => one.clone(),
        several => format!("[{}]", several.join(", ")),
    }
}

#[async_trait]
impl Authorizer for Rbac {
    async fn authorize(&self, user: &UserInfo, attributes: &AuthorizationAttributes<'_>) -> Decision {
        let Some(policy) = self.0.get() else { return Decision::NoOpinion(String::new()) };
        if permits(policy, user, attributes) {
            return Decision::Allow;
        }
        // who was just given a right must not be refused because the index is a moment behind
        policy.settle().await;
        if permits(policy, user, attributes) {
            return Decision::Allow;
        }
        Decision::NoOpinion(refusal(policy, user, attributes))
    }

    async fn explain(&self, user: &UserInfo, attributes: &AuthorizationAttributes<'_>) -> Verdict {
        let decision = self.authorize(user, attributes).await;
        let (Decision::Allow, Some(policy)) = (&decision, self.0.get()) else { return Verdict::of(decision) };
        let mut reason = String::new();
        policy.visit(user, attributes.namespace, |found| {
            let allowed = found.rules.as_ref().is_ok_and(|rules| rules.iter().any(|rule| allows(rule, attributes)));
            if allowed {
                reason = format!("RBAC: allowed by {}", found.source());
            }
            allowed
        });
        Verdict { decision, reason }
    }

    async fn rules_for(&self, user: &UserInfo, namespace: &str) -> UserRules {
        let Some(policy) = self.0.get() else { return UserRules::default() };
        policy.settle().await;
        let (mut all, mut errors) = (UserRules::default(), Vec::new());
        policy.visit(user, namespace, |found| {
            match found.rules {
                Ok(rules) => {
                    for rule in rules.iter() {
                        if !rule.resources.is_empty() {
                            all.resources.push(ResourceRule {
                                verbs: rule.verbs.clone(),
                                groups: rule.api_groups.clone(),
                                resources: rule.resources.clone(),
                                names: rule.resource_names.clone(),
                            });
                        }
                        if !rule.non_resource_urls.is_empty() {
                            let (verbs, paths) = (rule.verbs.clone(), rule.non_resource_urls.clone());
                            all.paths.push(PathRule { verbs, paths });
                        }
                    }
                }
                Err(unresolved) => errors.push(unresolved.text(None)),
            }
            false
        });
        errors.dedup();
        all.errors.extend((!errors.is_empty()).then(|| aggregate(&errors)));
        all
    }
}
