//! Custom resource definitions: resources made up by users.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};
use kubeforge_machinery::{ByteString, NilVec, Time};

use super::{JSON, JSONSchemaPropsOrArray, JSONSchemaPropsOrBool, JSONSchemaPropsOrStringArray};

/// Defines a resource of its own kind that the server then serves.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, cluster, plural = "customresourcedefinitions", singular = "customresourcedefinition", short = ["crd", "crds"], categories = ["api-extensions"])]
#[api(subresource(status))]
#[api(introduced = "1.16")]
pub struct CustomResourceDefinition {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What the resource is like.
    #[api(tag = 2, required)]
    pub spec: CustomResourceDefinitionSpec,
    /// How far it is served.
    #[api(tag = 3)]
    pub status: CustomResourceDefinitionStatus,
}

/// Custom resource definitions, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "CustomResourceDefinition")]
#[api(introduced = "1.16")]
pub struct CustomResourceDefinitionList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<CustomResourceDefinition>,
}

/// A resource: its names, its scope and its versions.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CustomResourceDefinitionSpec {
    /// Its group; the definition is named after plural and group, like `foos.example.com`.
    #[api(tag = 1, required)]
    pub group: String,
    /// What it is called.
    #[api(tag = 3, required)]
    pub names: CustomResourceDefinitionNames,
    /// Whether its objects are in namespaces.
    #[api(tag = 4, required)]
    pub scope: ResourceScope,
    /// Its versions; exactly one of them is stored.
    #[api(tag = 7, required, list = atomic)]
    pub versions: Vec<CustomResourceDefinitionVersion>,
    /// How objects get from one version to another.
    #[api(tag = 9)]
    pub conversion: Option<Box<CustomResourceConversion>>,
    /// Whether fields not in the schema are kept; outdated, and to be false in v1.
    #[api(tag = 10)]
    pub preserve_unknown_fields: bool,
}

/// What a resource is called.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CustomResourceDefinitionNames {
    /// Its name in paths; all lower case.
    #[api(tag = 1, required)]
    pub plural: String,
    /// Its name for one; all lower case, the kind in lower case if empty.
    #[api(tag = 2)]
    pub singular: String,
    /// Short names for the command line; all lower case.
    #[api(tag = 3, list = atomic)]
    pub short_names: Vec<String>,
    /// The kind of its objects.
    #[api(tag = 4, required)]
    pub kind: String,
    /// The kind of its lists; the kind with `List` after it if empty.
    #[api(tag = 5)]
    pub list_kind: String,
    /// Names, like `all`, under which it is asked for together with others.
    #[api(tag = 6, list = atomic)]
    pub categories: Vec<String>,
}

/// Whether objects of a resource are in namespaces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ResourceScope {
    /// They are outside of namespaces.
    Cluster,
    /// They are in namespaces.
    Namespaced,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// A version of a resource.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CustomResourceDefinitionVersion {
    /// Its name, like `v1`; part of the path.
    #[api(tag = 1, required)]
    pub name: String,
    /// Whether it can be asked for.
    #[api(tag = 2, required)]
    pub served: bool,
    /// Whether objects are stored in it; true for exactly one.
    #[api(tag = 3, required)]
    pub storage: bool,
    /// Whether those who use it are warned.
    #[api(tag = 7)]
    pub deprecated: bool,
    /// What they are told; some standard words if unset. Only if `deprecated`.
    #[api(tag = 8)]
    pub deprecation_warning: Option<String>,
    /// What its objects look like.
    #[api(tag = 4)]
    pub schema: Option<Box<CustomResourceValidation>>,
    /// Its subresources.
    #[api(tag = 5)]
    pub subresources: Option<Box<CustomResourceSubresources>>,
    /// The columns of its tables besides the name; the age alone if empty.
    #[api(tag = 6, list = atomic)]
    pub additional_printer_columns: Vec<CustomResourceColumnDefinition>,
    /// The fields that field selectors may use; up to 8.
    #[api(tag = 9, list = atomic, gate = "CustomResourceFieldSelectors")]
    pub selectable_fields: Vec<SelectableField>,
}

/// What objects of a resource look like.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CustomResourceValidation {
    /// The schema; objects that do not match are turned down.
    #[api(tag = 1, json = "openAPIV3Schema")]
    pub open_api_v3_schema: Option<Box<JSONSchemaProps>>,
}

