//! A part of an object, in either of two forms: of a tree, or of a text with an index.

use std::borrow::Cow;

use serde_json::Value;

use super::Tree;
use crate::codec::JsonPlace;

/// A value that is compared with another one. Cheap to copy.
pub trait Part<'t>: Copy {
    /// Whether it is an object.
    fn is_object(self) -> bool;

    /// Whether it is an array.
    fn is_array(self) -> bool;

    /// Whether it is `null`.
    fn is_null(self) -> bool;

    /// An object's fields; nothing of other values.
    fn fields(self) -> impl Iterator<Item = (Cow<'t, str>, Self)>;

    /// An array's elements; nothing of other values.
    fn elements(self) -> impl Iterator<Item = Self>;

    /// Whether the two are known to be equal at a glance. Values that are equal may look different.
    fn looks_like(self, other: Self) -> bool;

    /// Whether the two are equal.
    fn equals(self, other: Self) -> bool;

    /// The value.
    fn value(self) -> Value;
}

impl<'t> Part<'t> for &'t Tree<'_> {
    fn is_object(self) -> bool {
        matches!(self, Tree::Object(_))
    }

    fn is_array(self) -> bool {
        matches!(self, Tree::Array(_))
    }

    fn is_null(self) -> bool {
        matches!(self, Tree::Null)
    }

    fn fields(self) -> impl Iterator<Item = (Cow<'t, str>, Self)> {
        let fields = match self {
            Tree::Object(fields) => fields.as_slice(),
            _ => &[],
        };
        fields.iter().map(|(name, value)| (Cow::Borrowed(name.as_ref()), value))
    }

    fn elements(self) -> impl Iterator<Item = Self> {
        let list = match self {
            Tree::Array(list) => list.as_slice(),
            _ => &[],
        };
        list.iter()
    }

    fn looks_like(self, other: Self) -> bool {
        self == other
    }

    fn equals(self, other: Self) -> bool {
        self == other
    }

    fn value(self) -> Value {
        self.to_value()
    }
}

/// Both texts come from one writer, so what is equal is nearly always written alike.
impl<'t> Part<'t> for JsonPlace<'t> {
    fn is_object(self) -> bool {
        self.is_object()
    }

    fn is_array(self) -> bool {
        self.is_array()
    }

    fn is_null(self) -> bool {
        self.is_null()
    }

    fn fields(self) -> impl Iterator<Item = (Cow<'t, str>, Self)> {
        self.members()
    }

    fn elements(self) -> impl Iterator<Item = Self> {
        self.elements()
    }

    fn looks_like(self, other: Self) -> bool {
        self.text() == other.text()
    }

    fn equals(self, other: Self) -> bool {
        self.looks_like(other) || self.to_tree() == other.to_tree()
    }

    fn value(self) -> Value {
        self.to_tree().to_value()
    }
}
