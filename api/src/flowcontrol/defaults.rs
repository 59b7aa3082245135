//! What the defaults of all versions have in common; they follow pkg/apis/flowcontrol/*/defaults.go.

/// The seats of a priority level against those of others, unless it says more.
pub(super) const SHARES: i32 = 30;

/// Sets a number that is not there.
pub(super) fn set(number: &mut i32, default: i32) {
    if *number == 0 {
        *number = default;
    }
}

/// Schemas leave room before and after them.
pub(super) fn precedence(matching_precedence: &mut i32) {
    set(matching_precedence, 1000);
}

/// 64 queues for 50 requests each, 8 of them for a flow to choose from.
pub(super) fn queues(queues: &mut i32, hand_size: &mut i32, queue_length_limit: &mut i32) {
    set(queues, 64);
    set(hand_size, 8);
    set(queue_length_limit, 50);
}

/// No seats for others to borrow.
pub(super) fn exempt(shares: &mut Option<i32>, lendable_percent: &mut Option<i32>) {
    shares.get_or_insert(0);
    lendable_percent.get_or_insert(0);
}
