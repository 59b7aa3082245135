//! When a cron job runs: five fields, or a word. Follows github.com/robfig/cron v3, in its error texts too.

use kubeforge_machinery::{Duration, quote::quote};

use super::time_zone;

/// What a field may hold.
struct Bounds {
    min: u64,
    max: u64,
    /// Words for values, from `min` on.
    names: &'static [&'static str],
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// Minute, hour, day of the month, month, day of the week.
const FIELDS: [Bounds; 5] = [
    Bounds { min: 0, max: 59, names: &[] },
    Bounds { min: 0, max: 23, names: &[] },
    Bounds { min: 1, max: 31, names: &[] },
    Bounds { min: 1, max: 12, names: &MONTHS },
    Bounds { min: 0, max: 6, names: &DAYS },
];

const WORDS: [&str; 7] = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

/// Checks a schedule, which may begin with a time zone: `CRON_TZ=Europe/Berlin 30 4 * * 1-5`.
///
/// # Errors
/// What is wrong with it.
pub(super) fn check(schedule: &str) -> Result<(), String> {
    if schedule.is_empty() {
        return Err("empty spec string".to_owned());
    }
    let mut schedule = schedule;
    if let Some(zoned) = schedule.strip_prefix("CRON_TZ=").or_else(|| schedule.strip_prefix("TZ=")) {
        // the reference looks for the space without looking whether it is there
        let (zone, rest) =
            zoned.split_once(' ').ok_or("invalid schedule format: runtime error: slice bounds out of range [:-1]")?;
        time_zone::find(zone).map_err(|wrong| format!("provided bad location {zone}: {wrong}"))?;
        schedule = rest.trim();
    }
    if schedule.starts_with('@') {
        return check_word(schedule);
    }
    let fields: Vec<&str> = schedule.split_whitespace().collect();
    if fields.len() != FIELDS.len() {
        let (wanted, found) = (FIELDS.len(), fields.len());
        return Err(format!("expected exactly {wanted} fields, found {found}: [{}]", fields.join(" ")));
    }
    for (field, bounds) in fields.iter().zip(&FIELDS) {
        for range in field.split(',').filter(|range| !range.is_empty()) {
            check_range(range, bounds)?;
        }
    }
    Ok(())
}

fn check_word(word: &str) -> Result<(), String> {
    if WORDS.contains(&word) {
        return Ok(());
    }
    match word.strip_prefix("@every ") {
        Some(interval) => match Duration::parse(interval) {
            Ok(_) => Ok(()),
            Err(wrong) => Err(format!("failed to parse duration {word}: {wrong}")),
        },
        None => Err(format!("unrecognized descriptor: {word}")),
    }
}

/// `*`, `5`, `5-7`, any of them with a step behind a slash.
fn check_range(range: &str, bounds: &Bounds) -> Result<(), String> {
    let mut parts = range.split('/');
    let (limits, step, more) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    let mut limits = limits.split('-');
    let (low, high, more_limits) = (limits.next().unwrap_or_default(), limits.next(), limits.next());
    let (start, mut end) = if matches!(low, "*" | "?") {
        (bounds.min, bounds.max)
    } else {
        let start = value(low, bounds)?;
        match (high, more_limits) {
            (None, _) => (start, start),
            (Some(high), None) => (start, value(high, bounds)?),
            (Some(_), Some(_)) => return Err(format!("too many hyphens: {range}")),
        }
    };
    let step = match (step, more) {
        (None, _) => 1,
        (Some(step), None) => {
            let step = number(step)?;
            if high.is_none() {
                // a step from one value goes on to the last
                end = bounds.max;
            }
            step
        }
        (Some(_), Some(_)) => return Err(format!("too many slashes: {range}")),
    };
    let Bounds { min, max, .. } = bounds;
    if start < *min {
        return Err(format!("beginning of range ({start}) below minimum ({min}): {range}"));
    }
    if end > *max {
        return Err(format!("end of range ({end}) above maximum ({max}): {range}"));
    }
    if start > end {
        return Err(format!("beginning of range ({start}) beyond end of range ({end}): {range}"));
    }
    if step == 0 {
        return Err(format!("step of range should be a positive number: {range}"));
    }
    Ok(())
}

fn value(text: &str, bounds: &Bounds) -> Result<u64, String> {
    let word = text.to_lowercase();
    match (bounds.min..).zip(bounds.names).find(|(_, name)| **name == word) {
        Some((value, _)) => Ok(value),
        None => number(text),
    }
}

fn number(text: &str) -> Result<u64, String> {
    let number: i64 = text.parse().map_err(|err: std::num::ParseIntError| {
        let cause = match err.kind() {
            std::num::IntErrorKind::PosOverflow | std::num::IntErrorKind::NegOverflow => "value out of range",
            _ => "invalid syntax",
        };
        format!("failed to parse int from {text}: strconv.Atoi: parsing {}: {cause}", quote(text))
    })?;
    u64::try_from(number).map_err(|_| format!("negative number ({number}) not allowed: {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_that_are_in_order() {
        for schedule in [
            "* * * * *",
            "*/15 0-23/2 1,15 JAN-mar sun",
            "5/10 ? * * 1-5",
            "@hourly",
            "@every 1h30m",
            "TZ=UTC 0 0 * * *",
            "CRON_TZ=Europe/Berlin   @daily",
        ] {
            assert_eq!(check(schedule), Ok(()), "{schedule}");
        }
    }

    #[test]
    fn what_is_wrong_with_others() {
        for (schedule, want) in [
            ("* * * *", "expected exactly 5 fields, found 4: [* * * *]"),
            ("error", "expected exactly 5 fields, found 1: [error]"),
            ("60 * * * *", "end of range (60) above maximum (59): 60"),
            ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
            ("5-3 * * * *", "beginning of range (5) beyond end of range (3): 5-3"),
            ("*/0 * * * *", "step of range should be a positive number: */0"),
            ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
            ("1/2/3 * * * *", "too many slashes: 1/2/3"),
            ("x * * * *", r#"failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax"#),
            ("*/-3 * * * *", "negative number (-3) not allowed: -3"),
            ("@never", "unrecognized descriptor: @never"),
            ("@every 5", r#"failed to parse duration @every 5: time: missing unit in duration "5""#),
            ("TZ=Mars 0 0 * * *", "provided bad location Mars: unknown time zone Mars"),
            ("TZ=UTC", "invalid schedule format: runtime error: slice bounds out of range [:-1]"),
        ] {
            assert_eq!(check(schedule), Err(want.to_owned()), "{schedule}");
        }
    }
}
