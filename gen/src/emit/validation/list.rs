//! Rules on lists and maps.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    Emit, access,
    place::{Identity, Place},
    stage::{Leaf, inner_rules},
    unions,
};
use crate::{
    emit::{EmitError, Resolved},
    model::{Literal, Rule, Scalar},
};

impl<'a> Emit<'a> {
    /// The old state of a list's element: an expression of the loop's `index` and `value`, with the list's old state in
    /// `old`.
    pub(super) fn old_element(&self, place: &Place<'_>, element: &Resolved<'_>) -> TokenStream {
        let by_keys = match &place.identity {
            Identity::Keys(keys) => access::key(self.workspace, element, keys, &quote!(element)),
            Identity::Value => return quote!(rules::list::by_value(old.map(Vec::as_slice), index, value)),
            Identity::None => None,
        };
        match by_keys {
            Some(key) => quote!(rules::list::by_key(old.map(Vec::as_slice), index, value, |element| #key)),
            None => quote!(rules::list::unrelated(value)),
        }
    }

    /// Rules on every element or value.
    pub(super) fn each(&self, place: &Place<'a>, ty: &Resolved<'a>, rules: &[Rule]) -> Result<TokenStream, EmitError> {
        let element = match ty {
            Resolved::List(element) | Resolved::Map(element) => &**element,
            _ => return Err(self.error("`each` goes on a list or map")),
        };
        let inner = Place::element(place.package, element.clone());
        let Some(checks) = self.checks(&inner, rules)? else { return Ok(TokenStream::new()) };
        Ok(self.for_each(place, ty, element, &checks.block(false)))
    }

    /// A loop over a list's or map's values that are new or changed.
    pub(super) fn for_each(
        &self,
        place: &Place<'_>,
        ty: &Resolved<'_>,
        element: &Resolved<'_>,
        body: &TokenStream,
    ) -> TokenStream {
        if matches!(ty, Resolved::Map(_)) {
            return quote! {
                for (key, value) in value {
                    let old = old.and_then(|old| old.get(key));
                    if rules::changed(value, old) {
                        let path = &path.key(key);
                        #body
                    }
                }
            };
        }
        let old = self.old_element(place, element);
        if place.identity == Identity::None {
            return quote! {
                for (index, value) in value.iter().enumerate() {
                    let old = #old;
                    let path = &path.index(index);
                    #body
                }
            };
        }
        quote! {
            for (index, value) in value.iter().enumerate() {
                let old = #old;
                if rules::changed(value, old) {
                    let path = &path.index(index);
                    #body
                }
            }
        }
    }

    /// Rules on every key of a map. Upstream reports them at the map.
    pub(super) fn each_key(&self, place: &Place<'a>, rules: &[Rule]) -> Result<TokenStream, EmitError> {
        let key = Place::element(place.package, Resolved::Scalar(Scalar::String));
        let Some(checks) = self.checks(&key, rules)? else { return Ok(TokenStream::new()) };
        let checks = checks.block(false);
        Ok(quote! {
            for value in value.keys().filter(|key| !old.is_some_and(|old| old.contains_key(*key))) {
                let old = rules::list::unrelated(value);
                #checks
            }
        })
    }

    /// No element twice.
    pub(super) fn unique(&self, place: &Place<'a>, ty: &Resolved<'a>, rule: &Rule) -> Result<TokenStream, EmitError> {
        let Resolved::List(element) = ty else { return Err(self.error("`unique` goes on a list")) };
        let keys: Vec<String> = rule.words().map(str::to_owned).collect();
        let identity = match rule.text() {
            Some("custom") => return Ok(TokenStream::new()),
            Some("set") => Identity::Value,
            _ if !keys.is_empty() => Identity::Keys(keys),
            _ => place.identity.clone(),
        };
        let shown = access::shown(element, &quote!(element));
        let key = match &identity {
            Identity::Keys(keys) => {
                let key = access::key(self.workspace, element, keys, &quote!(element));
                Some(key.ok_or_else(|| self.error("the keys of `unique` are texts, numbers or booleans"))?)
            }
            Identity::Value | Identity::None => match **element {
                Resolved::Scalar(Scalar::String) | Resolved::Enum(_) => Some(quote!(element.as_str())),
                Resolved::Scalar(Scalar::Bool | Scalar::I32 | Scalar::I64) => Some(quote!(*element)),
                _ => None,
            },
        };
        Ok(match key {
            Some(key) => quote!(rules::list::unique(errors, path, value, |element| #key, |element| #shown);),
            None => quote!(rules::list::distinct(errors, path, value, |element| #shown);),
        })
    }

    /// Rules on the element with certain keys.
    pub(super) fn item(&self, place: &Place<'a>, ty: &Resolved<'a>, rule: &Rule) -> Result<TokenStream, EmitError> {
        let Resolved::List(element) = ty else { return Err(self.error("`item` goes on a list")) };
        let inner = Place::element(place.package, (**element).clone());
        let mut rules = inner_rules(rule);
        rules.retain(|rule| !unions::is_membership(rule));
        let Some(checks) = self.checks(&inner, &rules)? else { return Ok(TokenStream::new()) };
        let (matches, checks) = (self.matches(element, rule)?, checks.block(false));
        Ok(quote! {
            if let Some((index, value)) = value.iter().enumerate().find(|&(_, item)| #matches) {
                let old = old.and_then(|old| old.iter().find(|&item| #matches));
                if rules::changed(value, old) {
                    let path = &path.index(index);
                    #checks
                }
            }
        })
    }

    /// Whether `item` has the keys that the rule names.
    fn matches(&self, element: &Resolved<'_>, rule: &Rule) -> Result<TokenStream, EmitError> {
        let mut conditions = Vec::new();
        for (key, wanted) in rule.pairs() {
            let condition = match element {
                Resolved::Struct(of) => access::find(self.workspace, *of, key).and_then(|found| {
                    let access = &found.access;
                    equals(&self.workspace.resolve(found.package, &found.field.ty), &quote!(item #access), wanted)
                }),
                Resolved::Unknown(_) => {
                    let machinery = crate::emit::workspace::machinery(self.of.package);
                    wanted.text().map(|text| quote!(#machinery::expansion::json_text(item, &[#key]) == #text))
                }
                _ => None,
            };
            conditions.push(condition.ok_or_else(|| self.error(format!("`item`: no element has {key} = {wanted}")))?);
        }
        Ok(quote!(#(#conditions)&&*))
    }

    /// Unions whose members are elements of the list.
    pub(super) fn list_unions(
        &self,
        ty: &Resolved<'a>,
        place: &Place<'a>,
        late: &[Leaf],
    ) -> Result<TokenStream, EmitError> {
        let Resolved::List(element) = ty else { return Ok(TokenStream::new()) };
        let mut out = TokenStream::new();
        let items = late.iter().map(|leaf| &leaf.rule).filter(|rule| rule.name == "item");
        for ((union, _), items) in unions::of_items(items) {
            let names = items.iter().map(|item| unions::item_name(place.json, item));
            let matches: Vec<_> = items.iter().map(|item| self.matches(element, item)).collect::<Result<_, _>>()?;
            let count = union.count();
            let set = quote!([#(list.iter().any(|item| #matches)),*]);
            out.extend(quote! {
                {
                    let list = value;
                    let set = #set;
                    let old_set = old.map(|list| #set);
                    let old_set = old_set.as_ref().map(|set| set.as_slice());
                    rules::union::count(errors, path, #count, &[#(#names),*], &set, old_set);
                }
            });
        }
        Ok(out)
    }
}

/// Whether `at`, a key of an element, has the wanted value.
fn equals(ty: &Resolved<'_>, at: &TokenStream, wanted: &Literal) -> Option<TokenStream> {
    match (ty, wanted) {
        (Resolved::Scalar(Scalar::String) | Resolved::Enum(_), Literal::Text(text)) => Some(quote!(#at == #text)),
        (Resolved::Scalar(Scalar::Bool), Literal::Bool(true)) => Some(quote!(#at)),
        (Resolved::Scalar(Scalar::Bool), Literal::Bool(false)) => Some(quote!(!#at)),
        (Resolved::Scalar(Scalar::I32 | Scalar::I64), Literal::Number(digits)) => {
            let number = proc_macro2::Literal::i64_unsuffixed(digits.parse().ok()?);
            Some(quote!(#at == #number))
        }
        (Resolved::Optional(inner), Literal::Text(_)) => {
            let inner = equals(inner, &quote!(*value), wanted)?;
            Some(quote!(#at.as_ref().is_some_and(|value| #inner)))
        }
        _ => None,
    }
}
