//! Putting types' schemas into one another.
//!
//! The schema of a type stands alone: where it holds a value of another type, `$type` gives the number of a reference,
//! and the keys beside it are what the holder says of the value. [`resolve`] follows the references. Five more keys
//! are for it, and none of them is left in what it returns.

use serde_json::{Value, json};

use crate::{Error, Fields, docs, leaf, overlay};

/// The number of a reference, in a node.
pub const TYPE: &str = "$type";
/// The greatest length of descriptions here and below.
pub const DOCS: &str = "$docs";
/// The field can be named by field selectors.
pub const SELECTABLE: &str = "$selectable";
/// The values of an enum that allows others.
pub const VALUES: &str = "$values";
/// The enum allows no others here.
pub const CLOSED: &str = "$closed";
/// Why there is no schema.
pub const ERROR: &str = "$error";

const PRESERVE: &str = "x-kubernetes-preserve-unknown-fields";

/// The schema of one type.
#[derive(Clone, Debug)]
pub struct Node<S> {
    /// The schema, with numbers of references.
    pub json: Value,
    /// The references.
    pub refs: Vec<S>,
}

/// Where the schema of a type comes from.
pub trait Source: Clone {
    /// The type's name, for reports.
    fn name(&self) -> String;

    /// Whether both are the same type.
    fn same(&self, other: &Self) -> bool;

    /// Its schema.
    ///
    /// # Errors
    /// Where it has none.
    fn load(&self) -> Result<Node<Self>, Error>;
}

/// A schema without references.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved {
    /// The schema.
    pub schema: Value,
    /// Paths of selectable fields, such as `.spec.color`, sorted.
    pub selectable: Vec<String>,
}

/// Puts the schemas of all types that a type holds in their places.
///
/// # Errors
/// Where a type has no schema, or holds itself. A field or type whose unknown fields are preserved ends a recursion: it
/// is an object of which nothing more is said.
pub fn resolve<S: Source>(source: &S) -> Result<Resolved, Error> {
    let mut schema = Resolver { stack: Vec::new() }.of_type(source)?;
    let mut selectable = Vec::new();
    take_selectable(&mut schema, Some(String::new()), &mut selectable);
    selectable.sort_unstable();
    Ok(Resolved { schema, selectable })
}

struct Resolver<S> {
    /// The types that are being resolved, the outermost first.
    stack: Vec<S>,
}

impl<S: Source> Resolver<S> {
    fn of_type(&mut self, source: &S) -> Result<Value, Error> {
        if let Some(at) = self.stack.iter().position(|holder| holder.same(source)) {
            let types = self.stack[at..].iter().chain([source]).map(Source::name).collect();
            return Err(Error::Cycle { types });
        }
        let Node { json, refs } = source.load()?;
        self.stack.push(source.clone());
        let resolved = self.node(json, &refs);
        self.stack.pop();
        resolved
    }

    fn node(&mut self, node: Value, refs: &[S]) -> Result<Value, Error> {
        let Value::Object(mut fields) = node else { return Ok(node) };
        if let Some(message) = fields.get(ERROR) {
            let type_name = self.stack.last().map(Source::name).unwrap_or_default();
            return Err(Error::NoSchema { type_name, message: message.as_str().unwrap_or_default().to_owned() });
        }
        let most = fields.remove(DOCS).as_ref().and_then(Value::as_u64);
        for (key, value) in &mut fields {
            match (key.as_str(), value) {
                ("properties", Value::Object(properties)) => {
                    for property in properties.values_mut() {
                        *property = self.node(property.take(), refs)?;
                    }
                }
                ("items" | "additionalProperties", value) => *value = self.node(value.take(), refs)?,
                _ => {}
            }
        }
        let mut resolved = match fields.remove(TYPE).as_ref().and_then(Value::as_u64) {
            Some(number) => self.reference(number, fields, refs)?,
            None => Value::Object(fields),
        };
        if let Some(most) = most {
            docs::limit(&mut resolved, usize::try_from(most).unwrap_or(usize::MAX));
        }
        Ok(resolved)
    }

