//! Types that have serde's traits, as fields of API types.

/// Makes an API type of a type that has serde's traits, `Clone`, `Default` and `PartialEq`: it may be the type of a field.
///
/// `serde_type!(Settings)` leaves its schema open: servers keep whatever is there. `serde_type!(schemars Settings)` takes
/// the schema that schemars derives, and needs this crate's feature `schemars`. The type is written as serde writes it,
/// always, unless it is in an `Option`; it has no protobuf form, no defaults or rules of this crate's sort, and server-side apply
/// owns it as one value. What serde refuses to write becomes `null`.
#[macro_export]
macro_rules! serde_type {
    (schemars $name:ident) => {
        $crate::serde_type!(@codec $name);

        impl $crate::crd::HasCrdSchema for $name {
            fn crd_schema() -> &'static $crate::crd::Template {
                static TEMPLATE: $crate::crd::Template = $crate::crd::Template {
                    name: stringify!($name),
                    json: r#"{"$type":0}"#,
                    refs: &[$crate::crd::Ref::Value($crate::crd::schemars_schema::<$name>)],
                };
                &TEMPLATE
            }
        }
    };
    ($name:ident) => {
        $crate::serde_type!(@codec $name);

        impl $crate::crd::HasCrdSchema for $name {
            fn crd_schema() -> &'static $crate::crd::Template {
                static TEMPLATE: $crate::crd::Template = $crate::crd::Template {
                    name: stringify!($name),
                    json: r#"{"x-kubernetes-preserve-unknown-fields":true}"#,
                    refs: &[],
                };
                &TEMPLATE
            }
        }
    };
    (@codec $name:ident) => {
        impl $crate::codec::Json for $name {
            fn write_json(&self, w: &mut $crate::codec::JsonWriter) {
                $crate::codec::Json::write_json(&$crate::expansion::to_value(self), w);
            }

            fn read_json(&mut self, r: &mut $crate::codec::JsonReader<'_>) -> Result<(), $crate::codec::DecodeError> {
                $crate::expansion::read_with_serde(self, r)
            }

            fn go_type() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }

        impl $crate::validation::declarative::Validate for $name {}

        impl $crate::codec::Proto for $name {
            fn write_payload(&self, _w: &mut $crate::codec::ProtoWriter) {}

            fn read_payload(&mut self, r: &mut $crate::codec::ProtoReader<'_>) -> Result<(), $crate::codec::DecodeError> {
                r.take_rest();
                Ok(())
            }
        }

        impl $crate::DeepCopy for $name {
            fn deep_copy_into(&self, target: &mut Self) {
                target.clone_from(self);
            }
        }

        impl $crate::Defaulted for $name {
            fn set_defaults(&mut self) {}
        }

        impl $crate::schema::HasSchema for $name {
            const SHAPE: $crate::schema::Shape = $crate::schema::Shape::Any;
        }

        impl $crate::openapi::HasOpenApi for $name {
            const DEFINITION: &'static str = stringify!($name);

            fn openapi() -> &'static $crate::openapi::OpenApiSchema {
                static SCHEMA: $crate::openapi::OpenApiSchema =
                    $crate::openapi::OpenApiSchema { definition: stringify!($name), json: "{}", refs: &[] };
                &SCHEMA
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use crate::codec::{from_json_slice, to_json_vec};

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    enum Source {
        #[default]
        None,
        File {
            path: String,
        },
    }

    serde_type!(Source);

    #[test]
    fn serde_decides_on_the_form() {
        let source = Source::File { path: "/a".into() };
        let json = to_json_vec(&source);
        assert_eq!(String::from_utf8(json.clone()).unwrap(), r#"{"File":{"path":"/a"}}"#);
        assert_eq!(from_json_slice::<Source>(&json).unwrap(), source);
        let message = from_json_slice::<Source>(br#""Some""#).unwrap_err().to_string();
        assert!(message.contains("unknown variant `Some`"), "{message}");
    }
}
