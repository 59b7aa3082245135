//! Flow schemas: which request goes to which priority level.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::Time;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};

/// Sorts some of the requests to the API server into a priority level, and there into flows.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(spoke_of = "v1")]
#[api(introduced = "1.23", replacement = "flowcontrol.apiserver.k8s.io/v1beta3.FlowSchema")]
pub struct FlowSchema {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// Which requests, and where they go.
    #[api(tag = 2)]
    pub spec: FlowSchemaSpec,
    /// Whether its priority level exists.
    #[api(tag = 3)]
    pub status: FlowSchemaStatus,
}

/// Flow schemas, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "FlowSchema")]
#[api(introduced = "1.23", replacement = "flowcontrol.apiserver.k8s.io/v1beta3.FlowSchemaList")]
pub struct FlowSchemaList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<FlowSchema>,
}

/// Which requests a schema takes, and what it does with them.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct FlowSchemaSpec {
    /// The priority level that its requests go to.
    #[api(tag = 1, required)]
    pub priority_level_configuration: PriorityLevelConfigurationReference,
    /// Of the schemas that match, the lowest number counts; 1 to 10000, by default 1000.
    #[api(tag = 2, always)]
    pub matching_precedence: i32,
    /// How its requests are split into flows; unset, they are all one flow.
    #[api(tag = 3)]
    pub distinguisher_method: Option<Box<FlowDistinguisherMethod>>,
    /// It takes the requests that match one of these; without any, none.
    #[api(tag = 4, list = atomic)]
    pub rules: Vec<PolicyRulesWithSubjects>,
}

/// Points to a priority level.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PriorityLevelConfigurationReference {
    /// Its name.
    #[api(tag = 1, required)]
    pub name: String,
}

/// How requests are split into flows, which get their turns in fairness.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct FlowDistinguisherMethod {
    /// By what.
    #[api(tag = 1, required)]
    pub type_: FlowDistinguisherMethodType,
}

/// What tells one flow from another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum FlowDistinguisherMethodType {
    /// Who asks.
    ByUser,
    /// The namespace of the object; requests without one are a flow of their own.
    ByNamespace,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Requests by who asks and for what.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PolicyRulesWithSubjects {
    /// Who asks, one of these; at least one is needed.
    #[api(tag = 1, required, list = atomic)]
    pub subjects: Vec<Subject>,
    /// For resources, as one of these says.
    #[api(tag = 2, list = atomic)]
    pub resource_rules: Vec<ResourcePolicyRule>,
    /// For paths that are no resources, as one of these says.
    #[api(tag = 3, list = atomic)]
    pub non_resource_rules: Vec<NonResourcePolicyRule>,
}

/// Somebody who asks: a user, a group, or a service account.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Subject {
    /// Which of the three.
    #[api(tag = 1, required)]
    pub kind: SubjectKind,
    /// The user, for the kind `User`.
    #[api(tag = 2)]
    pub user: Option<Box<UserSubject>>,
    /// The group, for the kind `Group`.
    #[api(tag = 3)]
    pub group: Option<Box<GroupSubject>>,
    /// The service account, for the kind `ServiceAccount`.
    #[api(tag = 4)]
    pub service_account: Option<Box<ServiceAccountSubject>>,
}

/// Who a subject is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum SubjectKind {
    /// A user.
    User,
    /// All in a group.
    Group,
    /// A service account, or all of a namespace.
    ServiceAccount,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// A user, or all of them.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct UserSubject {
    /// The name; `*` for all.
    #[api(tag = 1, required)]
    pub name: String,
}

/// A group of users, or all users.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct GroupSubject {
    /// The name; `*` for all.
    #[api(tag = 1, required)]
    pub name: String,
}

/// A service account, or all of a namespace.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServiceAccountSubject {
    /// The namespace.
    #[api(tag = 1, required)]
    pub namespace: String,
    /// The name; `*` for all of the namespace.
    #[api(tag = 2, required)]
    pub name: String,
}

/// Requests for resources, by verb, group, resource and namespace; all four must match.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ResourcePolicyRule {
    /// The verbs; `*` for all.
    #[api(tag = 1, required, list = set)]
    pub verbs: Vec<String>,
    /// The groups of the resources; `*` for all.
    #[api(tag = 2, required, list = set)]
    pub api_groups: Vec<String>,
    /// The resources; `*` for all, `pods/status` for a subresource.
    #[api(tag = 3, required, list = set)]
    pub resources: Vec<String>,
    /// Whether requests without a namespace match.
    #[api(tag = 4)]
    pub cluster_scope: bool,
    /// The namespaces; `*` for all, none where only requests without one match.
    #[api(tag = 5, always, list = set)]
    pub namespaces: Vec<String>,
}

/// Requests for paths that are no resources, by verb and path; both must match.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct NonResourcePolicyRule {
    /// The verbs; `*` for all.
    #[api(tag = 1, required, list = set)]
    pub verbs: Vec<String>,
    /// The paths; `/healthz/*` stands for all below, `*` for all.
    #[api(tag = 6, json = "nonResourceURLs", required, list = set)]
    pub non_resource_urls: Vec<String>,
}

/// Whether the schema can do its work.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct FlowSchemaStatus {
    /// What has been found, and since when.
    #[api(tag = 1, list = map("type"))]
    pub conditions: Vec<FlowSchemaCondition>,
}

/// Something that is so with a flow schema, or not.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct FlowSchemaCondition {
    /// What it is about.
    #[api(tag = 1)]
    pub type_: String,
    /// Whether it holds.
    #[api(tag = 2)]
    pub status: ConditionStatus,
    /// Since when.
    #[api(tag = 3)]
    pub last_transition_time: Time,
    /// Why, as one word.
    #[api(tag = 4)]
    pub reason: String,
    /// Why, for people.
    #[api(tag = 5)]
    pub message: String,
}

/// Whether a condition holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ConditionStatus {
    /// It holds.
    True,
    /// It does not.
    False,
    /// Nobody can tell.
    Unknown,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}
