//! Unions and what tells their members apart.

use std::collections::BTreeMap;

use super::Check;
use crate::model::{Literal, Struct, Type};

impl<'a> Check<'a> {
    /// One field at most names the member that is set: marked on the field, or named by `union(discriminator = …)`.
    pub(super) fn discriminators(&mut self, ty: &'a Type, def: &'a Struct) {
        let mut found: BTreeMap<&str, &str> = BTreeMap::new();
        let named = ty.rules.iter().filter(|rule| rule.name == "union").find_map(|rule| rule.named("discriminator"));
        found.extend(named.and_then(Literal::text).map(|field| ("", field)));
        for field in &def.fields {
            let Some(rule) = field.rules.iter().find(|rule| rule.name == "discriminator") else { continue };
            let union = rule.text().unwrap_or_default();
            match found.insert(union, &field.json) {
                Some(earlier) if earlier != field.json => {
                    let message = format!("a union with two discriminators: `{earlier}` and `{}`", field.json);
                    let hint = "unions are told apart by a name: discriminator = \"name\", member(union = \"name\")";
                    self.report((&ty.name, Some(&field.name), Some("discriminator")), message, Some(hint.into()));
                }
                _ => {}
            }
        }
    }
}
