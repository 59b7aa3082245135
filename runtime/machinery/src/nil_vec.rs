//! A list that remembers whether it was given.

use std::{
    borrow::Cow,
    fmt,
    ops::{Deref, DerefMut},
    slice, vec,
};

use crate::{
    codec::{DecodeError, Json, JsonReader, JsonWriter, Proto, ProtoReader, ProtoWriter, WireType},
    crd::{HasCrdSchema, Template},
    deepcopy::DeepCopy,
    defaulted::Defaulted,
    field::Path,
    validation::declarative::{Findings, Validate, ValidationContext},
};

/// A list that is nil, empty, or filled, as slices are in Go.
///
/// Elsewhere a `Vec` stands for Go's slice, and an empty one for nil. That is enough where nobody can tell the two apart:
/// protobuf, and with it the store, knows no empty list. Until an object is stored they do differ, where a field is
/// written though it is empty (`null` or `[]`: field managers, webhooks, and answers that are never stored see it), and
/// where a default is for lists that were left out and not for empty ones. Such fields have this type.
///
/// Only `[]` in JSON and [`NilVec::given_empty`] make an empty list; a vector or iterator without elements becomes nil.
/// As in Kubernetes' semantic comparison, nil and empty are equal.
#[derive(Clone)]
pub struct NilVec<T>(Option<Vec<T>>);

impl<T> NilVec<T> {
    /// Nil.
    pub const fn new() -> Self {
        Self(None)
    }

    /// The empty list that is not nil.
    pub const fn given_empty() -> Self {
        Self(Some(Vec::new()))
    }

    /// The list of these elements, which is not nil even where there are none.
    pub const fn given(elements: Vec<T>) -> Self {
        Self(Some(elements))
    }

    /// Whether it is nil, and not merely empty.
    pub fn is_nil(&self) -> bool {
        self.0.is_none()
    }

    /// Whether it is empty and not nil.
    pub fn is_given_empty(&self) -> bool {
        self.0.as_ref().is_some_and(Vec::is_empty)
    }

    /// The elements.
    pub fn as_slice(&self) -> &[T] {
        self.0.as_deref().unwrap_or_default()
    }

    /// The elements, as a vector that can grow. It is nil no more.
    pub fn to_mut(&mut self) -> &mut Vec<T> {
        self.0.get_or_insert_default()
    }

    /// Adds an element.
    pub fn push(&mut self, element: T) {
        self.to_mut().push(element);
    }

    /// The elements, taken out.
    pub fn into_vec(self) -> Vec<T> {
        self.0.unwrap_or_default()
    }
}

impl<T> Default for NilVec<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Deref for NilVec<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.as_slice()
    }
}

impl<T> DerefMut for NilVec<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        self.0.as_deref_mut().unwrap_or_default()
    }
}

impl<T: fmt::Debug> fmt::Debug for NilVec<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(elements) => elements.fmt(f),
            None => f.write_str("nil"),
        }
    }
}

impl<T: PartialEq> PartialEq for NilVec<T> {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl<T: Eq> Eq for NilVec<T> {}

impl<T: PartialEq<U>, U> PartialEq<Vec<U>> for NilVec<T> {
    fn eq(&self, other: &Vec<U>) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl<T: PartialEq<U>, U, const N: usize> PartialEq<[U; N]> for NilVec<T> {
    fn eq(&self, other: &[U; N]) -> bool {
        self.as_slice() == other
    }
}

impl<T> From<Vec<T>> for NilVec<T> {
    fn from(elements: Vec<T>) -> Self {
        Self((!elements.is_empty()).then_some(elements))
    }
}

impl<T, const N: usize> From<[T; N]> for NilVec<T> {
    fn from(elements: [T; N]) -> Self {
        Vec::from(elements).into()
    }
}

impl<T> From<NilVec<T>> for Vec<T> {
    fn from(list: NilVec<T>) -> Self {
        list.into_vec()
    }
}

impl<T> FromIterator<T> for NilVec<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        Vec::from_iter(elements).into()
    }
}

impl<T> Extend<T> for NilVec<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, elements: I) {
        let mut elements = elements.into_iter().peekable();
        if elements.peek().is_some() {
            self.to_mut().extend(elements);
        }
    }
}

impl<T> IntoIterator for NilVec<T> {
    type Item = T;
    type IntoIter = vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.into_vec().into_iter()
    }
}

