//! What the types with a JSON form of their own have in common.

/// Copies, defaults, rules (there are none) and serde of a type whose JSON and protobuf forms are written by hand.
macro_rules! leaf {
    ($type:ty) => {
        impl DeepCopy for $type {
            fn deep_copy_into(&self, target: &mut Self) {
                target.clone_from(self);
            }
        }

        impl Defaulted for $type {
            fn set_defaults(&mut self) {}
        }

        impl kubeforge_machinery::validation::declarative::Validate for $type {}

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serde_bridge::serialize(self, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                serde_bridge::deserialize(deserializer)
            }
        }
    };
}

pub(super) use leaf;
