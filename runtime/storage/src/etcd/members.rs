//! The members of a cluster, and which of them the next call goes to.
//!
//! Calls go round all members that are well, as etcd's own client does it. A member that could not be reached, or did not
//! answer in time, gets no further calls; in the background it is asked for its status until it answers.
//!
//! **What is tried again.** A call that never left this process goes to another member, whatever it is. A read goes to
//! another member too when its answer did not come. A write whose answer was lost is not repeated: it may have happened,
//! or may yet happen, and a repeated comparison would then say that somebody else was faster. Its caller is told that
//! nobody knows.

use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;
use tonic::{Code, ConnectError, Status, transport::Channel};

use crate::{
    etcd::convert::{self, Asked},
    kv::KvError,
};

/// A call is given up after so long; a write may then have happened all the same.
pub(super) const CALL_TIMEOUT: Duration = Duration::from_secs(30);

/// A read that one member leaves unanswered for so long is asked of another.
const READ_TIMEOUT: Duration = Duration::from_secs(4);

/// A member that leaves a call unanswered for so long is asked whether it is there at all, so that not every call has to
/// find out for itself.
const DOUBT_AFTER: Duration = Duration::from_secs(1);

/// While no member can be reached, a call waits so long for one. An election takes one to two seconds.
const REACH_TIMEOUT: Duration = Duration::from_secs(10);

/// The time between two rounds of members of which none could be reached.
const ROUND_PAUSE: Duration = Duration::from_millis(50);

/// How often a member that ails is asked for its status, and how long it may take to say it.
pub(super) const RECOVERY_INTERVAL: Duration = Duration::from_secs(1);
pub(super) const RECOVERY_TIMEOUT: Duration = Duration::from_secs(2);

/// Whether a call may be made twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// It changes nothing, or the same thing.
    Always,
    /// Only where it was never sent.
    Unsent,
}

/// One member.
pub(super) struct Member {
    pub(super) url: String,
    pub(super) channel: Channel,
    /// It failed a call, and has not answered since.
    ails: AtomicBool,
    /// It is being asked whether it is there.
    is_doubted: AtomicBool,
}

impl Member {
    pub(super) fn new(url: String, channel: Channel) -> Arc<Self> {
        Arc::new(Self { url, channel, ails: AtomicBool::new(false), is_doubted: AtomicBool::new(false) })
    }

    /// Notes that it answers again.
    pub(super) fn recovered(&self) {
        if self.ails.swap(false, Ordering::Relaxed) {
            tracing::info!(member = self.url, "etcd answers again");
        }
    }

    /// Notes that it is known again whether it is there.
    pub(super) fn is_settled(&self) {
        self.is_doubted.store(false, Ordering::Relaxed);
    }

    /// Notes that it does not answer. True the first time: then somebody must look after it.
    pub(super) fn ails(&self, status: &Status) -> bool {
        let is_new = !self.ails.swap(true, Ordering::Relaxed);
        if is_new {
            tracing::warn!(member = self.url, error = convert::text(status), "etcd does not answer");
        }
        is_new
    }
}

/// What is done in the background about a member.
#[derive(Clone, Copy)]
pub(super) struct Care {
    /// It ails: asks it until it answers.
    pub(super) look_after: fn(Arc<Member>),
    /// It is slow: asks it whether it is there, and says so by [`Member::is_settled`].
    pub(super) doubt: fn(Arc<Member>),
}

/// All members.
pub(super) struct Members {
    all: Vec<Arc<Member>>,
    next: AtomicUsize,
    care: Care,
}

impl Members {
    pub(super) fn new(all: Vec<Arc<Member>>, care: Care) -> Self {
        Self { all, next: AtomicUsize::new(0), care }
    }

    pub(super) fn all(&self) -> &[Arc<Member>] {
        &self.all
    }

    /// The next member in turn, if possible one that is well.
    fn pick(&self) -> Option<&Arc<Member>> {
        let first = self.next.fetch_add(1, Ordering::Relaxed);
        let in_turn = || (0..self.all.len()).filter_map(|step| self.all.get((first + step) % self.all.len()));
        let well = in_turn().find(|member| !member.ails.load(Ordering::Relaxed));
        // those that ail are tried where nobody else is left
        well.or_else(|| in_turn().next())
    }

    /// A call of a member that is doubted when it takes long.
    async fn watched<T>(&self, member: &Arc<Member>, call: impl Future<Output = T>) -> T {
        let mut call = std::pin::pin!(call);
        match tokio::time::timeout(DOUBT_AFTER, &mut call).await {
            Ok(answer) => answer,
            Err(_) => {
                if !member.is_doubted.swap(true, Ordering::Relaxed) {
                    (self.care.doubt)(member.clone());
                }
                call.await
            }
        }
    }

