//! Sets of indexes as texts: `0,3-5,7`.

use kubeforge_machinery::quote::quote;

/// From the first to the last index.
type Interval = (i32, i32);

/// How many indexes the text names, all of which must be below `completions` and grow.
///
/// # Errors
/// What is wrong with the text.
pub(super) fn count(text: &str, completions: i32) -> Result<i32, String> {
    if text.is_empty() {
        return Ok(0);
    }
    let mut last: Option<i32> = None;
    let mut total: i32 = 0;
    for fragment in text.split(',') {
        let (from, to) = interval(fragment, completions)?;
        if let Some(last) = last.filter(|last| *last >= from) {
            return Err(not_increasing(last, from));
        }
        total = total.wrapping_add(to.wrapping_sub(from).wrapping_add(1));
        last = Some(to);
    }
    Ok(total)
}

/// The first index that is in both sets. What is malformed is skipped: it is told of elsewhere.
pub(super) fn overlap(completed: &str, failed: &str, completions: i32) -> Option<i32> {
    if completed.is_empty() || failed.is_empty() {
        return None;
    }
    let intervals = |text: &str| -> Vec<Interval> {
        text.split(',').filter_map(|fragment| interval(fragment, completions).ok()).collect()
    };
    let (completed, failed) = (intervals(completed), intervals(failed));
    let (mut completed, mut failed) = (completed.iter().peekable(), failed.iter().peekable());
    while let (Some((completed_from, completed_to)), Some((failed_from, failed_to))) = (completed.peek(), failed.peek())
    {
        if completed_from <= failed_to && failed_from <= completed_to {
            return Some(*completed_from.max(failed_from));
        }
        if completed_from <= failed_from {
            completed.next();
        } else {
            failed.next();
        }
    }
    None
}

fn interval(fragment: &str, completions: i32) -> Result<Interval, String> {
    let mut limits = fragment.split('-');
    let (from, to) = (limits.next().unwrap_or_default(), limits.next());
    if limits.next().is_some() {
        return Err(format!(
            "the fragment {} violates the requirement that an index interval can have at most two parts separated by '-'",
            quote(fragment)
        ));
    }
    let from = index(from, completions)?;
    let Some(to) = to else { return Ok((from, from)) };
    let to = index(to, completions)?;
    if from >= to { Err(not_increasing(from, to)) } else { Ok((from, to)) }
}

fn index(text: &str, completions: i32) -> Result<i32, String> {
    let number: i64 =
        text.parse().map_err(|_| format!("cannot convert string to integer for index: {}", quote(text)))?;
    match i32::try_from(number) {
        Ok(number) if number < completions => Ok(number),
        _ => Err(format!("too large index: {}", quote(text))),
    }
}

fn not_increasing(previous: i32, current: i32) -> String {
    format!("non-increasing order, previous: {previous}, current: {current}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_grow_and_stay_below_the_completions() {
        for (text, want) in [
            ("", Ok(0)),
            ("0", Ok(1)),
            ("0,3-5,7", Ok(5)),
            ("3,1", Err("non-increasing order, previous: 3, current: 1")),
            ("3-3", Err("non-increasing order, previous: 3, current: 3")),
            ("10", Err(r#"too large index: "10""#)),
            ("0-10", Err(r#"too large index: "10""#)),
            ("a", Err(r#"cannot convert string to integer for index: "a""#)),
            ("1,", Err(r#"cannot convert string to integer for index: """#)),
            (
                "1-2-3",
                Err(
                    r#"the fragment "1-2-3" violates the requirement that an index interval can have at most two parts separated by '-'"#,
                ),
            ),
        ] {
            assert_eq!(count(text, 10), want.map_err(str::to_owned), "{text}");
        }
    }

    #[test]
    fn sets_overlap_at_their_first_common_index() {
        for (completed, failed, want) in
            [("0-3,5", "4,5-6", Some(5)), ("0,2", "1,3", None), ("x,4", "2-8", Some(4)), ("", "1", None)]
        {
            assert_eq!(overlap(completed, failed, 10), want, "{completed} {failed}");
        }
    }
}
