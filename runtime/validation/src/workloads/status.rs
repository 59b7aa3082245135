//! What statuses of controllers have in common: counters.

use kubeforge_machinery::field::{Error, ErrorList, Path};

use crate::common::non_negative;

const STATUS: Path<'static> = Path::new("status");

/// A counter of a status, by its field's name.
pub(super) type Counter = (&'static str, i64);

/// Counters are zero or more.
pub(super) fn non_negative_counters(counters: &[Counter], errors: &mut ErrorList) {
    for (field, value) in counters {
        non_negative(*value, &STATUS.child(field), errors);
    }
}

/// Counters are no greater than `limit`, which goes by `name`.
pub(super) fn at_most(counters: &[Counter], limit: i32, name: &str, errors: &mut ErrorList) {
    for (field, value) in counters {
        if *value > i64::from(limit) {
            errors.push(Error::invalid(&STATUS.child(field), *value, format!("cannot be greater than {name}")));
        }
    }
}

/// How often hashes collided only grows.
pub(super) fn collisions_grow(new: Option<i32>, old: Option<i32>, errors: &mut ErrorList) {
    let is_less = match (new, old) {
        (None, old) => old.is_some(),
        (Some(_), None) => false,
        (Some(new), Some(old)) => new < old,
    };
    if is_less {
        let field = STATUS.child("collisionCount");
        errors.push(Error::invalid(&field, new.unwrap_or(0), "cannot be decremented"));
    }
}
