//! Whether the keywords of a schema fit together, and its rules compile.

use kubeforge_api::apiextensions::v1::{FieldValueErrorReason, JSONSchemaProps, ValidationRule};
use kubeforge_machinery::field::{BadValue, Error, ErrorList, Path};
use serde_json::json;

use super::{
    Before, defaults, field_path,
    internal::{shown_rule, shown_schema},
    plain, structural,
};
use crate::cel::compile::{Context, Costs};

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// Keywords that may stand at the root of a schema with a `status` subresource, in the order of upstream's fields.
const ROOT_KEYWORDS: &str = "Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength \
                             MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties \
                             ExternalDocs Example XPreserveUnknownFields XValidations";

/// Calls `visit` with the schema and all schemas in it.
pub(crate) fn visit(schema: &JSONSchemaProps, visit_one: &mut dyn FnMut(&JSONSchemaProps)) {
    visit_one(schema);
    let items = schema.items.iter().flat_map(|items| items.schema.as_deref().into_iter().chain(&items.json_schemas));
    let lists = schema.all_of.iter().chain(&schema.any_of).chain(&schema.one_of).chain(schema.not.as_deref());
    let maps = schema.properties.values().chain(schema.pattern_properties.values()).chain(schema.definitions.values());
    let additional = schema.additional_properties.iter().chain(&schema.additional_items);
    let additional = additional.filter_map(|additional| additional.schema.as_deref());
    let dependencies = schema.dependencies.values().filter_map(|dependency| dependency.schema.as_deref());
    for inner in items.chain(lists).chain(maps).chain(additional).chain(dependencies) {
        visit(inner, visit_one);
    }
}

/// Checks the schema of a version, or of all.
pub(super) fn check(
    schema: &JSONSchemaProps,
    has_status: bool,
    before: Before<'_>,
    path: &Path<'_>,
    errors: &mut ErrorList,
) {
    let path = path.child("openAPIV3Schema");
    let mut found = ErrorList::new();
    if has_status {
        root_keywords(schema, &path, &mut found);
    }
    if schema.nullable {
        found.push(Error::forbidden(&path.child("nullable"), "nullable cannot be true at the root"));
    }
    let unsupported = structural::unsupported(schema);
    let mut is_sound = false;
    if unsupported.is_none() {
        let mut wrong = structural::check(schema, &path);
        if wrong.is_empty() {
            wrong = defaults::check(schema, &path);
        }
        is_sound = wrong.is_empty();
        found.extend(wrong);
    }
    let unchanged = before.old.is_some_and(|old| {
        old.spec.versions.iter().any(|version| {
            version.schema.as_ref().and_then(|known| known.open_api_v3_schema.as_deref()) == Some(schema)
        })
    });
    let mut costs = Costs::default();
    let context = is_sound.then(|| Context::root(schema));
    let walk = Walk { errors: ErrorList::new(), rule_errors: ErrorList::new(), costs: &mut costs, unchanged };
    let place = Place::default();
    let walk = walk.run(schema, true, &place, context.as_ref(), &path);
    found.extend(walk);
    if let Some(text) = unsupported.filter(|_| found.is_empty()) {
        found.push(Error::invalid(&path, "", text));
    }
    found.extend(costs.errors(&path));
    errors.extend(found);
}

