//! Leases, disruption budgets, role bindings and priority classes.

use kubeforge_api::{
    coordination::v1::Lease,
    policy::v1::PodDisruptionBudget,
    rbac::v1::{ClusterRoleBinding, RoleBinding, Subject},
    scheduling::v1::PriorityClass,
};
use kubeforge_apiserver::table::{Cell, Column};
use kubeforge_machinery::IntOrString;

use super::{Tables, age, age_of, name};

pub(super) fn register(tables: &mut Tables) {
    tables.add::<Lease>(vec![name(), Column::text("Holder", "Who holds it."), age()], |it| {
        vec![
            it.metadata.name.clone().into(),
            it.spec.holder_identity.clone().unwrap_or_default().into(),
            age_of(&it.metadata),
        ]
        .into()
    });
    tables.add::<PodDisruptionBudget>(
        vec![
            name(),
            Column::text("Min Available", "Pods that must stay available."),
            Column::text("Max Unavailable", "Pods that may be unavailable."),
            Column::text("Allowed Disruptions", "Pods that may be evicted now.").with_type("integer"),
            age(),
        ],
        |it| {
            let bound = |value: &Option<IntOrString>| -> Cell {
                value.as_ref().map_or_else(|| "N/A".into(), |value| value.to_string().into())
            };
            vec![
                it.metadata.name.clone().into(),
                bound(&it.spec.min_available),
                bound(&it.spec.max_unavailable),
                i64::from(it.status.disruptions_allowed).into(),
                age_of(&it.metadata),
            ]
            .into()
        },
    );
    let binding_columns = || {
        vec![
            name(),
            Column::text("Role", "The role that it grants."),
            age(),
            Column::text("Users", "Users that it grants it to.").wide(),
            Column::text("Groups", "Groups that it grants it to.").wide(),
            Column::text("ServiceAccounts", "Service accounts that it grants it to.").wide(),
        ]
    };
    tables.add::<RoleBinding>(binding_columns(), |it| {
        let [users, groups, accounts] = subjects(&it.subjects);
        let role = format!("{}/{}", it.role_ref.kind, it.role_ref.name);
        vec![it.metadata.name.clone().into(), role.into(), age_of(&it.metadata), users, groups, accounts].into()
    });
    tables.add::<ClusterRoleBinding>(binding_columns(), |it| {
        let [users, groups, accounts] = subjects(&it.subjects);
        let role = format!("{}/{}", it.role_ref.kind, it.role_ref.name);
        vec![it.metadata.name.clone().into(), role.into(), age_of(&it.metadata), users, groups, accounts].into()
    });
    tables.add::<PriorityClass>(
        vec![
            name(),
            Column::text("Value", "The priority."),
            Column::text("Global-Default", "Whether pods without a class take it.").with_type("boolean"),
            age(),
            Column::text("PreemptionPolicy", "Whether its pods may push others out."),
        ],
        |it| {
            let policy = it.preemption_policy.as_ref().map_or("", |policy| policy.as_str());
            vec![
                it.metadata.name.clone().into(),
                i64::from(it.value).into(),
                it.global_default.into(),
                age_of(&it.metadata),
                policy.to_owned().into(),
            ]
            .into()
        },
    );
}

/// Users, groups and service accounts among the subjects.
fn subjects(subjects: &[Subject]) -> [Cell; 3] {
    let of = |kind: &'static str| {
        let names = subjects.iter().filter(move |subject| subject.kind == kind).map(|subject| {
            if kind == "ServiceAccount" && !subject.namespace.is_empty() {
                format!("{}/{}", subject.namespace, subject.name)
            } else {
                subject.name.clone()
            }
        });
        names.collect::<Vec<_>>().join(", ").into()
    };
    [of("User"), of("Group"), of("ServiceAccount")]
}
