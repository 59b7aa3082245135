//! Unions: rules on which fields of a struct exclude each other, and what the value of one demands of others.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    Emit, access,
    access::Found,
    place::Place,
    stage::{Leaf, Stage, inner_rules, leaves, select},
};
use crate::{
    emit::{EmitError, Resolved, openapi::upper_first, workspace::ident},
    model::{Field, Literal, Rule, RuleValue},
};

/// How often one member of a union is set: exactly, at most or at least one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Union {
    Exactly,
    AtMost,
    AtLeast,
}

impl Union {
    fn of_rule(name: &str) -> Option<Self> {
        Some(match name {
            "one_of" | "member" => Union::Exactly,
            "at_most_one_of" | "zero_or_one_of" | "zero_or_one_of_member" => Union::AtMost,
            "at_least_one_of" => Union::AtLeast,
            _ => return None,
        })
    }

    /// The name of the same in machinery.
    pub(super) fn count(self) -> TokenStream {
        let name = match self {
            Union::Exactly => ident("ExactlyOne"),
            Union::AtMost => ident("AtMostOne"),
            Union::AtLeast => ident("AtLeastOne"),
        };
        quote!(rules::union::Count::#name)
    }
}

/// Whether a rule says that something belongs to a union, and no more.
pub(super) fn is_membership(rule: &Rule) -> bool {
    rule.name == "zero_or_one_of_member" || (rule.name == "member" && case(rule).is_none())
}

/// The discriminator's value for which `member("Value", …)` states rules.
pub(in crate::emit) fn case(rule: &Rule) -> Option<&str> {
    (rule.name == "member").then(|| rule.leading()).flatten()
}

/// The name of the union that a rule speaks of; empty where it is the only one.
pub(in crate::emit) fn union_name(rule: &Rule) -> &str {
    match (&rule.value, rule.name.as_str()) {
        (RuleValue::Is(name), "discriminator" | "zero_or_one_of_member") => name.text().unwrap_or_default(),
        (RuleValue::Args(_), _) => {
            let name = rule.named("union").or_else(|| rule.named("discriminator"));
            name.and_then(Literal::text).unwrap_or_default()
        }
        _ => "",
    }
}

/// The value of the discriminator that asks for a member; by default the field's name in Go.
pub(in crate::emit) fn member_value(rule: &Rule, json: &str) -> String {
    let named = rule.text().or_else(|| rule.named("name").and_then(Literal::text));
    named.map_or_else(|| upper_first(json), str::to_owned)
}

/// The rules `item(…, member)` of a list, by the union that they belong to.
pub(super) fn of_items<'r>(items: impl Iterator<Item = &'r Rule>) -> BTreeMap<(Union, String), Vec<&'r Rule>> {
    let mut unions: BTreeMap<(Union, String), Vec<&Rule>> = BTreeMap::new();
    for item in items {
        for rule in inner_rules(item).iter().filter(|rule| is_membership(rule)) {
            if let Some(union) = Union::of_rule(&rule.name) {
                unions.entry((union, union_name(rule).to_owned())).or_default().push(item);
            }
        }
    }
    unions
}

/// How messages name an element: `Conditions[{"type": "Approved"}]`.
pub(super) fn item_name(json: &str, item: &Rule) -> String {
    let keys: Vec<String> = item
        .pairs()
        .map(|(key, value)| match value.json() {
            Some(value) => format!("{key:?}: {value}"),
            None => format!("{key:?}: {value}"),
        })
        .collect();
    format!("{}[{{{}}}]", upper_first(json), keys.join(", "))
}

/// A field that is a member of a union.
struct Member<'a> {
    found: Found<'a>,
    value: String,
}

impl<'a> Emit<'a> {
    /// The checks of one stage on the struct as a whole.
    pub(super) fn unions(&self, stage: Stage) -> Result<TokenStream, EmitError> {
        let mut out = TokenStream::new();
        for leaf in leaves(&select(&self.of.ty.rules, stage)) {
            let Some(union) = Union::of_rule(&leaf.rule.name) else { continue };
            let members = leaf.rule.words().map(|json| self.member(json)).collect::<Result<Vec<_>, _>>()?;
            out.extend(leaf.guard(self.count(union, &members)?));
        }
        let fields: Vec<(&'a Field, Vec<Leaf>)> =
            self.of.fields().iter().map(|field| (field, leaves(&select(&field.rules, stage)))).collect();
        for ((union, name), members) in self.memberships(&fields) {
            out.extend(match self.discriminator(&name)? {
                Some(discriminator) if union == Union::Exactly => self.discriminated(&discriminator, &members)?,
                _ => self.count(union, &members)?,
            });
        }
        out.extend(self.cases(&fields)?);
        Ok(out)
    }

    fn member(&self, json: &str) -> Result<Member<'a>, EmitError> {
        let found = access::find(self.workspace, self.of, json)
            .ok_or_else(|| self.error(format!("`{}` has no field `{json}`", self.of.ty.name)))?;
        Ok(Member { found, value: upper_first(json) })
    }