/// Only some keywords may stand at the root, so that the schema of the status can be told apart.
fn root_keywords(schema: &JSONSchemaProps, path: &Path<'_>, errors: &mut ErrorList) {
    let is_set = [
        ("ID", !schema.id.is_empty()),
        ("Schema", !schema.schema.is_empty()),
        ("Ref", schema.ref_.is_some()),
        ("Type", !schema.type_.is_empty()),
        ("Nullable", schema.nullable),
        ("Default", schema.default.is_some()),
        ("Enum", !schema.enum_.is_empty()),
        ("MaxProperties", schema.max_properties.is_some()),
        ("MinProperties", schema.min_properties.is_some()),
        ("AllOf", !schema.all_of.is_empty()),
        ("OneOf", !schema.one_of.is_empty()),
        ("AnyOf", !schema.any_of.is_empty()),
        ("Not", schema.not.is_some()),
        ("AdditionalProperties", schema.additional_properties.is_some()),
        ("PatternProperties", !schema.pattern_properties.is_empty()),
        ("Dependencies", !schema.dependencies.is_empty()),
        ("AdditionalItems", schema.additional_items.is_some()),
        ("Definitions", !schema.definitions.is_empty()),
        ("XEmbeddedResource", schema.x_kubernetes_embedded_resource),
        ("XIntOrString", schema.x_kubernetes_int_or_string),
        ("XListMapKeys", !schema.x_kubernetes_list_map_keys.is_empty()),
        ("XListType", schema.x_kubernetes_list_type.is_some()),
        ("XMapType", schema.x_kubernetes_map_type.is_some()),
    ];
    for (name, _) in is_set.iter().filter(|(_, is_set)| *is_set) {
        if *name == "Type" {
            if schema.type_ == "object" {
                continue;
            }
            let text = "only \"object\" is allowed as the type at the root of the schema if the status subresource is \
                        enabled";
            errors.push(Error::invalid(&path.child("type"), &schema.type_, text));
        } else {
            let text = format!(
                "only [{ROOT_KEYWORDS}] fields are allowed at the root of the schema if the status subresource is enabled"
            );
            errors.push(Error::invalid(path, BadValue::Plain(shown_schema(schema)), text));
        }
        return;
    }
}

/// What is true of the place where a schema stands.
#[derive(Clone, Debug, Default)]
struct Place {
    /// Why defaults may not stand here.
    no_defaults: Option<String>,
    /// It is about `metadata`, `kind` or `apiVersion` of an object.
    in_meta: bool,
    /// The nearest holder whose elements can't be told apart, so that rules can't compare with an earlier state.
    uncorrelatable: Option<String>,
}

impl Place {
    fn below_uncorrelatable(&self, path: &Path<'_>) -> Self {
        let uncorrelatable = self.uncorrelatable.clone().or_else(|| Some(path.to_string()));
        Self { uncorrelatable, ..self.clone() }
    }
}

struct Walk<'a> {
    errors: ErrorList,
    rule_errors: ErrorList,
    costs: &'a mut Costs,
    /// The schema is as it was: what its rules cost is not held against it again.
    unchanged: bool,
}

