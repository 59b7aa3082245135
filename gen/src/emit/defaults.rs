//! Defaults: from markers, and from functions in the package's `defaults.rs`.
//!
//! A value's parts come first, except that a struct which a marker fills in is put there before its own defaults are
//! set; a function `default_<type>` has the last word, as it may look at the whole value.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::{
    EmitError, Resolved, TypeIn, Workspace,
    workspace::{collect, ident, machinery, skips, structs, tokens},
};
use crate::model::{DefaultValue, Field, Package, Scalar, snake_case};

pub(super) fn emit(package: &Package, workspace: &Workspace) -> Result<TokenStream, Vec<EmitError>> {
    let types = structs(package).filter(|(ty, _)| !skips(package, ty, "defaults", "Defaulted"));
    let items = collect(types.map(|(ty, _)| of_struct(TypeIn { package, ty }, workspace)))?;
    if items.is_empty() {
        return Ok(items);
    }
    let machinery = machinery(package);
    Ok(quote! {
        use #machinery::defaulted;
        #items
    })
}

fn of_struct(of: TypeIn<'_>, workspace: &Workspace) -> Result<TokenStream, EmitError> {
    let name = ident(&of.ty.name);
    let mut steps = Vec::new();
    for field in of.fields() {
        if let Some(value) = &field.default {
            steps.extend(from_marker(of, field, value, workspace)?);
        }
    }
    for field in of.fields() {
        if may_have_defaults(&workspace.resolve(of.package, &field.ty), workspace, &mut BTreeSet::new()) {
            let field = ident(&field.name);
            steps.push(quote!(defaulted::Defaulted::set_defaults(&mut self.#field);));
        }
    }
    if let Some(function) = default_function(of) {
        let function = ident(&function);
        steps.push(quote!(super::super::defaults::#function(self);));
    }
    Ok(quote! {
        impl defaulted::Defaulted for #name {
            fn set_defaults(&mut self) {
                #(#steps)*
            }
        }
    })
}

/// The type's own function in `defaults.rs`, if there is one.
fn default_function(of: TypeIn<'_>) -> Option<String> {
    let name = format!("default_{}", snake_case(&of.ty.name));
    of.package.default_functions.contains(&name).then_some(name)
}

/// Whether setting a value's defaults can do anything. `seen` holds the structs that were looked at already.
fn may_have_defaults(ty: &Resolved<'_>, workspace: &Workspace, seen: &mut BTreeSet<(String, String)>) -> bool {
    match ty {
        Resolved::Scalar(_) | Resolved::Enum(_) => false,
        Resolved::Unknown(_) => true,
        Resolved::Optional(inner) | Resolved::Boxed(inner) | Resolved::List(inner) | Resolved::Map(inner) => {
            may_have_defaults(inner, workspace, seen)
        }
        Resolved::Struct(of) => {
            if !seen.insert((of.package.module.clone(), of.ty.name.clone())) {
                return false;
            }
            skips(of.package, of.ty, "defaults", "Defaulted")
                || default_function(*of).is_some()
                || of.fields().iter().any(|field| {
                    field.default.is_some()
                        || may_have_defaults(&workspace.resolve(of.package, &field.ty), workspace, seen)
                })
        }
    }
}

/// `None` where the default is the zero value of a type that can't be unset.
fn from_marker(
    of: TypeIn<'_>,
    field: &Field,
    value: &DefaultValue,
    workspace: &Workspace,
) -> Result<Option<TokenStream>, EmitError> {
    let error = |message: String| EmitError {
        type_name: of.ty.name.clone(),
        field: Some(field.name.clone()),
        message,
        hint: Some("a default is a literal of the field's type, json(\"…\") or the path of a constant".to_owned()),
    };
    let machinery = machinery(of.package);
    let name = ident(&field.name);
    let ty = workspace.resolve(of.package, &field.ty);
    let literal = match value {
        DefaultValue::Path(path) => {
            let path = tokens(path);
            match ty.bare() {
                Resolved::Scalar(Scalar::Bool | Scalar::I32 | Scalar::I64 | Scalar::F64) => path,
                _ => quote!(#path.into()),
            }
        }
        DefaultValue::Json(text) => {
            let json: Value =
                serde_json::from_str(text).map_err(|err| error(format!("the default is not JSON: {err}")))?;
            if !ty.is_optional() && is_zero(&json) {
                return Ok(None);
            }
            let misfit = || error(format!("the default {json} does not fit the field's type"));
            match ty.bare() {
                Resolved::Scalar(Scalar::Bool) => {
                    let value = json.as_bool().ok_or_else(misfit)?;
                    quote!(#value)
                }
                Resolved::Scalar(Scalar::I32) => {
                    let value = json.as_i64().and_then(|value| i32::try_from(value).ok()).ok_or_else(misfit)?;
                    let value = proc_macro2::Literal::i32_unsuffixed(value);
                    quote!(#value)
                }
                Resolved::Scalar(Scalar::I64) => {
                    let value = proc_macro2::Literal::i64_unsuffixed(json.as_i64().ok_or_else(misfit)?);
                    quote!(#value)
                }
                Resolved::Scalar(Scalar::String) | Resolved::Enum(_) => {
                    let value = json.as_str().ok_or_else(misfit)?;
                    quote!(#value.into())
                }
                Resolved::List(_) if !json.is_array() => return Err(misfit()),
                Resolved::Map(_) | Resolved::Struct(_) if !json.is_object() => return Err(misfit()),
                Resolved::Map(_) | Resolved::Struct(_) if is_zero(&json) => quote!(Default::default()),
                _ => {
                    let text = json.to_string();
                    quote!(#machinery::expansion::json_default(#text))
                }
            }
        }
    };
    Ok(Some(if ty.is_optional() {
        quote! {
            if self.#name.is_none() {
                self.#name = Some(#literal);
            }
        }
    } else {
        let is_unset = match ty.bare() {
            Resolved::Scalar(Scalar::Bool) => quote!(!self.#name),
            Resolved::Scalar(Scalar::I32 | Scalar::I64) => quote!(self.#name == 0),
            Resolved::Scalar(Scalar::String) | Resolved::Enum(_) | Resolved::List(_) | Resolved::Map(_) => {
                quote!(self.#name.is_empty())
            }
            _ => quote!(#machinery::codec::is_zero(&self.#name)),
        };
        quote! {
            if #is_unset {
                self.#name = #literal;
            }
        }
    }))
}

/// Whether a type that can't be unset has this value anyway.
fn is_zero(json: &Value) -> bool {
    match json {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(fields) => fields.is_empty(),
    }
}
