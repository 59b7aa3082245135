//! `x-kubernetes-unions`.

use std::collections::BTreeMap;

use proc_macro2::{TokenStream, TokenTree};
use serde_json::{Value, json};

use super::{Fields, property::to_value};
use crate::emit::TypeIn;

/// `x-kubernetes-unions`, from the type's `union(…)` rules.
pub(super) fn unions(of: TypeIn<'_>) -> Option<Value> {
    let unions: Vec<Value> =
        of.ty.rules.iter().filter(|rule| rule.name == "union").map(|rule| union(&rule.args)).collect();
    (!unions.is_empty()).then_some(Value::Array(unions))
}

/// One union, from the marker's arguments: `discriminator = "type", "localhostProfile" = "LocalhostProfile"`. A member
/// without a value of the discriminator has its own name, in Go's case.
fn union(args: &str) -> Value {
    let mut tokens: Vec<TokenTree> = args.parse::<TokenStream>().unwrap_or_default().into_iter().collect();
    if let [TokenTree::Group(group)] = tokens.as_slice() {
        tokens = group.stream().into_iter().collect();
    }
    let (mut discriminator, mut members) = (None, BTreeMap::new());
    for argument in tokens.split(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',')) {
        let mut words = argument.iter().filter_map(word);
        match (words.next(), words.next()) {
            (Some(key), Some(value)) if key == "discriminator" => discriminator = Some(value),
            (Some(member), Some(value)) => drop(members.insert(member, value)),
            (Some(member), None) => drop(members.insert(member.clone(), upper_first(&member))),
            (None, _) => {}
        }
    }
    let mut union = Fields::from([("fields-to-discriminateBy", json!(members))]);
    if let Some(discriminator) = discriminator {
        union.insert("discriminator", json!(discriminator));
    }
    to_value(union)
}

/// A name, or a string's text.
fn word(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Ident(word) => Some(word.to_string()),
        TokenTree::Literal(literal) => {
            syn::parse_str::<syn::LitStr>(&literal.to_string()).ok().map(|text| text.value())
        }
        TokenTree::Punct(_) | TokenTree::Group(_) => None,
    }
}

fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