    fn reference(&mut self, number: u64, mut over: Fields, refs: &[S]) -> Result<Value, Error> {
        let source = usize::try_from(number).ok().and_then(|number| refs.get(number)).ok_or_else(|| {
            let type_name = self.stack.last().map(Source::name).unwrap_or_default();
            Error::NoSchema { type_name, message: format!("there is no reference {number}") }
        })?;
        let recurs = self.stack.iter().any(|holder| holder.same(source));
        let base = if recurs && (preserves(&over) || is_preserving(source)?) {
            serde_json::from_str(leaf::ANY_OBJECT).unwrap_or_default()
        } else {
            self.of_type(source)?
        };
        Ok(match base {
            Value::Object(mut base) => {
                let (values, closed) = (base.remove(VALUES), over.remove(CLOSED));
                base.extend(values.filter(|_| closed.is_some()).map(|values| ("enum".to_owned(), values)));
                Value::Object(overlay(base, over))
            }
            other => other,
        })
    }
}

fn preserves(fields: &Fields) -> bool {
    fields.get(PRESERVE) == Some(&json!(true))
}

fn is_preserving<S: Source>(source: &S) -> Result<bool, Error> {
    Ok(matches!(source.load()?.json, Value::Object(fields) if preserves(&fields)))
}

/// Removes the marks of selectable fields. `path` is `None` below lists and maps, where selectors don't reach.
fn take_selectable(schema: &mut Value, path: Option<String>, found: &mut Vec<String>) {
    let Value::Object(fields) = schema else { return };
    if let (Some(_), Some(path)) = (fields.remove(SELECTABLE), &path) {
        found.push(path.clone());
    }
    for (key, value) in fields {
        match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                for (name, property) in properties {
                    take_selectable(property, path.as_ref().map(|path| format!("{path}.{name}")), found);
                }
            }
            ("items" | "additionalProperties", value) => take_selectable(value, None, found),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone)]
    struct Named(&'static str);

    impl Source for Named {
        fn name(&self) -> String {
            self.0.to_owned()
        }

        fn same(&self, other: &Self) -> bool {
            self.0 == other.0
        }

        fn load(&self) -> Result<Node<Self>, Error> {
            let part = |over: Value| json!({"type": "object", "properties": {"a": over}});
            Ok(match self.0 {
                "Text" => Node { json: json!({"type": "string", "description": "Long. Longer."}), refs: Vec::new() },
                "Holder" => Node {
                    json: part(json!({"$type": 0, "maxLength": 3, "$selectable": true, "$docs": 6})),
                    refs: vec![Named("Text")],
                },
                "Mood" => Node { json: json!({"type": "string", "$values": ["Fine"]}), refs: Vec::new() },
                "Moods" => Node {
                    json: json!({"properties": {"any": {"$type": 0}, "known": {"$type": 0, "$closed": true}}}),
                    refs: vec![Named("Mood")],
                },
                "Loop" => Node { json: part(json!({"items": {"$type": 0}})), refs: vec![Named("Knot")] },
                "Knot" => Node { json: part(json!({"$type": 0})), refs: vec![Named("Loop")] },
                "Cut" => Node {
                    json: part(json!({"$type": 0, "description": "d", "x-kubernetes-preserve-unknown-fields": true})),
                    refs: vec![Named("Cut")],
                },
                _ => Node { json: json!({"$error": "why"}), refs: Vec::new() },
            })
        }
    }

    #[test]
    fn references_are_replaced() {
        let resolved = resolve(&Named("Holder")).unwrap();
        let want = json!({"type": "object", "properties": {"a": {
            "type": "string", "description": "Long.", "maxLength": 3,
        }}});
        assert_eq!(resolved, Resolved { schema: want, selectable: vec![".a".into()] });
    }

    #[test]
    fn open_enums_may_be_closed_by_their_holder() {
        let want = json!({"properties": {"any": {"type": "string"}, "known": {"type": "string", "enum": ["Fine"]}}});
        assert_eq!(resolve(&Named("Moods")).unwrap().schema, want);
    }

    #[test]
    fn cycles_are_named_and_may_be_cut() {
        let message = resolve(&Named("Loop")).unwrap_err().to_string();
        assert!(message.ends_with("Loop -> Knot -> Loop"), "{message}");
        let want = json!({"type": "object", "properties": {"a": {
            "type": "object", "description": "d", "x-kubernetes-preserve-unknown-fields": true,
        }}});
        assert_eq!(resolve(&Named("Cut")).unwrap().schema, want);
        assert_eq!(resolve(&Named("Other")).unwrap_err().to_string(), "Other: why");
    }
}
