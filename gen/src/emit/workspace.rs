//! Finding types across packages, and naming them in emitted code.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::EmitError;
use crate::model::{Package, Scalar, Struct, Type, TypeDef, TypeRef};

/// All packages of a run. The derive macro's has none.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    /// The packages.
    pub packages: Vec<Package>,
}

impl Workspace {
    /// The type at a Rust path such as `kubeforge_api::core::v1::Pod`.
    pub fn lookup(&self, path: &str) -> Option<TypeIn<'_>> {
        let (module, name) = path.rsplit_once("::")?;
        let package = self.packages.iter().find(|package| package.module == module)?;
        Some(TypeIn { package, ty: package.types.get(name)? })
    }

    /// The package of a group and version.
    pub fn package(&self, group: &str, version: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.group == group && package.version == version)
    }

    /// What a field's type comes down to, seen from `package`: names looked up and aliases followed.
    pub fn resolve<'a>(&'a self, package: &'a Package, ty: &'a TypeRef) -> Resolved<'a> {
        match ty {
            TypeRef::Scalar(scalar) => Resolved::Scalar(*scalar),
            TypeRef::Optional(inner) => Resolved::Optional(Box::new(self.resolve(package, inner))),
            TypeRef::Boxed(inner) => Resolved::Boxed(Box::new(self.resolve(package, inner))),
            TypeRef::List(inner) => Resolved::List(Box::new(self.resolve(package, inner))),
            TypeRef::Map(inner) => Resolved::Map(Box::new(self.resolve(package, inner))),
            TypeRef::Local(name) => match package.types.get(name) {
                Some(ty) => self.named(TypeIn { package, ty }),
                None => Resolved::Unknown(name),
            },
            TypeRef::Foreign(path) => match self.lookup(path) {
                Some(found) => self.named(found),
                None => Resolved::Unknown(path),
            },
        }
    }

    fn named<'a>(&'a self, found: TypeIn<'a>) -> Resolved<'a> {
        match &found.ty.def {
            TypeDef::Struct(_) => Resolved::Struct(found),
            TypeDef::Enum(_) => Resolved::Enum(found),
            TypeDef::Alias(target) => self.resolve(found.package, target),
        }
    }
}

/// A type and the package that it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct TypeIn<'a> {
    /// The package.
    pub package: &'a Package,
    /// The type.
    pub ty: &'a Type,
}

impl<'a> TypeIn<'a> {
    /// Its fields; none where it is no struct.
    pub fn fields(&self) -> &'a [crate::model::Field] {
        match &self.ty.def {
            TypeDef::Struct(Struct { fields, .. }) => fields,
            TypeDef::Enum(_) | TypeDef::Alias(_) => &[],
        }
    }

    /// Its OpenAPI definition: `io.k8s.api.core.v1.Pod`.
    pub fn definition(&self) -> String {
        definition(self.package, self.ty)
    }

    /// What code in `package` calls it.
    pub fn path(&self, package: &Package) -> TokenStream {
        if self.package.module == package.module {
            let name = ident(&self.ty.name);
            return quote!(#name);
        }
        foreign_path(package, &format!("{}::{}", self.package.module, self.ty.name))
    }
}

