//! The attribute language as a table: every marker, where it goes, what it takes, what it does.
//!
//! The loader checks attributes against this table, and `kubeforge-gen markers` prints it. What a marker's name says
//! upstream, in Go's generators, stands beside it, so that nothing that those can say gets lost.

use Place::{Field, Package, Type, Variant};
use ValueKind::{
    Bool, HubName, Int, Json, KindName, ListTopology, MapTopology, Number, PatchStrategy, SwitchOff, Text, Texts,
    VerbList, VerbName, Word,
};

/// A marker.
#[derive(Clone, Copy, Debug)]
pub struct Marker {
    /// Its name.
    pub name: &'static str,
    /// Where it may stand.
    pub places: &'static [Place],
    /// How it may be written.
    pub forms: &'static [Form],
    /// What it says, in a line.
    pub about: &'static str,
    /// An example.
    pub example: &'static str,
    /// Go markers that it stands for.
    pub replaces: &'static [&'static str],
    /// A validation rule: other markers may hold it as an argument.
    pub rule: bool,
}

/// Where a marker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A key of a `[[package]]` in gen.toml.
    Package,
    /// On a struct or enum.
    Type,
    /// On a struct's field.
    Field,
    /// On an enum's variant.
    Variant,
}

impl Place {
    /// What it is called in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Place::Package => "package",
            Place::Type => "type",
            Place::Field => "field",
            Place::Variant => "variant",
        }
    }
}

/// A way to write a marker.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// `name`
    Flag,
    /// `name = value`
    Is(ValueKind),
    /// `name(values, …, parameter = value, …)`
    Call(Call),
}

/// What stands between a marker's parentheses.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// Values without a name, which come first.
    pub leading: Leading,
    /// Named values.
    pub params: &'static [Param],
    /// Whether validation rules may follow.
    pub rules: bool,
}

/// Values without a name.
#[derive(Clone, Copy, Debug)]
pub enum Leading {
    /// None.
    None,
    /// Exactly one.
    One(ValueKind),
    /// One or more.
    Some(ValueKind),
    /// `"key" = "value"` pairs, one or more.
    Pairs,
    /// `"key" = value` pairs, one or more, whose values may also be numbers and booleans.
    Values,
    /// None or one.
    Maybe(ValueKind),
    /// `"key" = "value"` pairs, none or more, before or after named values.
    AnyPairs,
}

/// A named value.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub value: ValueKind,
    /// Whether it must be given.
    pub required: bool,
}

/// What a value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// `"text"`
    Text,
    /// `["text", …]`
    Texts,
    /// `1`
    Int,
    /// `1` or `1.5`
    Number,
    /// `true` or `false`
    Bool,
    /// `false`
    SwitchOff,
    /// A literal, `json("…")`, or the path of a constant
    Json,
    /// One of these words, bare or quoted
    Word(&'static [&'static str]),
    /// A verb of the API
    VerbName,
    /// `Kind`, `"Kind"` or `"group/version.Kind"`
    KindName,
    /// `"v2"` or `"group/version.Kind"`
    HubName,
    /// `atomic`, `set` or `map("key", …)`
    ListTopology,
    /// `atomic` or `granular`
    MapTopology,
    /// `merge`, `replace`, `retain_keys` or `"merge,retainKeys"`
    PatchStrategy,
    /// `("get", …)`, as the argument of a named value: verbs of the API
    VerbList,
}

impl ValueKind {
    /// What it is called in reports: "expected …".
    pub fn describe(self) -> String {
        match self {
            Text => "a text in quotes".into(),
            Texts => "a list of texts: [\"a\", \"b\"]".into(),
            Int => "an integer".into(),
            Number => "a number".into(),
            Bool => "true or false".into(),
            SwitchOff => "false".into(),
            Json => "a literal, json(\"…\") or a constant's path".into(),
            Word([]) => "a name".into(),
            Word(words) => format!("one of {}", words.join(", ")),
            VerbName => "one of create, delete, deletecollection, get, list, patch, update, watch".into(),
            KindName => "a kind: \"Kind\" or \"group/version.Kind\"".into(),
            HubName => "a version of the same group: \"v2\", or a kind: \"group/version.Kind\"".into(),
            ListTopology => "atomic, set or map(\"key\", …)".into(),
            MapTopology => "atomic or granular".into(),
            PatchStrategy => "merge, replace, retain_keys or \"merge,retainKeys\"".into(),
            VerbList => "verbs in parentheses: (\"get\", …)".into(),
        }
    }
}