impl Walk<'_> {
    fn run(
        mut self,
        schema: &JSONSchemaProps,
        is_root: bool,
        place: &Place,
        context: Option<&Context<'_>>,
        path: &Path<'_>,
    ) -> ErrorList {
        self.schema(schema, is_root, place, context, path);
        self.errors.extend(self.rule_errors);
        self.errors
    }

    fn schema(
        &mut self,
        schema: &JSONSchemaProps,
        is_root: bool,
        place: &Place,
        context: Option<&Context<'_>>,
        path: &Path<'_>,
    ) {
        let errors_before = self.errors.len();
        keywords(schema, place, path, &mut self.errors);
        if schema.unique_items {
            let text = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
            self.errors.push(Error::forbidden(&path.child("uniqueItems"), text));
        }
        if let Some(additional) = &schema.additional_properties {
            let path = path.child("additionalProperties");
            if !schema.properties.is_empty() && (!additional.allows || additional.schema.is_some()) {
                let text = "additionalProperties and properties are mutual exclusive";
                self.errors.push(Error::forbidden(&path, text));
            }
            let mut place = place.clone();
            if place.in_meta {
                place.no_defaults = Some("inside additionalProperties applying to object metadata".to_owned());
            }
            if let Some(inner) = additional.schema.as_deref() {
                let context = context.map(|context| context.additional(inner));
                self.schema(inner, false, &place, context.as_ref(), &path);
            }
        }
        for (name, property) in &schema.properties {
            let mut place = place.clone();
            let is_object = is_root || schema.x_kubernetes_embedded_resource;
            if is_object && matches!(name.as_str(), "metadata" | "kind" | "apiVersion") {
                place.in_meta = true;
                if is_root {
                    place.no_defaults = Some(format!("in top-level {name}"));
                }
            }
            let context = context.map(|context| context.property(property));
            self.schema(property, false, &place, context.as_ref(), &path.child("properties").key(name));
        }
        if let Some(not) = &schema.not {
            self.schema(not, false, place, None, &path.child("not"));
        }
        for (name, list) in [("allOf", &schema.all_of), ("oneOf", &schema.one_of), ("anyOf", &schema.any_of)] {
            for (at, inner) in list.iter().enumerate() {
                self.schema(inner, false, place, None, &path.child(name).index(at));
            }
        }
        for (name, inner) in &schema.definitions {
            self.schema(inner, false, place, None, &path.child("definitions").key(name));
        }
        if let Some(items) = &schema.items {
            let is_map = schema.x_kubernetes_list_type.as_deref() == Some("map");
            let place = if is_map { place.clone() } else { place.below_uncorrelatable(path) };
            let path = path.child("items");
            if let Some(inner) = items.schema.as_deref() {
                let context = context.map(|context| context.items(inner));
                self.schema(inner, false, &place, context.as_ref(), &path);
            }
            for (at, inner) in items.json_schemas.iter().enumerate() {
                self.schema(inner, false, &place, None, &path.index(at));
            }
        }
        for (name, dependency) in &schema.dependencies {
            if let Some(inner) = dependency.schema.as_deref() {
                self.schema(inner, false, place, None, &path.child("dependencies").key(name));
            }
        }
        topology(schema, path, &mut self.errors);
        for (at, rule) in schema.x_kubernetes_validations.iter().enumerate() {
            rule_form(rule, schema, &path.child("x-kubernetes-validations").index(at), &mut self.errors);
        }
        if let Some(context) = context.filter(|_| self.errors.len() == errors_before) {
            self.rules(schema, place, context, path);
        }
    }

    /// Compiles the rules of a schema.
    fn rules(&mut self, schema: &JSONSchemaProps, place: &Place, context: &Context<'_>, path: &Path<'_>) {
        if schema.x_kubernetes_validations.is_empty() {
            return;
        }
        let path = path.child("x-kubernetes-validations");
        let Some(visible) = context.visible() else {
            let text = "internal error: failed to construct type information for x-kubernetes-validations rules: unable \
                        to convert structural schema to CEL declarations";
            self.rule_errors.push(Error::internal(&path, text));
            return;
        };
        for (at, rule) in schema.x_kubernetes_validations.iter().enumerate() {
            let path = path.index(at);
            let compiled = visible.compile(rule);
            let (rule_path, message_path) = (path.child("rule"), path.child("messageExpression"));
            let shown = || BadValue::Plain(shown_rule(rule));
            match &compiled.rule {
                Ok(cost) => self.cost("estimated rule cost", *cost, &rule_path),
                Err(text) => self.rule_errors.push(Error::invalid(&rule_path, shown(), text.clone())),
            }
            match &compiled.message {
                None => {}
                Some(Ok(cost)) => self.cost("estimated messageExpression cost", *cost, &message_path),
                Some(Err(text)) => self.rule_errors.push(Error::invalid(&message_path, shown(), text.clone())),
            }
            if compiled.uses_old_self {
                if let Some(holder) = &place.uncorrelatable {
                    let text =
                        format!("oldSelf cannot be used on the uncorrelatable portion of the schema within {holder}");
                    self.rule_errors.push(Error::invalid(&rule_path, &rule.rule, text));
                }
            } else if let Some(optional) = rule.optional_old_self {
                let text = "may not be set if oldSelf is not used in rule";
                self.rule_errors.push(Error::invalid(&path.child("optionalOldSelf"), optional, text));
            }
        }
    }

    fn cost(&mut self, what: &str, cost: u64, path: &Path<'_>) {
        if let Some(text) = Costs::over_limit(what, cost).filter(|_| !self.unchanged) {
            self.rule_errors.push(Error::forbidden(path, text));
        }
        self.costs.observe(path, cost);
    }
}

