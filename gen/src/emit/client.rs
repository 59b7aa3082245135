//! Typed clients: one struct per group and version with a method for each resource. A resource with methods beyond the
//! standard ones has a client of its own, which adds them to the generic one.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{
    EmitError, TypeIn, Workspace,
    client_set::{ClientKind, client_kinds, client_packages, group_version, modules, path, prefix},
    register,
    workspace::ident,
};
use crate::model::{KindRef, Method, Package, Subresource, Verb, snake_case};

pub(super) fn emit(package: &Package, workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let (mut accessors, mut clients, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    for kind in client_kinds(package) {
        match methods(&kind, workspace) {
            Ok(methods) => {
                accessors.push(accessor(&kind, methods.is_empty()));
                if !methods.is_empty() {
                    clients.push(client(&kind, &methods));
                }
            }
            Err(error) => errors.push(error),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    if accessors.is_empty() {
        return Ok(TokenStream::new());
    }
    let name = format_ident!("{}Client", prefix(package));
    let docs = format!(" Clients of the resources of {}.", group_version(package));
    Ok(quote! {
        #[allow(unused_imports)]
        use kubeforge_client::{Api, Client, ClientError, Patch};
        #[allow(unused_imports)]
        use kubeforge_machinery::meta::v1::{CreateOptions, GetOptions, PatchOptions, Status, UpdateOptions};

        #[doc = #docs]
        #[derive(Clone, Debug)]
        pub struct #name {
            client: Client,
        }

        impl #name {
            /// Clients that use `client`.
            pub fn new(client: Client) -> Self {
                Self { client }
            }

            #(#accessors)*
        }

        #(#clients)*
    })
}

pub(super) fn root(workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let accessors = client_packages(workspace).into_iter().map(|(package, module, prefix)| {
        let name = format_ident!("{prefix}Client");
        let docs = format!(" The resources of {}.", group_version(package));
        quote! {
            #[doc = #docs]
            pub fn #module(&self) -> #module::#name {
                #module::#name::new(self.client.clone())
            }
        }
    });
    Ok(modules(
        workspace,
        "Typed clients, by group and version.",
        &quote! {
            use kubeforge_client::Client;

            /// Clients of all groups: `Clientset::new(client).core_v1().pods("default")`. Clones are cheap.
            #[derive(Clone, Debug)]
            pub struct Clientset {
                client: Client,
            }

            impl Clientset {
                /// Clients that use `client`.
                pub fn new(client: Client) -> Self {
                    Self { client }
                }

                /// The client that they use.
                pub fn client(&self) -> &Client {
                    &self.client
                }

                #(#accessors)*
            }
        },
    ))
}

fn client_name(kind: &ClientKind<'_>) -> proc_macro2::Ident {
    format_ident!("{}Client", kind.of.ty.name)
}

fn accessor(kind: &ClientKind<'_>, is_plain: bool) -> TokenStream {
    let (method, path) = (&kind.method, &kind.path);
    let api = if kind.is_namespaced() {
        quote!(Api::namespaced(self.client.clone(), namespace))
    } else {
        quote!(Api::all(self.client.clone()))
    };
    let (result, body) = if is_plain {
        (quote!(Api<#path>), api)
    } else {
        let name = client_name(kind);
        (quote!(#name), quote!(#name { api: #api }))
    };
    if kind.is_namespaced() {
        let docs = format!(" {} of a namespace; of all namespaces where the name is empty.", kind.plural);
        quote! {
            #[doc = #docs]
            pub fn #method(&self, namespace: &str) -> #result {
                #body
            }
        }
    } else {
        let docs = format!(" {}.", kind.plural);
        quote! {
            #[doc = #docs]
            pub fn #method(&self) -> #result {
                #body
            }
        }
    }
}

fn client(kind: &ClientKind<'_>, methods: &[TokenStream]) -> TokenStream {
    let (name, path) = (client_name(kind), &kind.path);
    let docs = format!(" The verbs of {}: the standard ones, and those of their subresources.", kind.plural);
    quote! {
        #[doc = #docs]
        #[derive(Clone, Debug)]
        pub struct #name {
            api: Api<#path>,
        }

        impl std::ops::Deref for #name {
            type Target = Api<#path>;

            fn deref(&self) -> &Self::Target {
                &self.api
            }
        }

        impl #name {
            #(#methods)*
        }
    }
}

/// A method on a subresource: from a `method` marker, or from what the subresource serves.
struct Call<'a> {
    name: String,
    verb: Verb,
    subresource: &'a str,
    input: Option<TypeIn<'a>>,
    result: Option<TypeIn<'a>>,
}

/// The methods that the generic client lacks. That one has the status' update already.
fn methods(kind: &ClientKind<'_>, workspace: &Workspace) -> Result<Vec<TokenStream>, EmitError> {
    let mut calls = Vec::new();
    for method in &kind.markers.methods {
        calls.push(marked(kind, method, workspace)?);
    }
    for subresource in kind.markers.subresources.iter().filter(|subresource| subresource.name != "status") {
        for verb in register::subresource_verbs(subresource) {
            let known = calls.iter().any(|call| call.verb == verb && call.subresource == subresource.name);
            if !known && let Some(call) = served(kind, subresource, verb, workspace)? {
                calls.push(call);
            }
        }
    }
    calls.iter().map(|call| method(kind, call)).collect()
}

fn error(kind: &ClientKind<'_>, message: String, hint: &str) -> EmitError {
    EmitError { type_name: kind.of.ty.name.clone(), field: None, message, hint: Some(hint.to_owned()) }
}