const FLAG: &[Form] = &[Form::Flag];
const TEXT: &[Form] = &[Form::Is(Text)];
const TEXTS: &[Form] = &[Form::Is(Texts)];
const INT: &[Form] = &[Form::Is(Int)];
const NUMBER: &[Form] = &[Form::Is(Number)];
const OFF: &[Form] = &[Form::Is(SwitchOff)];
const MEMBERS: &[Form] = &[Form::Call(Call { leading: Leading::Some(Text), params: &[], rules: false })];
const STAGED: &[Form] = &[Form::Call(Call { leading: Leading::None, params: &[param("since", Text)], rules: true })];
const RULES: &[Form] = &[Form::Call(Call { leading: Leading::None, params: &[], rules: true })];
const NAMED_RULES: &[Form] = &[Form::Call(Call { leading: Leading::One(Text), params: &[], rules: true })];
const PAIRS: &[Form] = &[Form::Call(Call { leading: Leading::Pairs, params: &[], rules: false })];

const fn param(name: &'static str, value: ValueKind) -> Param {
    Param { name, value, required: false }
}

const fn needed(name: &'static str, value: ValueKind) -> Param {
    Param { name, value, required: true }
}

const fn call(leading: Leading, params: &'static [Param]) -> Form {
    Form::Call(Call { leading, params, rules: false })
}

const fn marker(
    name: &'static str,
    places: &'static [Place],
    forms: &'static [Form],
    about: &'static str,
    example: &'static str,
    replaces: &'static [&'static str],
) -> Marker {
    Marker { name, places, forms, about, example, replaces, rule: false }
}

const fn rule(
    name: &'static str,
    places: &'static [Place],
    forms: &'static [Form],
    about: &'static str,
    example: &'static str,
    replaces: &'static [&'static str],
) -> Marker {
    Marker { name, places, forms, about, example, replaces, rule: true }
}

/// Go markers that have no counterpart, and why.
pub static LEFT_OUT: &[(&str, &str)] = &[
    ("k8s:deepcopy-gen:nonpointer-interfaces", "Rust has no interfaces that values and pointers satisfy differently"),
    ("k8s:conversion-gen-external-types", "a spoke and its hub are found by group and version"),
    ("k8s:defaulter-gen-input", "a package's types and its defaults.rs are always read together"),
];

/// The marker of a name at a place.
pub fn find(name: &str, place: Place) -> Option<&'static Marker> {
    MARKERS.iter().find(|marker| marker.name == name && marker.places.contains(&place))
}

/// The markers of a place.
pub fn at(place: Place) -> impl Iterator<Item = &'static Marker> {
    MARKERS.iter().filter(move |marker| marker.places.contains(&place))
}

const LITERAL: &[Form] = &[Form::Is(Json)];

