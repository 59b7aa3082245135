//! What threads share, under schedules of shuttle's choice: the work queue, the token bucket, the store and the informer's
//! hub, compiled here a second time over shuttle's locks. Nothing of theirs is mocked but tokio's Notify, which is built
//! from its documentation. Every schedule that fails is printed and can be replayed.
//!
//! ```sh
//! cargo test -p kubeforge-client --test shuttle
//! SHUTTLE_ROUNDS=100000 cargo test -p kubeforge-client --test shuttle queue
//! ```

#![allow(dead_code, unused, unreachable_pub, missing_docs, reason = "the files are written for another crate")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "what fails here fails the test")]

#[path = "../../src/backoff.rs"]
mod backoff;
mod checks;
mod informer;
#[path = "../../src/rate.rs"]
mod rate;
#[path = "../../src/store/mod.rs"]
mod store;
mod sync;
#[path = "../../src/test_kind.rs"]
mod test_kind;
#[path = "../../src/workqueue/mod.rs"]
mod workqueue;

/// What the hub needs of the reflector.
mod reflector {
    #[must_use]
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Heard {
        Settled,
        InDoubt,
    }
}

/// How many schedules of each check are tried, by chance and by priorities that change a few times (which finds other bugs).
const ROUNDS: usize = 1000;
const CHANGES: usize = 3;

fn main() {
    let rounds = std::env::var("SHUTTLE_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(ROUNDS);
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    for (name, check) in checks::ALL {
        if wanted.is_empty() || wanted.iter().any(|wanted| name.contains(wanted.as_str())) {
            shuttle::check_random(check, rounds);
            shuttle::check_pct(check, rounds, CHANGES);
            println!("{name} ... ok, {rounds} schedules twice");
        }
    }
}
