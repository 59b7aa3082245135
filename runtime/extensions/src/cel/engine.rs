//! The library: parsing, the tree, evaluating. What others see of an expression is here.

use std::sync::{Arc, LazyLock};

use ::cel::{
    Context, Env, Program, Value as CelValue,
    objects::{Key, Map, OptionalValue},
};
use chrono::DateTime;
use serde_json::Value;

use super::{library, names::escape};
use crate::schema::Schema;

pub(super) use ::cel::{
    common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr, IdedExpr, LiteralValue, SelectExpr},
    parser::ParseErrors,
};

static ENV: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut env = Env::stdlib().with_optional_support(true);
    if let Err(err) = library::add(&mut env) {
        unreachable!("a function that there is already: {err}");
    }
    Arc::new(env)
});

/// A parsed expression.
#[derive(Clone)]
pub(super) struct Expression(Arc<Program>);

impl std::fmt::Debug for Expression {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Expression")
    }
}

/// A place in an expression, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// What is wrong at a place, in the form of cel-go: `ERROR: <input>:1:7: …`, the line, and a mark below it.
pub(super) fn told(source: &str, at: Position, what: &str) -> String {
    let line = source.lines().nth(at.line.saturating_sub(1)).unwrap_or_default();
    let dots = ".".repeat(at.column.saturating_sub(1));
    format!("ERROR: <input>:{}:{}: {what}\n | {line}\n | {dots}^", at.line, at.column)
}

impl Expression {
    /// Parses an expression.
    ///
    /// # Errors
    /// All that is wrong with its syntax, in cel-go's form.
    pub(super) fn parse(source: &str) -> Result<Self, String> {
        match ENV.compile(source) {
            Ok(program) => Ok(Self(Arc::new(program))),
            Err(errors) => Err(syntax_errors(source, &errors)),
        }
    }

    /// Its tree, with macros expanded.
    pub(super) fn tree(&self) -> &IdedExpr {
        self.0.expression()
    }

    /// Where a part of the tree stands.
    pub(super) fn position(&self, source: &str, id: u64) -> Position {
        let start = self.0.source_info().offset_for(id).map_or(0, |(start, _)| start as usize);
        let (mut line, mut column) = (1, 1);
        for letter in source.chars().take(start) {
            if letter == '\n' {
                (line, column) = (line + 1, 1);
            } else {
                column += 1;
            }
        }
        Position { line, column }
    }

    /// Whether it names a variable.
    pub(super) fn names(&self, variable: &str) -> bool {
        self.0.references().has_variable(variable)
    }

    /// Its value for `self` and `oldSelf`.
    ///
    /// # Errors
    /// Why it has none, in cel-go's words where these are known.
    pub(super) fn evaluate(&self, scope: &Scope) -> Result<Outcome, String> {
        let mut context = Context::with_env(ENV.clone());
        context.add_variable_from_value("self", scope.this.clone());
        if let Some(old) = &scope.old {
            context.add_variable_from_value("oldSelf", old.clone());
        }
        match self.0.execute(&context) {
            Ok(CelValue::Bool(value)) => Ok(Outcome::Bool(value)),
            Ok(CelValue::String(text)) => Ok(Outcome::Text(text.as_ref().clone())),
            Ok(_) => Ok(Outcome::Other),
            Err(error) => Err(execution_error(&error)),
        }
    }
}

fn syntax_errors(source: &str, errors: &ParseErrors) -> String {
    let one = |error: &::cel::ParseError| {
        let number = |value: isize| usize::try_from(value).unwrap_or(1).max(1);
        told(source, Position { line: number(error.pos.0), column: number(error.pos.1) }, &error.msg)
    };
    errors.errors.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// cel-go's words for what goes wrong when an expression is evaluated.
fn execution_error(error: &::cel::ExecutionError) -> String {
    use ::cel::ExecutionError as E;
    match error {
        E::NoSuchKey(key) => format!("no such key: {key}"),
        E::NoSuchOverload(_) | E::UnsupportedBinaryOperator(..) | E::ValuesNotComparable(..) => {
            "no such overload".to_owned()
        }
        E::DivisionByZero(_) => "division by zero".to_owned(),
        E::RemainderByZero(_) => "modulus by zero".to_owned(),
        E::Overflow(..) => "integer overflow".to_owned(),
        E::IndexOutOfBounds(CelValue::Int(index)) => format!("index out of bounds: {index}"),
        other => other.to_string(),
    }
}

/// What an expression says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Bool(bool),
    Text(String),
    Other,
}

