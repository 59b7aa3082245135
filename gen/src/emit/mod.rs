//! From the model to Rust code: one emitter per file, each of which can run alone.
//!
//! An emitter sees one package and, for types of other packages, the [`Workspace`] around it. It decides on the model
//! only and writes items in the order of the types' names, so that its output depends on nothing else. The derive
//! macro calls the same emitters on a package of one type; every type that it can't see is [`Resolved::Unknown`]
//! there, and emitted code asks that type's trait implementations for what the model does not say.

mod apply;
mod arbitrary;
mod client;
mod client_set;
mod conversion;
pub mod crd;
mod deepcopy;
mod defaults;
mod enums;
mod informer;
mod json;
mod lister;
mod openapi;
mod protobuf;
mod register;
mod schema;
mod serde;
mod validation;
mod workspace;

#[cfg(test)]
mod sample;

use proc_macro2::TokenStream;
use quote::quote;

#[cfg(feature = "cli")]
pub(crate) use client_set::camel_plural;
pub(crate) use register::facts;
pub(crate) use validation::formats;
pub use workspace::{Resolved, TypeIn, Workspace};

use crate::model::Package;

/// A generator.
#[derive(Clone, Copy, Debug)]
pub struct Emitter {
    /// Its name, as `--only` and output headers say it.
    pub name: &'static str,
    /// What it emits, in a line.
    pub about: &'static str,
    /// Where its output goes.
    pub scope: Scope,
    /// Writes what it makes of a package: items without imports. See [`package_file`].
    pub emit: fn(&Package, &Workspace) -> Result<TokenStream, Vec<EmitError>>,
}

/// Where an emitter's output goes.
#[derive(Clone, Copy, Debug)]
pub enum Scope {
    /// A file in the package's `generated` directory.
    Package {
        /// The file's name.
        file_name: &'static str,
    },
    /// A file in the client-set crate for each package with `client = true`:
    /// `<directory>/<`[`client_set_module`]`>.rs`, beside a `mod.rs` that `root` writes.
    ClientSet {
        /// The directory, below the client set's.
        directory: &'static str,
        /// Writes the directory's `mod.rs`, from all packages.
        root: fn(&Workspace) -> Result<TokenStream, Vec<EmitError>>,
    },
}

/// Something in the model that an emitter can't make code of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmitError {
    /// The type.
    pub type_name: String,
    /// The field, by its Rust name.
    pub field: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// The same, and the package that has the type, by its number in the [`Workspace`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageError {
    /// The package's number.
    pub package: usize,
    /// What is wrong.
    pub error: EmitError,
}

/// Every emitter, in the order in which they run.
pub static EMITTERS: &[Emitter] = &[
    Emitter {
        name: "json",
        about: "JSON codec: Json and JsonFields",
        scope: Scope::Package { file_name: "json.rs" },
        emit: json::emit,
    },
    Emitter {
        name: "protobuf",
        about: "protobuf codec: Proto and ProtoFields",
        scope: Scope::Package { file_name: "protobuf.rs" },
        emit: protobuf::emit,
    },
    Emitter {
        name: "deepcopy",
        about: "copies that reuse the target's memory: DeepCopy",
        scope: Scope::Package { file_name: "deepcopy.rs" },
        emit: deepcopy::emit,
    },
    Emitter {
        name: "enums",
        about: "everything about closed sets of strings",
        scope: Scope::Package { file_name: "enums.rs" },
        emit: enums::emit,
    },
    Emitter {
        name: "defaults",
        about: "defaults of unset fields: Defaulted",
        scope: Scope::Package { file_name: "defaults.rs" },
        emit: defaults::emit,
    },
    Emitter {
        name: "validation",
        about: "checks of the rules that markers state: Validate",
        scope: Scope::Package { file_name: "validation.rs" },
        emit: validation::emit,
    },
    Emitter {
        name: "schema",
        about: "fields, list topologies and patch strategies as tables: HasSchema",
        scope: Scope::Package { file_name: "schema.rs" },
        emit: schema::emit,
    },
    Emitter {
        name: "conversion",
        about: "conversions of spokes to and from their hubs, field by field",
        scope: Scope::Package { file_name: "conversion.rs" },
        emit: conversion::emit,
    },
    Emitter {
        name: "register",
        about: "Kind, Resource and ListKind, and the package's registration in a Scheme",
        scope: Scope::Package { file_name: "register.rs" },
        emit: register::emit,
    },
    Emitter {
        name: "serde",
        about: "serde's Serialize and Deserialize, over the JSON codec",
        scope: Scope::Package { file_name: "serde.rs" },
        emit: serde::emit,
    },
    Emitter {
        name: "openapi",
        about: "OpenAPI v3 schemas: HasOpenApi",
        scope: Scope::Package { file_name: "openapi.rs" },
        emit: openapi::emit,
    },
    Emitter {
        name: "crd_schema",
        about: "schemas for custom resources, and what their definitions say besides: HasCrdSchema, CustomResource",
        scope: Scope::Package { file_name: "crd_schema.rs" },
        emit: crd::emit,
    },
    Emitter {
        name: "arbitrary",
        about: "arbitrary objects, for tests: Arbitrary; where gen.toml asks for it, behind a cargo feature",
        scope: Scope::Package { file_name: "arbitrary.rs" },
        emit: arbitrary::emit,
    },
    Emitter {
        name: "client",
        about: "typed clients",
        scope: Scope::ClientSet { directory: "clients", root: client::root },
        emit: client::emit,
    },
    Emitter {
        name: "lister",
        about: "listers over informers' stores",
        scope: Scope::ClientSet { directory: "listers", root: lister::root },
        emit: lister::emit,
    },
    Emitter {
        name: "informer",
        about: "shared informers",
        scope: Scope::ClientSet { directory: "informers", root: informer::root },
        emit: informer::emit,
    },
    Emitter {
        name: "apply",
        about: "apply configurations: builders for server-side apply",
        scope: Scope::ClientSet { directory: "apply_configurations", root: apply::root },
        emit: apply::emit,
    },
];