/// Every marker: of packages, types, fields and variants, in this order.
#[rustfmt::skip]
pub static MARKERS: &[Marker] = &[
    // packages
    marker("path", &[Package], TEXT, "directory of the type files, relative to gen.toml", "path = \"src/apps/v1\"",
        &["k8s:deepcopy-gen=package"]),
    marker("group", &[Package, Type], TEXT, "the API group; on a type: where it differs from the package's, and for the derive", "group = \"apps\"",
        &["groupName"]),
    marker("version", &[Package, Type], TEXT, "the version; on a type as for group", "version = \"v1\"", &[]),
    marker("definition_prefix", &[Package], TEXT, "OpenAPI definitions are named by this, a dot and the type's name",
        "definition_prefix = \"io.k8s.api.apps.v1\"", &["k8s:openapi-model-package"]),
    marker("module", &[Package], TEXT, "the package's Rust path", "module = \"kubeforge_api::apps::v1\"", &[]),
    marker("client", &[Package], &[Form::Is(Bool)], "whether typed clients, listers, informers and apply configurations are generated", "client = true", &[]),
    marker("crds", &[Package], &[Form::Is(Bool)], "whether its kinds get CustomResourceDefinitions, where gen.toml says where to", "crds = false", &[]),

    // types: what they are
    marker("kind", &[Type], FLAG, "a root type: has apiVersion and kind, is registered, copied and defaulted as a whole", "kind",
        &["genclient", "k8s:deepcopy-gen:interfaces", "k8s:defaulter-gen", "kubebuilder:object:root", "kubebuilder:object:generate", "kubebuilder:resource"]),
    marker("list", &[Type], &[Form::Is(KindName)], "the list kind of another kind", "list = \"Pod\"", &[]),
    marker("no_resource", &[Type], FLAG, "a kind that is registered but not served as a resource", "kind, no_resource",
        &["genclient:noVerbs"]),
    marker("crate", &[Type], TEXT, "derive only: the path of the machinery crate", "crate = \"kubeforge::machinery\"", &[]),
    marker("list_kind", &[Type], &[Form::Is(KindName)], "derive only: the list kind is a type of one's own, which derives Api too",
        "list_kind = \"GadgetList\"", &[]),
    marker("arbitrary", &[Type], &[Form::Flag, Form::Is(SwitchOff)],
        "derive: also implement Arbitrary, for tests; with = false: no Arbitrary, which a gen.toml asks for", "arbitrary", &[]),
    marker("namespaced", &[Type], FLAG, "objects live in namespaces", "kind, namespaced", &["kubebuilder:resource:scope"]),
    marker("cluster", &[Type], FLAG, "objects live beside namespaces; the default", "kind, cluster",
        &["genclient:nonNamespaced", "kubebuilder:resource:scope"]),
    marker("plural", &[Type], TEXT, "the resource's name in paths; default: the kind in lower case and an s", "plural = \"endpoints\"",
        &["resourceName", "plural exceptions", "kubebuilder:resource:path"]),
    marker("singular", &[Type], TEXT, "the resource's singular; default: the kind in lower case", "singular = \"pod\"",
        &["kubebuilder:resource:singular"]),
    marker("short", &[Type], TEXTS, "short names for kubectl", "short = [\"po\"]", &["kubebuilder:resource:shortName"]),
    marker("categories", &[Type], TEXTS, "groups of resources it belongs to", "categories = [\"all\"]", &["kubebuilder:resource:categories"]),
    marker("verbs", &[Type], &[
            Form::Is(Texts),
            Form::Call(Call { leading: Leading::None, params: &[param("only", VerbList), param("skip", VerbList)], rules: false }),
        ], "the verbs that are served, where not all eight", "verbs(only(\"create\"))",
        &["genclient:noVerbs", "genclient:onlyVerbs", "genclient:skipVerbs", "genclient:readonly"]),
    marker("subresource", &[Type], &[call(Leading::One(Word(&[])), &[
            param("create", KindName), param("kind", KindName), param("verbs", Texts),
            param("spec", Text), param("status", Text), param("selector", Text),
        ])], "a subresource: what POST takes, what the other verbs take, its verbs, a scale's paths",
        "subresource(scale, spec = \".spec.replicas\", status = \".status.replicas\")",
        &["genclient:noStatus", "k8s:isSubresource", "k8s:supportsSubresource", "kubebuilder:subresource:status",
          "kubebuilder:subresource:scale", "kubebuilder:subresource:scale:specpath", "kubebuilder:subresource:scale:statuspath",
          "kubebuilder:subresource:scale:selectorpath"]),
    marker("method", &[Type], &[call(Leading::None, &[
            needed("name", Text), needed("verb", VerbName), param("subresource", Text), param("input", KindName), param("result", KindName),
        ])], "a further method of the typed client", "method(name = \"UpdateResize\", verb = update, subresource = \"resize\")",
        &["genclient:method"]),
    marker("selectable", &[Type], MEMBERS, "JSON paths that field selectors may name, or `label = path`", "selectable(\"spec.nodeName\")",
        &["kubebuilder:selectablefield"]),
    marker("column", &[Type], &[call(Leading::None, &[
            needed("name", Text), needed("path", Text), needed("type", Text), param("format", Text), param("description", Text),
            param("priority", Int),
        ])], "a table column", "column(name = \"Age\", type = \"date\", path = \".metadata.creationTimestamp\")",
        &["kubebuilder:printcolumn", "kubebuilder:printcolumn:name", "kubebuilder:printcolumn:type", "kubebuilder:printcolumn:JSONPath",
          "kubebuilder:printcolumn:description", "kubebuilder:printcolumn:format", "kubebuilder:printcolumn:priority"]),
    marker("introduced", &[Type], TEXT, "first release that has the kind", "introduced = \"1.19\"", &["k8s:prerelease-lifecycle-gen:introduced"]),
    marker("deprecated", &[Type], &[Form::Flag, Form::Is(Text)], "first release that warns of the kind, or the warning's text",
        "deprecated = \"1.22\"", &["k8s:prerelease-lifecycle-gen:deprecated", "kubebuilder:deprecatedversion:warning"]),
    marker("removed", &[Type], TEXT, "first release without the kind", "removed = \"1.25\"", &["k8s:prerelease-lifecycle-gen:removed"]),
    marker("replacement", &[Type], TEXT, "what to use instead", "replacement = \"policy/v1.PodDisruptionBudget\"",
        &["k8s:prerelease-lifecycle-gen:replacement"]),
    marker("hub", &[Type], FLAG, "the version that the server holds in memory and stores", "hub", &["k8s:conversion-gen"]),
    marker("spoke_of", &[Type], &[Form::Is(HubName)],
        "the hub: by its version, or in full where group or name differ; types with differing fields need functions in conversion.rs",
        "spoke_of = \"v2\"", &["k8s:conversion-gen", "k8s:conversion-gen:explicit-from", "k8s:conversion-fn"]),
    marker("lossy", &[Type], TEXT,
        "why an object of this spoke differs when it comes back from the hub; the generated test lets it, the first time",
        "lossy = \"the hub has no seconds\"", &[]),
    marker("converts_to", &[Type, Field], TEXT,
        "the name that the hub's package has for the type, or the hub's type for the field; the type is converted even if no spoke holds it",
        "converts_to = \"Reference\"", &["k8s:conversion-gen"]),
    marker("storage", &[Type], FLAG, "the version of a custom resource that is stored", "storage", &["kubebuilder:storageversion"]),
    marker("served", &[Type], OFF, "the version of a custom resource is not served", "served = false", &["kubebuilder:unservedversion"]),
    marker("skip", &[Type], FLAG, "no version in the custom resource definition", "skip", &["kubebuilder:skipversion", "kubebuilder:skip"]),
    marker("annotation", &[Type], PAIRS, "annotations of the custom resource definition", "annotation(\"k\" = \"v\")",
        &["kubebuilder:metadata:annotations"]),
    marker("label", &[Type], PAIRS, "labels of the custom resource definition", "label(\"k\" = \"v\")", &["kubebuilder:metadata:labels"]),
    marker("conversion_webhook", &[Type], &[call(Leading::None, &[
            param("service_namespace", Text), param("service_name", Text), param("path", Text), param("port", Int), param("url", Text),
            param("ca_bundle", Text), param("review_versions", Texts),
        ])], "a webhook converts between the versions of a custom resource; without it only apiVersion changes",
        "conversion_webhook(service_namespace = \"shop\", service_name = \"converter\", path = \"/convert\")", &[]),
    marker("atomic", &[Type, Field], FLAG, "server-side apply owns the struct as one value", "atomic", &["structType=atomic"]),
    marker("granular", &[Type, Field], FLAG, "server-side apply owns the struct's fields one by one; the default", "granular", &["structType=granular"]),
    marker("open", &[Type], FLAG, "an enum whose values OpenAPI doesn't list", "open", &["enum"]),
    marker("definition", &[Type], TEXT, "the OpenAPI definition's name", "definition = \"io.k8s.api.core.v1.Pod\"", &["k8s:openapi-model-package"]),

    // types: generators switched off
    marker("json", &[Type], OFF, "no JSON codec", "json = false", &[]),
    marker("protobuf", &[Type], OFF, "no protobuf codec", "protobuf = false", &["k8s:protobuf-gen", "protobuf options"]),
    marker("serde", &[Type], OFF, "no serde implementations", "serde = false", &[]),
    marker("deepcopy", &[Type], OFF, "no deep copies", "deepcopy = false", &["k8s:deepcopy-gen=false"]),
    marker("defaults", &[Type], OFF, "no defaulting", "defaults = false", &["k8s:defaulter-gen"]),
    marker("validation", &[Type], OFF, "no declarative validation", "validation = false", &[]),
    marker("enums", &[Type], OFF, "nothing for an enum", "enums = false", &[]),
    marker("schema", &[Type], OFF, "no field table", "schema = false", &[]),
    marker("openapi", &[Type], OFF, "no OpenAPI schema", "openapi = false", &["k8s:openapi-gen"]),
    marker("crd_schema", &[Type], OFF, "no schema for custom resources", "crd_schema = false", &[]),
    marker("register", &[Type], OFF, "no registration", "register = false", &[]),
    marker("client", &[Type], OFF, "no typed client", "client = false", &["genclient"]),
    marker("lister", &[Type], OFF, "no lister", "lister = false", &[]),
    marker("informer", &[Type], OFF, "no informer", "informer = false", &[]),

    // types and fields: documentation and rules
    rule("title", &[Type, Field], TEXT, "the schema's title", "title = \"Retry policy\"", &["kubebuilder:validation:Title"]),
    rule("example", &[Type, Field], LITERAL, "an example in the schema", "example = json(\"{\\\"a\\\":1}\")", &["kubebuilder:example"]),
    rule("external_docs", &[Type, Field], &[call(Leading::None, &[needed("url", Text), param("text", Text)])],
        "a link to documentation", "external_docs(url = \"https://example.com\")", &["kubebuilder:externalDocs"]),
    rule("docs", &[Type, Field], &[Form::Is(SwitchOff), Form::Is(Int)], "no description in a custom resource's schema, or at most so many characters",
        "docs = false", &["kubebuilder:skipDescriptions", "maxDescLen"]),
    rule("cel", &[Type, Field], &[call(Leading::None, &[
            needed("rule", Text), param("message", Text), param("message_expression", Text), param("reason", Text), param("field_path", Text),
            param("optional_old_self", Bool),
        ])], "a rule in CEL: it goes into custom resource definitions, and makes no check in Rust", "cel(rule = \"self.min <= self.max\", message = \"min must not exceed max\")",
        &["kubebuilder:validation:XValidation", "kubebuilder:validation:XValidation:rule", "kubebuilder:validation:XValidation:message",
          "kubebuilder:validation:XValidation:messageExpression", "kubebuilder:validation:XValidation:reason",
          "kubebuilder:validation:XValidation:fieldPath", "kubebuilder:validation:XValidation:optionalOldSelf"]),
    marker("gate", &[Type, Field, Variant], TEXT, "behind a feature gate", "gate = \"InPlacePodVerticalScaling\"", &["kubebuilder:featuregate"]),
    rule("if_enabled", &[Type, Field, Variant], NAMED_RULES, "rules that hold while a feature gate is on", "if_enabled(\"Gate\", max_items = 16)",
        &["k8s:ifEnabled"]),
    rule("if_disabled", &[Type, Field, Variant], NAMED_RULES, "rules that hold while a feature gate is off", "if_disabled(\"Gate\", forbidden)",
        &["k8s:ifDisabled"]),
    rule("alpha", &[Type, Field], STAGED, "rules that are checked but don't reject", "alpha(since = \"1.36\", max_len = 10)", &["k8s:alpha"]),
    rule("beta", &[Type, Field], STAGED, "rules that reject unless the feature gate DeclarativeValidationBeta is off", "beta(max_len = 10)",
        &["k8s:beta"]),
    rule("closed", &[Type, Field], FLAG, "on an enum or a field of one: values outside of the set are refused; those that `enum_exclude` names as well",
        "closed", &["k8s:enum"]),
    rule("union", &[Type], &[call(Leading::AnyPairs, &[param("discriminator", Text)])],
        "the schema says that members exclude each other; `discriminator` and `member` on the fields check it", "union(discriminator = \"type\", \"clusterIP\" = \"ClusterIP\")",
        &["union"]),
    rule("one_of", &[Type], MEMBERS, "exactly one of the fields is set", "one_of(\"a\", \"b\")", &["oneOf", "exactlyOneOf"]),
    rule("at_most_one_of", &[Type], MEMBERS, "at most one of the fields is set", "at_most_one_of(\"a\", \"b\")", &["atMostOneOf"]),
    rule("at_least_one_of", &[Type], MEMBERS, "at least one of the fields is set", "at_least_one_of(\"a\", \"b\")", &["atLeastOneOf"]),
    rule("zero_or_one_of", &[Type], MEMBERS, "none or one of the union's members is set", "zero_or_one_of(\"a\", \"b\")", &["zeroOrOneOf"]),

    // fields: the wire
    marker("tag", &[Field], INT, "the protobuf number", "tag = 1", &["protobuf number and wire options"]),
    marker("json", &[Field], TEXT, "the JSON name, where it is not the camelCase of the field's", "json = \"clusterIPs\"", &["json name"]),
    marker("inline", &[Field], FLAG, "in JSON, the struct's fields stand among the holder's", "inline", &["inline"]),
    marker("wire", &[Field], &[Form::Is(Word(&["list"]))], "protobuf wraps the list, or each list of the map, in a message", "wire = \"list\"", &["protobuf number and wire options"]),
    marker("required", &[Field], FLAG, "always written, and required in OpenAPI; it may still be empty, see `present`", "required",
        &["required", "omitempty"]),
    rule("optional", &[Field], FLAG, "may be missing; the default. Inside of a rule: what is empty is not checked", "optional",
        &["optional", "k8s:optional"]),
    marker("always", &[Field], FLAG, "always written, but not required in OpenAPI", "always", &["omitempty"]),
    marker("omit_empty", &[Field], FLAG, "with required: left out of JSON when empty all the same", "required, omit_empty", &["omitempty"]),
    marker("omit_zero", &[Field], FLAG, "a struct is left out of JSON when it is zero", "omit_zero", &["omitzero"]),
    marker("nullable", &[Field], FLAG, "null is a value", "nullable", &["nullable"]),
    marker("deprecated", &[Field, Variant], FLAG, "deprecated; Rust's own attribute says the same", "deprecated", &["deprecated"]),
    marker("default", &[Field], LITERAL, "the value of a field that is not set", "default = \"TCP\"", &["default", "kubebuilder:default"]),
    marker("selectable", &[Field], FLAG, "field selectors may name the field", "selectable", &["kubebuilder:selectablefield"]),

    marker("transient", &[Field], FLAG,
        "no part of the API: neither read nor written nor checked, but copied with the rest; of any type that is `Default`, `Clone` and `DeepCopy`",
        "transient", &["json:\"-\""]),

    // fields: patches and apply
    marker("patch", &[Field], &[Form::Is(PatchStrategy)], "how a strategic merge patch treats the field", "patch = merge",
        &["patchStrategy", "merge", "replace", "retainKeys"]),
    marker("retain_keys", &[Field], FLAG, "short for patch = retain_keys", "retain_keys", &["retainKeys"]),
    marker("merge_key", &[Field], TEXT, "the field that identifies elements in a strategic merge patch", "merge_key = \"name\"", &["patchMergeKey"]),
    marker("list", &[Field], &[Form::Is(ListTopology)], "how server-side apply owns a list", "list = map(\"name\")",
        &["listType=atomic", "listType=set", "listType=map", "listMapKey"]),
    marker("map", &[Field], &[Form::Is(MapTopology)], "how server-side apply owns a map", "map = atomic", &["mapType=atomic", "mapType=granular"]),

    // fields: rules
    rule("present", &[Field], FLAG, "must be given, and not be empty", "required, present", &["k8s:required"]),
    rule("forbidden", &[Field], FLAG, "must not be set", "if_disabled(\"Gate\", forbidden)", &["k8s:forbidden"]),
    rule("min", &[Field], NUMBER, "least value", "min = 0", &["k8s:minimum"]),
    rule("max", &[Field], NUMBER, "greatest value", "max = 65535", &["k8s:maximum"]),
    rule("exclusive_min", &[Field], NUMBER, "must be greater", "exclusive_min = 0", &["ExclusiveMinimum"]),
    rule("exclusive_max", &[Field], NUMBER, "must be less", "exclusive_max = 1", &["ExclusiveMaximum"]),
    rule("multiple_of", &[Field], NUMBER, "must be a multiple", "multiple_of = 2", &["MultipleOf"]),
    rule("values", &[Field], &[call(Leading::Some(Number), &[])], "the numbers that are allowed", "values(301, 302)", &["Enum"]),
    rule("min_len", &[Field], INT, "least length in characters", "min_len = 1", &["minLength"]),
    rule("max_len", &[Field], INT, "greatest length in characters", "max_len = 253", &["maxLength"]),
    rule("max_bytes", &[Field], INT, "greatest length in bytes", "max_bytes = 1024", &["maxBytes"]),
    rule("pattern", &[Field], TEXT, "a regular expression that the text matches", "pattern = \"^[a-z]+$\"", &["Pattern"]),
    rule("min_items", &[Field], INT, "fewest elements", "min_items = 1", &["minItems"]),
    rule("max_items", &[Field], INT, "most elements", "max_items = 16", &["maxItems"]),
    rule("unique", &[Field], &[Form::Flag, Form::Is(Word(&["set", "map", "custom"])), call(Leading::Some(Text), &[])],
        "no element twice: as the list's topology says, or by value, or by the fields named; custom leaves it to hand-written code",
        "unique(\"name\")", &["UniqueItems", "k8s:unique", "k8s:listType", "k8s:listMapKey", "customUnique"]),
    rule("min_entries", &[Field], INT, "fewest entries of a map", "min_entries = 1", &["MinProperties"]),
    rule("max_entries", &[Field], INT, "most entries of a map", "max_entries = 8", &["MaxProperties"]),
    rule("format", &[Field], TEXT, "a well-known format; those that begin with k8s- are checked, others go into schemas only", "format = \"k8s-short-name\"", &["k8s:format", "Format"]),
    rule("schema_type", &[Field], TEXT, "the schema's type, where not derived", "schema_type = \"string\"", &["Type"]),
    rule("schemaless", &[Field], FLAG, "no schema for the field", "schemaless", &["Schemaless"]),
    marker("schema_with", &[Field], TEXT, "derive only: in a custom resource, the function of this path gives the field's schema, as JSON",
        "schema_with = \"crate::schemas::settings\"", &[]),
    marker("schemars", &[Field], &[Form::Flag, Form::Is(Text)],
        "derive only: in a custom resource, the schema is that of schemars' JsonSchema, of the field's own type or of the one named",
        "schemars = \"Settings\"", &[]),
    rule("enum_exclude", &[Field, Variant], &[Form::Flag, Form::Call(Call { leading: Leading::Some(Text), params: &[], rules: false })],
        "values that are not allowed; on a variant under a gate", "if_disabled(\"Gate\", enum_exclude)", &["k8s:enum", "enumExclude"]),
    rule("immutable", &[Field], FLAG, "an update can't change it", "immutable", &["k8s:immutable"]),
    rule("update", &[Field], &[call(Leading::Some(Word(&["no_set", "no_unset", "no_modify"])), &[])], "changes that an update can't make",
        "update(no_unset, no_modify)", &["k8s:update", "NoSet", "NoUnset", "NoModify"]),
    rule("not_equal", &[Field], LITERAL, "a value that is not allowed", "not_equal = \"default\"", &["k8s:neq"]),
    rule("each_key", &[Field], RULES, "rules on every key of a map", "each_key(format = \"k8s-label-key\")", &["k8s:eachKey"]),
    rule("each", &[Field], RULES, "rules on every element or value", "each(max_len = 63)",
        &["eachVal", "items:… variants of every validation"]),
    rule("item", &[Field], &[Form::Call(Call { leading: Leading::Values, params: &[], rules: true })], "rules on the element with these keys",
        "item(\"type\" = \"Approved\", zero_or_one_of_member)", &["item"]),
    rule("field", &[Field], NAMED_RULES, "rules on a field of the struct", "field(\"name\", max_len = 63)", &["subfield"]),
    rule("member", &[Field], &[Form::Flag, Form::Is(Text), Form::Call(Call {
            leading: Leading::Maybe(Text),
            params: &[param("union", Text), param("name", Text), param("discriminator", Text)],
            rules: true,
        })],
        "one of the members of the type's union, of which exactly one is set: that whose value (by default the name in Go) the \
         discriminator has, if there is one. With rules: what holds while the discriminator has that value; for others it is forbidden",
        "member(\"Limited\", present)", &["member", "unionMember"]),
    rule("zero_or_one_of_member", &[Field], &[Form::Flag, Form::Is(Text)], "a member of the union of that name, none or one of which is set",
        "zero_or_one_of_member", &["zeroOrOneOf"]),
    rule("discriminator", &[Field], &[Form::Flag, Form::Is(Text)], "the field that names the member of the union that is set", "discriminator",
        &["discriminator", "unionDiscriminator"]),
    rule("opaque", &[Field], FLAG, "rules of the field's type are not checked here", "opaque", &["opaqueType"]),
    rule("embedded", &[Field], FLAG, "holds a complete object", "embedded", &["EmbeddedResource"]),
    rule("preserve_unknown", &[Field, Type], FLAG, "fields that the schema does not know are kept", "preserve_unknown", &["XPreserveUnknownFields"]),
    rule("int_or_string", &[Field], FLAG, "an integer or a string; IntOrString implies it", "int_or_string", &["XIntOrString"]),

    // variants
    marker("value", &[Variant], TEXT, "the text on the wire, where it is not the variant's name", "value = \"kubernetes.io/tls\"", &["enum"]),
];
