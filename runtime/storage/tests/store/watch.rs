use std::collections::BTreeMap;

use futures::future::join_all;
use kubeforge_storage::{
    revision::Revision,
    storage::{ListRequest, Selection, WatchEvent, WatchFrom, WatchRequest},
};

use super::room::{Room, Watch, labelled, of_node, pod, with_fields, with_labels};

pub async fn changes_after_a_revision(room: Room) {
    let first = room.create(pod("a")).await.revision();
    let second = room.create(pod("b")).await.revision();
    let third = room.change("a", |pod| pod.spec.priority = Some(1)).await.revision();
    let mut watch = room.watch(Selection::default(), WatchFrom::After(first)).await;
    let fourth = room.delete("a").await.revision();
    assert_eq!(watch.next().await, format!("ADDED default/b {second}"));
    assert_eq!(watch.next().await, format!("MODIFIED default/a {third}"));
    assert_eq!(watch.next().await, format!("DELETED default/a {fourth}"));
    watch.is_silent().await;
}

pub async fn the_state_comes_first(room: Room) {
    let a = room.create(pod("a")).await.revision();
    let b = room.create(labelled("b", "app=web")).await.revision();
    for from in [WatchFrom::LatestState, WatchFrom::StateNotOlderThan(b), WatchFrom::AnyState] {
        let request = WatchRequest { selection: Selection::default(), from, bookmarks: true, initial_events_end: true };
        let mut watch = Watch(room.pods.watch(request).await.unwrap());
        assert_eq!(watch.next().await, format!("ADDED default/a {a}"));
        assert_eq!(watch.next().await, format!("ADDED default/b {b}"));
        match watch.event().await {
            WatchEvent::Bookmark { revision, initial_events_end: true } => assert_eq!(revision, room.now().await),
            other => panic!("not the end of the initial events: {other:?}"),
        }
    }
    let mut watch = room.watch(with_labels("app=web"), WatchFrom::LatestState).await;
    assert_eq!(watch.next().await, format!("ADDED default/b {b}"));
    watch.is_silent().await;
}

pub async fn selections_add_and_delete(room: Room) {
    let mut watch = room.watch(with_labels("app=web"), WatchFrom::Now).await;
    room.create(pod("a")).await;
    let label = |value: &'static str| {
        move |pod: &mut kubeforge_api::core::v1::Pod| {
            pod.metadata.labels.insert("app".to_owned(), value.to_owned());
        }
    };
    let added = room.change("a", label("web")).await.revision();
    assert_eq!(watch.next().await, format!("ADDED default/a {added}"));
    let modified = room.change("a", |pod| pod.spec.priority = Some(1)).await.revision();
    assert_eq!(watch.next().await, format!("MODIFIED default/a {modified}"));
    let left = room.change("a", label("db")).await.revision();
    match watch.event().await {
        WatchEvent::Deleted(entry) => {
            assert_eq!(entry.revision(), left);
            assert_eq!(entry.labels().get("app"), Some("web"), "the last state that matched");
            assert_eq!(entry.object().unwrap().meta().unwrap().resource_version, left.to_string());
        }
        other => panic!("not deleted: {other:?}"),
    }
    room.change("a", |pod| pod.spec.priority = Some(2)).await;
    room.delete("a").await;
    watch.is_silent().await;
}

pub async fn a_namespace_or_a_name(room: Room) {
    let in_a = Selection::of_namespace(Some("a"));
    let mut of_namespace = room.watch(in_a.clone(), WatchFrom::Now).await;
    let mut of_name = room.watch(Selection { name: Some("x".into()), ..in_a }, WatchFrom::Now).await;
    let mut of_field = room.watch(with_fields("metadata.name=x"), WatchFrom::Now).await;
    let ax = room.create(pod("a/x")).await.revision();
    let ay = room.create(pod("a/y")).await.revision();
    let bx = room.create(pod("b/x")).await.revision();
    assert_eq!(of_namespace.next().await, format!("ADDED a/x {ax}"));
    assert_eq!(of_namespace.next().await, format!("ADDED a/y {ay}"));
    of_namespace.is_silent().await;
    assert_eq!(of_name.next().await, format!("ADDED a/x {ax}"));
    of_name.is_silent().await;
    assert_eq!(of_field.next().await, format!("ADDED a/x {ax}"));
    assert_eq!(of_field.next().await, format!("ADDED b/x {bx}"));
    of_field.is_silent().await;
}

