//! Points in time and lengths of time, as API objects write them.

mod civil;
mod duration;
mod micro;
mod parse;

use std::{borrow::Cow, fmt, str::FromStr, time::SystemTime};

use crate::{
    codec::{DecodeError, Json, JsonReader, JsonWriter, Proto, ProtoReader, ProtoWriter},
    leaf::leaf_type,
};

pub use duration::{Duration, DurationParseError};
pub use micro::MicroTime;
pub use parse::TimeParseError;

/// Seconds from 1970 back to the year 1, where Go's zero time stands.
const ZERO_SECONDS: i64 = -62_135_596_800;

/// A point in time, in whole seconds (`metav1.Time`).
///
/// JSON writes it in UTC as RFC 3339 without a fraction; reading takes any offset and drops fractions. The zero value is
/// Go's zero time, the start of the year 1, which stands for "not set": JSON `null`, an empty protobuf message.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time {
    seconds: i64,
}

impl Time {
    /// "Not set".
    pub const ZERO: Self = Self { seconds: ZERO_SECONDS };

    /// The current second.
    pub fn now() -> Self {
        SystemTime::now().into()
    }

    /// The time so many seconds after the start of 1970.
    pub const fn from_unix(seconds: i64) -> Self {
        Self { seconds }
    }

    /// Seconds since the start of 1970.
    pub const fn unix(self) -> i64 {
        self.seconds
    }

    /// Whether it is "not set".
    pub const fn is_zero(self) -> bool {
        self.seconds == ZERO_SECONDS
    }

    /// Reads RFC 3339.
    ///
    /// # Errors
    /// In the words of Go's `time.Parse`.
    pub fn parse(text: &str) -> Result<Self, TimeParseError> {
        parse::parse(parse::RFC3339, text).map(|(seconds, _)| Self { seconds })
    }

    /// The time as jiff knows it, held within its years -9999 to 9999.
    pub fn to_jiff(self) -> jiff::Timestamp {
        let (min, max) = (jiff::Timestamp::MIN, jiff::Timestamp::MAX);
        jiff::Timestamp::from_second(self.seconds).unwrap_or(if self.seconds < 0 { min } else { max })
    }

    /// How long after `earlier` it is; nothing if it is before.
    pub fn since(self, earlier: Self) -> std::time::Duration {
        let seconds = self.seconds.saturating_sub(earlier.seconds);
        std::time::Duration::from_secs(u64::try_from(seconds).unwrap_or_default())
    }
}

impl Default for Time {
    fn default() -> Self {
        Self::ZERO
    }
}

impl From<SystemTime> for Time {
    fn from(time: SystemTime) -> Self {
        Self { seconds: unix_nanos(time).div_euclid(1_000_000_000) as i64 }
    }
}

impl From<jiff::Timestamp> for Time {
    fn from(time: jiff::Timestamp) -> Self {
        // jiff's seconds are cut towards zero
        let seconds = if time.subsec_nanosecond() < 0 { time.as_second() - 1 } else { time.as_second() };
        Self { seconds }
    }
}

impl From<MicroTime> for Time {
    fn from(time: MicroTime) -> Self {
        Self { seconds: time.unix_micros().div_euclid(1_000_000) }
    }
}

impl FromStr for Time {
    type Err = TimeParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_date_time(f, self.seconds)?;
        f.write_str("Z")
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Nanoseconds since 1970. An `i128` holds every time that a system has.
fn unix_nanos(time: SystemTime) -> i128 {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => after.as_nanos().cast_signed(),
        Err(before) => -before.duration().as_nanos().cast_signed(),
    }
}

/// A time of day on a date.
struct DateTime {
    year: i64,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
}

impl DateTime {
    /// The time so many seconds after the start of 1970.
    fn at(seconds: i64) -> Self {
        let (days, second) = (seconds.div_euclid(civil::DAY_SECONDS), seconds.rem_euclid(civil::DAY_SECONDS));
        let (year, month, day) = civil::date_from_days(days);
        // less than a day
        let second = second as u32;
        Self { year, month, day, hour: second / 3600, minute: second / 60 % 60, second: second % 60 }
    }

    /// `2006-01-02T15:04:05`, for years of four digits.
    fn ascii(&self) -> Option<[u8; 19]> {
        let year = u32::try_from(self.year).ok().filter(|year| *year < 10_000)?;
        let mut text = *b"0000-00-00T00:00:00";
        let numbers = [
            (0, year / 100),
            (2, year % 100),
            (5, self.month),
            (8, self.day),
            (11, self.hour),
            (14, self.minute),
            (17, self.second),
        ];
        for (at, number) in numbers {
            // of two digits
            text[at] += (number / 10) as u8;
            text[at + 1] += (number % 10) as u8;
        }
        Some(text)
    }
}

