//! Validating admission policies: checks of requests, written in CEL.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{Condition, LabelSelector, ListMeta, ObjectMeta, StatusReason};

/// Rules in CEL that requests must meet; takes effect through bindings.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, cluster, plural = "validatingadmissionpolicies", singular = "validatingadmissionpolicy", categories = ["api-extensions"])]
#[api(subresource(status))]
#[api(hub)]
#[api(introduced = "1.30")]
pub struct ValidatingAdmissionPolicy {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The rules.
    #[api(tag = 2)]
    pub spec: ValidatingAdmissionPolicySpec,
    /// What the server thinks of them.
    #[api(tag = 3)]
    pub status: ValidatingAdmissionPolicyStatus,
}

/// Validating admission policies, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "ValidatingAdmissionPolicy")]
#[api(introduced = "1.30")]
pub struct ValidatingAdmissionPolicyList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<ValidatingAdmissionPolicy>,
}

/// Which requests are checked, and for what; validations or audit annotations must be given.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ValidatingAdmissionPolicySpec {
    /// The kind of objects that parametrize it; without one there is no `params` in expressions.
    #[api(tag = 1)]
    pub param_kind: Option<Box<ParamKind>>,
    /// Which requests it looks at; must be given.
    #[api(tag = 2)]
    pub match_constraints: Option<Box<MatchResources>>,
    /// The checks; a request must pass all of them.
    #[api(tag = 3, list = atomic)]
    pub validations: Vec<Validation>,
    /// What becomes of a request when the policy cannot be evaluated; `Fail` if unset.
    #[api(tag = 4)]
    pub failure_policy: Option<FailurePolicyType>,
    /// What to note in the audit event of the request; up to 20.
    #[api(tag = 5, list = atomic)]
    pub audit_annotations: Vec<AuditAnnotation>,
    /// Further conditions for looking at a request, all of which must hold; up to 64.
    #[api(tag = 6, patch = merge, merge_key = "name", list = map("name"))]
    pub match_conditions: Vec<MatchCondition>,
    /// Named values for the expressions; each may use those before it.
    #[api(tag = 7, patch = merge, merge_key = "name", list = map("name"))]
    pub variables: Vec<Variable>,
}

/// The kind of objects that parametrize a policy.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct ParamKind {
    /// Its group and version.
    #[api(tag = 1)]
    pub api_version: String,
    /// Its kind.
    #[api(tag = 2)]
    pub kind: String,
}

/// Which requests something looks at; all that is set here must match.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct MatchResources {
    /// Only in namespaces with these labels; unset or empty for all, and objects without one match.
    #[api(tag = 1)]
    pub namespace_selector: Option<Box<LabelSelector>>,
    /// Only if the object, new or old, has these labels; unset or empty for all.
    #[api(tag = 2)]
    pub object_selector: Option<Box<LabelSelector>>,
    /// Which operations on which resources; one of these must match.
    #[api(tag = 3, list = atomic)]
    pub resource_rules: Vec<NamedRuleWithOperations>,
    /// Operations on resources to leave alone; wins over `resourceRules`.
    #[api(tag = 4, list = atomic)]
    pub exclude_resource_rules: Vec<NamedRuleWithOperations>,
    /// Whether the rules also catch other versions of the same resource; `Equivalent` if unset.
    #[api(tag = 7)]
    pub match_policy: Option<MatchPolicyType>,
}

/// Operations on resources, perhaps only on objects of certain names.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct NamedRuleWithOperations {
    /// Only objects of these names; none means all.
    #[api(tag = 1, list = atomic)]
    pub resource_names: Vec<String>,
    /// The operations and the resources.
    #[api(tag = 2, inline)]
    pub rule_with_operations: RuleWithOperations,
}

/// Operations on resources.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct RuleWithOperations {
    /// The operations; `*` for all. Must not be empty.
    #[api(tag = 1, list = atomic)]
    pub operations: Vec<OperationType>,
    /// The resources.
    #[api(tag = 2, inline)]
    pub rule: Rule,
}

