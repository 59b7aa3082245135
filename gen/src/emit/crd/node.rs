//! The schema of one type, with references to the types that it holds.

use kubeforge_structural::{ERROR, Fields, SELECTABLE, TYPE, VALUES, leaf, overlay};
use serde_json::{Value, json};

use super::{
    Gates,
    rules::{Said, Subject, effective, inner, is_present, said},
    shape::{Shape, values},
    unions::{Member, unions},
};
use crate::{
    emit::{
        EmitError, Resolved, TypeIn, Workspace,
        openapi::{API_VERSION_DOCS, KIND_DOCS, plain},
        register::is_object_kind,
    },
    model::{DefaultValue, Enum, Field, ListType, Rule, Scalar, TypeDef},
};

/// What a schema refers to.
#[derive(Clone, Debug)]
pub(super) enum Reference<'a> {
    /// A type of the workspace.
    Type(TypeIn<'a>),
    /// A type that only the compiler sees, by its path.
    Unknown(&'a str),
    /// `schema_with = "…"`: a function that returns a schema.
    Function(&'a str),
    /// `schemars`: a type with schemars' `JsonSchema`, by its path.
    Schemars(&'a str),
}

/// A type's schema.
pub(super) struct TypeSchema<'a> {
    /// The schema, with numbers of references.
    pub(super) json: Value,
    /// The references.
    pub(super) refs: Vec<Reference<'a>>,
    /// What can't be said in a schema; its place in the schema says so as well.
    pub(super) errors: Vec<EmitError>,
    /// References that only the compiler can follow.
    pub(super) foreign: Vec<EmitError>,
}

/// The schema of a struct or enum.
pub(super) fn of_type<'a>(of: TypeIn<'a>, workspace: &'a Workspace) -> TypeSchema<'a> {
    let gates = &of.package.crd_gates;
    let mut builder = Builder { root: of, workspace, gates, refs: Vec::new(), errors: Vec::new(), foreign: Vec::new() };
    let json = match &of.ty.def {
        TypeDef::Struct(_) => builder.of_struct(),
        TypeDef::Enum(def) => builder.of_enum(def),
        TypeDef::Alias(_) => Fields::new(),
    };
    let Builder { refs, errors, foreign, .. } = builder;
    TypeSchema { json: Value::Object(json), refs, errors, foreign }
}

struct Builder<'a> {
    root: TypeIn<'a>,
    workspace: &'a Workspace,
    gates: &'a Gates,
    refs: Vec<Reference<'a>>,
    errors: Vec<EmitError>,
    foreign: Vec<EmitError>,
}

/// What a struct comes to, while its fields are gone through.
#[derive(Default)]
struct Collected<'a> {
    properties: Fields,
    required: Vec<&'a str>,
    /// Rules on the struct that its fields imply.
    holder: Vec<Value>,
    members: Vec<Member<'a>>,
    /// Rules of the struct and of those that it inlines.
    rules: Vec<&'a Rule>,
}

impl<'a> Builder<'a> {
    fn of_struct(&mut self) -> Fields {
        let of = self.root;
        let mut collected = Collected::default();
        if of.ty.kind.is_some() {
            let text = |docs: &str| json!({"description": docs, "type": "string"});
            collected.properties.insert("apiVersion".to_owned(), text(API_VERSION_DOCS));
            collected.properties.insert("kind".to_owned(), text(KIND_DOCS));
        }
        self.collect(of, &mut collected);
        let Collected { properties, required, holder, members, rules } = collected;
        let mut schema = described(&of.ty.docs);
        schema.insert("type".to_owned(), json!("object"));
        if !properties.is_empty() {
            schema.insert("properties".to_owned(), Value::Object(properties));
        }
        if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        if of.ty.atomic {
            schema.insert("x-kubernetes-map-type".to_owned(), json!("atomic"));
        }
        let said = said(&rules, &Subject::of(Shape::Object), self.gates);
        schema = self.take(schema, said, None, &mut Vec::new());
        let (mut schema, errors) = unions(schema, &rules, &members, self.gates);
        for (json, message) in errors {
            let field = of.fields().iter().find(|field| field.json == json);
            let message = if field.is_some() { message } else { format!("{json}: {message}") };
            schema = self.fail(schema, field, message, Some("say it with `cel`"));
        }
        if holder.is_empty() {
            return schema;
        }
        overlay(schema, Fields::from_iter([("x-kubernetes-validations".to_owned(), Value::Array(holder))]))
    }

    fn of_enum(&mut self, def: &Enum) -> Fields {
        let ty = self.root.ty;
        let mut schema = described(&ty.docs);
        schema.insert("type".to_owned(), json!("string"));
        let rules = effective(&ty.rules, self.gates);
        let (closed, rules): (Vec<&Rule>, Vec<&Rule>) = rules.into_iter().partition(|rule| rule.name == "closed");
        let key = if def.open && closed.is_empty() { VALUES } else { "enum" };
        schema.insert(key.to_owned(), json!(values(def, self.gates)));
        let said = said(&rules, &Subject::of(Shape::Text), self.gates);
        self.take(schema, said, None, &mut Vec::new())
    }