/// A schema of JSON values; a part of JSON Schema, with some extensions.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct JSONSchemaProps {
    /// What the schema calls itself; not allowed in definitions of resources.
    #[api(tag = 1)]
    pub id: String,
    /// Which dialect of JSON Schema it is written in; not allowed in definitions of resources.
    #[api(tag = 2, json = "$schema")]
    pub schema: String,
    /// Another schema that stands here; not allowed in definitions of resources.
    #[api(tag = 3, json = "$ref")]
    pub ref_: Option<String>,
    /// What the value is, for people to read.
    #[api(tag = 4)]
    pub description: String,
    /// The type: `object`, `array`, `string`, `integer`, `number` or `boolean`.
    #[api(tag = 5)]
    pub type_: String,
    /// What the text or number has to look like, like `date-time`; formats not known are ignored.
    #[api(tag = 6)]
    pub format: String,
    /// A name for people to read.
    #[api(tag = 7)]
    pub title: String,
    /// What the field is set to if it is missing.
    #[api(tag = 8)]
    pub default: Option<JSON>,
    /// The largest number allowed.
    #[api(tag = 9)]
    pub maximum: Option<f64>,
    /// Whether the number must stay below `maximum`.
    #[api(tag = 10)]
    pub exclusive_maximum: bool,
    /// The smallest number allowed.
    #[api(tag = 11)]
    pub minimum: Option<f64>,
    /// Whether the number must stay above `minimum`.
    #[api(tag = 12)]
    pub exclusive_minimum: bool,
    /// How many characters a text may have at most.
    #[api(tag = 13)]
    pub max_length: Option<i64>,
    /// How many characters a text must have at least.
    #[api(tag = 14)]
    pub min_length: Option<i64>,
    /// A regular expression that must match somewhere in the text.
    #[api(tag = 15)]
    pub pattern: String,
    /// How many items a list may have at most.
    #[api(tag = 16)]
    pub max_items: Option<i64>,
    /// How many items a list must have at least.
    #[api(tag = 17)]
    pub min_items: Option<i64>,
    /// Whether no two items may be the same; must not be true in definitions of resources.
    #[api(tag = 18)]
    pub unique_items: bool,
    /// The number must be a multiple of this.
    #[api(tag = 19)]
    pub multiple_of: Option<f64>,
    /// The only values allowed.
    #[api(tag = 20, list = atomic)]
    pub enum_: Vec<JSON>,
    /// How many fields an object may have at most.
    #[api(tag = 21)]
    pub max_properties: Option<i64>,
    /// How many fields an object must have at least.
    #[api(tag = 22)]
    pub min_properties: Option<i64>,
    /// The fields an object must have.
    #[api(tag = 23, list = atomic)]
    pub required: Vec<String>,
    /// What the items of a list look like.
    #[api(tag = 24)]
    pub items: Option<Box<JSONSchemaPropsOrArray>>,
    /// The value must match all of these.
    #[api(tag = 25, list = atomic)]
    pub all_of: Vec<JSONSchemaProps>,
    /// The value must match exactly one of these.
    #[api(tag = 26, list = atomic)]
    pub one_of: Vec<JSONSchemaProps>,
    /// The value must match at least one of these.
    #[api(tag = 27, list = atomic)]
    pub any_of: Vec<JSONSchemaProps>,
    /// The value must not match this.
    #[api(tag = 28)]
    pub not: Option<Box<JSONSchemaProps>>,
    /// The fields of an object, by name.
    #[api(tag = 29)]
    pub properties: BTreeMap<String, JSONSchemaProps>,
    /// What fields not in `properties` look like, or whether there may be any; makes a map.
    #[api(tag = 30)]
    pub additional_properties: Option<Box<JSONSchemaPropsOrBool>>,
    /// Fields by a pattern of their names; not allowed in definitions of resources.
    #[api(tag = 31)]
    pub pattern_properties: BTreeMap<String, JSONSchemaProps>,
    /// What a field needs next to it; not allowed in definitions of resources.
    #[api(tag = 32)]
    pub dependencies: BTreeMap<String, JSONSchemaPropsOrStringArray>,
    /// What items past those listed look like; not allowed in definitions of resources.
    #[api(tag = 33)]
    pub additional_items: Option<Box<JSONSchemaPropsOrBool>>,
    /// Schemas for references to use; not allowed in definitions of resources.
    #[api(tag = 34)]
    pub definitions: BTreeMap<String, JSONSchemaProps>,
    /// Where more is said about it.
    #[api(tag = 35)]
    pub external_docs: Option<Box<ExternalDocumentation>>,
    /// A value as it might be.
    #[api(tag = 36)]
    pub example: Option<JSON>,
    /// Whether null is allowed too.
    #[api(tag = 37)]
    pub nullable: bool,
    /// Whether fields not in the schema are kept from here on down; only true is allowed.
    #[api(tag = 38, json = "x-kubernetes-preserve-unknown-fields")]
    pub x_kubernetes_preserve_unknown_fields: Option<bool>,
    /// Whether the value is an object with a kind and metadata, checked as such.
    #[api(tag = 39, json = "x-kubernetes-embedded-resource")]
    pub x_kubernetes_embedded_resource: bool,
    /// Whether the value is a whole number or a text.
    #[api(tag = 40, json = "x-kubernetes-int-or-string")]
    pub x_kubernetes_int_or_string: bool,
    /// The fields that tell the items of a list of type `map` apart.
    #[api(tag = 41, json = "x-kubernetes-list-map-keys", list = atomic)]
    pub x_kubernetes_list_map_keys: Vec<String>,
    /// How a list merges: whole (`atomic`), by value (`set`) or by keys (`map`).
    #[api(tag = 42, json = "x-kubernetes-list-type")]
    pub x_kubernetes_list_type: Option<String>,
    /// How an object merges: field by field (`granular`), or whole (`atomic`).
    #[api(tag = 43, json = "x-kubernetes-map-type")]
    pub x_kubernetes_map_type: Option<String>,
    /// Checks in CEL; the value must pass all of them.
    #[api(tag = 44, json = "x-kubernetes-validations", patch = merge, merge_key = "rule", list = map("rule"))]
    pub x_kubernetes_validations: Vec<ValidationRule>,
}

