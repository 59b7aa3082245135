//! The expansion of `CustomResource`.

use kubeforge_gen::{
    diagnostic::Diagnostics,
    emit::{EmitError, Workspace, crd},
    load::{self, Derived},
};
use proc_macro2::TokenStream;
use syn::DeriveInput;

/// The implementation. `Api` reports what is wrong with single attributes as well; the compiler shows it once.
pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream, Diagnostics> {
    let Derived { package, spans, .. } = load::item(input)?;
    crd::custom_resource(&package, &Workspace::default()).map_err(|errors| {
        let mut diagnostics = Diagnostics::new();
        for EmitError { type_name, field, message, hint } in errors {
            diagnostics.push(spans.finding((&type_name, field.as_deref(), None), message, hint));
        }
        diagnostics
    })
}
