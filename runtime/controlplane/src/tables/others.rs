//! Kinds that share no file with others: leases, disruption budgets, role bindings, priority and runtime classes,
//! extension servers, storage versions.

use kubeforge_api::{
    apiregistration::v1::APIService,
    apiserverinternal::v1alpha1::StorageVersion,
    coordination::{v1::Lease, v1beta1::LeaseCandidate},
    node::v1::RuntimeClass,
    policy::v1::PodDisruptionBudget,
    rbac::v1::{ClusterRoleBinding, RoleBinding, Subject},
    scheduling::v1::PriorityClass,
};
use kubeforge_apiserver::table::{Cell, Row};
use kubeforge_machinery::IntOrString;

use super::{Tables, age_of, text};

pub(super) fn register(tables: &mut Tables) {
    tables.add::<Lease>(|it| {
        vec![
            it.metadata.name.clone().into(),
            it.spec.holder_identity.clone().unwrap_or_default().into(),
            age_of(&it.metadata),
        ]
        .into()
    });
    tables.add::<PodDisruptionBudget>(|it| {
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
    });
    tables.add::<RoleBinding>(|it| {
        let [users, groups, accounts] = subjects(&it.subjects);
        let role = format!("{}/{}", it.role_ref.kind, it.role_ref.name);
        vec![it.metadata.name.clone().into(), role.into(), age_of(&it.metadata), users, groups, accounts].into()
    });
    tables.add::<ClusterRoleBinding>(|it| {
        let [users, groups, accounts] = subjects(&it.subjects);
        let role = format!("{}/{}", it.role_ref.kind, it.role_ref.name);
        vec![it.metadata.name.clone().into(), role.into(), age_of(&it.metadata), users, groups, accounts].into()
    });
    tables.add::<PriorityClass>(|it| {
        let policy = it.preemption_policy.as_ref().map_or("", |policy| policy.as_str());
        vec![
            it.metadata.name.clone().into(),
            i64::from(it.value).into(),
            it.global_default.into(),
            age_of(&it.metadata),
            policy.to_owned().into(),
        ]
        .into()
    });
    tables.add::<RuntimeClass>(|it| {
        vec![it.metadata.name.clone().into(), it.handler.clone().into(), age_of(&it.metadata)].into()
    });
    tables.add::<LeaseCandidate>(|it| {
        vec![
            it.metadata.name.clone().into(),
            it.spec.lease_name.clone().into(),
            it.spec.binary_version.clone().into(),
            it.spec.emulation_version.clone().into(),
            age_of(&it.metadata),
        ]
        .into()
    });
    tables.add::<StorageVersion>(storage_version);
    tables.add::<APIService>(api_service);
}

fn storage_version(version: &StorageVersion) -> Row {
    let servers: Vec<String> = version
        .status
        .storage_versions
        .iter()
        .map(|server| format!("{}={}", server.api_server_id, server.encoding_version))
        .collect();
    let or_unset = |text: String| Cell::from(if text.is_empty() { "<unset>".to_owned() } else { text });
    vec![
        version.metadata.name.clone().into(),
        version.status.common_encoding_version.clone().unwrap_or_else(|| "<unset>".to_owned()).into(),
        or_unset(text::first_few(&servers)),
        age_of(&version.metadata),
    ]
    .into()
}

/// Follows kube-aggregator pkg/registry/apiservice/etcd: where the group version is served, and whether it answers.
fn api_service(service: &APIService) -> Row {
    let server = service.spec.service.as_ref();
    let available = service.status.conditions.iter().find(|condition| condition.type_ == "Available");
    let word = available.map_or_else(
        || "Unknown".to_owned(),
        |condition| match condition.status.as_str() {
            "True" => "True".to_owned(),
            status => format!("{status} ({})", condition.reason),
        },
    );
    vec![
        service.metadata.name.clone().into(),
        server.map_or_else(|| "Local".to_owned(), |it| format!("{}/{}", it.namespace, it.name)).into(),
        word.into(),
        age_of(&service.metadata),
    ]
    .into()
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
