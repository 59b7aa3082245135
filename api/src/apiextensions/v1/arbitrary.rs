//! Arbitrary values of the types whose codecs are written by hand.

use kubeforge_machinery::arbitrary::{Arbitrary, Source};

use super::{JSON, JSONSchemaPropsOrArray, JSONSchemaPropsOrBool, JSONSchemaPropsOrStringArray};

impl Arbitrary for JSON {
    fn arbitrary(source: &mut Source<'_>) -> Self {
        Self(source.any())
    }

    fn is_null(&self) -> bool {
        self.0.is_null()
    }
}

impl Arbitrary for JSONSchemaPropsOrArray {
    /// One or the other; JSON has no form for both, and reads neither as absent.
    fn arbitrary(source: &mut Source<'_>) -> Self {
        match source.any() {
            Some(schema) => Self { schema: Some(schema), json_schemas: Vec::new() },
            None => Self { schema: None, json_schemas: source.any() },
        }
    }

    fn is_null(&self) -> bool {
        self.schema.is_none() && self.json_schemas.is_empty()
    }
}

impl Arbitrary for JSONSchemaPropsOrBool {
    /// A schema allows something.
    fn arbitrary(source: &mut Source<'_>) -> Self {
        match source.any() {
            Some(schema) => Self { allows: true, schema: Some(schema) },
            None => Self { allows: source.any(), schema: None },
        }
    }
}

impl Arbitrary for JSONSchemaPropsOrStringArray {
    /// One or the other; JSON has no form for both, and reads neither as absent.
    fn arbitrary(source: &mut Source<'_>) -> Self {
        match source.any() {
            Some(schema) => Self { schema: Some(schema), property: Vec::new() },
            None => Self { schema: None, property: source.any() },
        }
    }

    fn is_null(&self) -> bool {
        self.schema.is_none() && self.property.is_empty()
    }
}
