//! What every [`Kv`](crate::kv::Kv) must do, as checks that run against any of them.
//!
//! [`run`] does all of them, one after the other, in one store; each keeps to keys of its own, so the store may be in
//! use. A check that fails panics with the rule it broke. Time may be paused if the store needs no disk.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "this is a test suite; it is a module only so that several crates can run it"
)]

mod compaction;
mod lease;
mod model;
mod read;
mod room;
mod watch;
mod write;

use std::sync::Arc;

use crate::kv::Kv;

pub use model::random_history;
pub use room::Room;

macro_rules! checks {
    ($kv:expr, $name:expr, [$($module:ident :: $check:ident),* $(,)?]) => {
        $( $module::$check(&Room::new($kv, &format!("/{}/{}", $name, stringify!($check)))).await; )*
    };
}

/// Runs every check but the random ones and [`closed`]. `name` starts all keys; a second run in the same store takes
/// another.
pub async fn run(kv: &Arc<dyn Kv>, name: &str) {
    checks!(
        kv,
        name,
        [
            write::a_put_creates_then_overwrites,
            write::a_deleted_key_starts_a_new_life,
            write::expectations_decide,
            write::an_absent_key_cannot_be_deleted,
            write::what_was_replaced_is_returned,
            write::one_of_many_conditional_writers_wins,
            write::one_of_many_creators_wins,
            write::no_increment_is_lost,
            write::empty_and_large_values_are_kept,
            read::a_range_is_ordered_and_excludes_its_end,
            read::a_limit_cuts_and_counts,
            read::pages_of_one_revision_make_a_whole,
            read::keys_and_counts_come_without_values,
            read::old_revisions_show_the_past,
            read::the_future_cannot_be_read,
            read::an_inverted_range_is_empty,
            read::a_read_follows_every_acknowledged_write,
            watch::a_watch_from_now_sees_what_follows,
            watch::a_watch_from_the_past_sees_everything,
            watch::a_watch_from_the_future_waits,
            watch::a_watch_sees_only_its_range,
            watch::a_watch_of_one_key,
            watch::every_watch_sees_every_event_in_order,
            watch::progress_comes_when_asked_for,
            watch::progress_comes_by_itself,
            compaction::history_before_is_gone,
            compaction::what_lives_is_untouched,
            compaction::a_watch_from_before_is_refused,
            compaction::a_watch_from_after_is_complete,
            compaction::an_open_watch_goes_on,
            lease::an_unknown_lease_is_refused,
            lease::keys_go_with_their_lease,
            lease::a_key_that_changed_its_lease_stays,
        ]
    );
}

/// Closes the store, and checks that it is closed.
pub async fn closed(kv: &Arc<dyn Kv>) {
    room::check_closed(kv).await;
}