    /// The fields marked as members, by union.
    fn memberships(&self, fields: &[(&'a Field, Vec<Leaf>)]) -> BTreeMap<(Union, String), Vec<Member<'a>>> {
        let mut unions: BTreeMap<(Union, String), Vec<Member<'a>>> = BTreeMap::new();
        for (field, leaves) in fields {
            for rule in leaves.iter().map(|leaf| &leaf.rule).filter(|rule| is_membership(rule)) {
                let (Some(union), name) = (Union::of_rule(&rule.name), ident(&field.name)) else { continue };
                let found = Found { access: quote!(.#name), field, package: self.of.package };
                let value = member_value(rule, &field.json);
                unions.entry((union, union_name(rule).to_owned())).or_default().push(Member { found, value });
            }
        }
        unions
    }

    /// The field that discriminates a union, whatever the stage in which it says so.
    fn discriminator(&self, union: &str) -> Result<Option<Found<'a>>, EmitError> {
        let is_it = |field: &&Field| {
            Stage::ALL.into_iter().any(|stage| {
                leaves(&select(&field.rules, stage))
                    .iter()
                    .any(|leaf| leaf.rule.name == "discriminator" && union_name(&leaf.rule) == union)
            })
        };
        let found = self.of.fields().iter().find(is_it).map(|field| {
            let name = ident(&field.name);
            Found { access: quote!(.#name), field, package: self.of.package }
        });
        Ok(found)
    }

    /// Whether each member is set, as an array of an expression over `at`.
    fn set(&self, members: &[Member<'a>], at: &TokenStream) -> Result<TokenStream, EmitError> {
        let mut set = Vec::new();
        for Member { found, .. } in members {
            let ty = self.workspace.resolve(found.package, &found.field.ty);
            if matches!(ty, Resolved::Struct(_)) {
                let message = format!("`{}` can't be a member of a union: it is always there", found.field.json);
                return Err(EmitError { hint: Some("make it an Option".into()), ..self.error(message) });
            }
            let access = &found.access;
            set.push(access::is_set(&ty, &quote!(#at #access)));
        }
        Ok(quote!([#(#set),*]))
    }

    fn count(&self, union: Union, members: &[Member<'a>]) -> Result<TokenStream, EmitError> {
        let (set, old_set) = (self.set(members, &quote!(self))?, self.set(members, &quote!(old))?);
        let names = members.iter().map(|member| &member.found.field.json);
        let count = union.count();
        Ok(quote! {
            {
                let set = #set;
                let old_set = old.map(|old| #old_set);
                let old_set = old_set.as_ref().map(|set| set.as_slice());
                rules::union::count(errors, path, #count, &[#(#names),*], &set, old_set);
            }
        })
    }

    /// The text of a discriminator below `at`.
    fn discriminator_text(&self, discriminator: &Found<'a>, at: &TokenStream) -> TokenStream {
        let access = &discriminator.access;
        match self.workspace.resolve(discriminator.package, &discriminator.field.ty) {
            Resolved::Optional(_) => quote!(#at #access.as_ref().map_or("", |text| text.as_str())),
            _ => quote!(#at #access.as_str()),
        }
    }

    fn discriminated(&self, discriminator: &Found<'a>, members: &[Member<'a>]) -> Result<TokenStream, EmitError> {
        let (set, old_set) = (self.set(members, &quote!(self))?, self.set(members, &quote!(old))?);
        let text = self.discriminator_text(discriminator, &quote!(self));
        let old_text = self.discriminator_text(discriminator, &quote!(old));
        let field = &discriminator.field.json;
        let entries = members.iter().map(|Member { found, value }| {
            let field = &found.field.json;
            quote!(rules::union::Member { field: #field, value: #value })
        });
        Ok(quote! {
            {
                let set = #set;
                let old_set = old.map(|old| #old_set);
                let old_set = old_set.as_ref().map(|set| set.as_slice());
                let discriminator =
                    rules::union::Discriminator { field: #field, value: #text, old: old.map(|old| #old_text) };
                rules::union::discriminated(errors, path, discriminator, &[#(#entries),*], &set, old_set);
            }
        })
    }

    /// The rules `member("Value", …)`: what a field must be while the discriminator has that value. For a value without
    /// rules it must not be set.
    fn cases(&self, fields: &[(&'a Field, Vec<Leaf>)]) -> Result<TokenStream, EmitError> {
        let mut out = TokenStream::new();
        for (field, leaves) in fields {
            let mut by_union: BTreeMap<&str, BTreeMap<&str, Vec<Rule>>> = BTreeMap::new();
            for rule in leaves.iter().map(|leaf| &leaf.rule) {
                if let Some(value) = case(rule) {
                    let rules = by_union.entry(union_name(rule)).or_default().entry(value).or_default();
                    rules.extend(inner_rules(rule));
                }
            }
            for (union, cases) in by_union {
                let discriminator = self
                    .discriminator(union)?
                    .ok_or_else(|| self.error(format!("no field is the discriminator of union \"{union}\"")))?;
                out.extend(self.case(field, &discriminator, &cases)?);
            }
        }
        Ok(out)
    }

    fn case(
        &self,
        field: &'a Field,
        discriminator: &Found<'a>,
        cases: &BTreeMap<&str, Vec<Rule>>,
    ) -> Result<TokenStream, EmitError> {
        let of_field = Self { field: Some(field), ..*self };
        let place = Place::of_field(self.workspace, self.of.package, field);
        let (name, json, selector) = (ident(&field.name), &field.json, &discriminator.access);
        let text = self.discriminator_text(discriminator, &quote!(self));
        let mut arms = TokenStream::new();
        for (value, rules) in cases {
            let checks = of_field.checks(&place, rules)?.map(|checks| checks.block(false));
            arms.extend(quote!(#value => { #checks }));
        }
        let unset = place.unset();
        Ok(quote! {
            {
                let same_case = old.is_some_and(|old| old #selector == self #selector);
                let (value, old) = (&self.#name, old.map(|old| &old.#name));
                if !same_case || rules::changed(value, old) {
                    let path = &path.child(#json);
                    match #text {
                        #arms
                        _ => {
                            rules::rule::forbidden(errors, path, #unset);
                        }
                    }
                }
            }
        })
    }
}