/// The variables of a rule.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    this: CelValue,
    old: Option<CelValue>,
}

/// How a rule sees the old state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OldSelf {
    /// As a value of the schema's type.
    Plain,
    /// As an optional, which may be empty.
    Optional,
}

impl Scope {
    pub(super) fn new(this: &Value, old: Option<&Value>, schema: &Schema, is_root: bool, as_: OldSelf) -> Self {
        let old = old.map(|old| to_cel(old, schema, is_root));
        let old = match as_ {
            OldSelf::Plain => old,
            OldSelf::Optional => {
                let optional = old.map_or_else(OptionalValue::none, OptionalValue::of);
                Some(CelValue::Opaque(Arc::new(optional)))
            }
        };
        Self { this: to_cel(this, schema, is_root), old }
    }
}

/// A value as expressions see it: fields that the schema names, under names that expressions can spell.
fn to_cel(value: &Value, schema: &Schema, is_root: bool) -> CelValue {
    match value {
        Value::Null => CelValue::Null,
        Value::Bool(value) => CelValue::Bool(*value),
        Value::Number(number) => match number.as_i64() {
            Some(value) if schema.type_ != "number" => CelValue::Int(value),
            _ => CelValue::Float(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => text_to_cel(text, schema),
        Value::Array(list) => {
            let items = schema.items.as_deref();
            let known = list.iter().filter_map(|value| Some(to_cel(value, items?, false)));
            CelValue::List(Arc::new(known.collect()))
        }
        Value::Object(fields) => {
            let is_object = is_root || schema.embedded;
            let mut map = std::collections::HashMap::new();
            for (name, value) in fields {
                let is_named = schema.properties.contains_key(name);
                let meta;
                let inner = match name.as_str() {
                    "apiVersion" | "kind" if is_object => &TEXT,
                    "metadata" if is_object => {
                        meta = metadata_schema();
                        &meta
                    }
                    name => match schema.property(name) {
                        Some(inner) => inner,
                        None => continue,
                    },
                };
                let key = if is_named || is_object { escape(name) } else { Some(name.as_str().into()) };
                // null counts as absent in objects with named fields
                let is_absent = value.is_null() && is_named;
                if let Some(key) = key.filter(|_| !is_absent) {
                    map.insert(Key::String(Arc::new(key.into_owned())), to_cel(value, inner, false));
                }
            }
            CelValue::Map(Map { map: Arc::new(map) })
        }
    }
}

static TEXT: LazyLock<Schema> = LazyLock::new(|| Schema { type_: "string".to_owned(), ..Schema::default() });

/// All that expressions see of metadata.
pub(super) fn metadata_schema() -> Schema {
    let names = ["name", "generateName"].map(|name| (name.to_owned(), TEXT.clone()));
    Schema { type_: "object".to_owned(), properties: names.into(), ..Schema::default() }
}

fn text_to_cel(text: &str, schema: &Schema) -> CelValue {
    let plain = || CelValue::String(Arc::new(text.to_owned()));
    match schema.format.as_str() {
        "date-time" => DateTime::parse_from_rfc3339(text).map_or_else(|_| plain(), CelValue::Timestamp),
        "date" => {
            let time = DateTime::parse_from_rfc3339(&format!("{text}T00:00:00Z"));
            time.map_or_else(|_| plain(), CelValue::Timestamp)
        }
        "duration" => match kubeforge_machinery::Duration::parse(text) {
            Ok(duration) => CelValue::Duration(chrono::Duration::nanoseconds(duration.as_nanos())),
            Err(_) => plain(),
        },
        "byte" => {
            use base64::{Engine as _, engine::general_purpose::STANDARD};
            STANDARD.decode(text).map_or_else(|_| plain(), |bytes| CelValue::Bytes(Arc::new(bytes)))
        }
        _ => plain(),
    }
}
