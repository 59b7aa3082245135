//! What the defaults of all versions have in common.

use kubeforge_machinery::Duration;

/// What an authorization webhook said is remembered: a yes for five minutes, a no for half of one.
pub(super) fn remember(
    (yes, yes_ttl): (&mut Option<bool>, &mut Duration),
    (no, no_ttl): (&mut Option<bool>, &mut Duration),
) {
    for (remembered, ttl, seconds) in [(yes, yes_ttl, 5 * 60), (no, no_ttl, 30)] {
        remembered.get_or_insert(true);
        if *ttl == Duration::default() {
            *ttl = Duration::from_secs(seconds);
        }
    }
}