/// A file of the package's `generated` directory: the package's types in scope, then what an emitter wrote.
pub fn package_file(items: &TokenStream) -> TokenStream {
    if items.is_empty() {
        return TokenStream::new();
    }
    quote! {
        #[allow(unused_imports)]
        use super::super::*;
        #items
    }
}

/// The `mod.rs` of a package's `generated` directory, for the emitters that wrote a file into it.
pub fn package_mod(emitters: &[&Emitter]) -> TokenStream {
    let mut files: Vec<&str> = emitters
        .iter()
        .filter_map(|emitter| match emitter.scope {
            Scope::Package { file_name } => file_name.strip_suffix(".rs"),
            Scope::ClientSet { .. } => None,
        })
        .collect();
    files.sort_unstable();
    let mods = files.iter().map(|file| {
        let name = workspace::ident(file);
        match *file {
            "arbitrary" => {
                let gate = arbitrary::gate();
                quote!(#gate mod #name;)
            }
            // conversions by hand build on generated ones
            "conversion" => quote! {
                #[doc = " Conversions to and from the hubs of the package's spokes."]
                pub mod #name;
            },
            _ => quote!(mod #name;),
        }
    });
    let register = files.contains(&"register").then(|| {
        quote!(
            pub use register::register;
        )
    });
    quote! {
        #![doc = " What the generator makes of the package's types."]
        #![allow(
            clippy::identity_op,
            clippy::match_single_binding,
            reason = "structs without fields of their own have the code of all structs"
        )]
        #(#mods)*
        #register
    }
}

/// Everything that the derive macro emits for a package of one type (and its list kind): the package emitters' items,
/// each in a scope of its own, with an associated function `register` instead of a free one.
///
/// # Errors
/// What the emitters object to, together.
pub fn in_place(package: &Package, workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let (mut out, mut errors) = (TokenStream::new(), Vec::new());
    for emitter in EMITTERS.iter().filter(|emitter| matches!(emitter.scope, Scope::Package { .. })) {
        let emit = if emitter.name == "register" { register::emit_in_place } else { emitter.emit };
        match emit(package, workspace) {
            Ok(items) if items.is_empty() => {}
            Ok(items) => out.extend(quote!(const _: () = { #items };)),
            Err(found) => errors.extend(found),
        }
    }
    if errors.is_empty() { Ok(out) } else { Err(errors) }
}

/// The name of a package's module in the client set: `core_v1`, `rbac_v1` for `rbac.authorization.k8s.io`.
pub fn client_set_module(package: &Package) -> String {
    let group = if package.group.is_empty() { "core" } else { &package.group };
    let first = group.split('.').next().unwrap_or(group);
    format!("{}_{}", first.replace('-', "_"), package.version)
}