/// Keywords that a definition's schema may not have, or not here.
fn keywords(schema: &JSONSchemaProps, place: &Place, path: &Path<'_>, errors: &mut ErrorList) {
    if !schema.type_.is_empty() && !TYPES.contains(&schema.type_.as_str()) {
        errors.push(Error::not_supported(&path.child("type"), &schema.type_, &TYPES));
    }
    if let Some(reason) = place.no_defaults.as_ref().filter(|_| schema.default.is_some()) {
        errors.push(Error::forbidden(&path.child("default"), format!("must not be set {reason}")));
    }
    let unsupported = [
        ("id", !schema.id.is_empty()),
        ("additionalItems", schema.additional_items.is_some()),
        ("patternProperties", !schema.pattern_properties.is_empty()),
        ("definitions", !schema.definitions.is_empty()),
        ("dependencies", !schema.dependencies.is_empty()),
        ("$ref", schema.ref_.is_some()),
    ];
    for (name, _) in unsupported.iter().filter(|(_, is_set)| *is_set) {
        errors.push(Error::forbidden(&path.child(name), format!("{name} is not supported")));
    }
    if schema.type_ == "null" {
        let text = "type cannot be set to null, use nullable as an alternative";
        errors.push(Error::forbidden(&path.child("type"), text));
    }
    if schema.items.as_ref().is_some_and(|items| !items.json_schemas.is_empty()) {
        errors.push(Error::forbidden(&path.child("items"), "items must be a schema object and not an array"));
    }
    if place.in_meta && schema.x_kubernetes_embedded_resource {
        let text = "must not be used inside of resource meta";
        errors.push(Error::forbidden(&path.child("x-kubernetes-embedded-resource"), text));
    }
}

