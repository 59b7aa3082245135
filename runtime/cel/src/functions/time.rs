//! Parts of points in time and of durations.

use jiff::{
    Zoned,
    tz::{Offset, TimeZone},
};

use super::{Answer, operators::no};
use crate::value::Value;

/// The time in a zone: a name of the tz database, or an offset such as `-02:00`.
fn zoned(args: &[Value]) -> Result<Zoned, String> {
    match args {
        [Value::Timestamp(at)] => Ok(at.to_zoned(TimeZone::UTC)),
        [Value::Timestamp(at), Value::String(zone)] => Ok(at.to_zoned(time_zone(zone)?)),
        _ => no(),
    }
}

fn time_zone(name: &str) -> Result<TimeZone, String> {
    let Some((hours, minutes)) = name.split_once(':') else {
        return TimeZone::get(name).map_err(|_| format!("unknown time zone {name}"));
    };
    let number =
        |text: &str| text.parse::<i32>().map_err(|_| format!("strconv.Atoi: parsing \"{text}\": invalid syntax"));
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let sign = if name.starts_with('-') { -1 } else { 1 };
    let seconds = hours.saturating_mul(3600).saturating_add(minutes.saturating_mul(60).saturating_mul(sign));
    Offset::from_seconds(seconds).map(TimeZone::fixed).map_err(|_| format!("unknown time zone {name}"))
}

fn part(args: &[Value], of: fn(&Zoned) -> i64) -> Answer {
    zoned(args).map(|at| Value::Int(of(&at)))
}

/// The same of a duration: how many whole ones of so many nanoseconds.
fn part_or_whole(args: &[Value], of: fn(&Zoned) -> i64, nanos: i64) -> Answer {
    match args {
        [Value::Duration(duration)] => Ok(Value::Int(duration / nanos)),
        args => part(args, of),
    }
}

pub(super) fn full_year(args: &[Value]) -> Answer {
    part(args, |at| i64::from(at.year()))
}

pub(super) fn month(args: &[Value]) -> Answer {
    part(args, |at| i64::from(at.month()) - 1)
}

pub(super) fn day_of_year(args: &[Value]) -> Answer {
    part(args, |at| i64::from(at.day_of_year()) - 1)
}

pub(super) fn day_of_month(args: &[Value]) -> Answer {
    part(args, |at| i64::from(at.day()) - 1)
}

pub(super) fn date(args: &[Value]) -> Answer {
    part(args, |at| i64::from(at.day()))
}

pub(super) fn day_of_week(args: &[Value]) -> Answer {
    part(args, |at| i64::from(at.weekday().to_sunday_zero_offset()))
}

pub(super) fn hours(args: &[Value]) -> Answer {
    part_or_whole(args, |at| i64::from(at.hour()), 3_600_000_000_000)
}

pub(super) fn minutes(args: &[Value]) -> Answer {
    part_or_whole(args, |at| i64::from(at.minute()), 60_000_000_000)
}

pub(super) fn seconds(args: &[Value]) -> Answer {
    part_or_whole(args, |at| i64::from(at.second()), 1_000_000_000)
}

pub(super) fn milliseconds(args: &[Value]) -> Answer {
    part_or_whole(args, |at| i64::from(at.millisecond()), 1_000_000)
}
