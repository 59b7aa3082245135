//! Priority levels and flow schemas that every server starts with. Follows apiserver pkg/apis/flowcontrol/bootstrap.

use kubeforge_api::flowcontrol::v1::{
    ExemptPriorityLevelConfiguration, FlowDistinguisherMethod, FlowDistinguisherMethodType, FlowSchema, FlowSchemaSpec,
    GroupSubject, LimitResponse, LimitResponseType, LimitedPriorityLevelConfiguration, NonResourcePolicyRule,
    PolicyRulesWithSubjects, PriorityLevelConfiguration, PriorityLevelConfigurationReference,
    PriorityLevelConfigurationSpec, PriorityLevelEnablement, QueuingConfiguration, ResourcePolicyRule,
    ServiceAccountSubject, Subject, SubjectKind, UserSubject,
};
use kubeforge_client::{Client, ClientError};
use kubeforge_machinery::meta::v1::{CreateOptions, ObjectMeta};

use super::{ensure_with, named};

/// Tells the servers that they may bring the object up to date.
const AUTOUPDATE: &str = "apf.kubernetes.io/autoupdate-spec";
const MANAGER: &str = "api-priority-and-fairness-config-producer-v1";

/// Makes what is missing.
pub(crate) async fn run(client: &Client) -> Result<(), ClientError> {
    let options = CreateOptions { field_manager: MANAGER.to_owned(), ..CreateOptions::default() };
    for level in levels() {
        ensure_with(client, level, &options).await?;
    }
    for schema in schemas() {
        ensure_with(client, schema, &options).await?;
    }
    Ok(())
}

fn metadata(name: &str) -> ObjectMeta {
    let mut metadata = named(name, "");
    metadata.annotations.insert(AUTOUPDATE.to_owned(), "true".to_owned());
    metadata
}