/// Where more is said about something.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ExternalDocumentation {
    /// What is found there.
    #[api(tag = 1)]
    pub description: String,
    /// The address.
    #[api(tag = 2)]
    pub url: String,
}

/// A check in CEL on a part of an object.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ValidationRule {
    /// The check; true lets it pass. `self` is the value here, `oldSelf` what it was.
    #[api(tag = 1, required)]
    pub rule: String,
    /// What to say if it fails; one line. Needed if the rule has more than one.
    #[api(tag = 2)]
    pub message: String,
    /// Computes what to say if it fails; goes before `message`, which stands in if this fails.
    #[api(tag = 3)]
    pub message_expression: String,
    /// The reason of the error; `FieldValueInvalid` if unset.
    #[api(tag = 4)]
    pub reason: Option<FieldValueErrorReason>,
    /// The field the error is about, as a path from here; the value itself if empty.
    #[api(tag = 5)]
    pub field_path: String,
    /// Whether a rule with `oldSelf` also runs when there is none; `oldSelf` is an optional then.
    #[api(tag = 6, gate = "CRDValidationRatcheting")]
    pub optional_old_self: Option<bool>,
}

/// Why a rule of a schema turns a value down.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum FieldValueErrorReason {
    /// There is no value.
    FieldValueRequired,
    /// The value is there twice.
    FieldValueDuplicate,
    /// The value is not as it should be.
    FieldValueInvalid,
    /// There may be no value.
    FieldValueForbidden,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// The subresources of a resource.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CustomResourceSubresources {
    /// Whether the status is written apart from the rest.
    #[api(tag = 1)]
    pub status: Option<Box<CustomResourceSubresourceStatus>>,
    /// Whether it can be scaled, and what to count.
    #[api(tag = 2)]
    pub scale: Option<Box<CustomResourceSubresourceScale>>,
}

/// Turns the status subresource on; there is nothing to set.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CustomResourceSubresourceStatus {}

/// Where the numbers of the scale subresource are.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CustomResourceSubresourceScale {
    /// Where the wanted number is: a path under `.spec`, without list steps.
    #[api(tag = 1, required)]
    pub spec_replicas_path: String,
    /// Where the actual number is: a path under `.status`, without list steps.
    #[api(tag = 2, required)]
    pub status_replicas_path: String,
    /// Where the selector of the pods is, as a text; autoscaling by pods needs it.
    #[api(tag = 3)]
    pub label_selector_path: Option<String>,
}

/// A column of the table that lists of a resource are shown as.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CustomResourceColumnDefinition {
    /// What stands above it.
    #[api(tag = 1, required)]
    pub name: String,
    /// The type of its cells: `string`, `integer`, `number`, `boolean` or `date`.
    #[api(tag = 2, required)]
    pub type_: String,
    /// Says more about the type; `name` marks the column that names the row.
    #[api(tag = 3)]
    pub format: String,
    /// What it shows, for people to read.
    #[api(tag = 4)]
    pub description: String,
    /// How dispensable it is: 0 is shown always, more only where there is room.
    #[api(tag = 5)]
    pub priority: i32,
    /// Where the cell is in the object, as a JSON path.
    #[api(tag = 6, required)]
    pub json_path: String,
}

