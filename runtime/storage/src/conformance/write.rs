//! Puts and deletions.

use bytes::Bytes;
use futures::future::join_all;

use crate::{
    conformance::room::{Room, done, text},
    kv::{Expect, Written},
    revision::Revision,
};

pub(super) async fn a_put_creates_then_overwrites(room: &Room) {
    let before = room.current().await;
    let created = room.put("a", "1").await;
    assert!(created > before, "a write has a revision of its own");
    let kv = room.get("a").await.expect("it is there");
    assert_eq!((kv.create_revision, kv.mod_revision, kv.version), (created, created, 1));
    let changed = room.put("a", "2").await;
    assert!(changed > created, "revisions rise");
    let kv = room.get("a").await.expect("it is there");
    assert_eq!((kv.create_revision, kv.mod_revision, kv.version), (created, changed, 2));
    assert_eq!((kv.key, text(&kv.value)), (room.key("a"), "2".to_owned()));
    assert_eq!(room.current().await, changed, "the store stands at its last write");
}

pub(super) async fn a_deleted_key_starts_a_new_life(room: &Room) {
    room.put("a", "1").await;
    room.put("a", "2").await;
    let deleted = room.delete("a").await;
    assert_eq!(room.get("a").await, None);
    let created = room.put("a", "3").await;
    assert!(created > deleted, "a deletion takes a revision");
    let kv = room.get("a").await.expect("it is there");
    assert_eq!((kv.create_revision, kv.mod_revision, kv.version), (created, created, 1));
}

pub(super) async fn expectations_decide(room: &Room) {
    let first = room.put("a", "1").await;
    let second = room.put("a", "2").await;
    refused(room, "a", Expect::Absent, Some(second)).await;
    refused(room, "a", Expect::At(first), Some(second)).await;
    refused(room, "a", Expect::At(second.next()), Some(second)).await;
    refused(room, "none", Expect::At(first), None).await;
    assert_eq!(room.state(None).await.expect("readable"), ["a=2"], "a refused write changes nothing");
    let third = done(room.write("a", "3", Expect::At(second)).await);
    done(room.write("b", "1", Expect::Absent).await);
    let delete = |expect| room.kv().delete(room.key("a"), expect);
    let stale = delete(Expect::At(second)).await.expect("answered");
    check_refused(&stale, Some(third), "a deletion at an old revision");
    let absent = delete(Expect::Absent).await.expect("answered");
    check_refused(&absent, Some(third), "a deletion of an absent key that is there");
    done(delete(Expect::At(third)).await.expect("answered"));
    assert_eq!(room.state(None).await.expect("readable"), ["b=1"]);
}

async fn refused(room: &Room, name: &str, expect: Expect, current: Option<Revision>) {
    let before = room.current().await;
    let written = room.write(name, "refused", expect).await;
    check_refused(&written, current, &format!("{name} with {expect:?}"));
    assert_eq!(room.current().await, before, "a refused write takes no revision");
}

#[track_caller]
fn check_refused(written: &Written, at: Option<Revision>, what: &str) {
    match written {
        Written::Unexpected { current, revision } => {
            assert_eq!(current.as_ref().map(|kv| kv.mod_revision), at, "{what}: the key as it is");
            assert!(at.is_none_or(|at| *revision >= at), "{what}: the revision of the store");
        }
        Written::Done { revision, .. } => panic!("{what} was done at {revision}"),
    }
}

pub(super) async fn an_absent_key_cannot_be_deleted(room: &Room) {
    let at = room.put("other", "1").await;
    for expect in [Expect::Anything, Expect::Absent, Expect::At(at)] {
        let written = room.kv().delete(room.key("a"), expect).await.expect("answered");
        check_refused(&written, None, &format!("a deletion with {expect:?}"));
    }
    assert_eq!(room.current().await, at, "nothing happened");
}

pub(super) async fn what_was_replaced_is_returned(room: &Room) {
    let Written::Done { revision, previous } = room.write("a", "1", Expect::Anything).await else {
        panic!("an unconditional put is done")
    };
    assert_eq!(previous, None, "nothing was there");
    let before = room.get("a").await;
    let Written::Done { previous, .. } = room.write("a", "2", Expect::At(revision)).await else {
        panic!("the revision is right")
    };
    assert!(previous.is_none() || previous == before, "{previous:?}");
    let before = room.get("a").await;
    let deleted = room.kv().delete(room.key("a"), Expect::Anything).await.expect("answered");
    let Written::Done { previous, .. } = deleted else { panic!("an unconditional deletion is done") };
    assert!(previous.is_none() || previous == before, "{previous:?}");
}

pub(super) async fn one_of_many_conditional_writers_wins(room: &Room) {
    let mut at = room.put("a", "0").await;
    for round in 0..5 {
        let writers = (0..16).map(|writer| async move {
            let written = room.write("a", &format!("{round}-{writer}"), Expect::At(at)).await;
            matches!(written, Written::Done { .. }).then_some(writer)
        });
        let winners: Vec<i32> = join_all(writers).await.into_iter().flatten().collect();
        let [winner] = winners[..] else { panic!("{winners:?} won") };
        let kv = room.get("a").await.expect("it is there");
        assert_eq!(text(&kv.value), format!("{round}-{winner}"), "the winner's value stays");
        at = kv.mod_revision;
    }
}

pub(super) async fn one_of_many_creators_wins(room: &Room) {
    let creators = (0..16).map(|creator| async move { room.write("a", &creator.to_string(), Expect::Absent).await });
    let won = join_all(creators).await.iter().filter(|written| matches!(written, Written::Done { .. })).count();
    assert_eq!(won, 1);
    assert_eq!(room.get("a").await.expect("it is there").version, 1);
}

pub(super) async fn no_increment_is_lost(room: &Room) {
    const WRITERS: usize = 8;
    const EACH: usize = 10;
    room.put("count", "0").await;
    let writers = (0..WRITERS).map(|_| async {
        for _ in 0..EACH {
            loop {
                let kv = room.get("count").await.expect("it is there");
                let next: usize = text(&kv.value).parse::<usize>().expect("a number") + 1;
                let written = room.write("count", &next.to_string(), Expect::At(kv.mod_revision)).await;
                if matches!(written, Written::Done { .. }) {
                    break;
                }
            }
        }
    });
    join_all(writers).await;
    let kv = room.get("count").await.expect("it is there");
    assert_eq!((text(&kv.value), kv.version), ((WRITERS * EACH).to_string(), (WRITERS * EACH) as u64 + 1));
}

pub(super) async fn empty_and_large_values_are_kept(room: &Room) {
    let large = Bytes::from((0..1_000_000_u32).map(|byte| (byte % 251) as u8).collect::<Vec<_>>());
    for value in [Bytes::new(), large] {
        let put = room.kv().put(room.key("a"), value.clone(), Expect::Anything, None).await;
        done(put.expect("answered"));
        assert!(room.get("a").await.expect("it is there").value == value, "{} bytes", value.len());
    }
}