    /// Makes a call, of as many members as it takes.
    pub(super) async fn call<T, F>(
        &self,
        repeat: Repeat,
        asked: Asked,
        make: impl Fn(Channel) -> F,
    ) -> Result<T, KvError>
    where
        F: Future<Output = Result<T, Status>>,
    {
        let begun = Instant::now();
        let mut tries = 0;
        loop {
            let Some(member) = self.pick() else {
                return Err(KvError::Unavailable("no etcd endpoint is given".to_owned()));
            };
            let left = CALL_TIMEOUT.saturating_sub(begun.elapsed());
            let time = if repeat == Repeat::Always { left.min(READ_TIMEOUT) } else { left };
            let call = self.watched(member, make(member.channel.clone()));
            let status = match tokio::time::timeout(time, call).await {
                Ok(Ok(answer)) => {
                    member.recovered();
                    return Ok(answer);
                }
                Ok(Err(status)) => status,
                Err(_) => Status::deadline_exceeded(format!("{} did not answer in {time:?}", member.url)),
            };
            if !is_absence(&status) {
                return Err(convert::error(&status, asked));
            }
            if member.ails(&status) {
                (self.care.look_after)(member.clone());
            }
            tries += 1;
            let may_repeat = repeat == Repeat::Always || was_never_sent(&status);
            if !may_repeat || begun.elapsed() >= REACH_TIMEOUT {
                return Err(convert::error(&status, asked));
            }
            if tries % self.all.len() == 0 {
                tokio::time::sleep(ROUND_PAUSE).await;
            }
        }
    }
}

/// Whether an error says that a member is gone, cut off from the others, or has no leader; and nothing of the call. What
/// etcd itself answers has no source here.
fn is_absence(status: &Status) -> bool {
    matches!(status.code(), Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled) || status.source().is_some()
}

/// Whether a call failed before any of it left this process: there was no connection, or it broke while the call waited
/// for it.
fn was_never_sent(status: &Status) -> bool {
    let mut cause = status.source();
    while let Some(found) = cause {
        let is_canceled = found.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_canceled);
        if is_canceled || found.is::<ConnectError>() {
            return true;
        }
        cause = found.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;

    fn members() -> Members {
        let member = |port: u32| {
            let url = format!("http://127.0.0.1:{port}");
            Member::new(url.clone(), Channel::from_shared(url).unwrap().connect_lazy())
        };
        Members::new(
            (1..=3).map(member).collect(),
            Care {
                look_after: |_| {},
                doubt: |member| {
                    member.ails(&unsent());
                },
            },
        )
    }

    fn unsent() -> Status {
        Status::from_error(Box::new(ConnectError("refused".into())))
    }

    /// Makes a call whose first tries fail as `failures` says; how it ended, and after how many tries.
    async fn tries(members: &Members, repeat: Repeat, failures: u32, failure: fn() -> Status) -> (bool, u32) {
        let count = AtomicU32::new(0);
        let call = members.call(repeat, Asked::default(), |_| async {
            if count.fetch_add(1, Ordering::Relaxed) < failures { Err(failure()) } else { Ok(()) }
        });
        (call.await.is_ok(), count.load(Ordering::Relaxed))
    }

    #[tokio::test(start_paused = true)]
    async fn only_what_was_never_sent_or_changes_nothing_is_repeated() {
        let lost = || Status::unavailable("the connection broke");
        let refused = || Status::invalid_argument("no");
        assert_eq!(tries(&members(), Repeat::Unsent, 2, unsent).await, (true, 3));
        assert_eq!(tries(&members(), Repeat::Unsent, 1, lost).await, (false, 1));
        assert_eq!(tries(&members(), Repeat::Always, 2, lost).await, (true, 3));
        assert_eq!(tries(&members(), Repeat::Always, 1, refused).await, (false, 1));
        let (is_ok, count) = tries(&members(), Repeat::Unsent, u32::MAX, unsent).await;
        assert!(!is_ok && (10..1000).contains(&count), "it gives up after some seconds, {count} tries");
    }

    #[tokio::test(start_paused = true)]
    async fn a_member_that_ails_gets_no_calls_while_others_are_well() {
        let members = members();
        assert!(members.all()[1].ails(&unsent()));
        assert!(!members.all()[1].ails(&unsent()), "it is looked after already");
        let urls: Vec<_> = (0..6).map(|_| members.pick().unwrap().url.clone()).collect();
        assert!(!urls.contains(&members.all()[1].url), "{urls:?}");
        assert!(members.all().iter().enumerate().all(|(at, member)| at == 1 || urls.contains(&member.url)));
        members.all()[1].recovered();
        assert!((0..3).any(|_| members.pick().unwrap().url == members.all()[1].url));
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_member_holds_up_neither_a_read_nor_other_calls() {
        let members = members();
        let count = AtomicU32::new(0);
        let call = members.call(Repeat::Always, Asked::default(), |_| async {
            if count.fetch_add(1, Ordering::Relaxed) == 0 { std::future::pending().await } else { Ok(()) }
        });
        assert!(call.await.is_ok());
        let ailing = members.all().iter().filter(|member| member.ails.load(Ordering::Relaxed)).count();
        assert_eq!(ailing, 1, "it was doubted while it said nothing");
    }
}