/// A field that field selectors may use.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SelectableField {
    /// Where it is: a simple path to a text, a boolean or a whole number outside of lists.
    #[api(tag = 1, required)]
    pub json_path: String,
}

/// How objects get from one version to another.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CustomResourceConversion {
    /// Who does it.
    #[api(tag = 1, required)]
    pub strategy: ConversionStrategyType,
    /// The webhook; set exactly if the strategy is `Webhook`.
    #[api(tag = 2)]
    pub webhook: Option<Box<WebhookConversion>>,
}

/// Who converts objects between versions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ConversionStrategyType {
    /// Nobody: only the `apiVersion` is changed.
    None,
    /// A webhook.
    Webhook,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// A webhook that converts objects.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct WebhookConversion {
    /// How to reach it.
    #[api(tag = 2)]
    pub client_config: Option<Box<WebhookClientConfig>>,
    /// The versions of `ConversionReview` it understands; the first the server knows is used.
    #[api(tag = 3, required, list = atomic)]
    pub conversion_review_versions: Vec<String>,
}

/// How to reach a webhook: by address or by service, exactly one of them.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct WebhookClientConfig {
    /// Its address, by `https`; without user, query or fragment.
    #[api(tag = 3)]
    pub url: Option<String>,
    /// The service in the cluster that it is behind.
    #[api(tag = 1)]
    pub service: Option<Box<ServiceReference>>,
    /// PEM certificates to check its certificate by; those of the system if unset.
    #[api(tag = 2)]
    pub ca_bundle: ByteString,
}

/// A service in the cluster, and where to call there.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServiceReference {
    /// Its namespace.
    #[api(tag = 1, required)]
    pub namespace: String,
    /// Its name.
    #[api(tag = 2, required)]
    pub name: String,
    /// The path to call.
    #[api(tag = 3)]
    pub path: Option<String>,
    /// The port to call; 443 if unset.
    #[api(tag = 4)]
    pub port: Option<i32>,
}

/// How far a resource is served.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CustomResourceDefinitionStatus {
    /// How it is doing, aspect by aspect.
    #[api(tag = 1, always, list = map("type"))]
    pub conditions: NilVec<CustomResourceDefinitionCondition>,
    /// The names it is really served by; others may have taken some that it wants.
    #[api(tag = 2, always)]
    pub accepted_names: CustomResourceDefinitionNames,
    /// The versions objects were ever stored in; none of them may go from the spec while it is here.
    #[api(tag = 3, always, list = atomic)]
    pub stored_versions: NilVec<String>,
    /// The generation of the definition that was last looked at.
    #[api(tag = 4, gate = "CRDObservedGenerationTracking")]
    pub observed_generation: i64,
}

/// One aspect of how a definition is doing.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CustomResourceDefinitionCondition {
    /// Which aspect.
    #[api(tag = 1, required)]
    pub type_: String,
    /// Whether it holds.
    #[api(tag = 2, required)]
    pub status: ConditionStatus,
    /// When it last changed.
    #[api(tag = 3)]
    pub last_transition_time: Time,
    /// Why, as one word.
    #[api(tag = 4)]
    pub reason: String,
    /// Why, for people to read.
    #[api(tag = 5)]
    pub message: String,
    /// The generation of the definition that it is about.
    #[api(tag = 6, gate = "CRDObservedGenerationTracking")]
    pub observed_generation: i64,
}

/// Whether a condition holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
#[api(open)]
pub enum ConditionStatus {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// Nobody can tell.
    Unknown,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

// Values of CustomResourceDefinitionConditionType, which is a plain text because others may add their own.
/// The condition that the resource is served.
pub const ESTABLISHED: &str = "Established";
/// The condition that no other resource of the group has its names.
pub const NAMES_ACCEPTED: &str = "NamesAccepted";
/// The condition that a schema does not have the shape the server needs.
pub const NON_STRUCTURAL_SCHEMA: &str = "NonStructuralSchema";
/// The condition that the definition is deleted and its objects are being cleared away.
pub const TERMINATING: &str = "Terminating";
/// The condition that a resource in a protected group has been approved.
pub const KUBERNETES_API_APPROVAL_POLICY_CONFORMANT: &str = "KubernetesAPIApprovalPolicyConformant";
/// The condition that stored objects are being rewritten in another version.
pub const STORAGE_MIGRATING: &str = "StorageMigrating";
