//! What the hand-written value types have in common.

/// Implements the traits that follow from a value's JSON form and from its having no defaults of its own.
macro_rules! leaf_type {
    ($type:ty) => {
        impl $crate::DeepCopy for $type {
            fn deep_copy_into(&self, target: &mut Self) {
                target.clone_from(self);
            }
        }

        impl $crate::Defaulted for $type {
            fn set_defaults(&mut self) {}
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::codec::serde_bridge::serialize(self, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::codec::serde_bridge::deserialize(deserializer)
            }
        }
    };
}

pub(crate) use leaf_type;
