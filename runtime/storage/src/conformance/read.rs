//! Range reads.

use crate::{
    conformance::room::Room,
    kv::{KeyRange, KvError, RangeResult, Want},
};

async fn fill(room: &Room, names: &[&str]) {
    for name in names {
        room.put(name, name).await;
    }
}

fn names(room: &Room, found: &RangeResult) -> Vec<String> {
    found.kvs.iter().map(|kv| room.name(&kv.key)).collect()
}

fn between(room: &Room, start: &str, end: &str) -> KeyRange {
    KeyRange::Between { start: room.key(start), end: room.key(end) }
}

pub(super) async fn a_range_is_ordered_and_excludes_its_end(room: &Room) {
    fill(room, &["d", "b", "a/x", "c", "a", "aa"]).await;
    let found = room.range(room.all(), None, None, Want::KeyValues).await.expect("readable");
    assert_eq!(names(room, &found), ["a", "a/x", "aa", "b", "c", "d"], "byte order");
    let found = room.range(between(room, "a/x", "c"), None, None, Want::KeyValues).await.expect("readable");
    assert_eq!(names(room, &found), ["a/x", "aa", "b"], "with its start, without its end");
    let found = room.range(KeyRange::One(room.key("a")), None, None, Want::KeyValues).await.expect("readable");
    assert_eq!(names(room, &found), ["a"], "one key is not a prefix");
}

pub(super) async fn a_limit_cuts_and_counts(room: &Room) {
    fill(room, &["a", "b", "c", "d"]).await;
    room.delete("b").await;
    for (limit, want, more) in [(1, 1, true), (2, 2, true), (3, 3, false), (4, 3, false), (0, 0, true)] {
        let found = room.range(room.all(), None, Some(limit), Want::KeyValues).await.expect("readable");
        assert_eq!((found.kvs.len(), found.count, found.more), (want, 3, more), "limit {limit}");
    }
}

pub(super) async fn pages_of_one_revision_make_a_whole(room: &Room) {
    fill(room, &["a", "b", "c", "d", "e"]).await;
    let at = room.current().await;
    let mut start = room.key("");
    let mut seen = Vec::new();
    let KeyRange::Between { end, .. } = room.all() else { panic!("a room is a range") };
    loop {
        let range = KeyRange::Between { start: start.clone(), end: end.clone() };
        let found = room.range(range, Some(at), Some(2), Want::KeyValues).await.expect("readable");
        seen.extend(names(room, &found));
        // Changes between pages must not show.
        room.put("bb", "new").await;
        room.put("e", "changed").await;
        if !found.more {
            break;
        }
        let last = found.kvs.last().expect("a page that is cut has keys");
        start = [&last.key[..], b"\0"].concat().into();
    }
    assert_eq!(seen, ["a", "b", "c", "d", "e"]);
}

pub(super) async fn keys_and_counts_come_without_values(room: &Room) {
    fill(room, &["a", "b", "c"]).await;
    let found = room.range(room.all(), None, Some(2), Want::Keys).await.expect("readable");
    assert_eq!((names(room, &found), found.count, found.more), (vec!["a".to_owned(), "b".to_owned()], 3, true));
    assert!(found.kvs.iter().all(|kv| kv.value.is_empty() && kv.version == 1), "{:?}", found.kvs);
    let found = room.range(room.all(), None, None, Want::Count).await.expect("readable");
    assert_eq!((found.kvs.len(), found.count, found.more), (0, 3, false));
}

pub(super) async fn old_revisions_show_the_past(room: &Room) {
    let before = room.current().await;
    let first = room.put("a", "1").await;
    let second = room.put("b", "1").await;
    let third = room.put("a", "2").await;
    let fourth = room.delete("a").await;
    let latest = room.put("a", "3").await;
    for (at, want) in [
        (before, &[][..]),
        (first, &["a=1"]),
        (second, &["a=1", "b=1"]),
        (third, &["a=2", "b=1"]),
        (fourth, &["b=1"]),
        (latest, &["a=3", "b=1"]),
    ] {
        assert_eq!(room.state(Some(at)).await.expect("readable"), want, "at {at}");
    }
    let found = room.range(room.all(), Some(third), None, Want::KeyValues).await.expect("readable");
    assert_eq!(found.revision, Some(latest), "the answer names the latest revision");
    let a = &found.kvs[0];
    assert_eq!((a.create_revision, a.mod_revision, a.version), (first, third, 2), "as it was then");
}

pub(super) async fn the_future_cannot_be_read(room: &Room) {
    let latest = room.put("a", "1").await;
    let err = room.state(Some(latest.next())).await.expect_err("the future");
    assert!(matches!(err, KvError::Future { asked, .. } if asked == latest.next()), "{err:?}");
}

pub(super) async fn an_inverted_range_is_empty(room: &Room) {
    fill(room, &["a", "b"]).await;
    for (start, end) in [("b", "a"), ("a", "a")] {
        let found = room.range(between(room, start, end), None, None, Want::KeyValues).await.expect("readable");
        assert_eq!((found.kvs.len(), found.count, found.more), (0, 0, false), "from {start} to {end}");
    }
}

pub(super) async fn a_read_follows_every_acknowledged_write(room: &Room) {
    for number in 0..50 {
        let value = number.to_string();
        let revision = room.put("a", &value).await;
        let kv = room.get("a").await.expect("it is there");
        assert_eq!((&kv.value[..], kv.mod_revision), (value.as_bytes(), revision));
    }
}
