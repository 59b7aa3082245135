//! Declarative validation: from rules to checks, as validation-gen makes them.
//!
//! A type gets an implementation of `Validate`: first the rules on the type, then those of each field, then what the
//! field's own type demands. A field that an update leaves as it was is passed over. Rules of different stages are
//! independent of one another: those that don't reject never keep others from being checked.
//!
//! What is unset is checked by `present`, `forbidden`, `immutable`, `update` and unions alone. A field is unset where
//! it is `None`, or where it would be left out of JSON.

mod access;
mod descend;
mod kinds_of_rules;
mod list;
mod place;
mod stage;
mod unions;
mod value;

use proc_macro2::TokenStream;
use quote::quote;

pub(in crate::emit) use descend::may_have_rules;
pub(crate) use kinds_of_rules::formats;
pub(in crate::emit) use kinds_of_rules::is_parameter;
pub(in crate::emit) use unions::{case, member_value, union_name};

use super::{
    EmitError, Resolved, TypeIn, Workspace,
    workspace::{ident, machinery},
};
use crate::model::{Enum, Field, Package, TypeDef};
use place::Place;
use stage::Stage;

pub(super) fn emit(package: &Package, workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let (mut items, mut errors, mut without) = (TokenStream::new(), Vec::new(), Vec::new());
    for ty in package.types.values() {
        let of = TypeIn { package, ty };
        if matches!(ty.def, TypeDef::Alias(_)) || is_hand_written(of) {
            continue;
        }
        let emitter = Emit { of, workspace, field: None };
        match emitter.implementation() {
            Ok(Some(item)) => items.extend(item),
            Ok(None) => without.push(ident(&ty.name)),
            Err(error) => errors.push(error),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let machinery = machinery(package);
    let without = (!without.is_empty()).then(|| quote!(#machinery::without_rules!(#(#without),*);));
    let imports = (!items.is_empty()).then(|| {
        quote! {
            #[allow(unused_imports)]
            use #machinery::{codec, field, validation::declarative as rules};
        }
    });
    Ok(quote! {
        #imports
        #items
        #without
    })
}

fn is_hand_written(of: TypeIn<'_>) -> bool {
    of.package.hand_written.iter().any(|(name, ty)| name == "Validate" && *ty == of.ty.name)
}

/// Writes the implementation of one type.
#[derive(Clone, Copy)]
struct Emit<'a> {
    of: TypeIn<'a>,
    workspace: &'a Workspace,
    /// The field at hand, for reports.
    field: Option<&'a Field>,
}

impl<'a> Emit<'a> {
    fn error(&self, message: impl Into<String>) -> EmitError {
        EmitError {
            type_name: self.of.ty.name.clone(),
            field: self.field.map(|field| field.name.clone()),
            message: message.into(),
            hint: None,
        }
    }

    /// `None` where the type has no rules.
    fn implementation(self) -> Result<Option<TokenStream>, EmitError> {
        if !descend::has_rules(self.of, self.workspace) {
            return Ok(None);
        }
        let body = match &self.of.ty.def {
            TypeDef::Struct(_) => self.of_struct()?,
            TypeDef::Enum(def) => self.of_enum(def),
            TypeDef::Alias(_) => TokenStream::new(),
        };
        let name = ident(&self.of.ty.name);
        Ok(Some(quote! {
            impl rules::Validate for #name {
                #[allow(unused_variables, clippy::collapsible_if, clippy::redundant_closure)]
                fn validate(
                    &self,
                    old: Option<&Self>,
                    path: &field::Path<'_>,
                    ctx: &rules::ValidationContext<'_>,
                    found: &mut rules::Findings,
                ) {
                    #body
                }
            }
        }))
    }

    fn of_struct(self) -> Result<TokenStream, EmitError> {
        let mut body = TokenStream::new();
        for stage in Stage::ALL {
            let checks = self.unions(stage)?;
            body.extend(stage.block(checks));
        }
        for field in self.of.fields() {
            body.extend(Self { field: Some(field), ..self }.of_field(field)?);
        }
        Ok(body)
    }

    fn of_field(self, field: &'a Field) -> Result<Option<TokenStream>, EmitError> {
        let place = Place::of_field(self.workspace, self.of.package, field);
        let opaque = field.rules.iter().any(|rule| rule.name == "opaque");
        let descent = if opaque { None } else { self.descent(&place) };
        let (mut blocks, mut stops) = (TokenStream::new(), false);
        for stage in Stage::ALL {
            let rules = stage::select(&field.rules, stage);
            let Some(checks) = self.checks(&place, &rules)? else { continue };
            // only rules in force keep the field's type from being checked
            let shares_stop = stage == Stage::Stable && checks.stops() && descent.is_some();
            stops |= shares_stop;
            blocks.extend(stage.block(checks.block(shares_stop)));
        }
        if blocks.is_empty() && descent.is_none() {
            return Ok(None);
        }
        let demanded = field.rules.iter().any(|rule| matches!(rule.name.as_str(), "present" | "forbidden"));
        let is_collection = matches!(place.ty, Resolved::List(_) | Resolved::Map(_));
        let given = if place.omits || demanded { place.given().filter(|_| !is_collection) } else { None };
        let descent = descent.map(|descent| guarded(stops, given.as_ref(), descent));
        let stop = stops.then(|| quote!(let mut stop = false;));
        let (name, json) = (ident(&field.name), &field.json);
        let path = (!field.inline).then(|| quote!(let path = &path.child(#json);));
        Ok(Some(quote! {
            {
                let (value, old) = (&self.#name, old.map(|old| &old.#name));
                if rules::changed(value, old) {
                    #path
                    #stop
                    #blocks
                    #descent
                }
            }
        }))
    }

    /// The set of an enum's values, where the type says that it is closed.
    fn of_enum(self, def: &Enum) -> TokenStream {
        let mut body = TokenStream::new();
        for stage in Stage::ALL {
            let mut checks = TokenStream::new();
            for leaf in stage::leaves(&stage::select(&self.of.ty.rules, stage)) {
                if leaf.rule.name == "closed" {
                    let allowed = exclusions(def);
                    checks.extend(leaf.guard(quote! {
                        rules::rule::closed(errors, path, self.as_str(), rules::rule::values_of(self), #allowed);
                    }));
                }
            }
            body.extend(stage.block(checks));
        }
        body
    }
}

/// A closure that says which of an enum's values are allowed, by its variants' `enum_exclude` under gates.
fn exclusions(def: &Enum) -> TokenStream {
    let arms = def.variants.iter().filter_map(|variant| {
        let leaves = stage::leaves(&variant.rules);
        let allowed: Vec<_> =
            leaves.iter().filter(|leaf| leaf.rule.name == "enum_exclude").map(stage::Leaf::negated).collect();
        let value = &variant.value;
        (!allowed.is_empty()).then(|| quote!(#value => #(#allowed)&&*,))
    });
    let arms: Vec<_> = arms.collect();
    if arms.is_empty() { quote!(|_| true) } else { quote!(|text| match text { #(#arms)* _ => true }) }
}

/// Code that does not run where checks before it said stop, or where there is nothing to check.
fn guarded(stops: bool, given: Option<&TokenStream>, code: TokenStream) -> TokenStream {
    match (stops, given) {
        (false, None) => code,
        (true, None) => quote!(if !stop { #code }),
        (false, Some(given)) => quote!(if #given { #code }),
        (true, Some(given)) => quote!(if !stop && #given { #code }),
    }
}
