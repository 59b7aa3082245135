//! Nobody hands out rights that they don't have: what is checked when roles and bindings are written.
//!
//! A role may hold what its writer may do; more needs the verb `escalate` on the role. A role may be bound by who could
//! write it, or has the verb `bind` on it. Follows pkg/registry/rbac/{escalation_check.go,*/policybased} and
//! pkg/registry/rbac/validation/rule.go.

use std::sync::Arc;

use async_trait::async_trait;
use kubeforge_api::rbac::v1::{ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, RoleRef};
use kubeforge_apiserver::{
    auth::{AuthorizationAttributes, Authorizer, Decision},
    request::RequestContext,
    strategy::Strategy,
};
use kubeforge_machinery::{GroupResource, Object, meta::v1::ObjectMeta, quote::quote, status::ApiError};

use super::{
    Rbac,
    authorizer::aggregate,
    covers,
    covers::quoted,
    describe,
    policy::{GROUP, Unresolved},
};
use crate::authorizers::is_superuser;

const NEEDS_ALL: &str = "must have cluster-admin privileges to use the aggregationRule";

/// Which of the four resources is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    Role,
    ClusterRole,
    RoleBinding,
    ClusterRoleBinding,
}

impl Written {
    fn resource(self) -> GroupResource {
        let plural = match self {
            Self::Role => "roles",
            Self::ClusterRole => "clusterroles",
            Self::RoleBinding => "rolebindings",
            Self::ClusterRoleBinding => "clusterrolebindings",
        };
        GroupResource::new(GROUP, plural)
    }
}

/// The strategies of roles and bindings.
#[derive(Clone)]
pub struct Escalation {
    authorizer: Arc<dyn Authorizer>,
    rbac: Arc<Rbac>,
}

impl std::fmt::Debug for Escalation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Escalation").finish_non_exhaustive()
    }
}

impl Escalation {
    /// Checks that ask this authorizer, and these roles for what a user has.
    pub fn new(authorizer: Arc<dyn Authorizer>, rbac: Arc<Rbac>) -> Self {
        Self { authorizer, rbac }
    }

    /// The strategy of each of the four resources, by plural.
    pub fn strategies(&self) -> [(&'static str, Arc<dyn Strategy>); 4] {
        let strategy = |written| Arc::new(Guarded { escalation: self.clone(), written }) as Arc<dyn Strategy>;
        [
            ("roles", strategy(Written::Role)),
            ("clusterroles", strategy(Written::ClusterRole)),
            ("rolebindings", strategy(Written::RoleBinding)),
            ("clusterrolebindings", strategy(Written::ClusterRoleBinding)),
        ]
    }

    async fn may(&self, ctx: &RequestContext, attributes: &AuthorizationAttributes<'_>) -> bool {
        self.authorizer.authorize(&ctx.user, attributes).await == Decision::Allow
    }

    /// What the user lacks of these rules, in words.
    async fn lacks(&self, ctx: &RequestContext, written: Written, rules: &[PolicyRule]) -> Option<String> {
        let (mut held, mut errors) = (Vec::new(), Vec::new());
        if let Some(policy) = self.rbac.policy() {
            policy.settle().await;
            let resource = written.resource().resource;
            policy.visit(&ctx.user, &ctx.namespace, |found| {
                match found.rules {
                    Ok(rules) => held.extend(rules.iter().cloned()),
                    Err(unresolved) => errors.push(unresolved.text(Some(&resource))),
                }
                false
            });
        }
        let missing = covers(&held, rules);
        if missing.is_empty() {
            return None;
        }
        let user = &ctx.user;
        let mut text = format!(
            "user {} (groups={}) is attempting to grant RBAC permissions not currently held:\n{}",
            quote(&user.name),
            quoted(&user.groups),
            describe(&missing)
        );
        if !errors.is_empty() {
            errors.dedup();
            text.push_str(&format!("; resolution errors: [{}]", aggregate(&errors)));
        }
        Some(text)
    }

    async fn role(
        &self,
        ctx: &RequestContext,
        written: Written,
        meta: &ObjectMeta,
        rules: &[PolicyRule],
        aggregates: bool,
    ) -> Result<(), ApiError> {
        let resource = written.resource();
        let escalate = AuthorizationAttributes {
            verb: "escalate",
            is_resource: true,
            group: GROUP,
            version: "*",
            resource: &resource.resource,
            namespace: &ctx.namespace,
            name: &ctx.name,
            ..AuthorizationAttributes::default()
        };
        if self.may(ctx, &escalate).await {
            return Ok(());
        }
        if let Some(lacks) = self.lacks(ctx, written, rules).await {
            return Err(ApiError::forbidden(&resource, &meta.name, lacks));
        }
        // it gathers whatever there will be, so who sets it must have everything
        if aggregates && self.lacks(ctx, written, &everything()).await.is_some() {
            return Err(ApiError::forbidden(&resource, &meta.name, NEEDS_ALL));
        }
        Ok(())
    }

    async fn binding(
        &self,
        ctx: &RequestContext,
        written: Written,
        meta: &ObjectMeta,
        role: &RoleRef,
    ) -> Result<(), ApiError> {
        let resource = match role.kind.as_str() {
            "ClusterRole" => "clusterroles",
            "Role" => "roles",
            _ => "",
        };
        let bind = AuthorizationAttributes {
            verb: "bind",
            is_resource: true,
            group: &role.api_group,
            version: "*",
            resource,
            namespace: &ctx.namespace,
            name: &role.name,
            ..AuthorizationAttributes::default()
        };
        if !resource.is_empty() && self.may(ctx, &bind).await {
            return Ok(());
        }
        let Some(policy) = self.rbac.policy() else { return Ok(()) };
        policy.settle().await;
        let own = written.resource();
        let rules = policy.rules(role, &ctx.namespace).map_err(|unresolved| match unresolved {
            // upstream names the resource of the request here, not that of the role
            Unresolved::Missing { name, .. } => ApiError::not_found(&own, &name),
            kind @ Unresolved::Kind(_) => ApiError::unknown(kind.text(None)),
        })?;
        match self.lacks(ctx, written, &rules).await {
            Some(lacks) => Err(ApiError::forbidden(&own, &meta.name, lacks)),
            None => Ok(()),
        }
    }
}

fn everything() -> [PolicyRule; 2] {
    let all = || vec!["*".to_owned()];
    [
        PolicyRule { verbs: all(), api_groups: all(), resources: all(), ..PolicyRule::default() },
        PolicyRule { verbs: all(), non_resource_urls: all(), ..PolicyRule::default() },
    ]
}

/// A strategy that checks rights, and is the default one otherwise.
struct Guarded {
    escalation: Escalation,
    written: Written,
}

#[async_trait]
impl Strategy for Guarded {
    fn allow_create_on_update(&self) -> bool {
        true
    }

