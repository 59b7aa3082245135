//! Closed sets of strings.
//!
//! The generator writes an enum's texts; what follows from being a string is written here once.

/// An enum whose values are texts, with a variant for texts outside of the set. Generated.
pub trait StringEnum: for<'a> From<&'a str> + Default {
    /// The type's name in Go, for error messages.
    const GO_TYPE: &'static str;
    /// The texts of the set, in declaration order.
    const VALUES: &'static [&'static str];
}

/// Implements the codecs, copying, defaulting and the conversions of strings for a [`StringEnum`].
///
/// The enum has a variant `Other(String)` and inherent `as_str` and `is_empty`.
#[macro_export]
macro_rules! string_enum {
    ($name:ident) => {
        impl Default for $name {
            fn default() -> Self {
                Self::Other(String::new())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                match value {
                    $name::Other(text) => text,
                    value => value.as_str().to_owned(),
                }
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, text: &str) -> bool {
                self.as_str() == text
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, text: &&str) -> bool {
                self.as_str() == *text
            }
        }

        impl $crate::codec::Json for $name {
            fn write_json(&self, w: &mut $crate::codec::JsonWriter) {
                w.string(self.as_str());
            }

            fn write_field(&self, quoted_name: &'static str, w: &mut $crate::codec::JsonWriter) {
                w.string_field(quoted_name, self.as_str());
            }

            fn read_json(&mut self, r: &mut $crate::codec::JsonReader<'_>) -> Result<(), $crate::codec::DecodeError> {
                if let Some(text) = r.str_as(<Self as $crate::string_enum::StringEnum>::GO_TYPE)? {
                    *self = Self::from(text);
                }
                Ok(())
            }

            fn is_empty(&self) -> bool {
                self.as_str().is_empty()
            }

            fn go_type() -> std::borrow::Cow<'static, str> {
                <Self as $crate::string_enum::StringEnum>::GO_TYPE.into()
            }
        }

        impl $crate::codec::Proto for $name {
            fn write_payload(&self, w: &mut $crate::codec::ProtoWriter) {
                w.bytes(self.as_str().as_bytes());
            }

            fn read_payload(
                &mut self,
                r: &mut $crate::codec::ProtoReader<'_>,
            ) -> Result<(), $crate::codec::DecodeError> {
                *self = Self::from(&*String::from_utf8_lossy(r.take_rest()));
                Ok(())
            }

            fn write_tagged(&self, tag: u32, w: &mut $crate::codec::ProtoWriter) {
                w.bytes_field(tag, self.as_str().as_bytes());
            }

            fn read_tagged(
                &mut self,
                wire: $crate::codec::WireType,
                r: &mut $crate::codec::ProtoReader<'_>,
            ) -> Result<(), $crate::codec::DecodeError> {
                *self = Self::from(&*r.text_field(wire)?);
                Ok(())
            }
        }

        impl $crate::deepcopy::DeepCopy for $name {
            fn deep_copy_into(&self, target: &mut Self) {
                target.clone_from(self);
            }
        }

        impl $crate::defaulted::Defaulted for $name {
            fn set_defaults(&mut self) {}
        }

        impl $crate::schema::HasSchema for $name {
            const SHAPE: $crate::schema::Shape = $crate::schema::Shape::Scalar;
        }
    };
}
