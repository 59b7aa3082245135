//! The code of a pair's functions.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    fields::Common,
    plan::{Direction, Pair, Plan},
    relation::{Relation, is_copy},
};
use crate::{
    emit::{TypeIn, workspace::ident},
    model::{Field, TypeDef},
};

/// The function that converts the pair's types one way.
pub(super) fn function<'a>(plan: &Plan<'a>, pair: Pair<'a>, to: Direction) -> TokenStream {
    let function = plan.function(pair, to);
    let is_written = plan.is_written(&function) || plan.fields(pair).differ();
    let (from, result) = ends(pair, to);
    let (from_path, result_path) = (from.path(plan.package), result.path(plan.package));
    let (value, reads) = match &pair.spoke.ty.def {
        TypeDef::Struct(_) => fields(plan, pair, to, is_written),
        TypeDef::Enum(_) | TypeDef::Alias(_) => (quote!(#result_path::from(from.as_str())), true),
    };
    let from = if reads || is_written { quote!(from) } else { quote!(_from) };
    let docs = docs(pair, to);
    let function = ident(&function);
    let body = match is_written {
        true => quote! {
            let mut to = #value;
            super::super::conversion::#function(&from, &mut to)?;
            Ok(to)
        },
        false => quote!(Ok(#value)),
    };
    quote! {
        #[doc = #docs]
        pub fn #function(#from: #from_path) -> Result<#result_path, ConversionError> {
            #body
        }
    }
}

/// What the function takes and what it makes.
pub(super) fn ends<'a>(pair: Pair<'a>, to: Direction) -> (TypeIn<'a>, TypeIn<'a>) {
    match to {
        Direction::ToHub => (pair.spoke, pair.hub),
        Direction::FromHub => (pair.hub, pair.spoke),
    }
}

fn docs(pair: Pair<'_>, to: Direction) -> String {
    let (hub, name) = (pair.hub.package.group_version(), &pair.hub.ty.name);
    match to {
        Direction::ToHub => format!(" To the `{name}` of {hub}."),
        Direction::FromHub => format!(" From the `{name}` of {hub}."),
    }
}

/// The struct of the converted fields, and whether it reads any. A function that is called afterwards must see the
/// source as it was: fields are copied for it, and moved where there is none.
fn fields<'a>(plan: &Plan<'a>, pair: Pair<'a>, to: Direction, keeps_source: bool) -> (TokenStream, bool) {
    let (source, result) = ends(pair, to);
    let fields = plan.fields(pair);
    let ends = |common: &Common<'a>| -> (&'a Field, &'a Field) {
        match to {
            Direction::ToHub => (common.spoke, common.hub),
            Direction::FromHub => (common.hub, common.spoke),
        }
    };
    let mut values = Vec::new();
    for field in result.fields() {
        let Some(common) = fields.common.iter().find(|common| ends(common).1.name == field.name) else { continue };
        let Some(relation) = &common.relation else { continue };
        let (from, name) = (ends(common).0, ident(&field.name));
        let is_cheap = matches!(relation, Relation::Text) || is_copy(&plan.workspace.resolve(source.package, &from.ty));
        let from = ident(&from.name);
        let value = if keeps_source && !is_cheap { quote!(from.#from.clone()) } else { quote!(from.#from) };
        let value = relation.code(&value, to, &|pair| ident(&plan.function(pair, to))).tokens;
        values.push(quote!(#name: #value));
    }
    let path = result.path(plan.package);
    let reads = !values.is_empty();
    let value = match (values.len() == result.fields().len(), reads) {
        (true, _) => quote!(#path { #(#values),* }),
        (false, true) => quote!(#path { #(#values,)* ..Default::default() }),
        (false, false) => quote!(#path::default()),
    };
    (value, reads)
}
