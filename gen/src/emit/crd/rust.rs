//! Schemas and definitions as constants: `HasCrdSchema` and `CustomResource`.

use kubeforge_structural::Fields;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::{
    kind::{definition, is_custom_resource},
    node::{self, Reference, TypeSchema},
};
use crate::{
    emit::{
        EmitError, TypeIn, Workspace,
        openapi::{compact, joined},
        register::kinds,
        workspace::{foreign_path, ident, machinery, skips, tokens},
    },
    model::{KindMarkers, Package, TypeDef},
};

pub(in crate::emit) fn emit(package: &Package, workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let types = package
        .types
        .values()
        .filter(|ty| !matches!(ty.def, TypeDef::Alias(_)) && !skips(package, ty, "crd_schema", "HasCrdSchema"));
    let schemas = types.map(|ty| of_type(TypeIn { package, ty }, workspace));
    let resources = kinds(package)
        .map(|(ty, kind)| (TypeIn { package, ty }, kind))
        .filter(|(of, kind)| package.crds && is_custom_resource(*of, kind))
        // where there is no definition, the generator of CRD files says why
        .filter_map(|(of, kind)| Some(implementation(of, &definition(of, kind).ok()?)));
    let items: TokenStream = schemas.chain(resources).collect();
    if items.is_empty() {
        return Ok(items);
    }
    let machinery = machinery(package);
    Ok(quote! {
        use #machinery::crd;
        #items
    })
}

fn of_type(of: TypeIn<'_>, workspace: &Workspace) -> TokenStream {
    let TypeSchema { json, refs, .. } = node::of_type(of, workspace);
    let (name, text) = (ident(&of.ty.name), &of.ty.name);
    let json = constant(&json);
    let refs = refs.iter().map(|reference| {
        let implemented = |path: TokenStream| quote!(crd::Ref::Type(<#path as crd::HasCrdSchema>::crd_schema));
        match reference {
            Reference::Type(to) => implemented(to.path(of.package)),
            Reference::Unknown(path) => implemented(foreign_path(of.package, path)),
            Reference::Function(path) => {
                let path = tokens(path);
                quote!(crd::Ref::Value(#path))
            }
            Reference::Schemars(path) => {
                let path = foreign_path(of.package, path);
                quote!(crd::Ref::Value(crd::schemars_schema::<#path>))
            }
        }
    });
    quote! {
        impl crd::HasCrdSchema for #name {
            fn crd_schema() -> &'static crd::Template {
                static TEMPLATE: crd::Template = crd::Template {
                    name: #text,
                    json: #json,
                    refs: &[#(#refs),*],
                };
                &TEMPLATE
            }
        }
    }
}

fn constant(json: &Value) -> TokenStream {
    match json {
        Value::Object(fields) => joined(&compact(fields.iter())),
        _ => quote!("{}"),
    }
}

/// The definition of the package's kind, without its schema: `CustomResource`, for the derive macro.
///
/// # Errors
/// What keeps the kind from having a CRD, as far as it can be seen without the types that it holds.
pub fn custom_resource(package: &Package, workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let mut kinds = kinds(package).filter(|(_, kind)| kind.list_of.is_none());
    let Some((ty, kind)) = kinds.next() else {
        let type_name = package.types.keys().next().cloned().unwrap_or_default();
        let message = "only a kind has a CustomResourceDefinition".to_owned();
        let hint = Some("#[api(kind, group = \"…\", version = \"…\")], or leave CustomResource out".to_owned());
        return Err(vec![EmitError { type_name, field: None, message, hint }]);
    };
    let of = TypeIn { package, ty };
    Ok(implementation(of, &kind_definition(of, kind, workspace)?))
}

fn implementation(of: TypeIn<'_>, definition: &Fields) -> TokenStream {
    let (name, machinery) = (ident(&of.ty.name), machinery(of.package));
    let json = joined(&compact(definition.iter()));
    quote! {
        impl #machinery::crd::CustomResource for #name {
            const DEFINITION: &'static str = #json;
        }
    }
}

fn kind_definition(of: TypeIn<'_>, kind: &KindMarkers, workspace: &Workspace) -> Result<Fields, Vec<EmitError>> {
    let mut errors = node::of_type(of, workspace).errors;
    if !is_custom_resource(of, kind) {
        errors.push(EmitError {
            type_name: of.ty.name.clone(),
            field: None,
            message: "`skip` and `no_resource` say that the kind has no CustomResourceDefinition".to_owned(),
            hint: Some("leave them out, or CustomResource".to_owned()),
        });
    }
    let definition = definition(of, kind).map_err(|error| errors.push(error));
    match definition {
        Ok(fields) if errors.is_empty() => Ok(fields),
        _ => Err(errors),
    }
}
