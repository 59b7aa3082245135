//! The levels and schemas that every server has and nobody may change. Follows apiserver's
//! pkg/apis/flowcontrol/bootstrap.

use kubeforge_api::flowcontrol::v1::{
    ExemptPriorityLevelConfiguration, FlowDistinguisherMethod, FlowDistinguisherMethodType, FlowSchemaSpec,
    GroupSubject, LimitResponse, LimitResponseType, LimitedPriorityLevelConfiguration, NonResourcePolicyRule,
    PolicyRulesWithSubjects, PriorityLevelConfigurationReference, PriorityLevelConfigurationSpec,
    PriorityLevelEnablement, ResourcePolicyRule, Subject, SubjectKind,
};

use super::{CATCH_ALL, EXEMPT};

/// The spec that the schema of this name must have.
pub(super) fn schema(name: &str) -> Option<FlowSchemaSpec> {
    let (matching_precedence, distinguisher, groups): (_, _, &[&str]) = match name {
        EXEMPT => (1, None, &["system:masters"]),
        CATCH_ALL => {
            let by_user = FlowDistinguisherMethod { type_: FlowDistinguisherMethodType::ByUser };
            (10_000, Some(Box::new(by_user)), &["system:unauthenticated", "system:authenticated"])
        }
        _ => return None,
    };
    Some(FlowSchemaSpec {
        priority_level_configuration: PriorityLevelConfigurationReference { name: name.to_owned() },
        matching_precedence,
        distinguisher_method: distinguisher,
        rules: vec![everything_of(groups)],
    })
}

fn everything_of(groups: &[&str]) -> PolicyRulesWithSubjects {
    let all = || vec!["*".to_owned()];
    let subject = |group: &&str| Subject {
        kind: SubjectKind::Group,
        group: Some(Box::new(GroupSubject { name: (*group).to_owned() })),
        ..Subject::default()
    };
    PolicyRulesWithSubjects {
        subjects: groups.iter().map(subject).collect(),
        resource_rules: vec![ResourcePolicyRule {
            verbs: all(),
            api_groups: all(),
            resources: all(),
            cluster_scope: true,
            namespaces: all(),
        }],
        non_resource_rules: vec![NonResourcePolicyRule { verbs: all(), non_resource_urls: all() }],
    }
}

/// The spec that the level of this name must have.
pub(super) fn level(name: &str) -> Option<PriorityLevelConfigurationSpec> {
    match name {
        EXEMPT => Some(PriorityLevelConfigurationSpec {
            type_: PriorityLevelEnablement::Exempt,
            limited: None,
            exempt: Some(Box::new(ExemptPriorityLevelConfiguration {
                nominal_concurrency_shares: Some(0),
                lendable_percent: Some(0),
            })),
        }),
        CATCH_ALL => Some(PriorityLevelConfigurationSpec {
            type_: PriorityLevelEnablement::Limited,
            limited: Some(Box::new(LimitedPriorityLevelConfiguration {
                nominal_concurrency_shares: Some(5),
                limit_response: LimitResponse { type_: LimitResponseType::Reject, queuing: None },
                lendable_percent: Some(0),
                borrowing_limit_percent: None,
            })),
            exempt: None,
        }),
        _ => None,
    }
}