pub async fn a_field_that_objects_move_along(room: Room) {
    room.create(pod("a")).await;
    let mut unbound = room.watch(with_fields("spec.nodeName="), WatchFrom::LatestState).await;
    let mut n1 = room.watch(with_fields("spec.nodeName=n1"), WatchFrom::LatestState).await;
    let mut n2 = room.watch(with_fields("spec.nodeName=n2,status.phase!=Failed"), WatchFrom::LatestState).await;
    assert!(unbound.next().await.starts_with("ADDED default/a"));
    let bound = room.change("a", |pod| pod.spec.node_name = "n1".into()).await.revision();
    let other = room.create(of_node("b", "n2")).await.revision();
    assert_eq!(unbound.next().await, format!("DELETED default/a {bound}"));
    assert_eq!(n1.next().await, format!("ADDED default/a {bound}"));
    assert_eq!(n2.next().await, format!("ADDED default/b {other}"));
    let failed = room.change("b", |pod| pod.status.phase = "Failed".into()).await.revision();
    assert_eq!(n2.next().await, format!("DELETED default/b {failed}"));
    let deleted = room.delete("a").await.revision();
    assert_eq!(n1.next().await, format!("DELETED default/a {deleted}"));
    for watch in [&mut unbound, &mut n1, &mut n2] {
        watch.is_silent().await;
    }
}

pub async fn a_deletion_shows_the_last_state_at_its_revision(room: Room) {
    room.create(labelled("a", "app=web")).await;
    let mut watch = room.watch(with_labels("app=web"), WatchFrom::Now).await;
    let deleted = room.delete("a").await.revision();
    match watch.event().await {
        WatchEvent::Deleted(entry) => {
            assert_eq!(entry.revision(), deleted);
            assert_eq!(entry.labels().get("app"), Some("web"));
            assert_eq!(entry.object().unwrap().meta().unwrap().resource_version, deleted.to_string());
        }
        other => panic!("not deleted: {other:?}"),
    }
}

/// Follows a watch until `revision`, and answers with the objects and their revisions as it leaves them.
async fn follow(mut watch: Watch, until: Revision) -> BTreeMap<String, u64> {
    let mut state = BTreeMap::new();
    let mut last = 0;
    loop {
        let event = watch.event().await;
        let (WatchEvent::Added(entry) | WatchEvent::Modified(entry) | WatchEvent::Deleted(entry)) = &event else {
            panic!("no bookmark was asked for");
        };
        let (name, revision) = (entry.key().to_string(), entry.revision());
        match &event {
            WatchEvent::Added(_) => assert!(state.insert(name, revision.get()).is_none(), "{event:?} is there"),
            WatchEvent::Modified(_) => assert!(state.insert(name, revision.get()).is_some(), "{event:?} is not there"),
            _ => assert!(state.remove(&name).is_some(), "{event:?} is not there"),
        }
        last = last.max(revision.get());
        if last >= until.get() {
            return state;
        }
    }
}

async fn churn(room: &Room, rounds: usize) {
    for round in 0..rounds {
        let name = format!("p{}", round % 7);
        match room.try_create(pod(&name)).await {
            Ok(_) => {}
            Err(_) if round % 3 == 0 => drop(room.delete(&name).await),
            Err(_) => drop(room.change(&name, |pod| pod.spec.priority = Some(round as i32)).await),
        }
        tokio::task::yield_now().await;
    }
}

async fn state(room: &Room) -> BTreeMap<String, u64> {
    let list = room.list(ListRequest::default()).await;
    list.items.iter().map(|entry| (entry.key().to_string(), entry.revision().get())).collect()
}

pub async fn no_change_falls_between_state_and_changes(room: Room) {
    let last = async {
        churn(&room, 200).await;
        room.create(pod("last")).await.revision()
    };
    let watches = async {
        let mut watches = Vec::new();
        for _ in 0..20 {
            watches.push(room.watch(Selection::default(), WatchFrom::LatestState).await);
            for _ in 0..5 {
                tokio::task::yield_now().await;
            }
        }
        watches
    };
    let (last, watches) = tokio::join!(last, watches);
    let want = state(&room).await;
    for found in join_all(watches.into_iter().map(|watch| follow(watch, last))).await {
        assert_eq!(found, want);
    }
}

pub async fn the_future_waits(room: Room) {
    let now = room.create(pod("a")).await.revision();
    let future = Revision::new(now.get() + 2).unwrap();
    let mut watch = room.watch(Selection::default(), WatchFrom::After(future)).await;
    for name in ["b", "c", "d"] {
        room.create(pod(name)).await;
    }
    assert_eq!(watch.next().await, format!("ADDED default/d {}", room.now().await));
}

pub async fn every_watcher_sees_every_change(room: Room) {
    let mut watches = Vec::new();
    for _ in 0..50 {
        watches.push(room.watch(Selection::default(), WatchFrom::Now).await);
    }
    churn(&room, 100).await;
    let last = room.create(pod("last")).await.revision();
    let want = state(&room).await;
    for found in join_all(watches.into_iter().map(|watch| follow(watch, last))).await {
        assert_eq!(found, want);
    }
}
