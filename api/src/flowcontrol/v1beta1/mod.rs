//! Version v1beta1 of the `flowcontrol.apiserver.k8s.io` group: flow schemas and priority levels, in their first form that was on by default.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod conversion;
pub mod defaults;
mod flow_schema;
mod priority_level_configuration;
mod well_known;

#[rustfmt::skip]
pub mod generated;

pub use flow_schema::{
    ConditionStatus, FlowDistinguisherMethod, FlowDistinguisherMethodType, FlowSchema, FlowSchemaCondition,
    FlowSchemaList, FlowSchemaSpec, FlowSchemaStatus, GroupSubject, NonResourcePolicyRule, PolicyRulesWithSubjects,
    PriorityLevelConfigurationReference, ResourcePolicyRule, ServiceAccountSubject, Subject, SubjectKind, UserSubject,
};
pub use priority_level_configuration::{
    ExemptPriorityLevelConfiguration, LimitResponse, LimitResponseType, LimitedPriorityLevelConfiguration,
    PriorityLevelConfiguration, PriorityLevelConfigurationCondition, PriorityLevelConfigurationList,
    PriorityLevelConfigurationSpec, PriorityLevelConfigurationStatus, PriorityLevelEnablement, QueuingConfiguration,
};
pub use well_known::{
    API_GROUP_ALL, AUTO_UPDATE_ANNOTATION_KEY, FLOW_SCHEMA_CONDITION_DANGLING, FLOW_SCHEMA_NAME_CATCH_ALL,
    FLOW_SCHEMA_NAME_EXEMPT, NAME_ALL, NAMESPACE_EVERY, NON_RESOURCE_ALL,
    PRIORITY_LEVEL_CONFIGURATION_CONDITION_CONCURRENCY_SHARED, PRIORITY_LEVEL_CONFIGURATION_NAME_CATCH_ALL,
    PRIORITY_LEVEL_CONFIGURATION_NAME_EXEMPT, RESOURCE_ALL, RESPONSE_HEADER_MATCHED_FLOW_SCHEMA_UID,
    RESPONSE_HEADER_MATCHED_PRIORITY_LEVEL_CONFIGURATION_UID, VERB_ALL,
};