    async fn check_rights(
        &self,
        ctx: &RequestContext,
        new: &dyn Object,
        old: Option<&dyn Object>,
    ) -> Result<(), ApiError> {
        if is_superuser(&ctx.user) {
            return Ok(());
        }
        if let Some(old) = old
            && only_for_collector(new, old)
        {
            return Ok(());
        }
        let Self { escalation, written } = self;
        if let Some(role) = new.downcast_ref::<Role>() {
            return escalation.role(ctx, *written, &role.metadata, &role.rules, false).await;
        }
        if let Some(role) = new.downcast_ref::<ClusterRole>() {
            let old = old.and_then(|old| old.downcast_ref::<ClusterRole>());
            let aggregates = gathers(role) || old.is_some_and(gathers);
            return escalation.role(ctx, *written, &role.metadata, &role.rules, aggregates).await;
        }
        if let Some(binding) = new.downcast_ref::<RoleBinding>() {
            return escalation.binding(ctx, *written, &binding.metadata, &binding.role_ref).await;
        }
        if let Some(binding) = new.downcast_ref::<ClusterRoleBinding>() {
            return escalation.binding(ctx, *written, &binding.metadata, &binding.role_ref).await;
        }
        Ok(())
    }
}

fn gathers(role: &ClusterRole) -> bool {
    role.aggregation_rule.as_ref().is_some_and(|rule| !rule.cluster_role_selectors.is_empty())
}

/// Whether a write changes nothing but what the garbage collector changes: owners and finalizers.
fn only_for_collector(new: &dyn Object, old: &dyn Object) -> bool {
    let mut copy = new.deep_copy_object();
    let (Some(meta), Some(old_meta)) = (copy.meta_mut(), old.meta()) else { return false };
    meta.owner_references.clone_from(&old_meta.owner_references);
    meta.finalizers.clone_from(&old_meta.finalizers);
    meta.self_link.clone_from(&old_meta.self_link);
    meta.managed_fields.clone_from(&old_meta.managed_fields);
    macro_rules! same {
        ($($kind:ty),*) => {
            $(if let (Some(new), Some(old)) = (copy.downcast_ref::<$kind>(), old.downcast_ref::<$kind>()) {
                return new == old;
            })*
        };
    }
    same!(Role, ClusterRole, RoleBinding, ClusterRoleBinding);
    false
}
