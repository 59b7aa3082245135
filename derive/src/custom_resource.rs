//! The expansion of `CustomResource`.

use kubeforge_gen::{
    diagnostic::Diagnostics,
    emit::{EmitError, Workspace, crd},
    load::{self, Derived},
};
use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::DeriveInput;

use crate::api::{compile_errors, machinery_path};

/// The implementation, or what is wrong with the kind.
///
/// What is wrong with single attributes is left to `Api`, which reads the same ones and has to be there: the expansion
/// asks for what it implements.
pub(crate) fn expand(input: &DeriveInput) -> TokenStream {
    let Ok(Derived { package, spans, .. }) = load::item(input) else {
        return needs_api(input, "::kubeforge_machinery");
    };
    match crd::custom_resource(&package, &Workspace::default()) {
        Ok(implementation) => implementation,
        Err(errors) => {
            let mut diagnostics = Diagnostics::new();
            for EmitError { type_name, field, message, hint } in errors {
                diagnostics.push(spans.finding((&type_name, field.as_deref(), None), message, hint));
            }
            compile_errors(diagnostics)
        }
    }
}

/// Compiles where `Api` or the generator implemented what a CRD needs.
fn needs_api(input: &DeriveInput, machinery: &str) -> TokenStream {
    let (name, machinery) = (&input.ident, machinery_path(machinery));
    quote_spanned! {name.span()=>
        const _: fn() -> &'static #machinery::crd::Template = <#name as #machinery::crd::HasCrdSchema>::crd_schema;
    }
}