/// A level with queues: its shares, how much of them it lends, its queues and how many of them a flow is dealt.
struct Queued(&'static str, i32, i32, i32, i32);

const QUEUE_LENGTH_LIMIT: i32 = 50;
const QUEUED: [Queued; 6] = [
    Queued("system", 30, 33, 64, 6),
    Queued("node-high", 40, 25, 64, 6),
    Queued("leader-election", 10, 0, 16, 4),
    Queued("workload-high", 40, 50, 128, 6),
    Queued("workload-low", 100, 90, 128, 6),
    Queued("global-default", 20, 50, 128, 6),
];

fn levels() -> Vec<PriorityLevelConfiguration> {
    let level = |name: &str, spec| PriorityLevelConfiguration {
        metadata: metadata(name),
        spec,
        ..PriorityLevelConfiguration::default()
    };
    let limited = |shares, lendable, limit_response| PriorityLevelConfigurationSpec {
        type_: PriorityLevelEnablement::Limited,
        limited: Some(Box::new(LimitedPriorityLevelConfiguration {
            nominal_concurrency_shares: Some(shares),
            lendable_percent: Some(lendable),
            limit_response,
            borrowing_limit_percent: None,
        })),
        exempt: None,
    };
    let mut levels: Vec<_> = QUEUED
        .into_iter()
        .map(|Queued(name, shares, lendable, queues, hand_size)| {
            let queuing = QueuingConfiguration { queues, hand_size, queue_length_limit: QUEUE_LENGTH_LIMIT };
            let response = LimitResponse { type_: LimitResponseType::Queue, queuing: Some(Box::new(queuing)) };
            level(name, limited(shares, lendable, response))
        })
        .collect();
    levels.push(level("catch-all", limited(5, 0, LimitResponse { type_: LimitResponseType::Reject, queuing: None })));
    levels.push(level(
        "exempt",
        PriorityLevelConfigurationSpec {
            type_: PriorityLevelEnablement::Exempt,
            limited: None,
            exempt: Some(Box::new(ExemptPriorityLevelConfiguration {
                nominal_concurrency_shares: Some(0),
                lendable_percent: Some(0),
            })),
        },
    ));
    levels
}

fn schemas() -> Vec<FlowSchema> {
    use FlowDistinguisherMethodType::{ByNamespace, ByUser};
    let everyone = || groups(&["system:unauthenticated", "system:authenticated"]);
    let manager = "system:kube-controller-manager";
    let nodes = || groups(&["system:nodes"]);
    let leases = |subjects| {
        rules(
            subjects,
            vec![resource_rule(&["get", "create", "update"], "coordination.k8s.io", &["leases"], false)],
            &[],
        )
    };
    vec![
        schema("system-nodes", "system", 500, Some(ByUser), all(nodes())),
        schema(
            "system-node-high",
            "node-high",
            400,
            Some(ByUser),
            rules(
                nodes(),
                vec![
                    resource_rule(&["*"], "", &["nodes", "nodes/status"], true),
                    resource_rule(&["*"], "coordination.k8s.io", &["leases"], false),
                ],
                &[],
            ),
        ),
        schema(
            "probes",
            "exempt",
            2,
            None,
            rules(everyone(), Vec::new(), &[(&["get"], &["/healthz", "/readyz", "/livez"])]),
        ),
        schema(
            "system-leader-election",
            "leader-election",
            100,
            Some(ByUser),
            leases([users(&[manager, "system:kube-scheduler"]), service_accounts(&["*"])].concat()),
        ),
        schema("workload-leader-election", "leader-election", 200, Some(ByUser), leases(service_accounts(&["*"]))),
        schema(
            "endpoint-controller",
            "workload-high",
            150,
            Some(ByUser),
            rules(
                [users(&[manager]), service_accounts(&["endpoint-controller", "endpointslicemirroring-controller"])]
                    .concat(),
                vec![resource_rule(&["get", "create", "update"], "", &["endpoints"], false)],
                &[],
            ),
        ),
        schema("kube-controller-manager", "workload-high", 800, Some(ByNamespace), all(users(&[manager]))),
        schema("kube-scheduler", "workload-high", 800, Some(ByNamespace), all(users(&["system:kube-scheduler"]))),
        schema("kube-system-service-accounts", "workload-high", 900, Some(ByNamespace), all(service_accounts(&["*"]))),
        schema("service-accounts", "workload-low", 9000, Some(ByUser), all(groups(&["system:serviceaccounts"]))),
        schema("global-default", "global-default", 9900, Some(ByUser), all(everyone())),
        schema("exempt", "exempt", 1, None, all(groups(&["system:masters"]))),
        schema("catch-all", "catch-all", 10000, Some(ByUser), all(everyone())),
    ]
}

fn schema(
    name: &str,
    level: &str,
    matching_precedence: i32,
    method: Option<FlowDistinguisherMethodType>,
    rules: PolicyRulesWithSubjects,
) -> FlowSchema {
    FlowSchema {
        metadata: metadata(name),
        spec: FlowSchemaSpec {
            priority_level_configuration: PriorityLevelConfigurationReference { name: level.to_owned() },
            matching_precedence,
            distinguisher_method: method.map(|type_| Box::new(FlowDistinguisherMethod { type_ })),
            rules: vec![rules],
        },
        ..FlowSchema::default()
    }
}

type Paths<'a> = (&'a [&'a str], &'a [&'a str]);

fn rules(
    subjects: Vec<Subject>,
    resource_rules: Vec<ResourcePolicyRule>,
    paths: &[Paths<'_>],
) -> PolicyRulesWithSubjects {
    let paths =
        paths.iter().map(|(verbs, urls)| NonResourcePolicyRule { verbs: owned(verbs), non_resource_urls: owned(urls) });
    PolicyRulesWithSubjects { subjects, resource_rules, non_resource_rules: paths.collect() }
}

/// Everything that the subjects ask for.
fn all(subjects: Vec<Subject>) -> PolicyRulesWithSubjects {
    rules(subjects, vec![resource_rule(&["*"], "*", &["*"], true)], &[(&["*"], &["*"])])
}

fn resource_rule(verbs: &[&str], group: &str, resources: &[&str], cluster_scope: bool) -> ResourcePolicyRule {
    ResourcePolicyRule {
        verbs: owned(verbs),
        api_groups: vec![group.to_owned()],
        resources: owned(resources),
        cluster_scope,
        namespaces: vec!["*".to_owned()],
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn groups(names: &[&str]) -> Vec<Subject> {
    let subject = |name: &&str| Subject {
        kind: SubjectKind::Group,
        group: Some(Box::new(GroupSubject { name: (*name).to_owned() })),
        ..Subject::default()
    };
    names.iter().map(subject).collect()
}

fn users(names: &[&str]) -> Vec<Subject> {
    let subject = |name: &&str| Subject {
        kind: SubjectKind::User,
        user: Some(Box::new(UserSubject { name: (*name).to_owned() })),
        ..Subject::default()
    };
    names.iter().map(subject).collect()
}

/// Service accounts of `kube-system`.
fn service_accounts(names: &[&str]) -> Vec<Subject> {
    let subject = |name: &&str| Subject {
        kind: SubjectKind::ServiceAccount,
        service_account: Some(Box::new(ServiceAccountSubject {
            name: (*name).to_owned(),
            namespace: "kube-system".to_owned(),
        })),
        ..Subject::default()
    };
    names.iter().map(subject).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_has_its_level() {
        let levels = levels();
        for schema in schemas() {
            let level = &schema.spec.priority_level_configuration.name;
            assert!(levels.iter().any(|it| it.metadata.name == *level), "{}", schema.metadata.name);
        }
    }
}
