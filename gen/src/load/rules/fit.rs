//! Whether a rule fits the value that it is about.

use super::{ListType, Literal, Package, Rule, RuleCheck, Scalar, Seen, TypeRef, Within, did_you_mean, emit};

/// The type of a map's keys.
static KEY: TypeRef = TypeRef::Scalar(Scalar::String);

impl<'a> RuleCheck<'a, '_> {
    /// One rule on a value of a type.
    pub(super) fn rule(&mut self, package: &'a Package, ty: &'a TypeRef, rule: &'a Rule, within: Within<'a>) {
        let seen = self.look(package, ty);
        match rule.name.as_str() {
            "alpha" | "beta" => self.inside(package, ty, rule, within),
            "if_enabled" | "if_disabled" => {
                let within = match within {
                    Within::Field(field) => Within::Gate(field),
                    other => other,
                };
                self.inside(package, ty, rule, within);
            }
            "each" => match seen {
                Seen::List(package, element) | Seen::Map(package, element) => {
                    self.inside(package, element, rule, Within::Value);
                }
                _ => self.misfit(rule, seen, "a list or map"),
            },
            "each_key" => match seen {
                Seen::Map(..) => self.inside(package, &KEY, rule, Within::Value),
                _ => self.misfit(rule, seen, "a map"),
            },
            "item" => self.item(rule, seen),
            "field" => self.subfield(rule, seen),
            "member" if rule.leading().is_some() => self.case(package, ty, rule, within),
            "member" | "zero_or_one_of_member" => self.membership(rule, ty, seen, within),
            "discriminator" => {
                self.belongs_on_field(rule, within);
                self.fits(rule, seen, matches!(seen, Seen::Text | Seen::Enum(_)), "a text or an enum");
            }
            "opaque" => self.belongs_on_field(rule, within),
            _ => self.plain(rule, ty, seen, within),
        }
    }

    fn inside(&mut self, package: &'a Package, ty: &'a TypeRef, rule: &'a Rule, within: Within<'a>) {
        for inner in rule.rules().filter(|inner| inner.name != "since") {
            self.rule(package, ty, inner, within);
        }
    }

    /// A rule that holds no others.
    fn plain(&mut self, rule: &'a Rule, ty: &'a TypeRef, seen: Seen<'a>, within: Within<'a>) {
        let is_text = matches!(seen, Seen::Text | Seen::Enum(_));
        match rule.name.as_str() {
            "min" | "max" | "exclusive_min" | "exclusive_max" | "multiple_of" => self.number(rule, seen),
            "values" if matches!(seen, Seen::Number(_) | Seen::Unknown) => {
                rule.numbers().for_each(|digits| self.digits(rule, digits, seen));
            }
            "values" => self.misfit(rule, seen, "a number"),
            "min_len" | "max_len" | "max_bytes" => {
                self.fits(rule, seen, is_text, "a text");
                self.size(rule);
            }
            "pattern" => {
                self.fits(rule, seen, is_text, "a text");
                self.pattern(rule);
            }
            "format" => self.format(rule, seen, is_text),
            "min_items" | "max_items" => {
                self.fits(rule, seen, matches!(seen, Seen::List(..)), "a list");
                self.size(rule);
            }
            "min_entries" | "max_entries" => {
                self.fits(rule, seen, matches!(seen, Seen::Map(..)), "a map");
                self.size(rule);
            }
            "unique" => self.unique(rule, seen, within),
            "closed" | "enum_exclude" => self.closed(rule, seen),
            "not_equal" => self.not_equal(rule, seen),
            "present" | "forbidden" if is_always_there(ty, seen) => {
                let hint = "make it an Option, or state rules on its fields: `field(\"…\", …)`";
                self.report(format!("`{}` does not fit a struct that is always there", rule.name), Some(hint.into()));
            }
            "update" if is_always_there(ty, seen) && rule.words().any(|word| word != "no_modify") => {
                self.report("a struct that is always there can't be set or unset", Some("`update(no_modify)`".into()));
            }
            _ => {}
        }
    }

    fn misfit(&mut self, rule: &Rule, seen: Seen<'_>, wanted: &str) {
        if matches!(seen, Seen::Unknown) {
            return;
        }
        let message = format!("`{}` goes on {wanted}, and this is {}", rule.name, seen.describe());
        let hint = match (rule.name.as_str(), seen) {
            ("min", Seen::Text) => Some("`min_len` bounds a text".to_owned()),
            ("max", Seen::Text) => Some("`max_len` bounds a text".to_owned()),
            ("min", Seen::List(..)) | ("min_len", Seen::List(..)) => Some("`min_items` bounds a list".to_owned()),
            ("max", Seen::List(..)) => Some("`max_items` bounds a list".to_owned()),
            ("max_len", Seen::Number(_)) => Some("`max` bounds a number".to_owned()),
            ("min_len", Seen::Number(_)) => Some("`min` bounds a number".to_owned()),
            (_, Seen::List(..) | Seen::Map(..)) => Some(format!("on its elements: `each({rule})`")),
            _ => None,
        };
        self.report(message, hint);
    }

    fn fits(&mut self, rule: &Rule, seen: Seen<'_>, fits: bool, wanted: &str) {
        if !fits {
            self.misfit(rule, seen, wanted);
        }
    }

    fn size(&mut self, rule: &Rule) {
        if rule.int().is_none_or(|size| size < 0) {
            self.report(format!("`{}` takes a number from 0 on", rule.name), None);
        }
    }

    fn number(&mut self, rule: &Rule, seen: Seen<'_>) {
        let Some(Literal::Number(digits)) = rule.literal() else { return };
        self.digits(rule, digits, seen);
        if rule.name == "multiple_of" && digits.parse::<f64>().is_ok_and(|of| of <= 0.0) {
            self.report("`multiple_of` takes a number greater than 0", None);
        }
    }

    /// A number in a rule is one of the field's type.
    fn digits(&mut self, rule: &Rule, digits: &str, seen: Seen<'_>) {
        let fits = match seen {
            Seen::Number(Scalar::I32) => digits.parse::<i32>().is_ok(),
            Seen::Number(Scalar::I64) => digits.parse::<i64>().is_ok(),
            Seen::Number(_) | Seen::Unknown => true,
            _ => return self.misfit(rule, seen, "a number"),
        };
        if !fits {
            self.report(format!("{digits} is no value of the field's type"), None);
        }
    }

    fn pattern(&mut self, rule: &Rule) {
        if let Err(error) = regex_syntax::parse(rule.text().unwrap_or_default()) {
            let what = match &error {
                regex_syntax::Error::Parse(error) => error.kind().to_string(),
                regex_syntax::Error::Translate(error) => error.kind().to_string(),
                _ => error.to_string(),
            };
            self.report(format!("no regular expression: {what}"), None);
        }
    }

    fn format(&mut self, rule: &Rule, seen: Seen<'_>, is_text: bool) {
        let format = rule.text().unwrap_or_default();
        if !format.starts_with("k8s-") {
            return;
        }
        self.fits(rule, seen, is_text, "a text");
        if !emit::formats().any(|known| known == format) {
            let all = || format!("there are {}", emit::formats().collect::<Vec<_>>().join(", "));
            let hint = did_you_mean(format, emit::formats()).unwrap_or_else(all);
            self.report(format!("unknown format `{format}`"), Some(hint));
        }
    }

    fn unique(&mut self, rule: &'a Rule, seen: Seen<'a>, within: Within<'a>) {
        let Seen::List(package, element) = seen else { return self.misfit(rule, seen, "a list") };
        let list = match within {
            Within::Field(field) | Within::Gate(field) => field.list.as_ref(),
            Within::Item | Within::Value => None,
        };
        if rule.text() == Some("map") && !matches!(list, Some(ListType::Map(_))) {
            let hint = "`list = map(\"…\")` says them, or `unique(\"…\")`".to_owned();
            self.report("`unique = map` without keys", Some(hint));
        }
        self.keys_exist(package, element, rule.words());
    }

    fn keys_exist(&mut self, package: &'a Package, element: &'a TypeRef, keys: impl Iterator<Item = &'a str>) {
        for key in keys {
            match self.look(package, element) {
                Seen::Struct(package, ty, def) if self.sees_all(def) => {
                    if let Err(names) = self.find(package, def, key) {
                        self.report(format!("`{}` has no field `{key}`", ty.name), did_you_mean(key, names));
                    }
                }
                Seen::Struct(..) | Seen::Unknown => {}
                seen => self.report(format!("{} has no field `{key}`", seen.describe()), None),
            }
        }
    }

    fn closed(&mut self, rule: &Rule, seen: Seen<'_>) {
        let Seen::Enum(def) = seen else { return self.misfit(rule, seen, "an enum") };
        for value in rule.words() {
            let values = || def.variants.iter().map(|variant| variant.value.as_str());
            if !values().any(|known| known == value) {
                self.report(format!("the enum has no value \"{value}\""), did_you_mean(value, values()));
            }
        }
        if rule.name == "enum_exclude" && rule.words().next().is_none() {
            let hint = "for example enum_exclude(\"Old\")".to_owned();
            self.report("`enum_exclude` on a field names the values", Some(hint));
        }
    }

    fn not_equal(&mut self, rule: &Rule, seen: Seen<'_>) {
        let fits = match (rule.literal(), seen) {
            (_, Seen::Unknown) | (Some(Literal::Text(_)), Seen::Text | Seen::Enum(_)) => true,
            (Some(Literal::Path(_)), Seen::Text | Seen::Enum(_) | Seen::Number(_)) => true,
            (Some(Literal::Bool(_)), Seen::Bool) => true,
            (Some(Literal::Number(_)), Seen::Number(_)) => return self.number(rule, seen),
            _ => false,
        };
        if !fits {
            self.report(format!("`{rule}` does not fit {}", seen.describe()), None);
        }
    }

    fn item(&mut self, rule: &'a Rule, seen: Seen<'a>) {
        let Seen::List(package, element) = seen else { return self.misfit(rule, seen, "a list") };
        self.keys_exist(package, element, rule.pairs().map(|(key, _)| key));
        if let Seen::Struct(package, _, def) = self.look(package, element) {
            for (key, wanted) in rule.pairs() {
                let Ok((package, field)) = self.find(package, def, key) else { continue };
                let fits = matches!(
                    (self.look(package, &field.ty), wanted),
                    (Seen::Text | Seen::Enum(_), Literal::Text(_))
                        | (Seen::Number(_), Literal::Number(_))
                        | (Seen::Bool, Literal::Bool(_))
                        | (Seen::Unknown, _)
                );
                if !fits {
                    self.report(format!("`{key}` is never {wanted}"), None);
                }
            }
        }
        self.inside(package, element, rule, Within::Item);
    }

    fn subfield(&mut self, rule: &'a Rule, seen: Seen<'a>) {
        let json = rule.leading().unwrap_or_default();
        match seen {
            Seen::Struct(package, ty, def) => match self.find(package, def, json) {
                Ok((package, field)) => self.inside(package, &field.ty, rule, Within::Value),
                Err(names) if self.sees_all(def) => {
                    self.report(format!("`{}` has no field `{json}`", ty.name), did_you_mean(json, names));
                }
                Err(_) => {}
            },
            Seen::Unknown => {}
            _ => self.misfit(rule, seen, "a struct"),
        }
    }

    /// `member("Value", …)`
    fn case(&mut self, package: &'a Package, ty: &'a TypeRef, rule: &'a Rule, within: Within<'a>) {
        self.belongs_on_field(rule, within);
        let rules: Vec<&Rule> =
            rule.rules().filter(|inner| !matches!(inner.name.as_str(), "union" | "name" | "discriminator")).collect();
        if rules.is_empty() {
            let value = rule.leading().unwrap_or_default();
            let hint = format!("`member = \"{value}\"` makes it a member of a union");
            self.report("what holds while the discriminator has that value?", Some(hint));
        }
        if is_always_there(ty, self.look(package, ty)) {
            let message = "a struct that is always there can't depend on a discriminator";
            self.report(message, Some("make it an Option".into()));
        }
        for inner in rules {
            self.rule(package, ty, inner, Within::Value);
        }
    }

    fn membership(&mut self, rule: &Rule, ty: &TypeRef, seen: Seen<'_>, within: Within<'_>) {
        if rule.rules().any(|inner| !matches!(inner.name.as_str(), "union" | "name" | "discriminator")) {
            let hint = "the value comes first: `member(\"Value\", …)`".to_owned();
            self.report("for which value of the discriminator do these rules hold?", Some(hint));
        }
        match within {
            Within::Field(_) if is_always_there(ty, seen) => {
                let message = "a struct that is always there can't be a member of a union";
                self.report(message, Some("make it an Option".into()));
            }
            Within::Field(_) | Within::Item => {}
            Within::Gate(_) | Within::Value => self.belongs_on_field(rule, within),
        }
    }

    fn belongs_on_field(&mut self, rule: &Rule, within: Within<'_>) {
        match within {
            Within::Field(_) => {}
            Within::Gate(_) => self.report(format!("`{}` does not depend on a feature gate", rule.name), None),
            Within::Item | Within::Value => {
                self.report(format!("`{}` goes on a field, not into another rule", rule.name), None);
            }
        }
    }
}

/// Whether the value is a struct that has no state of being unset.
fn is_always_there(ty: &TypeRef, seen: Seen<'_>) -> bool {
    let is_optional = match ty {
        TypeRef::Optional(_) => true,
        TypeRef::Boxed(inner) => matches!(**inner, TypeRef::Optional(_)),
        _ => false,
    };
    matches!(seen, Seen::Struct(..)) && !is_optional
}
