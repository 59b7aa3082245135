//! A value's schema: its type.

use super::{Class, Dialect, Hint, Reader, Value, enums::string_values, int_or_string::int_or_string, rules};
use crate::{
    load::document::{At, Node, Object},
    model::{Rule, RuleArg, Scalar, TypeRef},
};

const COMPONENTS: &str = "#/components/schemas/";

impl Reader<'_> {
    /// The type that a schema says, and the rules in it. What belongs to the field stays in the object.
    pub(super) fn value(&mut self, object: &mut Object<'_>, hint: Hint<'_>) -> Option<Value> {
        let (ty, class, mut rules) = match self.reference(object) {
            Some(found) => {
                let (ty, class) = found?;
                (ty, class, Vec::new())
            }
            None => self.described(object, hint)?,
        };
        rules.extend(rules::of_value(object, class));
        rules.extend(rules::cel(object));
        Some(Value { ty, class, rules })
    }

    /// What a component that is no struct stands for.
    pub(crate) fn alias(&mut self, name: &str, object: &mut Object<'_>) -> Option<TypeRef> {
        let value = self.value(object, Hint { holder: name, property: "value" })?;
        // that it is any JSON is in its type
        for rule in value.rules.iter().filter(|rule| rule.name != "schemaless") {
            object.at.lost(format!("another name for a type has no `{}`", rule.name));
        }
        Some(value.ty)
    }

    /// `$ref`, alone or as the only one of `allOf`. The inner `None` is a reference that leads nowhere.
    fn reference(&self, object: &mut Object<'_>) -> Option<Option<(TypeRef, Class)>> {
        let mut at = object.take("$ref");
        if at.is_none()
            && let Some(Node::List(schemas)) = object.peek("allOf")
            && let [only] = &schemas[..]
            && only.get("$ref").is_some()
        {
            let only = object.items("allOf").into_iter().next()?;
            let mut inner = only.object()?;
            at = inner.take("$ref");
            lose_rest(&inner);
        }
        let at = at?;
        let text = at.text()?;
        let Some(definition) = text.strip_prefix(COMPONENTS) else {
            at.error(format!("`{text}` leads out of the document: expected {COMPONENTS}…"));
            return Some(None);
        };
        Some(match self.references.resolve(definition) {
            Ok(found) => Some(found),
            Err(prefix) => {
                at.error(format!(
                    "no package is known for `{prefix}`: list it in a gen.toml given by --config, or say \
                     --foreign {prefix}=crate::its::module"
                ));
                None
            }
        })
    }

    /// A schema in place.
    fn described(&mut self, object: &mut Object<'_>, hint: Hint<'_>) -> Option<(TypeRef, Class, Vec<Rule>)> {
        let scalar = |scalar, class| Some((TypeRef::Scalar(scalar), class, Vec::new()));
        if let Some(found) = int_or_string(object) {
            return scalar(found, Class::Opaque);
        }
        let ty = object.text("type");
        let inferred = match (&ty, object.has("properties"), object.has("items")) {
            (Some(ty), ..) => ty.as_str(),
            (None, true, _) => "object",
            (None, false, true) => "array",
            (None, false, false) => "",
        };
        match inferred {
            "string" => self.text(object, hint),
            "boolean" => scalar(Scalar::Bool, Class::Bool),
            "integer" => {
                let narrow = object.peek("format").and_then(Node::as_text) == Some("int32");
                take_format(object, &["int32", "int64"]);
                scalar(if narrow { Scalar::I32 } else { Scalar::I64 }, Class::Number)
            }
            "number" => {
                take_format(object, &["double"]);
                scalar(Scalar::F64, Class::Number)
            }
            "array" => Some(self.list(object, hint)),
            "object" => self.object(object, hint),
            "" => {
                let mut rules = vec![Rule::flag("schemaless")];
                rules.extend(
                    object.flag("x-kubernetes-preserve-unknown-fields").then(|| Rule::flag("preserve_unknown")),
                );
                rules.extend(object.flag("x-kubernetes-embedded-resource").then(|| Rule::flag("embedded")));
                Some((TypeRef::Scalar(Scalar::Value), Class::Opaque, rules))
            }
            other => {
                object.at.error(format!("`{other}` is no type of a schema"));
                None
            }
        }
    }

    fn text(&mut self, object: &mut Object<'_>, hint: Hint<'_>) -> Option<(TypeRef, Class, Vec<Rule>)> {
        if let Some(values) = string_values(object) {
            let name = self.enumeration(object, &values, hint);
            return Some((TypeRef::Local(name), Class::Text, Vec::new()));
        }
        let (scalar, class) = match object.peek("format").and_then(Node::as_text) {
            Some("byte") => (Scalar::ByteString, Class::Bytes),
            Some("date-time") => (Scalar::Time, Class::Opaque),
            _ => (Scalar::String, Class::Text),
        };
        take_format(object, &["byte", "date-time"]);
        Some((TypeRef::Scalar(scalar), class, Vec::new()))
    }

    fn list(&mut self, object: &mut Object<'_>, hint: Hint<'_>) -> (TypeRef, Class, Vec<Rule>) {
        let (ty, rules) = self.elements(object.take("items"), hint);
        (TypeRef::List(Box::new(ty)), Class::List, rules)
    }

    fn object(&mut self, object: &mut Object<'_>, hint: Hint<'_>) -> Option<(TypeRef, Class, Vec<Rule>)> {
        let mut rules: Vec<Rule> =
            object.flag("x-kubernetes-embedded-resource").then(|| Rule::flag("embedded")).into_iter().collect();
        if object.has("properties") {
            let name = self.structure(object, hint);
            return Some((TypeRef::Local(name), Class::Struct, rules));
        }
        if object.peek("additionalProperties").is_some_and(|values| *values != Node::Bool(false)) {
            let values = object.take("additionalProperties").filter(|values| *values.node != Node::Bool(true));
            let (ty, each) = self.elements(values, hint);
            rules.extend(each);
            return Some((TypeRef::Map(Box::new(ty)), Class::Map, rules));
        }
        if object.flag("x-kubernetes-preserve-unknown-fields") {
            rules.push(Rule::flag("preserve_unknown"));
            return Some((TypeRef::Scalar(Scalar::RawExtension), Class::Opaque, rules));
        }
        if rules.is_empty() && self.dialect == Dialect::Structural {
            let name = self.structure(object, hint);
            return Some((TypeRef::Local(name), Class::Struct, rules));
        }
        let scalar = if rules.is_empty() { Scalar::Value } else { Scalar::RawExtension };
        Some((TypeRef::Scalar(scalar), Class::Opaque, rules))
    }

    /// The type of a list's elements or a map's values, and the rules on each of them. Without a schema they are
    /// any JSON.
    fn elements(&mut self, schema: Option<At<'_>>, hint: Hint<'_>) -> (TypeRef, Vec<Rule>) {
        let any = || (TypeRef::Scalar(Scalar::Value), Vec::new());
        let Some(at) = schema else { return any() };
        let Some(mut object) = at.object() else { return any() };
        let docs = object.has("description");
        let types = self.types.len();
        let Some(value) = self.value(&mut object, hint) else { return any() };
        object.take("description");
        if docs && self.types.len() == types {
            self.dropped_docs += 1;
        }
        // Kubernetes' documents show the elements' zero values as defaults
        if matches!(self.dialect, Dialect::OpenApi { .. })
            && object.peek("default").is_some_and(|default| super::property::is_zero(default, value.class))
        {
            object.take("default");
        }
        lose_rest(&object);
        let rules = value.rules;
        let each = (!rules.is_empty()).then(|| Rule::call("each", rules.into_iter().map(RuleArg::Rule).collect()));
        (value.ty, each.into_iter().collect())
    }
}

/// Consumes a format that the type says already.
pub(super) fn take_format(object: &mut Object<'_>, said: &[&str]) {
    if object.peek("format").and_then(Node::as_text).is_some_and(|format| said.contains(&format)) {
        object.take("format");
    }
}

/// What has no counterpart is reported.
pub(crate) fn lose_rest(object: &Object<'_>) {
    for at in object.rest() {
        at.lost("has no marker");
    }
}
