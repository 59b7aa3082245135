//! What a field's own type demands, and whether it demands anything.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::{Emit, is_hand_written, kinds_of_rules::is_checked, place::Place};
use crate::{
    emit::{Resolved, TypeIn, Workspace},
    model::{Rule, TypeDef},
};

/// Structs that were looked at already, by module and name.
type Seen = BTreeSet<(String, String)>;

/// Whether validating a type can find anything.
pub(super) fn has_rules(of: TypeIn<'_>, workspace: &Workspace) -> bool {
    type_has_rules(of, workspace, &mut Seen::new())
}

/// Whether validating a kind can find anything, its hand-written rules included.
pub(in crate::emit) fn may_have_rules(of: TypeIn<'_>, workspace: &Workspace) -> bool {
    is_hand_written(of) || has_rules(of, workspace)
}

fn any_checked(rules: &[Rule]) -> bool {
    rules.iter().any(is_checked)
}

fn type_has_rules(of: TypeIn<'_>, workspace: &Workspace, seen: &mut Seen) -> bool {
    let is_list = of.ty.kind.as_ref().is_some_and(|kind| kind.list_of.is_some());
    if is_list || of.ty.without.iter().any(|name| name == "validation") {
        return false;
    }
    if !seen.insert((of.package.module.clone(), of.ty.name.clone())) {
        return false;
    }
    match &of.ty.def {
        TypeDef::Enum(_) => any_checked(&of.ty.rules),
        TypeDef::Struct(_) | TypeDef::Alias(_) => {
            any_checked(&of.ty.rules)
                || of.fields().iter().any(|field| {
                    any_checked(&field.rules)
                        || (!field.rules.iter().any(|rule| rule.name == "opaque")
                            && value_has_rules(&workspace.resolve(of.package, &field.ty), workspace, seen))
                })
        }
    }
}

fn value_has_rules(ty: &Resolved<'_>, workspace: &Workspace, seen: &mut Seen) -> bool {
    match ty {
        Resolved::Scalar(_) => false,
        // its implementation knows
        Resolved::Unknown(_) => true,
        Resolved::Optional(inner) | Resolved::Boxed(inner) | Resolved::List(inner) | Resolved::Map(inner) => {
            value_has_rules(inner, workspace, seen)
        }
        Resolved::Struct(of) | Resolved::Enum(of) => is_hand_written(*of) || type_has_rules(*of, workspace, seen),
    }
}

impl<'a> Emit<'a> {
    /// The checks of the value's own type; `None` where it has no rules.
    pub(super) fn descent(&self, place: &Place<'a>) -> Option<TokenStream> {
        value_has_rules(&place.ty, self.workspace, &mut Seen::new()).then(|| self.type_rules(place, &place.ty))
    }

    fn type_rules(&self, place: &Place<'a>, ty: &Resolved<'a>) -> TokenStream {
        match ty {
            Resolved::Optional(inner) => {
                let inner = self.type_rules(place, inner);
                quote! {
                    if let Some(value) = value {
                        let old = old.and_then(Option::as_ref);
                        #inner
                    }
                }
            }
            Resolved::Boxed(inner) => {
                let inner = self.type_rules(place, inner);
                quote! {
                    let (value, old) = (&**value, old.map(|old| &**old));
                    #inner
                }
            }
            Resolved::List(element) | Resolved::Map(element) => {
                let inner = self.type_rules(&Place::element(place.package, (**element).clone()), element);
                self.for_each(place, ty, element, &inner)
            }
            _ => quote!(rules::Validate::validate(value, old, path, ctx, found);),
        }
    }
}
