use std::{borrow::Cow, fmt, str::FromStr, time::SystemTime};

use super::{
    DateTime, Time, TimeParseError, ZERO_SECONDS, parse, read_timestamp, unix_nanos, write_date_time, write_timestamp,
};
use crate::codec::{DecodeError, Json, JsonReader, JsonWriter, Proto, ProtoReader, ProtoWriter};

/// The zero value, in microseconds.
const ZERO_MICROS: i64 = ZERO_SECONDS * 1_000_000;

/// A point in time, in microseconds (`metav1.MicroTime`). Leases and events use it.
///
/// JSON writes it in UTC with exactly six digits of a second, and reads no other number of digits. Its zero value is that
/// of [`Time`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MicroTime {
    micros: i64,
}

impl MicroTime {
    /// "Not set".
    pub const ZERO: Self = Self { micros: ZERO_MICROS };

    /// The current microsecond.
    pub fn now() -> Self {
        SystemTime::now().into()
    }

    /// The time so many microseconds after the start of 1970.
    pub const fn from_unix_micros(micros: i64) -> Self {
        Self { micros }
    }

    /// Microseconds since the start of 1970.
    pub const fn unix_micros(self) -> i64 {
        self.micros
    }

    /// Whether it is "not set".
    pub const fn is_zero(self) -> bool {
        self.micros == ZERO_MICROS
    }

    /// Reads RFC 3339 with six digits of a second.
    ///
    /// # Errors
    /// In the words of Go's `time.Parse`.
    pub fn parse(text: &str) -> Result<Self, TimeParseError> {
        let (seconds, nanos) = parse::parse(parse::RFC3339_MICRO, text)?;
        Ok(Self { micros: seconds * 1_000_000 + i64::from(nanos / 1_000) })
    }

    /// The time as jiff knows it, held within its years -9999 to 9999.
    pub fn to_jiff(self) -> jiff::Timestamp {
        let (min, max) = (jiff::Timestamp::MIN, jiff::Timestamp::MAX);
        jiff::Timestamp::from_microsecond(self.micros).unwrap_or(if self.micros < 0 { min } else { max })
    }

    /// How long after `earlier` it is; nothing if it is before.
    pub fn since(self, earlier: Self) -> std::time::Duration {
        let micros = self.micros.saturating_sub(earlier.micros);
        std::time::Duration::from_micros(u64::try_from(micros).unwrap_or_default())
    }

    fn seconds(self) -> i64 {
        self.micros.div_euclid(1_000_000)
    }

    fn micros_of_second(self) -> i32 {
        // less than a million
        self.micros.rem_euclid(1_000_000) as i32
    }
}

impl Default for MicroTime {
    fn default() -> Self {
        Self::ZERO
    }
}

impl From<SystemTime> for MicroTime {
    fn from(time: SystemTime) -> Self {
        let micros = unix_nanos(time).div_euclid(1_000);
        Self { micros: i64::try_from(micros).unwrap_or(i64::MAX) }
    }
}

impl From<jiff::Timestamp> for MicroTime {
    fn from(time: jiff::Timestamp) -> Self {
        // jiff's range fits by far
        Self { micros: time.as_nanosecond().div_euclid(1_000) as i64 }
    }
}

impl From<Time> for MicroTime {
    fn from(time: Time) -> Self {
        Self { micros: time.unix().saturating_mul(1_000_000) }
    }
}

impl FromStr for MicroTime {
    type Err = TimeParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for MicroTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_date_time(f, self.seconds())?;
        write!(f, ".{:06}Z", self.micros_of_second())
    }
}

impl fmt::Debug for MicroTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Json for MicroTime {
    fn write_json(&self, w: &mut JsonWriter) {
        if self.is_zero() {
            w.raw(b"null");
            return;
        }
        match DateTime::at(self.seconds()).ascii() {
            Some(text) => {
                let mut fraction = *b".000000Z\"";
                let mut micros = self.micros_of_second();
                for digit in fraction[1..7].iter_mut().rev() {
                    *digit += (micros % 10) as u8;
                    micros /= 10;
                }
                w.raw(b"\"");
                w.raw(&text);
                w.raw(&fraction);
            }
            None => w.raw(format!("\"{self}\"").as_bytes()),
        }
    }

    fn read_json(&mut self, r: &mut JsonReader<'_>) -> Result<(), DecodeError> {
        *self = match r.str()? {
            Some(text) => Self::parse(text).map_err(|err| DecodeError::custom(err.0))?,
            None => Self::ZERO,
        };
        Ok(())
    }

    fn go_type() -> Cow<'static, str> {
        "v1.MicroTime".into()
    }
}

impl Proto for MicroTime {
    fn write_payload(&self, w: &mut ProtoWriter) {
        if !self.is_zero() {
            write_timestamp(w, self.seconds(), self.micros_of_second() * 1_000);
        }
    }

    fn read_payload(&mut self, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
        *self = read_timestamp(r)?.map_or(Self::ZERO, |(seconds, nanos)| {
            let micros = i128::from(seconds) * 1_000_000 + i128::from(nanos / 1_000);
            Self { micros: micros.clamp(i64::MIN.into(), i64::MAX.into()) as i64 }
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{from_json_slice, from_proto_slice, to_json_vec, to_proto_vec};

    #[test]
    fn json_has_six_digits_of_a_second() {
        let json = br#""2024-01-02T03:04:05.000006Z""#;
        let time: MicroTime = from_json_slice(json).unwrap();
        assert_eq!(to_json_vec(&time), json);
        assert_eq!(to_json_vec(&MicroTime::ZERO), b"null");
        let err = from_json_slice::<MicroTime>(br#""noon""#).unwrap_err();
        assert_eq!(
            err.to_string(),
            r#"parsing time "noon" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "noon" as "2006""#
        );
    }

    #[test]
    fn protobuf_keeps_whole_microseconds() {
        let time = MicroTime::from_unix_micros(2_000_003);
        assert_eq!(to_proto_vec(&time), [0x08, 2, 0x10, 0xb8, 0x17]);
        assert_eq!(from_proto_slice::<MicroTime>(&[0x08, 2, 0x10, 0xbf, 0x17]).unwrap(), time);
        assert_eq!(to_proto_vec(&MicroTime::ZERO), b"");
    }

    #[test]
    fn times_at_the_ends_of_their_range_stay_as_they_are() {
        for micros in [i64::MIN, i64::MIN + 1, i64::MAX] {
            let time = MicroTime::from_unix_micros(micros);
            assert_eq!(from_proto_slice::<MicroTime>(&to_proto_vec(&time)).unwrap(), time);
        }
    }

    #[test]
    fn times_before_1970_keep_their_fraction_positive() {
        assert_eq!(MicroTime::from_unix_micros(-1).to_string(), "1969-12-31T23:59:59.999999Z");
    }
}
