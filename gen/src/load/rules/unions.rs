//! Whether a struct's unions are whole.

use std::collections::BTreeMap;

use super::{Field, Literal, Rule, RuleCheck, Struct};

/// What the fields say of one union.
#[derive(Default)]
struct Union<'a> {
    discriminators: Vec<(&'a Field, &'a str)>,
    members: Vec<(&'a Field, &'a str)>,
    cases: Vec<(&'a Field, &'a str)>,
}

impl<'a> RuleCheck<'a, '_> {
    /// A union has one discriminator at most, and members; rules for a discriminator's value have a discriminator.
    pub(super) fn unions(&mut self, def: &'a Struct) {
        let mut unions: BTreeMap<&str, Union<'a>> = BTreeMap::new();
        for field in &def.fields {
            for rule in &field.rules {
                collect(field, &rule.name, rule, &mut unions);
            }
        }
        for (name, union) in unions {
            let of = if name.is_empty() { "the type's union".to_owned() } else { format!("union \"{name}\"") };
            if let Some((first, marker)) = union.discriminators.first() {
                if let Some((second, marker)) = union.discriminators.get(1) {
                    let hint = "unions of one type have names: `discriminator = \"…\"`, `member(union = \"…\")`";
                    let message = format!("{of} has a discriminator already: `{}`", first.json);
                    self.report_at(second, marker, message, Some(hint.into()));
                }
                if union.members.is_empty() && union.cases.is_empty() {
                    let hint = Some("mark fields with `member`".to_owned());
                    self.report_at(first, marker, format!("{of} has no members"), hint);
                }
            } else if let Some((field, marker)) = union.cases.first() {
                let hint = Some("mark the field that has the value with `discriminator`".to_owned());
                self.report_at(field, marker, format!("{of} has no discriminator"), hint);
            }
        }
    }

    fn report_at(&mut self, field: &'a Field, marker: &'a str, message: String, hint: Option<String>) {
        (self.field, self.marker) = (Some(field), marker);
        self.report(message, hint);
    }
}

fn collect<'a>(field: &'a Field, marker: &'a str, rule: &'a Rule, unions: &mut BTreeMap<&'a str, Union<'a>>) {
    let named = || {
        let name = rule.named("union").or_else(|| rule.named("discriminator"));
        name.and_then(Literal::text).unwrap_or_default()
    };
    match rule.name.as_str() {
        "alpha" | "beta" => rule.rules().for_each(|inner| collect(field, marker, inner, unions)),
        "discriminator" => {
            let name = rule.text().unwrap_or_default();
            unions.entry(name).or_default().discriminators.push((field, marker));
        }
        "member" if rule.leading().is_some() => {
            unions.entry(named()).or_default().cases.push((field, marker));
        }
        "member" => unions.entry(named()).or_default().members.push((field, marker)),
        _ => {}
    }
}
