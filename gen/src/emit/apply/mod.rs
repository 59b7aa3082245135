//! Apply configurations: a builder beside each type that a patched kind reaches, with a method per field.
//!
//! Builders hold JSON, so a method is one line that names the field and checks its type; what they share is in
//! kubeforge-client's `apply`. Fields of struct types take any configuration of that type, wherever its builder is.

mod argument;
mod reach;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{
    EmitError, Resolved, TypeIn, Workspace,
    client_set::{client_packages, modules, path},
    register,
    workspace::{ident, tokens},
};
use crate::model::{Field, Package, Scope};
use argument::Argument;

pub(super) fn emit(package: &Package, workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let reached = reach::types(package, workspace);
    let builders: Vec<_> = reached.in_package(package).map(|of| builder(of, &reached, workspace)).collect();
    if builders.is_empty() {
        return Ok(TokenStream::new());
    }
    let module = tokens(&package.module);
    Ok(quote! {
        #[allow(unused_imports)]
        use kubeforge_client::{apply::Configuration, configuration};
        #[allow(unused_imports)]
        use kubeforge_machinery::meta::v1 as meta;
        use #module as api;

        #(#builders)*
    })
}

pub(super) fn root(workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let docs = "Apply configurations, by group and version: a builder for each type.";
    let packages =
        client_packages(workspace, |package| reach::types(package, workspace).in_package(package).next().is_some());
    Ok(modules(&packages, docs, &TokenStream::new()))
}

/// What code in `package`'s module of the client set calls a type.
fn type_path(of: TypeIn<'_>, package: &Package) -> TokenStream {
    let name = ident(&of.ty.name);
    match of.package.module.as_str() {
        module if module == package.module => quote!(api::#name),
        META_MODULE => quote!(meta::#name),
        _ => path(of),
    }
}

/// The module of meta/v1's types, whose builders are in kubeforge-client.
const META_MODULE: &str = "kubeforge_machinery::meta::v1";

/// A builder's name.
fn builder_name(of: TypeIn<'_>) -> Ident {
    format_ident!("{}Apply", of.ty.name)
}

fn builder(of: TypeIn<'_>, reached: &reach::Reached<'_>, workspace: &Workspace) -> TokenStream {
    let (name, path) = (builder_name(of), type_path(of, of.package));
    let form = form(of);
    let mut methods = Vec::new();
    fields(of, &mut Vec::new(), workspace, &mut |field, ty| {
        let argument = Argument::of(&ty, of.package);
        methods.push(setter(field, &argument));
        methods.extend(getter(of.package, field, &argument, reached));
    });
    let methods = (!methods.is_empty()).then(|| {
        quote! {
            impl #name {
                #(#methods)*
            }
        }
    });
    quote! {
        configuration!(#name of #form #path);
        #methods
    }
}

/// The word of `configuration!` that says what the type gets beyond its fields.
fn form(of: TypeIn<'_>) -> TokenStream {
    let has_metadata = register::has_object_meta(of);
    match &of.ty.kind {
        Some(kind) if has_metadata && !register::is_resource(of, kind) => quote!(kind),
        Some(kind) if has_metadata && kind.scope == Scope::Namespaced => quote!(namespaced),
        Some(_) if has_metadata => quote!(cluster),
        None if has_metadata => quote!(metadata),
        Some(_) | None => TokenStream::new(),
    }
}

/// Calls `visit` with each field, those of inlined structs in their place.
fn fields<'a>(
    of: TypeIn<'a>,
    inside: &mut Vec<&'a str>,
    workspace: &'a Workspace,
    visit: &mut dyn FnMut(&'a Field, Resolved<'a>),
) {
    inside.push(&of.ty.name);
    for field in of.fields() {
        let ty = workspace.resolve(of.package, &field.ty);
        match ty.bare() {
            // the loader refuses a struct that inlines itself; this only keeps a hand-made model from hanging
            Resolved::Struct(inner) if field.inline && !inside.contains(&inner.ty.name.as_str()) => {
                fields(*inner, inside, workspace, visit);
            }
            _ if field.inline => {}
            _ => visit(field, ty),
        }
    }
    inside.pop();
}

/// The docs of a field, as far as its first empty line, without links: what they lead to is in another crate.
fn docs(field: &Field) -> Vec<String> {
    let first = field.docs.split("\n\n").next().unwrap_or_default();
    if first.is_empty() {
        return vec![format!(" `{}`.", field.json)];
    }
    first.lines().map(|line| format!(" {}", line.replace("[`", "`").replace("`]", "`"))).collect()
}

fn setter(field: &Field, argument: &Argument<'_>) -> TokenStream {
    let method = format_ident!("with_{}", field.name.trim_end_matches('_'));
    let (docs, json) = (docs(field), &field.json);
    let (parameter, call) = (argument.parameter(), argument.call(json));
    let name = argument.parameter_name();
    // generic methods are compiled where they are used anyway
    let inline = matches!(argument, Argument::Number { .. }).then(|| quote!(#[inline]));
    quote! {
        #(#[doc = #docs])*
        #inline
        pub fn #method(self, #name: #parameter) -> Self {
            Self(self.0.#call)
        }
    }
}

/// Reads a struct back, or a list or map of them, as their builder: to be changed, after an extraction.
fn getter(
    package: &Package,
    field: &Field,
    argument: &Argument<'_>,
    reached: &reach::Reached<'_>,
) -> Option<TokenStream> {
    let builder = reached.builder_path(argument.of_struct()?, package)?;
    let json = &field.json;
    let method = match field.name.as_str() {
        // the names of the builders' own methods
        "new" | "extract" | "without" => format_ident!("{}_", field.name),
        name => ident(name),
    };
    let (call, result) = match argument {
        Argument::Struct { .. } => (quote!(get), quote!(#builder)),
        Argument::Structs { .. } => (quote!(get_all), quote!(Vec<#builder>)),
        Argument::StructMap { .. } => (quote!(get_map), quote!(std::collections::BTreeMap<String, #builder>)),
        Argument::Number { .. } | Argument::Leaf { .. } | Argument::Leaves { .. } | Argument::LeafMap { .. } => {
            return None;
        }
    };
    let docs = format!(" What is wanted of `{json}` so far.");
    Some(quote! {
        #[doc = #docs]
        #[inline]
        pub fn #method(&self) -> #result {
            self.0.#call(#json)
        }
    })
}
