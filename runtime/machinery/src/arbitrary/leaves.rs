//! Numbers, and the values that have a form of their own.

use serde_json::{Map, Number, Value};

use super::{Arbitrary, Source};
use crate::{
    ByteString, Duration, FieldsV1, IntOrString, MicroTime, Quantity, RawExtension, Time,
    codec::{Json as _, JsonWriter},
};

/// The year 1, after the zero time, and the end of the year 9999.
const TIME_RANGE: std::ops::RangeInclusive<i64> = -62_135_596_799..=253_402_300_799;

impl Arbitrary for bool {
    fn arbitrary(source: &mut Source<'_>) -> Self {
        source.byte() % 2 == 1
    }
}

macro_rules! integer {
    ($type:ty, $size:literal, [$($value:expr),*]) => {
        impl Arbitrary for $type {
            fn arbitrary(source: &mut Source<'_>) -> Self {
                const NOTED: &[$type] = &[0, 1, 2, 3, 80, 443, 8080, <$type>::MAX, <$type>::MIN, $($value),*];
                match source.byte() {
                    at @ 0..200 => NOTED[usize::from(at) % NOTED.len()],
                    _ => Self::from_le_bytes(source.bytes::<$size>()),
                }
            }
        }
    };
}

integer!(i32, 4, [-1, 30000]);
integer!(u32, 4, [0o777]);
integer!(i64, 8, [-1, 1 << 32, (1 << 53) + 1, -(1 << 53) - 1]);

impl Arbitrary for f64 {
    fn arbitrary(source: &mut Source<'_>) -> Self {
        const NOTED: &[f64] =
            &[0.0, 1.0, 0.5, -0.1, 1e6, 123_456.5, 1e-5, 1e-7, 1e20, 1e21, f64::MAX, f64::MIN_POSITIVE, 5e-324];
        match source.byte() {
            at @ 0..200 => NOTED[usize::from(at) % NOTED.len()],
            _ => Some(Self::from_le_bytes(source.bytes())).filter(|value| value.is_finite()).unwrap_or_default(),
        }
    }
}

impl Arbitrary for Quantity {
    /// Canonical: what another reads as the same amount, it writes in the same way.
    fn arbitrary(source: &mut Source<'_>) -> Self {
        const SUFFIXES: &[&str] = &[
            "", "m", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "n", "u", "k", "M", "G", "T", "P", "E", "e3", "E6", "e-3",
            "e12",
        ];
        let number: i32 = source.any();
        let suffix = source.choose(SUFFIXES);
        let read = Self::parse(&format!("{number}{suffix}")).unwrap_or_default();
        Self::parse(&read.to_canonical_string()).unwrap_or_default()
    }
}

impl Arbitrary for Time {
    fn arbitrary(source: &mut Source<'_>) -> Self {
        match source.byte() {
            0..32 => Self::ZERO,
            32..64 => Self::from_unix(*source.choose(&[0, -1, 1, *TIME_RANGE.start(), *TIME_RANGE.end()])),
            64.. => Self::from_unix(i64::from(u32::from_le_bytes(source.bytes()))),
        }
    }

    fn is_null(&self) -> bool {
        Self::is_zero(*self)
    }
}

impl Arbitrary for MicroTime {
    fn arbitrary(source: &mut Source<'_>) -> Self {
        let seconds: Time = source.any();
        match seconds.is_null() {
            true => Self::ZERO,
            false => Self::from_unix_micros(
                seconds.unix() * 1_000_000 + i64::from(u32::from_le_bytes(source.bytes()) % 1_000_000),
            ),
        }
    }

    fn is_null(&self) -> bool {
        Self::is_zero(*self)
    }
}

impl Arbitrary for Duration {
    fn arbitrary(source: &mut Source<'_>) -> Self {
        Self::from_nanos(source.any())
    }
}

impl Arbitrary for IntOrString {
    fn arbitrary(source: &mut Source<'_>) -> Self {
        if source.any() { Self::String(source.any()) } else { Self::Int(source.any()) }
    }
}

impl Arbitrary for ByteString {
    fn arbitrary(source: &mut Source<'_>) -> Self {
        let bytes: Vec<u8> = source.elements(Source::byte).collect();
        if bytes.is_empty() { Self::default() } else { bytes.into() }
    }

    fn is_null(&self) -> bool {
        Self::is_null(self)
    }
}

impl Arbitrary for Value {
    fn arbitrary(source: &mut Source<'_>) -> Self {
        match source.below(8) {
            0 => Value::Null,
            1 => Value::Bool(source.any()),
            2 => Value::from(source.any::<i64>()),
            // a float without fraction reads as an integer
            3 => Number::from_f64(source.any()).filter(|float| !is_whole(float)).map_or(Value::Null, Value::Number),
            4 | 5 => Value::String(source.any()),
            6 => Value::Array(source.elements(Value::arbitrary).collect()),
            _ => Value::Object(object(source)),
        }
    }

    fn is_null(&self) -> bool {
        Value::is_null(self)
    }
}

fn is_whole(float: &Number) -> bool {
    float.as_f64().is_none_or(|float| float.fract() == 0.0)
}

fn object(source: &mut Source<'_>) -> Map<String, Value> {
    source.elements(|source| (source.any::<String>(), source.any::<Value>())).collect()
}

impl Arbitrary for RawExtension {
    /// `null` or an object.
    fn arbitrary(source: &mut Source<'_>) -> Self {
        let Some(fields) = source.maybe(object) else { return Self::default() };
        let mut w = JsonWriter::new();
        Value::Object(fields).write_json(&mut w);
        Self::from_json(w.as_bytes()).unwrap_or_default()
    }

    fn is_null(&self) -> bool {
        Self::is_null(self)
    }
}

impl Arbitrary for FieldsV1 {
    /// `null` or a set of fields.
    fn arbitrary(source: &mut Source<'_>) -> Self {
        fn fields(source: &mut Source<'_>) -> Value {
            let key = |source: &mut Source<'_>| match source.below(4) {
                0 => ".".to_owned(),
                1 => format!("v:{}", Value::String(source.any())),
                2 => format!("k:{}", serde_json::json!({"name": source.any::<String>()})),
                _ => format!("f:{}", source.any::<String>()),
            };
            let members: Map<_, _> = source.elements(|source| (key(source), fields(source))).collect();
            Value::Object(members)
        }
        let Some(fields) = source.maybe(fields) else { return Self::default() };
        let mut w = JsonWriter::new();
        fields.write_json(&mut w);
        Self::from_json(w.as_bytes()).unwrap_or_default()
    }

    fn is_null(&self) -> bool {
        Self::is_null(self)
    }
}
