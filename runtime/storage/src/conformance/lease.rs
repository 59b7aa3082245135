//! Leases.

use std::time::Duration;

use crate::{
    conformance::room::{Room, done},
    kv::{Expect, KvError, LeaseId},
};

const TTL: Duration = Duration::from_secs(1);

pub(super) async fn an_unknown_lease_is_refused(room: &Room) {
    let unknown = LeaseId(0x1234_5678);
    let err = room.put_leased("a", "1", Expect::Anything, Some(unknown)).await.expect_err("no such lease");
    assert!(matches!(err, KvError::LeaseNotFound(lease) if lease == unknown), "{err:?}");
    assert_eq!(room.get("a").await, None);
}

pub(super) async fn keys_go_with_their_lease(room: &Room) {
    let lease = room.kv().grant_lease(TTL).await.expect("granted");
    let mut watch = room.watch(None).await;
    for name in ["a", "b"] {
        done(room.put_leased(name, "1", Expect::Absent, Some(lease)).await.expect("answered"));
    }
    let before = room.put("c", "1").await;
    assert_eq!(watch.lines(3).await, ["a=1", "b=1", "c=1"]);
    let mut gone = watch.lines(2).await;
    gone.sort();
    assert_eq!(gone, ["a gone was 1", "b gone was 1"]);
    assert_eq!(room.state(None).await.expect("readable"), ["c=1"]);
    assert!(room.current().await > before, "the end of a lease is history like any other");
    let err = room.put_leased("a", "2", Expect::Anything, Some(lease)).await.expect_err("the lease is gone");
    assert!(matches!(err, KvError::LeaseNotFound(_)), "{err:?}");
}

pub(super) async fn a_key_that_changed_its_lease_stays(room: &Room) {
    let short = room.kv().grant_lease(TTL).await.expect("granted");
    let long = room.kv().grant_lease(TTL * 3600).await.expect("granted");
    assert_ne!(short, long);
    for name in ["free", "longer", "recreated", "short"] {
        done(room.put_leased(name, "1", Expect::Anything, Some(short)).await.expect("answered"));
    }
    let mut watch = room.watch(None).await;
    room.put("free", "2").await;
    done(room.put_leased("longer", "2", Expect::Anything, Some(long)).await.expect("answered"));
    room.delete("recreated").await;
    room.put("recreated", "2").await;
    watch.lines(4).await;
    assert_eq!(watch.line().await, "short gone was 1");
    assert_eq!(room.state(None).await.expect("readable"), ["free=2", "longer=2", "recreated=2"]);
}
