//! Where a value stands, and what is known of it there.

use proc_macro2::TokenStream;
use quote::quote;

use super::access;
use crate::{
    emit::{Resolved, Workspace},
    model::{Field, ListType, Omission, Package, Rule, Scalar},
};

/// A value that rules are checked on. Emitted code has it as `value`, a reference, and its old state as `old`.
pub(super) struct Place<'a> {
    /// The package whose names its type uses.
    pub(super) package: &'a Package,
    pub(super) ty: Resolved<'a>,
    /// Its JSON name; empty for elements.
    pub(super) json: &'a str,
    /// What tells a list's elements apart.
    pub(super) identity: Identity,
    /// It is left out of JSON when empty.
    pub(super) omits: bool,
}

/// What tells a list's elements apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Identity {
    /// Nothing: each element is new.
    None,
    /// All of it.
    Value,
    /// These fields, by their JSON names.
    Keys(Vec<String>),
}

impl<'a> Place<'a> {
    pub(super) fn of_field(workspace: &'a Workspace, package: &'a Package, field: &'a Field) -> Self {
        Self {
            package,
            ty: workspace.resolve(package, &field.ty),
            json: &field.json,
            identity: identity(field),
            omits: field.omission != Omission::Never,
        }
    }

    /// An element of a list, a value or a key of a map.
    pub(super) fn element(package: &'a Package, ty: Resolved<'a>) -> Self {
        Self { package, ty, json: "", identity: Identity::None, omits: false }
    }

    /// The value, for methods and comparisons.
    fn at(&self) -> TokenStream {
        match &self.ty {
            Resolved::Scalar(Scalar::String)
            | Resolved::Optional(_)
            | Resolved::List(_)
            | Resolved::Map(_)
            | Resolved::Enum(_) => quote!(value),
            _ => quote!(*value),
        }
    }

    /// Whether the value is unset.
    pub(super) fn unset(&self) -> TokenStream {
        access::is_unset(&self.ty, &self.at())
    }

    /// Whether a value that is always there is more than empty. `None` for others: options, and structs, which are never
    /// empty.
    pub(super) fn given(&self) -> Option<TokenStream> {
        match &self.ty {
            Resolved::Optional(_) | Resolved::Struct(_) => None,
            // what is a struct after all is never empty either
            Resolved::Unknown(_) => Some(quote!(!codec::Json::is_empty(value))),
            ty => Some(access::is_set(ty, &self.at())),
        }
    }
}

fn identity(field: &Field) -> Identity {
    match &field.list {
        Some(ListType::Map(keys)) => return Identity::Keys(keys.clone()),
        Some(ListType::Set) => return Identity::Value,
        Some(ListType::Atomic) | None => {}
    }
    match unique(&field.rules) {
        Some(rule) if rule.text() == Some("set") => Identity::Value,
        Some(rule) if rule.words().next().is_some() => Identity::Keys(rule.words().map(str::to_owned).collect()),
        _ => Identity::None,
    }
}

/// The rule `unique`, whatever stands around it.
fn unique(rules: &[Rule]) -> Option<&Rule> {
    rules.iter().find_map(|rule| match rule.name.as_str() {
        "unique" => Some(rule),
        "alpha" | "beta" | "if_enabled" | "if_disabled" => rule
            .rules()
            .find(|inner| inner.name == "unique")
            .or_else(|| rule.rules().find_map(|inner| unique(std::slice::from_ref(inner)))),
        _ => None,
    })
}
