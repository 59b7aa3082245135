//! Derive macros for Kubernetes-style API types. Both read the same `#[api(…)]` attributes; `kubeforge-gen markers`
//! lists them.
//!
//! [`Api`] is for a type in your own crate: it expands, in place, to everything that the generator would write into
//! files. [`ApiSource`] is for type files that `kubeforge-gen` reads: it makes the attributes legal and reports wrong
//! ones where they stand.
//!
//! Nothing is emitted here: the item becomes a package of kubeforge-gen's model, and its emitters do the rest.

mod api;

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
/// - `spoke_of` and `converts_to` need the generator, which sees both versions of a type. Without it, register the
///   versions and call `SchemeBuilder::spoke` with conversions of your own.
#[proc_macro_derive(Api, attributes(api))]
pub fn api(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    api::expand(&input).unwrap_or_else(api::compile_errors).into()
}