/// How elements of lists and maps are told apart.
fn topology(schema: &JSONSchemaProps, path: &Path<'_>, errors: &mut ErrorList) {
    if schema.x_kubernetes_preserve_unknown_fields == Some(false) {
        let path = path.child("x-kubernetes-preserve-unknown-fields");
        errors.push(Error::invalid(&path, false, "must be true or undefined"));
    }
    let mut wrong_type = |wanted: &str, keyword: &str| {
        let text = format!("must be {wanted} if {keyword} is specified");
        errors.push(match schema.type_.as_str() {
            "" => Error::required(&path.child("type"), text),
            type_ => Error::invalid(&path.child("type"), type_, text),
        });
    };
    if schema.x_kubernetes_map_type.is_some() && schema.type_ != "object" {
        wrong_type("object", "x-kubernetes-map-type");
    }
    if let Some(other) =
        schema.x_kubernetes_map_type.as_ref().filter(|type_| !matches!(type_.as_str(), "atomic" | "granular"))
    {
        let path = path.child("x-kubernetes-map-type");
        errors.push(Error::not_supported(&path, other, &["atomic", "granular"]));
    }
    let Some(list_type) = &schema.x_kubernetes_list_type else {
        if !schema.x_kubernetes_list_map_keys.is_empty() {
            let text = "must be map if x-kubernetes-list-map-keys is non-empty";
            errors.push(Error::required(&path.child("x-kubernetes-list-type"), text));
        }
        return;
    };
    let items = schema.items.as_ref().and_then(|items| items.schema.as_deref());
    if schema.type_ != "array" {
        let text = "must be array if x-kubernetes-list-type is specified";
        errors.push(match schema.type_.as_str() {
            "" => Error::required(&path.child("type"), text),
            type_ => Error::invalid(&path.child("type"), type_, text),
        });
    } else if let Some(items) = items.filter(|_| list_type == "set") {
        let path = path.child("items");
        let text = "must be atomic as item of a list with x-kubernetes-list-type=set";
        let shown: BadValue = items.x_kubernetes_list_type.as_ref().into();
        match items.type_.as_str() {
            "array" if items.x_kubernetes_list_type.as_deref().is_some_and(|type_| type_ != "atomic") => {
                errors.push(Error::invalid(&path.child("x-kubernetes-list-type"), shown, text));
            }
            "object" if items.x_kubernetes_map_type.as_deref() != Some("atomic") => {
                errors.push(Error::invalid(&path.child("x-kubernetes-map-type"), shown, text));
            }
            _ => {}
        }
    }
    if !matches!(list_type.as_str(), "atomic" | "set" | "map") {
        let path = path.child("x-kubernetes-list-type");
        errors.push(Error::not_supported(&path, list_type, &["atomic", "set", "map"]));
    }
    if !schema.x_kubernetes_list_map_keys.is_empty() && list_type != "map" {
        let text = "must be map if x-kubernetes-list-map-keys is non-empty";
        errors.push(Error::invalid(&path.child("x-kubernetes-list-type"), list_type, text));
    }
    if list_type == "map" {
        list_map(schema, path, errors);
    }
    if let Some(items) = items.filter(|_| matches!(list_type.as_str(), "set" | "map")) {
        let path = path.child("items");
        if items.nullable {
            let text = format!("cannot be nullable when x-kubernetes-list-type is {list_type}");
            errors.push(Error::forbidden(&path.child("nullable"), text));
        }
        let keys = if list_type == "map" { schema.x_kubernetes_list_map_keys.as_slice() } else { &[] };
        for key in keys {
            let Some(property) = items.properties.get(key) else { continue };
            let properties = path.child("properties");
            let path = properties.key(key);
            if !items.required.contains(key) && property.default.is_none() {
                let text = "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required \
                            property";
                errors.push(Error::required(&path.child("default"), text));
            }
            if property.nullable {
                let text = "this property is in x-kubernetes-list-map-keys, so it cannot be nullable";
                errors.push(Error::forbidden(&path.child("nullable"), text));
            }
        }
    }
}

fn list_map(schema: &JSONSchemaProps, path: &Path<'_>, errors: &mut ErrorList) {
    let keys = &schema.x_kubernetes_list_map_keys;
    let keys_path = path.child("x-kubernetes-list-map-keys");
    if keys.is_empty() {
        errors.push(Error::required(&keys_path, "must not be empty if x-kubernetes-list-type is map"));
    }
    let path = path.child("items");
    let Some(items) = &schema.items else {
        errors.push(Error::required(&path, "must have a schema if x-kubernetes-list-type is map"));
        return;
    };
    let Some(items) = items.schema.as_deref() else {
        let text = "must only have a single schema if x-kubernetes-list-type is map";
        errors.push(Error::invalid(&path, BadValue::Null, text));
        return;
    };
    if items.type_ != "object" {
        let text = "must be object if parent array's x-kubernetes-list-type is map";
        errors.push(Error::invalid(&path.child("type"), &items.type_, text));
        return;
    }
    for (at, key) in keys.iter().enumerate() {
        match items.properties.get(key) {
            Some(property) if matches!(property.type_.as_str(), "array" | "object") => {
                let text = "must be a scalar type if parent array's x-kubernetes-list-type is map";
                errors.push(Error::invalid(&path.child("properties").key(key).child("type"), &items.type_, text));
            }
            Some(_) => {}
            None => {
                let text = "entries must all be names of item properties";
                errors.push(Error::invalid(&keys_path, plain(&json!(keys)), text));
            }
        }
        if keys.iter().take(at).any(|earlier| earlier == key) {
            errors.push(Error::invalid(&keys_path, plain(&json!(keys)), "must not contain duplicate entries"));
        }
    }
}

