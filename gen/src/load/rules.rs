//! Validation rules: whether they fit what they stand on.

mod fit;
mod unions;

use super::{spans::Spans, validate::Reach};
use crate::{
    diagnostic::{Diagnostic, Diagnostics, did_you_mean},
    emit,
    model::{Enum, Field, ListType, Literal, Package, Rule, Scalar, Struct, Type, TypeDef, TypeRef},
};

/// Checks the rules of a type and its fields; `packages` are all that were loaded.
pub(super) fn check(
    packages: &[Package],
    package: &Package,
    ty: &Type,
    spans: &Spans,
    reach: Reach,
    diagnostics: &mut Diagnostics,
) {
    let mut check = RuleCheck { packages, package, ty, field: None, marker: "", spans, reach, diagnostics };
    check.of_type();
    if let TypeDef::Struct(def) = &ty.def {
        for field in &def.fields {
            check.field = Some(field);
            check.of_field(field);
        }
        check.field = None;
        check.unions(def);
    }
}

struct RuleCheck<'a, 'd> {
    packages: &'a [Package],
    package: &'a Package,
    ty: &'a Type,
    /// Where to report: the field, and its marker at hand.
    field: Option<&'a Field>,
    marker: &'a str,
    spans: &'a Spans,
    reach: Reach,
    diagnostics: &'d mut Diagnostics,
}

/// What a value is, as rules see it.
#[derive(Clone, Copy)]
enum Seen<'a> {
    Text,
    Number(Scalar),
    Bool,
    List(&'a Package, &'a TypeRef),
    Map(&'a Package, &'a TypeRef),
    Struct(&'a Package, &'a Type, &'a Struct),
    Enum(&'a Enum),
    /// A value with a form of its own, such as a quantity.
    Other,
    /// A type that was not loaded.
    Unknown,
}

impl Seen<'_> {
    /// What to call it.
    fn describe(self) -> &'static str {
        match self {
            Seen::Text => "a text",
            Seen::Number(_) => "a number",
            Seen::Bool => "a boolean",
            Seen::List(..) => "a list",
            Seen::Map(..) => "a map",
            Seen::Struct(..) => "a struct",
            Seen::Enum(_) => "an enum",
            Seen::Other => "a value of another form",
            Seen::Unknown => "a type that is not seen here",
        }
    }
}

impl<'a> RuleCheck<'a, '_> {
    fn report(&mut self, message: impl Into<String>, hint: Option<String>) {
        let field = self.field.map(|field| field.name.as_str());
        let finding: Diagnostic = self.spans.finding((&self.ty.name, field, Some(self.marker)), message, hint);
        self.diagnostics.push(finding);
    }

    /// What a type comes down to, without options, boxes and aliases.
    fn look(&self, package: &'a Package, ty: &'a TypeRef) -> Seen<'a> {
        let (package, name) = match ty {
            TypeRef::Scalar(Scalar::String) => return Seen::Text,
            TypeRef::Scalar(scalar @ (Scalar::I32 | Scalar::I64 | Scalar::F64)) => return Seen::Number(*scalar),
            TypeRef::Scalar(Scalar::Bool) => return Seen::Bool,
            TypeRef::Scalar(_) => return Seen::Other,
            TypeRef::Optional(inner) | TypeRef::Boxed(inner) => return self.look(package, inner),
            TypeRef::List(inner) => return Seen::List(package, inner),
            TypeRef::Map(inner) => return Seen::Map(package, inner),
            TypeRef::Local(name) => (package, name.as_str()),
            TypeRef::Foreign(path) => {
                let Some((module, name)) = path.rsplit_once("::") else { return Seen::Unknown };
                let Some(package) = self.packages.iter().find(|package| package.module == module) else {
                    return Seen::Unknown;
                };
                (package, name)
            }
        };
        let Some(ty) = package.types.get(name) else { return Seen::Unknown };
        match &ty.def {
            TypeDef::Struct(def) => Seen::Struct(package, ty, def),
            TypeDef::Enum(def) => Seen::Enum(def),
            TypeDef::Alias(target) => self.look(package, target),
        }
    }

    /// The field of a struct by JSON name, those of inlined structs included; all names there are, if it has none.
    fn find(&self, package: &'a Package, def: &'a Struct, json: &str) -> Result<(&'a Package, &'a Field), Vec<&'a str>> {
        let mut names = Vec::new();
        for field in &def.fields {
            if !field.inline {
                if field.json == json {
                    return Ok((package, field));
                }
                names.push(field.json.as_str());
                continue;
            }
            if let Seen::Struct(package, _, def) = self.look(package, &field.ty) {
                match self.find(package, def, json) {
                    Ok(found) => return Ok(found),
                    Err(more) => names.extend(more),
                }
            }
        }
        Err(names)
    }

    /// Whether all fields of a struct can be seen.
    fn sees_all(&self, def: &Struct) -> bool {
        self.reach == Reach::All || !def.fields.iter().any(|field| field.inline)
    }

    fn of_type(&mut self) {
        let ty = self.ty;
        for rule in &ty.rules {
            self.marker = &rule.name;
            self.type_rule(rule);
        }
    }

    fn type_rule(&mut self, rule: &'a Rule) {
        match rule.name.as_str() {
            "alpha" | "beta" | "if_enabled" | "if_disabled" => rule.rules().for_each(|inner| self.type_rule(inner)),
            "one_of" | "at_most_one_of" | "at_least_one_of" | "zero_or_one_of" => self.members_exist(rule),
            "closed" if !matches!(self.ty.def, TypeDef::Enum(_)) => self.report("`closed` goes on an enum", None),
            _ => {}
        }
    }

    fn members_exist(&mut self, rule: &'a Rule) {
        let TypeDef::Struct(def) = &self.ty.def else {
            return self.report(format!("`{}` goes on a struct", rule.name), None);
        };
        if !self.sees_all(def) {
            return;
        }
        let mut seen = Vec::new();
        for member in rule.words() {
            match self.find(self.package, def, member) {
                Err(names) => {
                    let message = format!("`{}` has no field `{member}`", self.ty.name);
                    self.report(message, did_you_mean(member, names));
                }
                Ok(_) if seen.contains(&member) => {
                    self.report(format!("`{}` names `{member}` twice", rule.name), None);
                }
                Ok(_) => seen.push(member),
            }
        }
    }

    fn of_field(&mut self, field: &'a Field) {
        for rule in &field.rules {
            self.marker = &rule.name;
            self.rule(self.package, &field.ty, rule, Within::Field(field));
        }
    }
}

/// What a rule stands on.
#[derive(Clone, Copy)]
enum Within<'a> {
    /// A field, or a gate or stage on one.
    Field(&'a Field),
    /// A field under a feature gate.
    Gate(&'a Field),
    /// An element with certain keys.
    Item,
    /// Any other value inside of a field.
    Value,
}
