//! Filling in what a client left out.

use std::collections::BTreeMap;

/// A value whose unset fields have defaults. Generated for every API type; defaulting twice equals defaulting once.
pub trait Defaulted {
    /// Sets the defaults of unset fields, of nested values first.
    fn set_defaults(&mut self);
}

macro_rules! without_defaults {
    ($($type:ty),*) => {
        $(impl Defaulted for $type {
            fn set_defaults(&mut self) {}
        })*
    };
}

without_defaults!(String, bool, i32, i64, u32, f64);

impl<T: Defaulted> Defaulted for Option<T> {
    fn set_defaults(&mut self) {
        if let Some(value) = self {
            value.set_defaults();
        }
    }
}

impl<T: Defaulted> Defaulted for Box<T> {
    fn set_defaults(&mut self) {
        (**self).set_defaults();
    }
}

impl<T: Defaulted> Defaulted for Vec<T> {
    fn set_defaults(&mut self) {
        for value in self {
            value.set_defaults();
        }
    }
}

impl<T: Defaulted> Defaulted for BTreeMap<String, T> {
    fn set_defaults(&mut self) {
        for value in self.values_mut() {
            value.set_defaults();
        }
    }
}