/// The type that `text` (`Kind` or `group/version.Kind`) names.
fn named<'a>(kind: &ClientKind<'a>, text: &str, workspace: &'a Workspace) -> Result<TypeIn<'a>, EmitError> {
    named_by(kind, &register::kind_ref(kind.of.package, text), workspace)
}

fn named_by<'a>(kind: &ClientKind<'a>, name: &KindRef, workspace: &'a Workspace) -> Result<TypeIn<'a>, EmitError> {
    let package = kind.of.package;
    let found = match workspace.package(&name.group, &name.version) {
        None if name.group == package.group && name.version == package.version => Some(package),
        found => found,
    };
    let found = found.and_then(|package| package.types.get(&name.kind).map(|ty| TypeIn { package, ty }));
    found.ok_or_else(|| {
        let hint = "a kind is named as Kind, or as group/version.Kind where it is in another package of the run";
        error(kind, format!("there is no kind {name}"), hint)
    })
}

fn marked<'a>(kind: &ClientKind<'a>, method: &'a Method, workspace: &'a Workspace) -> Result<Call<'a>, EmitError> {
    let subresource = kind.markers.subresources.iter().find(|subresource| subresource.name == method.subresource);
    let of_subresource = subresource.and_then(|subresource| match method.verb {
        Verb::Create => subresource.create.as_deref(),
        _ => subresource.kind.as_deref().or_else(|| (subresource.name == "scale").then_some("autoscaling/v1.Scale")),
    });
    let name = |text: Option<&str>| text.map(|text| named(kind, text, workspace)).transpose();
    let result = match method.verb {
        // a creation answers with a status unless the marker says otherwise
        Verb::Create => name(method.result.as_deref())?,
        _ => name(method.result.as_deref().or(of_subresource))?,
    };
    Ok(Call {
        name: snake_case(&method.name),
        verb: method.verb,
        subresource: &method.subresource,
        input: name(method.input.as_deref().or(of_subresource))?,
        result,
    })
}

/// `None` for what is no exchange of objects: connections (`exec`), and text (`log`).
fn served<'a>(
    kind: &ClientKind<'a>,
    subresource: &'a Subresource,
    verb: Verb,
    workspace: &'a Workspace,
) -> Result<Option<Call<'a>>, EmitError> {
    let other = register::subresource_kind(kind.of.package, subresource);
    let other = match other {
        None => None,
        Some(name) => {
            let found = named_by(kind, &name, workspace)?;
            if !found.fields().iter().any(|field| field.json == "metadata") {
                return Ok(None);
            }
            Some(found)
        }
    };
    if other.is_none() && register::subresource_verbs(subresource) == [Verb::Get] {
        return Ok(None);
    }
    if !matches!(verb, Verb::Create | Verb::Get | Verb::Update | Verb::Patch) {
        return Ok(None);
    }
    let name = format!("{}_{}", verb.name(), snake_case(&subresource.name.replace('-', "_")));
    let result = if verb == Verb::Create { None } else { other };
    Ok(Some(Call { name, verb, subresource: &subresource.name, input: other, result }))
}

fn method(kind: &ClientKind<'_>, call: &Call<'_>) -> Result<TokenStream, EmitError> {
    let (name, subresource, own) = (ident(&call.name), call.subresource, &kind.path);
    let result = call.result.map_or_else(|| own.clone(), path);
    let (docs, signature, body) = match call.verb {
        Verb::Get => (
            format!(" Reads the subresource `{subresource}`."),
            quote!((&self, name: &str, options: &GetOptions) -> Result<#result, ClientError>),
            quote!(self.api.get_subresource(name, #subresource, options)),
        ),
        Verb::Create => {
            let input = call.input.map_or_else(|| own.clone(), path);
            let result = call.result.map_or_else(|| quote!(Status), path);
            (
                format!(" Posts to the subresource `{subresource}`."),
                quote!((&self, name: &str, object: &#input, options: &CreateOptions) -> Result<#result, ClientError>),
                quote!(self.api.create_subresource(name, #subresource, object, options)),
            )
        }
        Verb::Update => {
            let docs = format!(" Replaces the subresource `{subresource}`.");
            match call.input.map(path) {
                None => (
                    docs,
                    quote!((&self, object: &#own, options: &UpdateOptions) -> Result<#own, ClientError>),
                    quote!(self.api.update_subresource(#subresource, object, options)),
                ),
                Some(input) => (
                    docs,
                    quote!((&self, name: &str, object: &#input, options: &UpdateOptions) -> Result<#result, ClientError>),
                    quote!(self.api.update_subresource_as(name, #subresource, object, options)),
                ),
            }
        }
        Verb::Patch => {
            let body = match call.result {
                None => quote!(self.api.patch_subresource(name, #subresource, patch, options)),
                Some(_) => quote!(self.api.patch_subresource_as(name, #subresource, patch, options)),
            };
            (
                format!(" Changes the subresource `{subresource}`."),
                quote!((&self, name: &str, patch: &Patch, options: &PatchOptions) -> Result<#result, ClientError>),
                body,
            )
        }
        verb @ (Verb::Delete | Verb::DeleteCollection | Verb::List | Verb::Watch) => {
            let message = format!("method {}: clients don't {} subresources", call.name, verb.name());
            return Err(error(kind, message, "the verb is create, get, patch or update"));
        }
    };
    Ok(quote! {
        #[doc = #docs]
        ///
        /// # Errors
        /// Where the server refuses, or the request fails.
        pub async fn #name #signature {
            #body.await
        }
    })
}
