//! The checks, by what they are about.

pub mod create;
mod etcd;
pub mod get;
pub mod list;
pub mod room;
pub mod update;
pub mod watch;

#[allow(unused_imports, reason = "not every test target uses all")]
pub use {
    etcd::Etcd,
    room::{Kind, Room},
};

/// Hands all checks to a macro.
#[allow(unused_macros, reason = "not every test target runs them")]
macro_rules! each_check {
    ($then:ident) => {
        $then!(
            create::the_answer_is_the_object_at_its_revision,
            create::a_second_one_exists,
            create::a_resource_version_is_refused,
            create::what_is_stored_is_upstreams_envelope_without_a_resource_version,
            create::an_object_with_a_time_to_live_goes,
            get::what_is_missing_is_not_found,
            get::every_freshness_finds_the_object,
            get::an_object_of_the_future_is_too_large,
            get::an_entry_has_every_encoding,
            update::the_object_changes,
            update::a_change_to_the_same_writes_nothing,
            update::no_increment_is_lost,
            update::preconditions_fail_in_upstreams_words,
            update::what_is_missing_may_be_created,
            update::what_is_missing_and_kept_is_not_found,
            update::a_refusal_comes_back,
            update::a_refusal_of_an_old_state_is_asked_again,
            update::deletion_answers_with_the_last_state,
            update::a_race_to_create_has_one_winner,
            list::objects_come_in_the_order_of_their_keys,
            list::selections_choose,
            list::a_list_has_the_latest,
            list::chunks_are_of_one_revision,
            list::chunks_of_a_selection_are_full,
            list::the_rest_is_counted,
            list::the_past_can_be_listed,
            list::a_list_of_the_future_is_too_large,
            list::what_was_compacted_has_expired,
            list::an_inconsistent_continuation_goes_on_in_the_latest,
            watch::changes_after_a_revision,
            watch::the_state_comes_first,
            watch::selections_add_and_delete,
            watch::a_namespace_or_a_name,
            watch::a_field_that_objects_move_along,
            watch::a_deletion_shows_the_last_state_at_its_revision,
            watch::no_change_falls_between_state_and_changes,
            watch::the_future_waits,
            watch::every_watcher_sees_every_change,
        );
    };
}
