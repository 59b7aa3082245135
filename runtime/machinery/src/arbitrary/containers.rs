//! Pointers, lists and maps.

use std::collections::BTreeMap;

use super::{Arbitrary, Source};
use crate::NilVec;

impl<T: Arbitrary> Arbitrary for Option<T> {
    fn arbitrary(source: &mut Source<'_>) -> Self {
        source.maybe(T::arbitrary).filter(|value| !value.is_null())
    }

    fn is_null(&self) -> bool {
        self.is_none()
    }
}

impl<T: Arbitrary> Arbitrary for Box<T> {
    fn arbitrary(source: &mut Source<'_>) -> Self {
        Box::new(source.any())
    }

    fn is_null(&self) -> bool {
        (**self).is_null()
    }
}

impl<T: Arbitrary> Arbitrary for Vec<T> {
    fn arbitrary(source: &mut Source<'_>) -> Self {
        source.elements(T::arbitrary).collect()
    }

    fn is_null(&self) -> bool {
        self.is_empty()
    }
}

/// Never empty without being nil: not every wire form could bring that back.
impl<T: Arbitrary> Arbitrary for NilVec<T> {
    fn arbitrary(source: &mut Source<'_>) -> Self {
        source.elements(T::arbitrary).collect()
    }

    fn is_null(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Arbitrary> Arbitrary for BTreeMap<String, T> {
    fn arbitrary(source: &mut Source<'_>) -> Self {
        source.elements(|source| (source.any(), source.any())).collect()
    }

    fn is_null(&self) -> bool {
        self.is_empty()
    }
}
