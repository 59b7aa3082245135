//! What the defaults of all versions have in common.

use kubeforge_machinery::{Quantity, Time, quantity::Format, string_enum::StringEnum};

/// One device, where a request does not say how many. `exact` is the mode that goes by a number.
pub(super) fn how_many<M: StringEnum + PartialEq>(mode: &mut M, count: &mut i64, exact: M) {
    let is_exact = *mode == exact;
    if *mode == M::default() {
        *mode = exact;
    } else if !is_exact {
        return;
    }
    if *count == 0 {
        *count = 1;
    }
}

/// A taint is there since it was first seen.
pub(super) fn since_now(time_added: &mut Option<Time>) {
    time_added.get_or_insert_with(Time::now);
}

/// Each unit of a device's capacity is one of the node's.
pub(super) fn one_to_one(multiplier: &mut Option<Quantity>) {
    multiplier.get_or_insert_with(|| Quantity::new(1, Format::DecimalSI));
}
