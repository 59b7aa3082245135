//! Rules on one value.

use proc_macro2::{Literal as Lit, TokenStream};
use quote::quote;

use super::{
    Emit, access, exclusions, guarded,
    kinds_of_rules::{format_function, go_name, is_checked, stopping},
    place::Place,
    stage::{Leaf, inner_rules, leaves},
};
use crate::{
    emit::{
        EmitError, Resolved,
        workspace::{ident, tokens},
    },
    model::{Enum, Literal, Rule, Scalar, TypeDef},
};

/// Checks of one value, in two steps: those that may end it, and the others.
pub(super) struct Checks {
    first: Vec<First>,
    rest: TokenStream,
    given: Option<TokenStream>,
}

/// A check that may end the others: a call that tells whether it found something.
struct First {
    condition: Option<TokenStream>,
    call: TokenStream,
}

impl Checks {
    /// Whether the first step can end it.
    pub(super) fn stops(&self) -> bool {
        !self.first.is_empty()
    }

    /// The checks as code. With `shared`, whether they ended is left in a variable `stop` that is there already.
    pub(super) fn block(self, shared: bool) -> TokenStream {
        let Self { first, rest, given } = self;
        let tells = !first.is_empty() && (shared || !rest.is_empty());
        let rest = (!rest.is_empty()).then(|| guarded(tells, given.as_ref(), rest));
        if let ([First { condition: None, call }], true, false) = (first.as_slice(), tells, shared) {
            return quote!(let stop = #call; #rest);
        }
        let own = (tells && !shared).then(|| quote!(let mut stop = false;));
        let first = first.into_iter().map(|First { condition, call }| {
            let call = if tells { quote!(stop |= #call;) } else { quote!(#call;) };
            match condition {
                Some(condition) => quote!(if #condition { #call }),
                None => call,
            }
        });
        quote!(#own #(#first)* #rest)
    }
}

impl<'a> Emit<'a> {
    /// The checks of `value` that rules of one stage ask for; `None` where they ask for none.
    pub(super) fn checks(&self, place: &Place<'a>, rules: &[Rule]) -> Result<Option<Checks>, EmitError> {
        let mut leaves = leaves(rules);
        leaves.retain(|leaf| is_checked(&leaf.rule));
        leaves.sort_by(|one, other| {
            let order = |leaf: &Leaf| stopping(&leaf.rule.name).unwrap_or_else(|| go_name(&leaf.rule.name)).to_owned();
            order(one).cmp(&order(other))
        });
        let given = given(place, &leaves);
        let (early, late): (Vec<Leaf>, Vec<Leaf>) =
            leaves.into_iter().partition(|leaf| stopping(&leaf.rule.name).is_some());
        let mut first = Vec::new();
        for leaf in &early {
            let call = self.stopping_check(place, &leaf.rule)?;
            // what is not given can't have too few elements
            let given = given.clone().filter(|_| leaf.rule.name.starts_with("min_"));
            let condition = match (leaf.condition(), given) {
                (Some(gates), Some(given)) => Some(quote!(#gates && #given)),
                (gates, given) => gates.or(given),
            };
            first.push(First { condition, call });
        }
        let rest = if late.is_empty() { TokenStream::new() } else { self.on_bare(place, &place.ty, &late)? };
        Ok((!first.is_empty() || !rest.is_empty()).then_some(Checks { first, rest, given }))
    }

    /// A check that ends the others if it finds something.
    fn stopping_check(&self, place: &Place<'a>, rule: &Rule) -> Result<TokenStream, EmitError> {
        let unset = place.unset();
        Ok(match rule.name.as_str() {
            "present" => quote!(rules::rule::present(errors, path, #unset)),
            "forbidden" => quote!(rules::rule::forbidden(errors, path, #unset)),
            "immutable" => {
                let shown = access::shown(&place.ty, &quote!(value));
                quote!(rules::rule::immutable(errors, path, value, old, |value| #shown))
            }
            "update" => {
                let changes = rule.words().map(|word| match word {
                    "no_set" => quote!(rules::rule::UpdateRule::NoSet),
                    "no_unset" => quote!(rules::rule::UpdateRule::NoUnset),
                    _ => quote!(rules::rule::UpdateRule::NoModify),
                });
                // a struct that is always there is never unset
                let (unset, old_unset) = match &place.ty {
                    Resolved::Struct(_) => (quote!(false), quote!(old.map(|_| false))),
                    _ => (unset.clone(), quote!(old.map(|value| #unset))),
                };
                quote!(rules::rule::update(errors, path, #unset, #old_unset, &[#(#changes),*]))
            }
            _ => {
                let (function, limit) = (ident(&rule.name), self.size(rule)?);
                quote!(rules::list::#function(errors, path, value.len(), #limit))
            }
        })
    }

    /// Rules on what is inside of options and boxes.
    fn on_bare(&self, place: &Place<'a>, ty: &Resolved<'a>, late: &[Leaf]) -> Result<TokenStream, EmitError> {
        match ty {
            Resolved::Optional(inner) => {
                let checks = self.on_bare(place, inner, late)?;
                if checks.is_empty() {
                    return Ok(checks);
                }
                Ok(quote! {
                    if let Some(value) = value {
                        let old = old.and_then(Option::as_ref);
                        #checks
                    }
                })
            }
            Resolved::Boxed(inner) => {
                let checks = self.on_bare(place, inner, late)?;
                if checks.is_empty() {
                    return Ok(checks);
                }
                Ok(quote! {
                    let (value, old) = (&**value, old.map(|old| &**old));
                    #checks
                })
            }
            _ => {
                let mut checks = TokenStream::new();
                for leaf in late {
                    let check = self.check(place, ty, &leaf.rule)?;
                    if !check.is_empty() {
                        checks.extend(leaf.guard(check));
                    }
                }
                checks.extend(self.list_unions(ty, place, late)?);
                Ok(checks)
            }
        }
    }

    /// One rule that does not end the others.
    fn check(&self, place: &Place<'a>, ty: &Resolved<'a>, rule: &Rule) -> Result<TokenStream, EmitError> {
        let name = rule.name.as_str();
        let function = ident(name);
        Ok(match name {
            "min" | "max" | "exclusive_min" | "exclusive_max" | "multiple_of" => {
                let limit = self.number(ty, rule)?;
                quote!(rules::rule::#function(errors, path, *value, #limit);)
            }
            "values" => {
                let allowed: Vec<Lit> =
                    rule.numbers().map(|digits| self.digits(ty, rule, digits)).collect::<Result<_, _>>()?;
                quote!(rules::rule::values(errors, path, *value, &[#(#allowed),*]);)
            }
            "min_len" | "max_len" | "max_bytes" => {
                let limit = self.size(rule)?;
                quote!(rules::text::#function(errors, path, value.as_str(), #limit);)
            }
            "pattern" => {
                let pattern = rule.text().unwrap_or_default();
                quote! {
                    {
                        static PATTERN: rules::text::Pattern = rules::text::Pattern::new(#pattern);
                        rules::text::pattern(errors, path, value.as_str(), &PATTERN);
                    }
                }
            }
            "format" => {
                let function = rule.text().and_then(format_function).map(ident);
                quote!(rules::format::#function(errors, path, value.as_str());)
            }
            "closed" => {
                let allowed = enum_of(ty).map_or_else(|| quote!(|_| true), exclusions);
                quote!(rules::rule::closed(errors, path, value.as_str(), rules::rule::values_of(value), #allowed);)
            }
            "enum_exclude" => {
                let excluded: Vec<_> = rule.words().collect();
                if excluded.is_empty() {
                    return Err(self.error("`enum_exclude` on a field names the values"));
                }
                quote! {
                    if matches!(value.as_str(), #(#excluded)|*) {
                        let values = rules::rule::values_of(value);
                        rules::rule::closed(errors, path, value.as_str(), values, |text| !matches!(text, #(#excluded)|*));
                    }
                }
            }
            "not_equal" => self.not_equal(ty, rule)?,
            "unique" => self.unique(place, ty, rule)?,
            "each" => self.each(place, ty, &inner_rules(rule))?,
            "each_key" => self.each_key(place, &inner_rules(rule))?,
            "item" => self.item(place, ty, rule)?,
            "field" => self.subfield(place, ty, rule)?,
            // these are looked at together, with the type's unions; `optional` says when nothing is checked
            "member" | "zero_or_one_of_member" | "discriminator" | "optional" => TokenStream::new(),
            other => return Err(self.error(format!("`{other}` makes no check here"))),
        })
    }

    fn size(&self, rule: &Rule) -> Result<Lit, EmitError> {
        let size = rule.int().and_then(|size| u64::try_from(size).ok());
        size.map(Lit::u64_unsuffixed).ok_or_else(|| self.error(format!("`{}` takes a number from 0 on", rule.name)))
    }

    /// A number as a literal of the value's type.
    fn number(&self, ty: &Resolved<'_>, rule: &Rule) -> Result<Lit, EmitError> {
        match rule.literal() {
            Some(Literal::Number(digits)) => self.digits(ty, rule, digits),
            _ => Err(self.error(format!("`{rule}` does not fit the field's type"))),
        }
    }

    fn digits(&self, ty: &Resolved<'_>, rule: &Rule, digits: &str) -> Result<Lit, EmitError> {
        let misfit = || self.error(format!("`{rule}` does not fit the field's type"));
        match ty {
            Resolved::Scalar(Scalar::F64) => digits.parse().map(Lit::f64_unsuffixed).map_err(|_| misfit()),
            Resolved::Scalar(Scalar::I32) => digits.parse().map(Lit::i32_unsuffixed).map_err(|_| misfit()),
            Resolved::Scalar(Scalar::I64) | Resolved::Unknown(_) => {
                digits.parse().map(Lit::i64_unsuffixed).map_err(|_| misfit())
            }
            _ => Err(misfit()),
        }
    }

    fn not_equal(&self, ty: &Resolved<'_>, rule: &Rule) -> Result<TokenStream, EmitError> {
        let misfit = || self.error(format!("`{rule}` does not fit the field's type"));
        let is_text = matches!(ty, Resolved::Scalar(Scalar::String) | Resolved::Enum(_));
        let (is_equal, shown) = match rule.literal() {
            Some(Literal::Text(text)) if is_text || matches!(ty, Resolved::Unknown(_)) => {
                (quote!(value.as_str() == #text), quote!(#text.into()))
            }
            Some(Literal::Number(_)) => {
                let number = self.number(ty, rule)?;
                (quote!(*value == #number), quote!((*value).into()))
            }
            Some(Literal::Bool(bool)) if matches!(ty, Resolved::Scalar(Scalar::Bool)) => {
                let is_equal = if *bool { quote!(*value) } else { quote!(!*value) };
                (is_equal, quote!((*value).into()))
            }
            Some(Literal::Path(path)) => {
                let path = tokens(path);
                match is_text {
                    true => (quote!(value.as_str() == #path), quote!(value.as_str().into())),
                    false => (quote!(*value == #path), quote!((*value).into())),
                }
            }
            _ => return Err(misfit()),
        };
        Ok(quote!(rules::rule::not_equal(errors, path, #is_equal, || #shown);))
    }

    /// Rules on a field of the struct.
    fn subfield(&self, place: &Place<'a>, ty: &Resolved<'a>, rule: &Rule) -> Result<TokenStream, EmitError> {
        let json = rule.leading().unwrap_or_default();
        let (access, sub) = match ty {
            Resolved::Struct(of) => {
                let found = access::find(self.workspace, *of, json)
                    .ok_or_else(|| self.error(format!("`{}` has no field `{json}`", of.ty.name)))?;
                (found.access, Place::of_field(self.workspace, found.package, found.field))
            }
            Resolved::Unknown(_) => {
                let name = access::guess(json);
                let sub = Place { omits: true, ..Place::element(place.package, Resolved::Unknown("")) };
                (quote!(.#name), sub)
            }
            _ => return Err(self.error("`field` goes on a struct")),
        };
        let Some(checks) = self.checks(&sub, &inner_rules(rule))? else { return Ok(TokenStream::new()) };
        let checks = checks.block(false);
        Ok(quote! {
            {
                let (value, old) = (&value #access, old.map(|old| &old #access));
                if rules::changed(value, old) {
                    let path = &path.child(#json);
                    #checks
                }
            }
        })
    }
}

/// When a value that is always there is looked at; `None` for always.
fn given(place: &Place<'_>, leaves: &[Leaf]) -> Option<TokenStream> {
    let given = place.given()?;
    let demands = leaves.iter().filter(|leaf| matches!(leaf.rule.name.as_str(), "present" | "forbidden" | "optional"));
    let demands: Vec<_> = demands.collect();
    if place.omits || demands.iter().any(|leaf| leaf.condition().is_none()) {
        return Some(given);
    }
    (!demands.is_empty()).then(|| {
        let negated = demands.iter().map(|leaf| leaf.negated());
        quote!((#(#negated)&&* || #given))
    })
}

fn enum_of<'e>(ty: &Resolved<'e>) -> Option<&'e Enum> {
    match ty {
        Resolved::Enum(of) => match &of.ty.def {
            TypeDef::Enum(def) => Some(def),
            TypeDef::Struct(_) | TypeDef::Alias(_) => None,
        },
        _ => None,
    }
}