impl<'a, T> IntoIterator for &'a NilVec<T> {
    type Item = &'a T;
    type IntoIter = slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, T> IntoIterator for &'a mut NilVec<T> {
    type Item = &'a mut T;
    type IntoIter = slice::IterMut<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl<T: Json + Default> Json for NilVec<T> {
    fn write_json(&self, w: &mut JsonWriter) {
        match &self.0 {
            Some(elements) if elements.is_empty() => w.raw(b"[]"),
            Some(elements) => elements.write_json(w),
            None => w.raw(b"null"),
        }
    }

    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        if r.null()? {
            self.0 = None;
            return Ok(());
        }
        self.to_mut().read_json(r)
    }

    fn is_empty(&self) -> bool {
        <[T]>::is_empty(self)
    }

    fn go_type() -> Cow<'static, str> {
        Vec::<T>::go_type()
    }
}

impl<T: Proto + Default> Proto for NilVec<T> {
    const WIRE: WireType = T::WIRE;

    fn write_payload(&self, w: &mut ProtoWriter) {
        if let Some(elements) = &self.0 {
            elements.write_payload(w);
        }
    }

    fn read_payload(&mut self, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
        self.to_mut().read_payload(r)
    }

    fn write_tagged(&self, tag: u32, w: &mut ProtoWriter) {
        match &self.0 {
            Some(elements) if elements.is_empty() => w.lose_empty_list(),
            Some(elements) => elements.write_tagged(tag, w),
            None => {}
        }
    }

    fn read_tagged(&mut self, wire: WireType, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
        self.to_mut().read_tagged(wire, r)
    }
}

impl<T: serde::Serialize> serde::Serialize for NilVec<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: serde::Deserialize<'de>> serde::Deserialize<'de> for NilVec<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self)
    }
}

impl<T: DeepCopy> DeepCopy for NilVec<T> {
    fn deep_copy_into(&self, target: &mut Self) {
        self.0.deep_copy_into(&mut target.0);
    }
}

impl<T: Defaulted> Defaulted for NilVec<T> {
    fn set_defaults(&mut self) {
        self.0.set_defaults();
    }
}

impl<T: Validate> Validate for NilVec<T> {
    fn validate(&self, old: Option<&Self>, path: &Path<'_>, ctx: &ValidationContext<'_>, found: &mut Findings) {
        self.0.validate(old.map(|old| &old.0), path, ctx, found);
    }
}

impl<T: HasCrdSchema> HasCrdSchema for NilVec<T> {
    fn crd_schema() -> &'static Template {
        Vec::<T>::crd_schema()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{from_json_slice, from_proto_slice, to_json_vec};

    #[test]
    fn json_tells_nil_from_empty_and_protobuf_forgets_it() {
        for (json, is_nil, loses) in [("null", true, false), ("[]", false, true), (r#"["a"]"#, false, false)] {
            let list: NilVec<String> = from_json_slice(json.as_bytes()).unwrap();
            assert_eq!((list.is_nil(), to_json_vec(&list)), (is_nil, json.into()));
            let mut w = ProtoWriter::new();
            w.field(1, &list);
            assert_eq!(w.has_lost_empty_list(), loses, "{json}");
            let mut back = NilVec::<String>::new();
            if !w.is_empty() {
                back = from_proto_slice(&w.as_bytes()[2..]).map(|text: String| [text].into()).unwrap();
            }
            assert_eq!(back, list);
            assert_eq!(back.is_nil(), list.is_empty());
        }
    }

    #[test]
    fn only_what_is_given_is_not_nil() {
        assert!(NilVec::<i32>::from(vec![]).is_nil());
        assert!([].into_iter().collect::<NilVec<i32>>().is_nil());
        assert!(NilVec::<i32>::given(vec![]).is_given_empty());
        let mut list = NilVec::<i32>::new();
        list.iter_mut().for_each(|element| *element += 1);
        list.extend([]);
        assert!(list.is_nil());
        let mut target = NilVec::from([1]);
        NilVec::given_empty().deep_copy_into(&mut target);
        assert!(target.is_given_empty());
    }

    #[test]
    fn it_is_no_larger_than_a_vector() {
        assert_eq!(size_of::<NilVec<String>>(), size_of::<Vec<String>>());
    }
}
