use std::collections::BTreeMap;

use super::{Findings, ValidationContext, list};
use crate::{field::Path, object::Object};

/// A value with rules. Generated for every API type.
pub trait Validate {
    /// Adds what is wrong with the value, which stands at `path`. `old` is what it replaces, if anything: what is equal
    /// to its old state is taken as valid.
    fn validate(&self, old: Option<&Self>, path: &Path<'_>, ctx: &ValidationContext<'_>, found: &mut Findings) {
        let _no_rules = (old, path, ctx, found);
    }
}

/// Whether a value must be checked: it is new, or differs from what it replaces.
pub fn changed<T: PartialEq>(value: &T, old: Option<&T>) -> bool {
    old.is_none_or(|old| old != value)
}

/// Validates an object that is a `T`; one that is none is left alone. What registration keeps of a kind with rules.
pub fn of_kind<T: Validate + 'static>(
    object: &dyn Object,
    old: Option<&dyn Object>,
    ctx: &ValidationContext<'_>,
    found: &mut Findings,
) {
    if let Some(object) = object.downcast_ref::<T>() {
        let old = old.and_then(|old| old.downcast_ref::<T>());
        object.validate(old, &Path::NIL, ctx, found);
    }
}

/// Says of types that they have no rules.
#[macro_export]
macro_rules! without_rules {
    ($($type:ty),* $(,)?) => {
        $(impl $crate::validation::Validate for $type {})*
    };
}

without_rules!(
    String,
    bool,
    i32,
    i64,
    u32,
    f64,
    serde_json::Value,
    crate::ByteString,
    crate::Duration,
    crate::FieldsV1,
    crate::IntOrString,
    crate::MicroTime,
    crate::Quantity,
    crate::RawExtension,
    crate::Time
);

impl<T: Validate> Validate for Option<T> {
    fn validate(&self, old: Option<&Self>, path: &Path<'_>, ctx: &ValidationContext<'_>, found: &mut Findings) {
        if let Some(value) = self {
            value.validate(old.and_then(Option::as_ref), path, ctx, found);
        }
    }
}

impl<T: Validate> Validate for Box<T> {
    fn validate(&self, old: Option<&Self>, path: &Path<'_>, ctx: &ValidationContext<'_>, found: &mut Findings) {
        (**self).validate(old.map(|old| &**old), path, ctx, found);
    }
}

/// As of a list whose elements nothing identifies: each is new.
impl<T: Validate> Validate for Vec<T> {
    fn validate(&self, _old: Option<&Self>, path: &Path<'_>, ctx: &ValidationContext<'_>, found: &mut Findings) {
        for (index, value) in self.iter().enumerate() {
            value.validate(list::unrelated(value), &path.index(index), ctx, found);
        }
    }
}

impl<T: Validate + PartialEq> Validate for BTreeMap<String, T> {
    fn validate(&self, old: Option<&Self>, path: &Path<'_>, ctx: &ValidationContext<'_>, found: &mut Findings) {
        for (key, value) in self {
            let old = old.and_then(|old| old.get(key));
            if changed(value, old) {
                value.validate(old, &path.key(key), ctx, found);
            }
        }
    }
}