    /// Lays over `schema` what rules say, and keeps what they can't say.
    fn take(&mut self, mut schema: Fields, said: Said, field: Option<&Field>, holder: &mut Vec<Value>) -> Fields {
        let Said { schema: over, holder: more, errors } = said;
        for message in errors {
            schema = self.fail(schema, field, message, None);
        }
        holder.extend(more);
        overlay(schema, over)
    }

    fn fail(&mut self, mut schema: Fields, field: Option<&Field>, message: String, hint: Option<&str>) -> Fields {
        let place = field.map_or_else(String::new, |field| format!("{}: ", field.json));
        schema.insert(ERROR.to_owned(), json!(format!("{place}{message}")));
        self.errors.push(self.error(field, message, hint));
        schema
    }

    fn error(&self, field: Option<&Field>, message: String, hint: Option<&str>) -> EmitError {
        let field = field.map(|field| field.name.clone());
        EmitError { type_name: self.root.ty.name.clone(), field, message, hint: hint.map(str::to_owned) }
    }

    /// The properties of `at`'s fields, with those of inlined structs among them.
    fn collect(&mut self, at: TypeIn<'a>, into: &mut Collected<'a>) {
        into.rules.extend(effective(&at.ty.rules, self.gates));
        for field in at.fields() {
            let is_off = field.gate.as_ref().is_some_and(|gate| !self.gates.contains(gate));
            let rules = effective(&field.rules, self.gates);
            if is_off || rules.iter().any(|rule| rule.name == "forbidden") {
                continue;
            }
            let ty = self.workspace.resolve(at.package, &field.ty);
            if field.inline {
                // where it is not known, the emitters of codecs say so
                if let Resolved::Struct(inner) = ty {
                    self.collect(inner, into);
                }
                continue;
            }
            if field.required || is_present(&rules) {
                into.required.push(&field.json);
            }
            let is_metadata = field.json == "metadata" && is_object_kind(self.root);
            let schema = match is_metadata {
                true => Fields::from_iter([("type".to_owned(), json!("object"))]),
                false => self.field(field, &ty, &rules, &mut into.holder),
            };
            into.properties.insert(field.json.clone(), Value::Object(schema));
            into.members.push(Member { json: &field.json, rules });
        }
    }

