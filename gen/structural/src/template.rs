//! Schemas and CRDs that are compiled into a program.

use std::ptr;

use serde_json::Value;

use crate::{Error, Fields, Node, Source, check, complete, resolve};

/// The schema of one type, as constants.
#[derive(Debug)]
pub struct Template {
    /// The type's name.
    pub name: &'static str,
    /// The schema, as JSON text with numbers of references.
    pub json: &'static str,
    /// The references.
    pub refs: &'static [Ref],
}

/// A reference of a [`Template`].
#[derive(Clone, Copy, Debug)]
pub enum Ref {
    /// Another type's template.
    Type(fn() -> &'static Template),
    /// A function that makes a schema.
    Value(fn() -> Value),
}

impl Source for Ref {
    fn name(&self) -> String {
        match self {
            Ref::Type(template) => template().name.to_owned(),
            Ref::Value(_) => "a function".to_owned(),
        }
    }

    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Ref::Type(one), Ref::Type(other)) => ptr::eq(one(), other()),
            _ => false,
        }
    }

    fn load(&self) -> Result<Node<Self>, Error> {
        match self {
            Ref::Value(schema) => Ok(Node { json: schema(), refs: Vec::new() }),
            Ref::Type(template) => {
                let Template { name, json, refs } = template();
                let json = serde_json::from_str(json).map_err(|error| Error::NoSchema {
                    type_name: (*name).to_owned(),
                    message: format!("the schema is not JSON: {error}"),
                })?;
                Ok(Node { json, refs: refs.to_vec() })
            }
        }
    }
}

/// The CRD of one version of a kind, which is stored. `definition` is everything but the schema, as JSON text.
///
/// # Errors
/// Where the type has no structural schema, or an API server would refuse the CRD.
pub fn build(definition: &str, schema: fn() -> &'static Template) -> Result<Value, Error> {
    let source = Ref::Type(schema);
    let fields: Fields = serde_json::from_str(definition).map_err(|error| Error::NoSchema {
        type_name: source.name(),
        message: format!("the definition is not JSON: {error}"),
    })?;
    let definition = complete(fields, resolve(&source)?);
    let findings = check(&definition);
    if findings.is_empty() { Ok(definition) } else { Err(Error::Refused(findings)) }
}
