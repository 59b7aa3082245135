//! Derive macros for Kubernetes-style API types.
//!
//! [`ApiSource`] makes the `#[api(…)]` attributes legal on types that `kubeforge-gen` reads, and reports wrong ones where
//! they stand.

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// For type files that `kubeforge-gen` reads: expands to nothing, and checks the `#[api(…)]` attributes.
#[proc_macro_derive(ApiSource, attributes(api))]
pub fn api_source(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    match kubeforge_gen::load::check_item(&input) {
        Ok(()) => TokenStream::new(),
        Err(diagnostics) => {
            diagnostics.into_compile_error().map(|error| error.into_compile_error().into()).unwrap_or_default()
        }
    }
}
