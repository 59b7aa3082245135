//! The roles and bindings that every cluster has (`system:…`, `admin`, `edit`, `view`), as Kubernetes 1.36 has them with
//! its default feature gates, and how those of a running cluster are brought up to date.
//!
//! The tables are facts of plugin/pkg/auth/authorizer/rbac/bootstrappolicy in a notation of our own ([`data`]).

mod bindings;
mod controllers;
mod data;
mod namespaced;
mod nodes;
mod reconcile;
mod system;
mod users;

use std::collections::BTreeMap;

use kubeforge_api::rbac::v1::{
    AUTO_UPDATE_ANNOTATION_KEY, AggregationRule, ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding,
    RoleRef,
};
use kubeforge_machinery::{
    NilVec,
    meta::v1::{LabelSelector, ObjectMeta},
};

use self::data::{BindingData, RoleData, SubjectData};
pub use self::reconcile::{Reconciled, reconcile_binding, reconcile_role};

const GROUP: &str = "rbac.authorization.k8s.io";
const CONTROLLER_PREFIX: &str = "system:controller:";

/// The label that lets a cluster role join `admin`, `edit` or `view`.
fn aggregate_label(role: &str) -> String {
    format!("{GROUP}/aggregate-to-{role}")
}

fn metadata(name: &str, namespace: &str) -> ObjectMeta {
    ObjectMeta {
        name: name.to_owned(),
        namespace: namespace.to_owned(),
        labels: BTreeMap::from([("kubernetes.io/bootstrapping".to_owned(), "rbac-defaults".to_owned())]),
        annotations: BTreeMap::from([(AUTO_UPDATE_ANNOTATION_KEY.to_owned(), "true".to_owned())]),
        ..ObjectMeta::default()
    }
}

fn cluster_role(prefix: &str, data: &RoleData) -> ClusterRole {
    let mut metadata = metadata(&format!("{prefix}{}", data.name), "");
    if !data.joins.is_empty() {
        metadata.labels.insert(aggregate_label(data.joins), "true".to_owned());
    }
    let aggregation_rule = (!data.gathers.is_empty()).then(|| {
        let match_labels = BTreeMap::from([(aggregate_label(data.gathers), "true".to_owned())]);
        AggregationRule { cluster_role_selectors: vec![LabelSelector { match_labels, ..LabelSelector::default() }] }
    });
    ClusterRole { metadata, rules: rules(data), aggregation_rule }
}

fn rules(data: &RoleData) -> NilVec<PolicyRule> {
    data.rules.iter().map(data::RuleData::rule).collect()
}

fn role_ref(kind: &str, name: &str) -> RoleRef {
    RoleRef { api_group: GROUP.to_owned(), kind: kind.to_owned(), name: name.to_owned() }
}

/// The cluster roles.
pub fn cluster_roles() -> Vec<ClusterRole> {
    let own = users::ROLES.iter().chain(system::ROLES).chain(nodes::ROLES).map(|data| cluster_role("", data));
    own.chain(controllers::ROLES.iter().map(|data| cluster_role(CONTROLLER_PREFIX, data))).collect()
}

/// The cluster role bindings.
pub fn cluster_role_bindings() -> Vec<ClusterRoleBinding> {
    let make = |name: &str, role: &str, subjects: &[SubjectData]| ClusterRoleBinding {
        metadata: metadata(name, ""),
        subjects: subjects.iter().map(SubjectData::subject).collect(),
        role_ref: role_ref("ClusterRole", role),
    };
    let controllers = controllers::ROLES.iter().map(|data| {
        let name = format!("{CONTROLLER_PREFIX}{}", data.name);
        make(&name, &name, &[SubjectData::ServiceAccount(data.name)])
    });
    bindings::BINDINGS.iter().map(|data| make(data.name, data.role, data.subjects)).chain(controllers).collect()
}

/// The roles of the system namespaces.
pub fn roles() -> Vec<Role> {
    let make = |namespace: &'static str| {
        move |data: &RoleData| Role { metadata: metadata(data.name, namespace), rules: rules(data) }
    };
    let public = namespaced::KUBE_PUBLIC_ROLES.iter().map(make("kube-public"));
    public.chain(namespaced::KUBE_SYSTEM_ROLES.iter().map(make("kube-system"))).collect()
}

/// The role bindings of the system namespaces.
pub fn role_bindings() -> Vec<RoleBinding> {
    let make = |namespace: &'static str| {
        move |data: &BindingData| RoleBinding {
            metadata: metadata(data.name, namespace),
            subjects: data.subjects.iter().map(SubjectData::subject).collect(),
            role_ref: role_ref("Role", data.role),
        }
    };
    let public = namespaced::KUBE_PUBLIC_BINDINGS.iter().map(make("kube-public"));
    public.chain(namespaced::KUBE_SYSTEM_BINDINGS.iter().map(make("kube-system"))).collect()
}

/// What nodes may do, before the node authorizer looks at single objects.
pub(crate) fn node_rules() -> Vec<PolicyRule> {
    nodes::ROLES.iter().filter(|data| data.name == "system:node").flat_map(rules).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_binding_has_its_role() {
        let names: BTreeSet<String> = cluster_roles().into_iter().map(|role| role.metadata.name).collect();
        for binding in cluster_role_bindings() {
            assert!(names.contains(&binding.role_ref.name), "{}", binding.metadata.name);
        }
        let names: BTreeSet<(String, String)> =
            roles().into_iter().map(|role| (role.metadata.namespace, role.metadata.name)).collect();
        for binding in role_bindings() {
            let role = (binding.metadata.namespace.clone(), binding.role_ref.name.clone());
            assert!(names.contains(&role), "{role:?}");
        }
    }
}