/// What a type comes down to.
#[derive(Clone, Debug)]
pub enum Resolved<'a> {
    /// A type known to every package.
    Scalar(Scalar),
    /// `Option<T>`.
    Optional(Box<Resolved<'a>>),
    /// `Box<T>`.
    Boxed(Box<Resolved<'a>>),
    /// `Vec<T>`.
    List(Box<Resolved<'a>>),
    /// `BTreeMap<String, T>`.
    Map(Box<Resolved<'a>>),
    /// A struct of some package.
    Struct(TypeIn<'a>),
    /// An enum of some package.
    Enum(TypeIn<'a>),
    /// A type that no package of the workspace has, by the path under which the field names it.
    Unknown(&'a str),
}

impl Resolved<'_> {
    /// The type without the `Option`s and `Box`es around it.
    pub fn bare(&self) -> &Self {
        match self {
            Resolved::Optional(inner) | Resolved::Boxed(inner) => inner.bare(),
            _ => self,
        }
    }

    /// Whether it is an `Option`: a pointer, upstream.
    pub fn is_optional(&self) -> bool {
        matches!(self, Resolved::Optional(_))
    }
}

/// A type's OpenAPI definition.
pub(in crate::emit) fn definition(package: &Package, ty: &Type) -> String {
    match &ty.definition {
        Some(definition) => definition.clone(),
        None if package.definition_prefix.is_empty() => ty.name.clone(),
        None => format!("{}.{}", package.definition_prefix, ty.name),
    }
}

/// A path into another package as code in `package` writes it. A path of one name is one that the derive macro could
/// not resolve: it stays as the user wrote it.
pub(in crate::emit) fn foreign_path(package: &Package, path: &str) -> TokenStream {
    let (first, rest) = path.split_once("::").unwrap_or((path, ""));
    if first == "kubeforge_machinery" {
        let machinery = machinery(package);
        let rest = tokens(rest);
        return quote!(#machinery::#rest);
    }
    if package.module.split("::").next() == Some(first) && !rest.is_empty() {
        let rest = tokens(rest);
        return quote!(crate::#rest);
    }
    tokens(path)
}

/// The machinery crate's path.
pub(in crate::emit) fn machinery(package: &Package) -> TokenStream {
    tokens(&package.machinery)
}

/// Rust text as tokens. The model's paths come out of parsed Rust; should one not be Rust after all, the compiler says
/// so where it is used.
pub(in crate::emit) fn tokens(text: &str) -> TokenStream {
    text.parse().unwrap_or_else(|_| {
        let message = format!("`{text}` is no Rust path");
        quote!(compile_error!(#message))
    })
}

/// A number without its type's name.
pub(in crate::emit) fn number(value: impl Into<u64>) -> proc_macro2::Literal {
    proc_macro2::Literal::u64_unsuffixed(value.into())
}

/// An identifier; a keyword becomes a raw one.
pub(in crate::emit) fn ident(name: &str) -> Ident {
    syn::parse_str(name).unwrap_or_else(|_| Ident::new_raw(name, Span::call_site()))
}

/// Whether the generator leaves out `emitter`'s implementation of `trait_name` for the type: it is hand-written, or
/// switched off.
pub(in crate::emit) fn skips(package: &Package, ty: &Type, emitter: &str, trait_name: &str) -> bool {
    ty.without.iter().any(|name| name == emitter)
        || package.hand_written.iter().any(|(name, of)| name == trait_name && *of == ty.name)
}

/// Whether another value may be written in place of the type's: `WireForm` is implemented beside it.
pub(in crate::emit) fn has_wire_form(package: &Package, ty: &Type) -> bool {
    package.hand_written.iter().any(|(name, of)| name == "WireForm" && *of == ty.name)
}

/// The fields' names in Rust, those that are no part of the API last.
pub(in crate::emit) fn all_fields(def: &Struct) -> impl Iterator<Item = Ident> + '_ {
    def.fields.iter().map(|field| &field.name).chain(&def.transient).map(|name| ident(name))
}

/// The package's structs, by name.
pub(in crate::emit) fn structs(package: &Package) -> impl Iterator<Item = (&Type, &Struct)> {
    package.types.values().filter_map(|ty| match &ty.def {
        TypeDef::Struct(def) => Some((ty, def)),
        TypeDef::Enum(_) | TypeDef::Alias(_) => None,
    })
}

/// Items, or all errors.
pub(in crate::emit) fn collect(
    items: impl Iterator<Item = Result<TokenStream, EmitError>>,
) -> Result<TokenStream, Vec<EmitError>> {
    let (mut out, mut errors) = (TokenStream::new(), Vec::new());
    for item in items {
        match item {
            Ok(item) => out.extend(item),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(out) } else { Err(errors) }
}
