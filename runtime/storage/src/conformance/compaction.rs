//! Compaction.

use crate::{
    conformance::room::Room,
    kv::{KvError, Want},
    revision::Revision,
};

async fn compact(room: &Room, revision: Revision) {
    room.kv().compact(revision).await.expect("compaction succeeds");
}

pub(super) async fn history_before_is_gone(room: &Room) {
    let first = room.put("a", "1").await;
    let second = room.put("a", "2").await;
    let third = room.delete("a").await;
    room.put("b", "1").await;
    compact(room, second).await;
    let err = room.state(Some(first)).await.expect_err("compacted");
    assert!(matches!(err, KvError::Compacted { asked, .. } if asked == first), "{err:?}");
    assert_eq!(room.state(Some(second)).await.expect("readable"), ["a=2"], "the revision itself stays");
    assert_eq!(room.state(Some(third)).await.expect("readable"), Vec::<String>::new());
    let again = room.kv().compact(second).await.expect_err("compacted already");
    assert!(matches!(again, KvError::Compacted { .. }), "{again:?}");
    let latest = room.current().await;
    let future = room.kv().compact(latest.next()).await.expect_err("the future");
    assert!(matches!(future, KvError::Future { .. }), "{future:?}");
}

pub(super) async fn what_lives_is_untouched(room: &Room) {
    let created = room.put("a", "1").await;
    let changed = room.put("a", "2").await;
    room.put("gone", "1").await;
    room.delete("gone").await;
    let latest = room.put("b", "1").await;
    compact(room, latest).await;
    let found = room.range(room.all(), None, None, Want::KeyValues).await.expect("readable");
    assert_eq!(found.count, 2);
    let a = &found.kvs[0];
    assert_eq!((a.create_revision, a.mod_revision, a.version, &a.value[..]), (created, changed, 2, &b"2"[..]));
    assert_eq!(room.current().await, latest, "compaction takes no revision");
    let again = room.put("gone", "2").await;
    assert_eq!(room.get("gone").await.expect("it is there").create_revision, again);
    assert_eq!(room.state(Some(latest)).await.expect("readable"), ["a=2", "b=1"]);
}

pub(super) async fn a_watch_from_before_is_refused(room: &Room) {
    let first = room.put("a", "1").await;
    room.put("a", "2").await;
    let third = room.put("a", "3").await;
    compact(room, third).await;
    let err = match room.kv().watch(room.all(), Some(first)).await {
        Ok(_) => room.watch(Some(first)).await.end().await,
        Err(err) => err,
    };
    let KvError::Compacted { asked, oldest } = err else { panic!("{err:?}") };
    assert_eq!(asked, first);
    assert!(oldest.is_none_or(|oldest| oldest >= third), "{oldest:?}");
}

pub(super) async fn a_watch_from_after_is_complete(room: &Room) {
    room.put("a", "1").await;
    let compacted = room.put("a", "2").await;
    room.put("a", "3").await;
    room.delete("a").await;
    compact(room, compacted).await;
    let mut watch = room.watch(Some(compacted.next())).await;
    assert_eq!(watch.lines(2).await, ["a=3 was 2", "a gone was 3"]);
}

pub(super) async fn an_open_watch_goes_on(room: &Room) {
    let mut watch = room.watch(None).await;
    room.put("a", "1").await;
    let second = room.put("a", "2").await;
    assert_eq!(watch.lines(2).await, ["a=1", "a=2 was 1"]);
    compact(room, second).await;
    room.put("a", "3").await;
    assert_eq!(watch.line().await, "a=3 was 2");
}
