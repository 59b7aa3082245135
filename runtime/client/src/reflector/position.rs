//! How far a watch has come.

/// Moves `position` on to `revision`, never back: an event that comes late must not make the next watch tell again what
/// came after it. Revisions that aren't numbers can't be compared; there the last one counts.
pub(super) fn advance(position: &mut String, revision: &str) {
    if !is_older(revision, position) && !revision.is_empty() {
        revision.clone_into(position);
    }
}

/// Whether `revision` is surely older than `known`.
pub(super) fn is_older(revision: &str, known: &str) -> bool {
    match (revision.parse::<u64>(), known.parse::<u64>()) {
        (Ok(revision), Ok(known)) => revision < known,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_never_goes_back() {
        let mut position = "9".to_owned();
        for (told, want) in [("10", "10"), ("9", "10"), ("", "10"), ("x", "x"), ("3", "3")] {
            advance(&mut position, told);
            assert_eq!(position, want, "{told}");
        }
    }
}
