//! What the defaults of all versions have in common.

/// Cron jobs run unless told otherwise; the last three jobs that succeeded and the last that failed are kept.
pub(super) fn cron_job(suspend: &mut Option<bool>, keep_succeeded: &mut Option<i32>, keep_failed: &mut Option<i32>) {
    suspend.get_or_insert(false);
    keep_succeeded.get_or_insert(3);
    keep_failed.get_or_insert(1);
}