/// What a request does to an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum OperationType {
    /// Any of them.
    #[api(value = "*")]
    All,
    /// Makes one.
    CREATE,
    /// Changes one, by update, patch or apply.
    UPDATE,
    /// Deletes one.
    DELETE,
    /// Connects to one, as with `exec` or a proxy.
    CONNECT,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Resources, by group, version, name and scope.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Rule {
    /// The groups; `*` for all, alone in the list then.
    #[api(tag = 1, list = atomic)]
    pub api_groups: Vec<String>,
    /// The versions; `*` for all, alone in the list then.
    #[api(tag = 2, list = atomic)]
    pub api_versions: Vec<String>,
    /// The resources; `*` for all without subresources, `pods/*` for all parts of pods, `*/*` for everything.
    #[api(tag = 3, list = atomic)]
    pub resources: Vec<String>,
    /// Only resources in namespaces, or only those outside; both if unset.
    #[api(tag = 4)]
    pub scope: Option<ScopeType>,
}

/// Whether resources are in namespaces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum ScopeType {
    /// Those outside of namespaces; namespaces themselves are among them.
    Cluster,
    /// Those in namespaces.
    Namespaced,
    /// Both.
    #[api(value = "*")]
    All,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// How literally rules take group and version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum MatchPolicyType {
    /// Only what the rule names.
    Exact,
    /// Also requests by another group or version for the same objects; they are converted first.
    Equivalent,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// A check in CEL.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Validation {
    /// The check; true lets the request pass. Knows `object`, `oldObject`, `request`, `params` and more.
    #[api(tag = 1, required)]
    pub expression: String,
    /// What to say if it fails; one line. Needed if the expression has more than one.
    #[api(tag = 2)]
    pub message: String,
    /// The reason in the status of the refusal, which sets its HTTP code; `Invalid` if unset.
    #[api(tag = 3)]
    pub reason: Option<StatusReason>,
    /// Computes what to say if it fails; goes before `message`, which stands in if this fails.
    #[api(tag = 4)]
    pub message_expression: String,
}

/// What becomes of a request when asking about it fails.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum FailurePolicyType {
    /// It goes on as if nobody had been asked.
    Ignore,
    /// It is turned down.
    Fail,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// Something to note in audit events.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct AuditAnnotation {
    /// Its key within the policy; the name of the policy and a slash come before it.
    #[api(tag = 1, required)]
    pub key: String,
    /// Computes its text; null or an empty one leaves it out. Cut off past 10 KiB.
    #[api(tag = 2, required)]
    pub value_expression: String,
}

/// A condition in CEL for looking at a request.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct MatchCondition {
    /// Names it in errors and metrics; unique in its list.
    #[api(tag = 1, required)]
    pub name: String,
    /// The condition; false lets the request by unlooked at.
    #[api(tag = 2, required)]
    pub expression: String,
}

/// A named value for expressions, computed only if used.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(atomic)]
pub struct Variable {
    /// Its name: `foo` is used as `variables.foo`.
    #[api(tag = 1, required)]
    pub name: String,
    /// Computes it.
    #[api(tag = 2, required)]
    pub expression: String,
}

/// What the server thinks of a policy.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ValidatingAdmissionPolicyStatus {
    /// The generation of the policy that this is about.
    #[api(tag = 1)]
    pub observed_generation: i64,
    /// What checking the expressions against the types gave; unset until done.
    #[api(tag = 2)]
    pub type_checking: Option<Box<TypeChecking>>,
    /// How it is doing, aspect by aspect.
    #[api(tag = 3, list = map("type"))]
    pub conditions: Vec<Condition>,
}

/// What checking expressions against the types of the resources gave.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct TypeChecking {
    /// What looks wrong; empty if nothing does.
    #[api(tag = 1, list = atomic)]
    pub expression_warnings: Vec<ExpressionWarning>,
}

/// Something that looks wrong in an expression.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ExpressionWarning {
    /// Where the expression is: a path that begins with `spec`.
    #[api(tag = 2, required)]
    pub field_ref: String,
    /// What looks wrong, by resource type, for people to read.
    #[api(tag = 3, required)]
    pub warning: String,
}
