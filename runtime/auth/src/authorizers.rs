//! Authorizers that need no state, and several in a row.

use std::sync::Arc;

use async_trait::async_trait;
use kubeforge_apiserver::auth::{AuthorizationAttributes, Authorizer, Decision, UserRules, Verdict};
use kubeforge_machinery::user::{UserInfo, well_known::GROUP_MASTERS};

/// Refuses everything (`--authorization-mode=AlwaysDeny`).
#[derive(Clone, Copy, Debug, Default)]
pub struct AlwaysDeny;

#[async_trait]
impl Authorizer for AlwaysDeny {
    async fn authorize(&self, _user: &UserInfo, _attributes: &AuthorizationAttributes<'_>) -> Decision {
        Decision::NoOpinion("Everything is forbidden.".to_owned())
    }
}

/// Several authorizers, asked in order until one decides; members of `system:masters` may do everything before any is
/// asked, so that no mistake in a role can lock the administrator out.
pub struct Union(Vec<Arc<dyn Authorizer>>);

impl std::fmt::Debug for Union {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Union").field(&self.0.len()).finish()
    }
}

impl Union {
    /// These, in their order.
    pub fn new(authorizers: Vec<Arc<dyn Authorizer>>) -> Self {
        Self(authorizers)
    }
}

/// Whether a user may do everything.
pub(crate) fn is_superuser(user: &UserInfo) -> bool {
    user.groups.iter().any(|group| group == GROUP_MASTERS)
}

#[async_trait]
impl Authorizer for Union {
    async fn authorize(&self, user: &UserInfo, attributes: &AuthorizationAttributes<'_>) -> Decision {
        if is_superuser(user) {
            return Decision::Allow;
        }
        let mut reasons: Vec<String> = Vec::new();
        for authorizer in &self.0 {
            match authorizer.authorize(user, attributes).await {
                Decision::NoOpinion(why) => reasons.extend((!why.is_empty()).then_some(why)),
                decided => return decided,
            }
        }
        Decision::NoOpinion(reasons.join("\n"))
    }

    async fn explain(&self, user: &UserInfo, attributes: &AuthorizationAttributes<'_>) -> Verdict {
        if is_superuser(user) {
            return Verdict::of(Decision::Allow);
        }
        let mut reasons: Vec<String> = Vec::new();
        for authorizer in &self.0 {
            let verdict = authorizer.explain(user, attributes).await;
            match verdict.decision {
                Decision::NoOpinion(why) => reasons.extend((!why.is_empty()).then_some(why)),
                _ => return verdict,
            }
        }
        Verdict::of(Decision::NoOpinion(reasons.join("\n")))
    }

    async fn rules_for(&self, user: &UserInfo, namespace: &str) -> UserRules {
        let mut all = UserRules::default();
        for authorizer in &self.0 {
            let rules = authorizer.rules_for(user, namespace).await;
            all.resources.extend(rules.resources);
            all.paths.extend(rules.paths);
            all.incomplete |= rules.incomplete;
            all.errors.extend(rules.errors);
        }
        all
    }

    fn allows_all(&self) -> bool {
        self.0.iter().any(|authorizer| authorizer.allows_all())
    }
}