/// The form of a rule, before it is compiled.
fn rule_form(rule: &ValidationRule, schema: &JSONSchemaProps, path: &Path<'_>, errors: &mut ErrorList) {
    let has_newline = |text: &str| text.contains(['\n', '\r']);
    let (text, message) = (rule.rule.trim(), rule.message.trim());
    let message_path = path.child("message");
    if text.is_empty() {
        errors.push(Error::required(&path.child("rule"), "rule is not specified"));
    } else if !rule.message.is_empty() && message.is_empty() {
        errors.push(Error::invalid(&message_path, &rule.message, "message must be non-empty if specified"));
    } else if has_newline(message) {
        errors.push(Error::invalid(&message_path, &rule.message, "message must not contain line breaks"));
    } else if has_newline(text) && message.is_empty() {
        errors.push(Error::required(&message_path, "message must be specified if rule contains line breaks"));
    }
    if !rule.message_expression.is_empty() && rule.message_expression.trim().is_empty() {
        let text = "messageExpression must be non-empty if specified";
        errors.push(Error::required(&path.child("messageExpression"), text));
    }
    if let Some(reason @ FieldValueErrorReason::Other(_)) = &rule.reason {
        let known = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];
        errors.push(Error::not_supported(&path.child("reason"), reason.to_string(), &known));
    }
    let field_path_path = path.child("fieldPath");
    if rule.field_path.is_empty() {
        return;
    }
    if rule.field_path.trim().is_empty() {
        let text = "fieldPath must be non-empty if specified";
        errors.push(Error::invalid(&field_path_path, &rule.field_path, text));
    }
    if has_newline(&rule.field_path) {
        let text = "fieldPath must not contain line breaks";
        errors.push(Error::invalid(&field_path_path, &rule.field_path, text));
    }
    if field_path::find(&rule.field_path, schema, field_path::Brackets::Allowed).is_err() {
        errors.push(Error::invalid(&field_path_path, &rule.field_path, "fieldPath must be a valid path"));
    }
}

/// Why a pattern does not compile, in the words of Go's regexp.
pub(super) fn pattern_error(pattern: &str) -> Option<String> {
    use regex_syntax::ast::{ErrorKind, parse::Parser};
    let told = |what: &str, part: &str| format!("error parsing regexp: {what}: `{part}`");
    let error = match Parser::new().parse(pattern) {
        Ok(_) => {
            let error = regex::Regex::new(pattern).err()?;
            return Some(told("invalid escape sequence", &error.to_string()));
        }
        Err(error) => error,
    };
    let span = error.span();
    let part = pattern.get(span.start.offset..span.end.offset).unwrap_or(pattern);
    Some(match error.kind() {
        ErrorKind::GroupUnclosed => told("missing closing )", pattern),
        ErrorKind::GroupUnopened => told("unexpected )", pattern),
        ErrorKind::ClassUnclosed => told("missing closing ]", pattern.get(span.start.offset..).unwrap_or(pattern)),
        ErrorKind::ClassRangeInvalid => told("invalid character class range", part),
        ErrorKind::RepetitionMissing => told("missing argument to repetition operator", part),
        ErrorKind::RepetitionCountInvalid => told("invalid repeat count", part),
        ErrorKind::EscapeUnexpectedEof => {
            "error parsing regexp: trailing backslash at end of expression: ``".to_owned()
        }
        ErrorKind::UnsupportedLookAround | ErrorKind::FlagUnrecognized => {
            let from = pattern.get(..span.end.offset).and_then(|head| head.rfind("(?")).unwrap_or(span.start.offset);
            let to = pattern.get(from..).map_or(span.end.offset, |rest| from + rest.len().min(3));
            told("invalid or unsupported Perl syntax", pattern.get(from..to).unwrap_or(part))
        }
        _ => told("invalid escape sequence", part),
    })
}
