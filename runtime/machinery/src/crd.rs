//! Custom resource definitions, made in the program that uses the types.
//!
//! ```ignore
//! #[derive(Clone, Debug, Default, PartialEq, Api, CustomResource)]
//! #[api(kind, namespaced, group = "backups.example.com", version = "v1")]
//! struct Backup { metadata: ObjectMeta, spec: BackupSpec }
//!
//! print!("{}", yaml::from_value(&Backup::crd()?));
//! let both = crd::merge_versions([v1alpha1::Backup::crd()?, v1::Backup::crd()?], "v1")?;
//! ```
//!
//! Every API type says its schema ([`HasCrdSchema`]), with references to the types that it holds; [`CustomResource::crd`]
//! puts them into one another. The generator writes the same CRDs into files, by the same code. Of a field of type
//! `ObjectMeta` below the kind's own, a schema says that it is an object, so that servers drop what it holds;
//! `preserve_unknown` on the field keeps it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    ByteString, Duration, FieldsV1, IntOrString, MicroTime, Quantity, RawExtension, Time, meta::v1::ObjectMeta,
};
use kubeforge_structural::leaf;

pub use kubeforge_structural::{
    Error as CrdError, Finding, Ref, Template, check, from_json_schema, merge_versions, newest_first,
};

/// A type that a custom resource may hold. Generated for API types.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no schema for custom resources",
    note = "derive Api on it; on a field of another crate's type, say `schema_with`, `schemars` or `schemaless`"
)]
pub trait HasCrdSchema {
    /// The type's schema.
    fn crd_schema() -> &'static Template;
}

/// A kind with a CustomResourceDefinition. Derived, or generated for packages with `crds` in gen.toml.
pub trait CustomResource: HasCrdSchema {
    /// The definition without its schema, as JSON.
    const DEFINITION: &'static str;

    /// The CustomResourceDefinition, with this version alone. [`merge_versions`] makes one of several.
    ///
    /// # Errors
    /// Where types hold themselves, where a rule has no form in a schema, and where a server would refuse the
    /// definition. All of these are about the types, so that a test that calls this once tells for good.
    fn crd() -> Result<Value, CrdError> {
        kubeforge_structural::build(Self::DEFINITION, Self::crd_schema)
    }
}

macro_rules! leaves {
    ($($type:ty = $json:path;)*) => {
        $(impl HasCrdSchema for $type {
            fn crd_schema() -> &'static Template {
                static TEMPLATE: Template = Template { name: stringify!($type), json: $json, refs: &[] };
                &TEMPLATE
            }
        })*
    };
}

leaves! {
    String = leaf::STRING;
    bool = leaf::BOOL;
    i32 = leaf::I32;
    i64 = leaf::I64;
    f64 = leaf::F64;
    ByteString = leaf::BYTES;
    Quantity = leaf::QUANTITY;
    IntOrString = leaf::INT_OR_STRING;
    Time = leaf::TIME;
    MicroTime = leaf::TIME;
    Duration = leaf::DURATION;
    RawExtension = leaf::OBJECT;
    FieldsV1 = leaf::ANY_OBJECT;
    ObjectMeta = leaf::OBJECT;
    Value = leaf::ANY;
}

impl<T: HasCrdSchema> HasCrdSchema for Option<T> {
    fn crd_schema() -> &'static Template {
        T::crd_schema()
    }
}

impl<T: HasCrdSchema> HasCrdSchema for Box<T> {
    fn crd_schema() -> &'static Template {
        T::crd_schema()
    }
}

impl<T: HasCrdSchema> HasCrdSchema for Vec<T> {
    fn crd_schema() -> &'static Template {
        const {
            &Template {
                name: "Vec",
                json: r#"{"items":{"$type":0},"type":"array"}"#,
                refs: &[Ref::Type(T::crd_schema)],
            }
        }
    }
}

impl<T: HasCrdSchema> HasCrdSchema for BTreeMap<String, T> {
    fn crd_schema() -> &'static Template {
        const {
            &Template {
                name: "BTreeMap",
                json: r#"{"additionalProperties":{"$type":0},"type":"object"}"#,
                refs: &[Ref::Type(T::crd_schema)],
            }
        }
    }
}

/// The structural schema of a type with schemars' `JsonSchema`.
#[cfg(feature = "schemars")]
pub fn schemars_schema<T: schemars::JsonSchema>() -> Value {
    let schema = schemars::SchemaGenerator::default().into_root_schema_for::<T>();
    // an error waits in the schema for whoever puts it into a definition
    from_json_schema(schema.as_value()).unwrap_or_else(|error| serde_json::json!({"$error": error.to_string()}))
}

#[cfg(test)]
mod tests {
    use kubeforge_structural::resolve;
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check<T: HasCrdSchema>(want: Value) {
        assert_eq!(resolve(&Ref::Type(T::crd_schema)).unwrap().schema, want);
    }

    #[test]
    fn collections_hold_what_they_hold() {
        check::<Vec<Option<Box<i32>>>>(json!({"type": "array", "items": {"type": "integer", "format": "int32"}}));
        let texts = json!({"type": "array", "items": {"type": "string"}});
        check::<BTreeMap<String, Vec<String>>>(json!({"type": "object", "additionalProperties": texts}));
        check::<ObjectMeta>(json!({"type": "object"}));
        check::<Value>(json!({"x-kubernetes-preserve-unknown-fields": true}));
    }

    #[test]
    fn types_of_meta_say_their_schemas() {
        use crate::meta::v1::{Condition, LabelSelector};
        let condition = resolve(&Ref::Type(Condition::crd_schema)).unwrap().schema;
        assert_eq!(condition["required"], json!(["type", "status", "lastTransitionTime", "reason", "message"]));
        let selector = resolve(&Ref::Type(LabelSelector::crd_schema)).unwrap().schema;
        assert_eq!(selector["x-kubernetes-map-type"], "atomic");
        assert_eq!(selector["properties"]["matchExpressions"]["items"]["required"], json!(["key", "operator"]));
    }
}