/// Writes `2006-01-02T15:04:05`.
fn write_date_time(f: &mut impl fmt::Write, seconds: i64) -> fmt::Result {
    let DateTime { year, month, day, hour, minute, second } = DateTime::at(seconds);
    write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}

/// The message that protobuf calls `Timestamp`: both fields always written, or none for "not set".
fn write_timestamp(w: &mut ProtoWriter, seconds: i64, nanos: i32) {
    w.field(2, &nanos);
    w.field(1, &seconds);
}

/// Reads a `Timestamp`; `None` for an empty message.
fn read_timestamp(r: &mut ProtoReader<'_>) -> Result<Option<(i64, i32)>, DecodeError> {
    if r.is_empty() {
        return Ok(None);
    }
    let (mut seconds, mut nanos) = (0i64, 0i32);
    while let Some((tag, wire)) = r.next_tag()? {
        match tag {
            1 => seconds.read_tagged(wire, r)?,
            2 => nanos.read_tagged(wire, r)?,
            _ => r.skip(wire)?,
        }
    }
    Ok(Some((seconds, nanos)))
}

impl Json for Time {
    fn write_json(&self, w: &mut JsonWriter) {
        if self.is_zero() {
            w.raw(b"null");
            return;
        }
        match DateTime::at(self.seconds).ascii() {
            Some(text) => {
                w.raw(b"\"");
                w.raw(&text);
                w.raw(b"Z\"");
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
        "v1.Time".into()
    }
}

impl Proto for Time {
    fn write_payload(&self, w: &mut ProtoWriter) {
        if !self.is_zero() {
            write_timestamp(w, self.seconds, 0);
        }
    }

    fn read_payload(&mut self, r: &mut ProtoReader<'_>) -> Result<(), DecodeError> {
        *self = read_timestamp(r)?.map_or(Self::ZERO, |(seconds, _)| Self { seconds });
        Ok(())
    }
}

leaf_type!(Time);
leaf_type!(MicroTime);
leaf_type!(Duration);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{from_json_slice, from_proto_slice, to_json_vec, to_proto_vec};

    #[track_caller]
    fn check_json(input: &str, want: &str) {
        let time: Time = from_json_slice(input.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(to_json_vec(&time)).unwrap(), want, "{input}");
    }

    #[test]
    fn json_is_utc_in_whole_seconds() {
        check_json(r#""2024-01-02T03:04:05Z""#, r#""2024-01-02T03:04:05Z""#);
        check_json(r#""2024-01-02T03:04:05.999+01:00""#, r#""2024-01-02T02:04:05Z""#);
        check_json("null", "null");
        check_json(r#""0001-01-01T00:00:00Z""#, "null");
    }

    #[test]
    fn json_of_another_type_is_refused_like_a_string() {
        let err = from_json_slice::<Time>(b"5").unwrap_err();
        assert_eq!(err.to_string(), "json: cannot unmarshal number into Go value of type string");
    }

    #[test]
    fn protobuf_writes_both_fields_or_none() {
        let time = Time::from_unix(5);
        assert_eq!(to_proto_vec(&time), [0x08, 5, 0x10, 0]);
        assert_eq!(from_proto_slice::<Time>(&[0x08, 5, 0x10, 7]).unwrap(), time);
        assert_eq!(to_proto_vec(&Time::ZERO), b"");
        assert_eq!(from_proto_slice::<Time>(&[]).unwrap(), Time::ZERO);
        // an absent field is not the same as an empty message
        assert_eq!(from_proto_slice::<Time>(&[0x10, 0]).unwrap(), Time::from_unix(0));
    }

    #[test]
    fn conversions_round_down() {
        let before_epoch = jiff::Timestamp::from_millisecond(-1_500).unwrap();
        assert_eq!(Time::from(before_epoch), Time::from_unix(-2));
        assert_eq!(Time::from(SystemTime::UNIX_EPOCH - std::time::Duration::from_millis(1)), Time::from_unix(-1));
        assert_eq!(Time::from_unix(10).to_jiff().as_second(), 10);
        assert_eq!(Time::from_unix(i64::MAX).to_jiff(), jiff::Timestamp::MAX);
        assert_eq!(Time::from_unix(10).since(Time::from_unix(4)), std::time::Duration::from_secs(6));
        assert_eq!(Time::from_unix(4).since(Time::from_unix(10)), std::time::Duration::ZERO);
    }
}
