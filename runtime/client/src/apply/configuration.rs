//! What all builders have in common.

use std::marker::PhantomData;

use kubeforge_machinery::codec::{Json, to_json_vec};
use serde_json::Value;

/// What is wanted of a value of type [`Of`](Configuration::Of).
pub trait Configuration: Send + Sync {
    /// The type of the API that it is about.
    type Of;

    /// The wanted fields as JSON.
    fn as_value(&self) -> &Value;

    /// The wanted fields as JSON, taken out.
    fn into_value(self) -> Value;
}

/// A configuration that is JSON already, for types without a builder.
#[derive(Debug)]
pub struct Raw<T> {
    value: Value,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Raw<T> {
    fn clone(&self) -> Self {
        Self::new(self.value.clone())
    }
}

impl<T> Raw<T> {
    /// What `value` says is wanted.
    pub fn new(value: Value) -> Self {
        Self { value, of: PhantomData }
    }
}

impl<T: Json> From<&T> for Raw<T> {
    /// All that a typed value says: also the fields that are always written, such as empty structs and zeros without
    /// `omitempty`. The manager will own those.
    fn from(value: &T) -> Self {
        Self::new(serde_json::from_slice(&to_json_vec(value)).unwrap_or_default())
    }
}

impl<T> Configuration for Raw<T> {
    type Of = T;

    fn as_value(&self) -> &Value {
        &self.value
    }

