//! JSON forms of Rust's own types.

use std::{borrow::Cow, collections::BTreeMap};

use super::{Json, JsonReader, JsonWriter};
use crate::codec::{DecodeError, room::make_room};

impl Json for String {
    fn write_json(&self, w: &mut JsonWriter) {
        w.string(self);
    }

    fn write_field(&self, quoted_name: &'static str, w: &mut JsonWriter) {
        w.string_field(quoted_name, self);
    }

    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        if let Some(text) = r.str()? {
            // not cloned into it: there is rarely memory that could be used again, and looking for it takes longer
            *self = text.to_owned();
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        str::is_empty(self)
    }

    fn go_type() -> Cow<'static, str> {
        "string".into()
    }
}

impl Json for bool {
    fn write_json(&self, w: &mut JsonWriter) {
        w.raw(if *self { b"true" } else { b"false" });
    }

    fn write_field(&self, quoted_name: &'static str, w: &mut JsonWriter) {
        w.bool_field(quoted_name, *self);
    }

    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        if let Some(value) = r.bool()? {
            *self = value;
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        !*self
    }

    fn go_type() -> Cow<'static, str> {
        "bool".into()
    }
}

macro_rules! integer {
    ($rust:ty, $go:literal) => {
        impl Json for $rust {
            fn write_json(&self, w: &mut JsonWriter) {
                w.integer(i64::from(*self));
            }

            fn write_field(&self, quoted_name: &'static str, w: &mut JsonWriter) {
                w.integer_field(quoted_name, i64::from(*self));
            }

            fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
                if let Some(value) = r.integer($go)? {
                    *self = value;
                }
                Ok(())
            }

            fn is_empty(&self) -> bool {
                *self == 0
            }

            fn go_type() -> Cow<'static, str> {
                $go.into()
            }
        }
    };
}

integer!(i32, "int32");
integer!(i64, "int64");
integer!(u32, "uint32");

impl Json for f64 {
    fn write_json(&self, w: &mut JsonWriter) {
        w.float(*self);
    }

    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        let Some(digits) = r.number("float64")? else { return Ok(()) };
        match digits.parse::<f64>() {
            Ok(value) if value.is_finite() => {
                *self = value;
                Ok(())
            }
            _ => {
                let found = format!("number {digits}");
                Err(r.type_error(found, "float64"))
            }
        }
    }

    fn is_empty(&self) -> bool {
        *self == 0.0
    }

    fn go_type() -> Cow<'static, str> {
        "float64".into()
    }
}

impl<T: Json + Default> Json for Option<T> {
    fn write_json(&self, w: &mut JsonWriter) {
        match self {
            Some(value) => value.write_json(w),
            None => w.raw(b"null"),
        }
    }

    fn write_field(&self, quoted_name: &'static str, w: &mut JsonWriter) {
        match self {
            Some(value) => value.write_field(quoted_name, w),
            None => w.null_field(quoted_name),
        }
    }

    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        if r.null()? {
            *self = None;
            return Ok(());
        }
        self.insert(T::default()).read_json(r)
    }

    fn is_empty(&self) -> bool {
        self.is_none()
    }

    fn go_type() -> Cow<'static, str> {
        T::go_type()
    }
}

impl<T: Json> Json for Box<T> {
    fn write_json(&self, w: &mut JsonWriter) {
        (**self).write_json(w);
    }

    fn write_field(&self, quoted_name: &'static str, w: &mut JsonWriter) {
        (**self).write_field(quoted_name, w);
    }

    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        (**self).read_json(r)
    }

    fn is_empty(&self) -> bool {
        (**self).is_empty()
    }

    fn go_type() -> Cow<'static, str> {
        T::go_type()
    }
}

// what is the same for all elements is compiled once

#[cold]
fn list_type(element: Cow<'static, str>) -> Cow<'static, str> {
    format!("[]{element}").into()
}

#[cold]
fn map_type(element: Cow<'static, str>) -> Cow<'static, str> {
    format!("map[string]{element}").into()
}

impl<T: Json + Default> Json for Vec<T> {
    /// An empty list is Go's nil slice, which is written as `null` where it is written at all.
    fn write_json(&self, w: &mut JsonWriter) {
        if Vec::is_empty(self) {
            w.raw(b"null");
            return;
        }
        w.begin_array();
        for value in self {
            value.write_json(w);
            w.comma();
        }
        w.end_array();
    }

    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        self.clear();
        r.array(&Self::go_type, &mut |r| {
            r.charge(size_of::<T>())?;
            // read in place: elements can be large
            make_room(self).push_mut(T::default()).read_json(r)
        })?;
        Ok(())
    }

    fn is_empty(&self) -> bool {
        Vec::is_empty(self)
    }

    fn go_type() -> Cow<'static, str> {
        list_type(T::go_type())
    }
}

impl<T: Json + Default> Json for BTreeMap<String, T> {
    fn write_json(&self, w: &mut JsonWriter) {
        if BTreeMap::is_empty(self) {
            w.raw(b"null");
            return;
        }
        w.begin_object();
        for (key, value) in self {
            w.key(key);
            value.write_json(w);
            w.comma();
        }
        w.end_object();
    }

    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        self.clear();
        r.entries(&Self::go_type, &mut |r| {
            r.charge(size_of::<(String, T)>())?;
            let mut value = T::default();
            value.read_json(r)?;
            self.insert(r.take_key(), value);
            Ok(())
        })?;
        Ok(())
    }

    fn is_empty(&self) -> bool {
        BTreeMap::is_empty(self)
    }

    fn go_type() -> Cow<'static, str> {
        map_type(T::go_type())
    }
}