    fn field(&mut self, field: &'a Field, ty: &Resolved<'a>, rules: &[&'a Rule], holder: &mut Vec<Value>) -> Fields {
        let schema = self.value(Some(field), ty, rules, field, holder);
        let mut over = described(&field.docs);
        if field.deprecated && !field.docs.contains("eprecated") {
            let docs = plain(&format!("{}\n\nDeprecated.", field.docs));
            over.insert("description".to_owned(), json!(docs));
        }
        match &field.default {
            Some(DefaultValue::Json(text)) => {
                over.insert("default".to_owned(), serde_json::from_str(text).unwrap_or_default());
            }
            Some(DefaultValue::Path(path)) => {
                let message = format!("the default is a constant, `{path}`, whose value is not known here");
                over = self.fail(over, Some(field), message, Some("write the value out"));
            }
            None => {}
        }
        let mut set = |key: &str, value: Value| drop(over.insert(key.to_owned(), value));
        if field.nullable {
            set("nullable", json!(true));
        }
        match &field.list {
            None => {}
            Some(ListType::Atomic) => set("x-kubernetes-list-type", json!("atomic")),
            Some(ListType::Set) => set("x-kubernetes-list-type", json!("set")),
            Some(ListType::Map(keys)) => {
                set("x-kubernetes-list-type", json!("map"));
                set("x-kubernetes-list-map-keys", json!(keys));
            }
        }
        if field.atomic_map || field.atomic {
            set("x-kubernetes-map-type", json!("atomic"));
        } else if field.granular_map {
            set("x-kubernetes-map-type", json!("granular"));
        }
        if field.selectable {
            set(SELECTABLE, json!(true));
        }
        overlay(schema, over)
    }

    /// The schema of a value: a field's (`field`), or an element's of what the field holds (`at`).
    fn value(
        &mut self,
        field: Option<&Field>,
        ty: &Resolved<'a>,
        rules: &[&'a Rule],
        at: &'a Field,
        holder: &mut Vec<Value>,
    ) -> Fields {
        let schema = self.base(ty, rules, at);
        let said = said(rules, &Subject::of_type(ty, rules, field), self.gates);
        self.take(schema, said, Some(at), holder)
    }

    fn base(&mut self, ty: &Resolved<'a>, rules: &[&'a Rule], at: &'a Field) -> Fields {
        let find = |name: &str| rules.iter().find(|rule| rule.name == name).copied();
        let each: Vec<&Rule> = rules.iter().filter(|rule| rule.name == "each").flat_map(|rule| inner(rule)).collect();
        let mut each = effective(each, self.gates);
        if let Some(function) = find("schema_with").and_then(Rule::text) {
            return self.reference(Reference::Function(function), at);
        }
        let schemars = find("schemars");
        if let Some(path) = schemars.and_then(Rule::text) {
            return self.reference(Reference::Schemars(path), at);
        }
        if let Some(name) = find("schema_type").and_then(Rule::text) {
            return Fields::from_iter([("type".to_owned(), json!(name))]);
        }
        if find("schemaless").is_some() {
            return parsed(leaf::ANY);
        }
        if find("int_or_string").is_some() {
            return parsed(leaf::INT_OR_STRING);
        }
        // without a path it is about the type at the core: Vec<T> is a list of what T is
        each.extend(schemars);
        let nothing_inside = each.is_empty() || schemars.is_some() && each.len() == 1;
        match ty.bare() {
            Resolved::List(element) => {
                let items = self.value(None, element, &each, at, &mut Vec::new());
                Fields::from_iter([("type".to_owned(), json!("array")), ("items".to_owned(), Value::Object(items))])
            }
            Resolved::Map(value) => {
                let values = self.value(None, value, &each, at, &mut Vec::new());
                Fields::from_iter([
                    ("type".to_owned(), json!("object")),
                    ("additionalProperties".to_owned(), Value::Object(values)),
                ])
            }
            _ if !nothing_inside => self.fail(
                Fields::new(),
                Some(at),
                "`each` goes on a list or a map".to_owned(),
                Some("write the Vec or BTreeMap out"),
            ),
            Resolved::Struct(of) | Resolved::Enum(of) => self.reference(Reference::Type(*of), at),
            Resolved::Unknown(path) if schemars.is_some() => self.reference(Reference::Schemars(path), at),
            Resolved::Unknown(path) => self.reference(Reference::Unknown(path), at),
            Resolved::Scalar(scalar) => {
                let is_object = find("embedded").is_some();
                parsed(match scalar {
                    Scalar::RawExtension | Scalar::Value if is_object => leaf::ANY_OBJECT,
                    scalar => of_scalar(*scalar),
                })
            }
            Resolved::Optional(_) | Resolved::Boxed(_) => Fields::new(),
        }
    }

    fn reference(&mut self, to: Reference<'a>, at: &Field) -> Fields {
        let known = |other: &Reference<'a>| match (other, &to) {
            (Reference::Type(one), Reference::Type(other)) => is_same(*one, *other),
            (Reference::Unknown(one), Reference::Unknown(other))
            | (Reference::Function(one), Reference::Function(other))
            | (Reference::Schemars(one), Reference::Schemars(other)) => one == other,
            _ => false,
        };
        let number = self.refs.iter().position(known).unwrap_or_else(|| {
            self.refs.push(to.clone());
            self.refs.len() - 1
        });
        let foreign = match &to {
            Reference::Type(_) => None,
            Reference::Unknown(path) if is_object_meta(path) => None,
            Reference::Unknown(path) => Some((
                format!("nothing is known of `{path}`: its package is not in this run"),
                "name the gen.toml of its package with another --config, or say `schemaless`",
            )),
            Reference::Function(_) | Reference::Schemars(_) => Some((
                "only the compiler can ask this type for its schema".to_owned(),
                "derive CustomResource instead, or say `schemaless`",
            )),
        };
        if let Some((message, hint)) = foreign {
            let error = self.error(Some(at), message, Some(hint));
            self.foreign.push(error);
        }
        Fields::from_iter([(TYPE.to_owned(), json!(number))])
    }
}

/// Whether both are the same type.
pub(super) fn is_same(one: TypeIn<'_>, other: TypeIn<'_>) -> bool {
    one.package.module == other.package.module && one.ty.name == other.ty.name
}

/// Metadata is the server's; a schema says of it that it is an object, wherever it stands.
pub(super) fn is_object_meta(path: &str) -> bool {
    path == "kubeforge_machinery::meta::v1::ObjectMeta"
}

fn described(docs: &str) -> Fields {
    let docs = plain(docs);
    (!docs.is_empty()).then(|| ("description".to_owned(), json!(docs))).into_iter().collect()
}

fn parsed(json: &str) -> Fields {
    serde_json::from_str(json).unwrap_or_default()
}

fn of_scalar(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::String => leaf::STRING,
        Scalar::Bool => leaf::BOOL,
        Scalar::I32 => leaf::I32,
        Scalar::I64 => leaf::I64,
        Scalar::F64 => leaf::F64,
        Scalar::ByteString => leaf::BYTES,
        Scalar::Quantity => leaf::QUANTITY,
        Scalar::Time | Scalar::MicroTime => leaf::TIME,
        Scalar::Duration => leaf::DURATION,
        Scalar::IntOrString => leaf::INT_OR_STRING,
        Scalar::RawExtension => leaf::OBJECT,
        Scalar::FieldsV1 => leaf::ANY_OBJECT,
        Scalar::Value => leaf::ANY,
    }
}
