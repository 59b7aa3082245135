//! Derive macros for Kubernetes-style API types. All read the same `#[api(…)]` attributes; `kubeforge-gen markers` lists
//! them.
//!
//! [`Api`] is for a type in your own crate: it expands, in place, to everything that the generator would write into
//! files. [`CustomResource`], beside it on a kind, gives the kind's CustomResourceDefinition. [`ApiSource`] is for type
//! files that `kubeforge-gen` reads: it makes the attributes legal and reports wrong ones where they stand.
//!
//! Nothing is emitted here: the item becomes a package of kubeforge-gen's model, and its emitters do the rest.

mod api;
mod custom_resource;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// For type files that `kubeforge-gen` reads: expands to nothing, and checks the `#[api(…)]` attributes.
#[proc_macro_derive(ApiSource, attributes(api))]
pub fn api_source(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    match kubeforge_gen::load::check_item(&input) {
        Ok(()) => TokenStream::new(),
        Err(diagnostics) => api::compile_errors(diagnostics).into(),
    }
}

/// Implements everything that makes a type an API type: codecs (JSON, protobuf, serde), copies, defaults, schemas, and
/// for a kind its registration.
///
/// ```ignore
/// /// A shop's gadget.
/// #[derive(Clone, Debug, Default, PartialEq, Api)]
/// #[api(kind, namespaced, group = "shop.example.com", version = "v1", subresource(status))]
/// pub struct Gadget {
///     pub metadata: ObjectMeta,
///     pub spec: GadgetSpec,
///     pub status: GadgetStatus,
/// }
///
/// let mut scheme = SchemeBuilder::new("shop");
/// Gadget::register(&mut scheme);
/// ```
///
/// - A kind says its `group` and `version`. Its list kind, here `GadgetList`, is defined beside it, unless
///   `list_kind = "…"` names one of your own, which derives `Api` with `list = "Gadget"`.
/// - The types of its fields derive `Api` too, or are machinery's. Enums need a variant `Other(String)`.
/// - `crate = "path"` says where the machinery crate is, if not at `::kubeforge_machinery`.
/// - Protobuf needs a `tag` on every field; a type without any has JSON only.
/// - With the cargo feature `kube` of the machinery crate, a kind is also a `kube::Resource` and a `k8s_openapi::Resource`:
///   `kube::Api<Gadget>` and kube-rs' controllers take it as it is.
/// - `spoke_of` and `converts_to` need the generator, which sees both versions of a type. Without it, register the
///   versions and call `SchemeBuilder::spoke` with conversions of your own.
#[proc_macro_derive(Api, attributes(api))]
pub fn api(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    api::expand(&input).unwrap_or_else(api::compile_errors).into()
}

/// The kind's CustomResourceDefinition: `Backup::crd()`, by way of `kubeforge_machinery::crd::CustomResource`.
///
/// ```ignore
/// /// A copy of a volume, taken regularly.
/// #[derive(Clone, Debug, Default, PartialEq, Api, CustomResource)]
/// #[api(kind, namespaced, group = "backups.example.com", version = "v1", short = ["bk"], subresource(status))]
/// #[api(cel(rule = "self.spec.keep <= 100", message = "keep at most 100 copies"))]
/// pub struct Backup {
///     pub metadata: ObjectMeta,
///     pub spec: BackupSpec,
///     pub status: BackupStatus,
/// }
///
/// print!("{}", kubeforge_machinery::yaml::from_value(&Backup::crd()?));
/// let both = crd::merge_versions([v1alpha1::Backup::crd()?, v1::Backup::crd()?], "v1")?;
/// ```
///
/// It stands beside [`Api`] and reads the same attributes. The types of the kind's fields derive `Api` alone. For types
/// with [`ApiSource`], the generator implements the trait, and writes the same definitions into files. A field of another crate's type says `schema_with = "path"` (a function that returns a
/// `serde_json::Value`), `schemars` (the type, or the one that is named, has schemars' `JsonSchema`; a feature of the
/// machinery crate) or `schemaless`.
///
/// # Coming from kube-derive
///
/// There the attributes stand on the spec, and the macro makes the kind; here the kind is a struct of its own, with
/// `metadata`, `spec` and, where there is one, `status`.
///
/// | `#[kube(…)]` | `#[api(…)]` |
/// |---|---|
/// | `group = "g"`, `version = "v1"` | the same |
/// | `kind = "Backup"` | the struct's name, and `kind` |
/// | `namespaced` | the same; `cluster` is the default |
/// | `plural = "backups"`, `singular = "backup"` | the same |
/// | `shortname = "bk"`, several times | `short = ["bk"]` |
/// | `category = "all"`, several times | `categories = ["all"]` |
/// | `root = "…"`, `struct = "…"` | the struct's name |
/// | `status = "BackupStatus"` | a field `status: BackupStatus`, and `subresource(status)` |
/// | `scale(spec_replicas_path = "…", status_replicas_path = "…", label_selector_path = "…")` | `subresource(scale, spec = "…", status = "…", selector = "…")` |
/// | `printcolumn(name, type_, json_path, description, format_, priority)` | `column(name = "…", type = "…", path = "…", description = "…", format = "…", priority = 1)` |
/// | `selectable = ".spec.volume"` | `selectable("spec.volume")`, or `selectable` on the field |
/// | `served = false` | the same |
/// | `storage = true` | `storage`; a version alone is always stored, and `merge_versions` names the stored one |
/// | `deprecated`, `deprecated = "text"` | the same |
/// | `annotation("k", "v")` | `annotation("k" = "v")` |
/// | `label("k", "v")` | `label("k" = "v")` |
/// | `validation = "self.a < self.b"`, `rule = Rule::new("…").message("…")` | `cel(rule = "…", message = "…", message_expression = "…", reason = "…", field_path = "…", optional_old_self = true)` on the type |
/// | `#[x_kube(validation = …)]` on a field | `cel(…)` on the field |
/// | `#[x_kube(merge_strategy = ListMerge::Map(…))]` | `list = map("name")`, `list = set`, `list = atomic`, `map = atomic`, `atomic` |
/// | `derive = "…"`, `attr = "…"` | write them on the struct |
/// | `schema = "disabled"` | leave `CustomResource` out; `schemaless` on a field |
/// | `schema = "manual"` | implement `HasCrdSchema`, and say `crd_schema = false` |
/// | `doc = "…"` | the struct's documentation; `docs = false` or `docs = 200` keeps it out or short |
/// | `default = "…"` | `Default` of the struct; `default = …` on a field says it to servers as well |
/// | `scale = r#"…"#` as JSON | `subresource(scale, …)` |
/// | `crates(kube_core = "…")` | `crate = "path of the machinery crate"` |
/// | schemars' `range`, `length`, `regex`, … | `min`, `max`, `min_len`, `max_len`, `pattern`, `min_items`, `format`, … |
///
/// Beyond that: `conversion_webhook(…)`, unions (`one_of`, `at_most_one_of`, `at_least_one_of`, `union`, `member`),
/// `immutable`, `update(…)`, `each(…)`, `each_key(…)`, `embedded`, `preserve_unknown`, `title`, `example`,
/// `external_docs(…)`.
#[proc_macro_derive(CustomResource, attributes(api))]
pub fn custom_resource(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    custom_resource::expand(&input).unwrap_or_else(api::compile_errors).into()
}
