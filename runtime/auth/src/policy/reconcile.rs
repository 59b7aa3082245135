//! Brings a role or binding of a running cluster up to date: what is missing is added, what an administrator added stays.
//! Follows component-helpers auth/rbac/reconciliation.

use std::collections::BTreeMap;

use kubeforge_api::rbac::v1::{
    AUTO_UPDATE_ANNOTATION_KEY, AggregationRule, ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding,
    RoleRef, Subject,
};
use kubeforge_machinery::meta::v1::ObjectMeta;

use crate::rbac::covers;

/// What has to be done with an object.
#[derive(Clone, Debug, PartialEq)]
pub enum Reconciled<T> {
    /// Nothing: it is as expected, or the administrator wants it left alone.
    Fine,
    /// It is to be changed to this.
    Update(T),
    /// It is to be deleted and made anew, as its role can't be changed.
    Replace,
}

/// The parts of roles of both kinds.
pub trait RoleParts: Clone {
    /// Metadata.
    fn metadata(&mut self) -> &mut ObjectMeta;
    /// Rules.
    fn rules(&mut self) -> &mut Vec<PolicyRule>;
    /// What it gathers.
    fn aggregation(&mut self) -> Option<&mut Option<AggregationRule>>;
}

/// The parts of bindings of both kinds.
pub trait BindingParts: Clone {
    /// Metadata.
    fn metadata(&mut self) -> &mut ObjectMeta;
    /// Whom it is for.
    fn subjects(&mut self) -> &mut Vec<Subject>;
    /// The role.
    fn role(&self) -> &RoleRef;
}

/// What has to be done with a role that exists.
pub fn reconcile_role<T: RoleParts>(existing: &T, mut expected: T) -> Reconciled<T> {
    let mut result = existing.clone();
    if is_protected(result.metadata()) {
        return Reconciled::Fine;
    }
    let mut changed = merge_metadata(result.metadata(), expected.metadata());
    let wanted = expected.aggregation().and_then(|rule| rule.take());
    if let Some(wanted) = wanted {
        if let Some(found) = result.aggregation() {
            let found = &mut found.get_or_insert_default().cluster_role_selectors;
            for selector in wanted.cluster_role_selectors {
                if !found.contains(&selector) {
                    found.push(selector);
                    changed = true;
                }
            }
        }
    } else {
        let missing = covers(result.rules(), expected.rules());
        if !missing.is_empty() {
            result.rules().extend(missing);
            changed = true;
        }
    }
    if changed { Reconciled::Update(result) } else { Reconciled::Fine }
}

/// What has to be done with a binding that exists.
pub fn reconcile_binding<T: BindingParts>(existing: &T, mut expected: T) -> Reconciled<T> {
    let mut result = existing.clone();
    if is_protected(result.metadata()) {
        return Reconciled::Fine;
    }
    if existing.role() != expected.role() {
        return Reconciled::Replace;
    }
    let mut changed = merge_metadata(result.metadata(), expected.metadata());
    for subject in std::mem::take(expected.subjects()) {
        if !result.subjects().contains(&subject) {
            result.subjects().push(subject);
            changed = true;
        }
    }
    if changed { Reconciled::Update(result) } else { Reconciled::Fine }
}

fn is_protected(meta: &ObjectMeta) -> bool {
    meta.annotations.get(AUTO_UPDATE_ANNOTATION_KEY).is_some_and(|value| value == "false")
}

fn merge_metadata(result: &mut ObjectMeta, expected: &ObjectMeta) -> bool {
    let labels = merge(&mut result.labels, &expected.labels);
    merge(&mut result.annotations, &expected.annotations) || labels
}

fn merge(into: &mut BTreeMap<String, String>, from: &BTreeMap<String, String>) -> bool {
    let before = into.len();
    for (key, value) in from {
        into.entry(key.clone()).or_insert_with(|| value.clone());
    }
    into.len() != before
}

impl RoleParts for ClusterRole {
    fn metadata(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }

    fn rules(&mut self) -> &mut Vec<PolicyRule> {
        self.rules.to_mut()
    }

    fn aggregation(&mut self) -> Option<&mut Option<AggregationRule>> {
        Some(&mut self.aggregation_rule)
    }
}

impl RoleParts for Role {
    fn metadata(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }

    fn rules(&mut self) -> &mut Vec<PolicyRule> {
        self.rules.to_mut()
    }

    fn aggregation(&mut self) -> Option<&mut Option<AggregationRule>> {
        None
    }
}

impl BindingParts for ClusterRoleBinding {
    fn metadata(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }

    fn subjects(&mut self) -> &mut Vec<Subject> {
        &mut self.subjects
    }

    fn role(&self) -> &RoleRef {
        &self.role_ref
    }
}

impl BindingParts for RoleBinding {
    fn metadata(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }

    fn subjects(&mut self) -> &mut Vec<Subject> {
        &mut self.subjects
    }

    fn role(&self) -> &RoleRef {
        &self.role_ref
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn administrators_changes_stay() {
        let find = |name: &str| super::super::cluster_roles().into_iter().find(|role| role.metadata.name == name);
        let expected = find("system:basic-user").unwrap();
        assert_eq!(reconcile_role(&expected, expected.clone()), Reconciled::Fine);
        let mut found = expected.clone();
        let removed = found.rules.to_mut().remove(0);
        found.metadata.labels.insert("own".to_owned(), "yes".to_owned());
        let Reconciled::Update(updated) = reconcile_role(&found, expected.clone()) else { panic!("not updated") };
        assert!(covers(&updated.rules, &[removed]).is_empty());
        assert!(updated.metadata.labels.contains_key("own"));
        found.metadata.annotations.insert(AUTO_UPDATE_ANNOTATION_KEY.to_owned(), "false".to_owned());
        assert_eq!(reconcile_role(&found, expected), Reconciled::Fine);
        let admin = find("admin").unwrap();
        let filled = ClusterRole { rules: [PolicyRule::default()].into(), ..admin.clone() };
        assert_eq!(reconcile_role(&filled, admin), Reconciled::Fine);
    }
}