    fn into_value(self) -> Value {
        self.value
    }
}

/// Defines a builder: `configuration!(PodSpecApply of api::PodSpec)`. Generated code adds the methods of its fields.
///
/// A word before the type says what else it gets: `metadata`, methods for what is in its `metadata`; `kind`, these,
/// and extraction; `cluster` and `namespaced`, these, and a constructor with a name, and a namespace.
#[macro_export]
macro_rules! configuration {
    ($name:ident of namespaced $of:ty) => {
        $crate::configuration!(@struct $name, $of);
        $crate::configuration!(@metadata $name);
        $crate::configuration!(@kind $name, $of);

        impl $name {
            /// What is wanted of the object of that name and namespace.
            #[inline]
            pub fn new(name: impl Into<String>, namespace: impl Into<String>) -> Self {
                Self($crate::apply::Fields::of_kind::<$of>()).with_name(name).with_namespace(namespace)
            }
        }
    };
    ($name:ident of cluster $of:ty) => {
        $crate::configuration!(@struct $name, $of);
        $crate::configuration!(@metadata $name);
        $crate::configuration!(@kind $name, $of);

        impl $name {
            /// What is wanted of the object of that name.
            #[inline]
            pub fn new(name: impl Into<String>) -> Self {
                Self($crate::apply::Fields::of_kind::<$of>()).with_name(name)
            }
        }
    };
    ($name:ident of kind $of:ty) => {
        $crate::configuration!(@struct $name, $of);
        $crate::configuration!(@metadata $name);
        $crate::configuration!(@kind $name, $of);

        impl $name {
            /// Nothing but the kind.
            #[inline]
            pub fn new() -> Self {
                Self($crate::apply::Fields::of_kind::<$of>())
            }
        }

        impl Default for $name {
            #[inline]
            fn default() -> Self {
                Self::new()
            }
        }
    };
    ($name:ident of metadata $of:ty) => {
        $crate::configuration!($name of $of);
        $crate::configuration!(@metadata $name);
    };
    ($name:ident of $of:ty) => {
        $crate::configuration!(@struct $name, $of);

        impl $name {
            /// Nothing.
            #[inline]
            pub fn new() -> Self {
                Self($crate::apply::Fields::new())
            }
        }

        impl Default for $name {
            #[inline]
            fn default() -> Self {
                Self::new()
            }
        }
    };
    (@struct $name:ident, $of:ty) => {
        #[doc = concat!(" What is wanted of a [`", stringify!($of), "`].")]
        #[derive(Clone, Debug, PartialEq)]
        #[must_use]
        pub struct $name($crate::apply::Fields);

        impl $name {
            /// A field by its JSON name, for what this builder doesn't know.
            #[inline]
            pub fn with_json(self, name: &str, value: $crate::apply::Value) -> Self {
                Self(self.0.set(name, value))
            }

            /// Without the field of that JSON name: nothing is wanted of it.
            #[inline]
            pub fn without(self, name: &str) -> Self {
                Self(self.0.without(name))
            }
        }

        impl From<$crate::apply::Fields> for $name {
            #[inline]
            fn from(fields: $crate::apply::Fields) -> Self {
                Self(fields)
            }
        }

        impl $crate::apply::Configuration for $name {
            type Of = $of;

            #[inline]
            fn as_value(&self) -> &$crate::apply::Value {
                self.0.as_value()
            }

            #[inline]
            fn into_value(self) -> $crate::apply::Value {
                self.0.into()
            }
        }

        impl $crate::apply::private::Serialize for $name {
            #[inline]
            fn serialize<S: $crate::apply::private::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.as_value().serialize(serializer)
            }
        }
    };
    (@metadata $name:ident) => {
        impl $name {
            /// The name, in its metadata.
            #[inline]
            pub fn with_name(self, name: impl Into<String>) -> Self {
                Self(self.0.metadata(|metadata| metadata.leaf::<String>("name", name)))
            }

            /// The namespace, in its metadata.
            #[inline]
            pub fn with_namespace(self, namespace: impl Into<String>) -> Self {
                Self(self.0.metadata(|metadata| metadata.leaf::<String>("namespace", namespace)))
            }

            /// Adds labels to its metadata.
            #[inline]
            pub fn with_labels(
                self,
                labels: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
            ) -> Self {
                Self(self.0.metadata(|metadata| metadata.leaf_map::<String>("labels", labels)))
            }

            /// Adds annotations to its metadata.
            #[inline]
            pub fn with_annotations(
                self,
                annotations: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
            ) -> Self {
                Self(self.0.metadata(|metadata| metadata.leaf_map::<String>("annotations", annotations)))
            }

            /// Adds finalizers to its metadata.
            #[inline]
            pub fn with_finalizers(self, finalizers: impl IntoIterator<Item = impl Into<String>>) -> Self {
                Self(self.0.metadata(|metadata| metadata.leaves::<String>("finalizers", finalizers)))
            }

            /// Adds owners to its metadata.
            #[inline]
            pub fn with_owner_references(
                self,
                owners: impl IntoIterator<
                    Item = impl $crate::apply::Configuration<Of = $crate::apply::private::OwnerReference>,
                >,
            ) -> Self {
                Self(self.0.metadata(|metadata| metadata.nest_all("ownerReferences", owners)))
            }
        }
    };
    (@kind $name:ident, $of:ty) => {
        impl $name {
            /// What `manager` last applied of `object`: to be changed, and applied again.
            ///
            /// # Errors
            /// Where the record of managed fields can't be read.
            #[inline]
            pub fn extract(object: &$of, manager: &str) -> Result<Self, $crate::apply::ExtractError> {
                Self::extract_subresource(object, manager, "")
            }

            /// What `manager` last applied of the status of `object`.
            ///
            /// # Errors
            /// As [`Self::extract`].
            #[inline]
            pub fn extract_status(object: &$of, manager: &str) -> Result<Self, $crate::apply::ExtractError> {
                Self::extract_subresource(object, manager, "status")
            }

            /// What `manager` last applied through a subresource of `object`.
            ///
            /// # Errors
            /// As [`Self::extract`].
            #[inline]
            pub fn extract_subresource(
                object: &$of,
                manager: &str,
                subresource: &str,
            ) -> Result<Self, $crate::apply::ExtractError> {
                $crate::apply::extract(object, manager, subresource).map(Self)
            }
        }
    };
}
