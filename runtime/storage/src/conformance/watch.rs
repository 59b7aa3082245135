//! Watches.

use futures::future::join_all;

use crate::{
    conformance::room::{Room, revision_of},
    kv::{Expect, KeyRange, KvEvent},
};

pub(super) async fn a_watch_from_now_sees_what_follows(room: &Room) {
    room.put("a", "before").await;
    let mut watch = room.watch(None).await;
    let put = room.put("a", "1").await;
    room.put("b", "1").await;
    let deleted = room.delete("a").await;
    room.put("a", "2").await;
    let KvEvent::Put { kv, previous } = watch.event().await else { panic!("a put") };
    assert_eq!((kv.mod_revision, kv.version, &kv.value[..]), (put, 2, &b"1"[..]));
    assert_eq!(previous.map(|kv| (kv.version, kv.value)), Some((1, "before".into())), "as it was before");
    assert_eq!(watch.line().await, "b=1");
    let gone = watch.event().await;
    assert_eq!((watch.describe(&gone), revision_of(&gone)), ("a gone was 1".to_owned(), deleted));
    assert_eq!(watch.line().await, "a=2", "nothing was before a new life");
}

pub(super) async fn a_watch_from_the_past_sees_everything(room: &Room) {
    room.put("a", "0").await;
    let from = room.put("a", "1").await;
    room.put("b", "1").await;
    room.delete("a").await;
    let mut watch = room.watch(Some(from)).await;
    assert_eq!(watch.lines(3).await, ["a=1 was 0", "b=1", "a gone was 1"], "from its start, inclusive");
    room.put("c", "1").await;
    assert_eq!(watch.line().await, "c=1", "and on");
}

pub(super) async fn a_watch_from_the_future_waits(room: &Room) {
    let latest = room.put("a", "1").await;
    let mut watch = room.watch(Some(latest.next().next())).await;
    room.put("a", "2").await;
    room.put("a", "3").await;
    assert_eq!(watch.line().await, "a=3 was 2");
}

pub(super) async fn a_watch_sees_only_its_range(room: &Room) {
    let range = KeyRange::Between { start: room.key("b"), end: room.key("d") };
    let from = room.current().await.next();
    let mut live = room.watch_range(range.clone(), None).await;
    for name in ["a", "b", "bb", "c", "d", "e"] {
        room.put(name, "1").await;
    }
    let mut past = room.watch_range(range, Some(from)).await;
    for watch in [&mut live, &mut past] {
        assert_eq!(watch.lines(3).await, ["b=1", "bb=1", "c=1"]);
    }
}

pub(super) async fn a_watch_of_one_key(room: &Room) {
    let mut watch = room.watch_range(KeyRange::One(room.key("a")), None).await;
    room.put("a/b", "1").await;
    room.put("a", "1").await;
    room.put("aa", "1").await;
    room.delete("a").await;
    assert_eq!(watch.lines(2).await, ["a=1", "a gone was 1"]);
}

pub(super) async fn every_watch_sees_every_event_in_order(room: &Room) {
    const WRITERS: usize = 8;
    const EACH: usize = 20;
    let from = room.current().await.next();
    let mut watches = vec![room.watch(None).await, room.watch(Some(from)).await];
    let writers = (0..WRITERS).map(|writer| async move {
        for number in 0..EACH {
            let name = format!("{}", writer % 3);
            room.write(&name, &format!("{writer}-{number}"), Expect::Anything).await;
        }
    });
    join_all(writers).await;
    watches.push(room.watch(Some(from)).await);
    let mut seen: Vec<Vec<String>> = Vec::new();
    for watch in &mut watches {
        let mut lines = Vec::new();
        let mut last = from;
        for _ in 0..WRITERS * EACH {
            let event = watch.event().await;
            let revision = revision_of(&event);
            assert!(revision >= last, "{revision} after {last}");
            last = revision.next();
            lines.push(format!("{revision} {}", watch.describe(&event)));
        }
        seen.push(lines);
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "all watches see the same");
}

pub(super) async fn progress_comes_when_asked_for(room: &Room) {
    let mut watch = room.watch(None).await;
    room.put("a", "1").await;
    assert_eq!(watch.line().await, "a=1");
    let elsewhere = Room::new(room.kv(), "/elsewhere");
    let latest = elsewhere.put("a", "1").await;
    room.kv().request_progress().await.expect("answered");
    watch.progress_to(latest).await;
}

pub(super) async fn progress_comes_by_itself(room: &Room) {
    let mut watch = room.watch(None).await;
    let latest = Room::new(room.kv(), "/elsewhere").put("a", "1").await;
    watch.progress_to(latest).await;
}
