use kubeforge_storage::{
    revision::Revision,
    storage::{Continue, ListRequest, ReadAt, Selection, StorageError},
};

use super::room::{Room, at, key, labelled, names, of_node, pod, with_fields, with_labels};

pub async fn objects_come_in_the_order_of_their_keys(room: Room) {
    assert_eq!(names(&room.list(ListRequest::default()).await), [""; 0]);
    for path in ["b/x", "a/y", "a/x", "a-b/x", "a.b/x", "a0/x"] {
        room.create(pod(path)).await;
    }
    let list = room.list(ListRequest::default()).await;
    assert_eq!(names(&list), ["a-b/x", "a.b/x", "a/x", "a/y", "a0/x", "b/x"]);
    assert_eq!(list.revision, room.now().await);
    assert_eq!((list.continue_, list.remaining), (None, None));
}

pub async fn selections_choose(room: Room) {
    room.create(labelled("a/1", "app=web")).await;
    room.create(labelled("a/2", "app=db")).await;
    room.create(of_node("b/1", "n1")).await;
    let check = async |selection: Selection, want: &[&str]| {
        let list = room.list(ListRequest { selection: selection.clone(), ..ListRequest::default() }).await;
        assert_eq!(names(&list), want, "{selection:?}");
    };
    check(Selection::of_namespace(Some("a")), &["a/1", "a/2"]).await;
    check(Selection::of_namespace(Some("none")), &[]).await;
    check(with_labels("app=web"), &["a/1"]).await;
    check(with_labels("app notin (web)"), &["a/2", "b/1"]).await;
    check(with_labels("!app"), &["b/1"]).await;
    check(with_fields("spec.nodeName=n1"), &["b/1"]).await;
    check(with_fields("spec.nodeName=n2"), &[]).await;
    check(with_fields("spec.nodeName="), &["a/1", "a/2"]).await;
    check(with_fields("spec.nodeName!=n1"), &["a/1", "a/2"]).await;
    check(with_fields("metadata.name=1"), &["a/1", "b/1"]).await;
    check(with_fields("metadata.namespace=a,metadata.name=1"), &["a/1"]).await;
    check(Selection { namespace: Some("a".into()), ..with_fields("metadata.name=2") }, &["a/2"]).await;
    check(Selection { namespace: Some("a".into()), name: Some("1".into()), ..with_labels("app=db") }, &[]).await;
    check(Selection { namespace: Some("a".into()), ..with_fields("spec.nodeName=n1") }, &[]).await;
    room.change("b/1", |pod| pod.spec.node_name = "n2".into()).await;
    check(with_fields("spec.nodeName=n2"), &["b/1"]).await;
    check(with_fields("spec.nodeName=n1"), &[]).await;
}

pub async fn a_list_has_the_latest(room: Room) {
    let other = room.another().await;
    for index in 0..50 {
        let pod = pod(&format!("p{index:02}"));
        other.create(&super::room::key_of(&pod), Box::new(pod), None).await.unwrap();
        let list = room.list(ListRequest::default()).await;
        assert_eq!(list.items.len(), index + 1);
        assert_eq!(room.pods.count().await.unwrap(), index + 1);
    }
}

async fn chunks(room: &Room, selection: Selection, limit: usize, mut between: impl AsyncFnMut()) -> Vec<Vec<String>> {
    let mut request = ListRequest { selection, limit, ..ListRequest::default() };
    let mut chunks = Vec::new();
    let mut revision = None;
    loop {
        let list = room.list(request.clone()).await;
        assert_eq!(*revision.get_or_insert(list.revision), list.revision);
        chunks.push(names(&list));
        let Some(next) = list.continue_ else { return chunks };
        // as a client hands it back
        request.continue_ = Some(Continue::decode(&next.encode()).unwrap());
        between().await;
    }
}

pub async fn chunks_are_of_one_revision(room: Room) {
    for path in ["a/1", "a/2", "b/1", "b/2", "c/1"] {
        room.create(pod(path)).await;
    }
    let mut created = 0;
    let all = chunks(&room, Selection::default(), 2, async || {
        created += 1;
        room.create(pod(&format!("b/new-{created}"))).await;
        room.change("c/1", |pod| pod.spec.priority = Some(created)).await;
    });
    assert_eq!(all.await, [vec!["a/1", "a/2"], vec!["b/1", "b/2"], vec!["c/1"]]);
    let in_b = chunks(&room, Selection::of_namespace(Some("b")), 3, async || {}).await;
    assert_eq!(in_b, [vec!["b/1", "b/2", "b/new-1"], vec!["b/new-2"]]);
}

pub async fn chunks_of_a_selection_are_full(room: Room) {
    for index in 0..30 {
        room.create(labelled(&format!("p{index:02}"), if index % 10 == 0 { "app=web" } else { "app=db" })).await;
    }
    let found = chunks(&room, with_labels("app=web"), 2, async || {}).await;
    assert_eq!(found[0], ["default/p00", "default/p10"]);
    assert_eq!(found.concat(), ["default/p00", "default/p10", "default/p20"]);
}

pub async fn the_rest_is_counted(room: Room) {
    for index in 0..5 {
        room.create(labelled(&format!("p{index}"), "app=web")).await;
    }
    let first = room.list(ListRequest { limit: 2, ..ListRequest::default() }).await;
    assert_eq!(first.remaining, Some(3));
    let second = ListRequest { limit: 2, continue_: first.continue_, ..ListRequest::default() };
    assert_eq!(room.list(second).await.remaining, Some(1));
    let whole = room.list(ListRequest { limit: 5, ..ListRequest::default() }).await;
    assert_eq!((whole.continue_, whole.remaining), (None, None));
    let chosen = ListRequest { limit: 2, selection: with_labels("app=web"), ..ListRequest::default() };
    assert_eq!(room.list(chosen).await.remaining, None);
}

pub async fn the_past_can_be_listed(room: Room) {
    let first = room.create(pod("a")).await.revision();
    let second = room.create(pod("b")).await.revision();
    let gone = room.delete("a").await.revision();
    for (revision, want) in [(first, vec!["default/a"]), (second, vec!["default/a", "default/b"])] {
        let list = room.list(at(ReadAt::Exact(revision))).await;
        assert_eq!((names(&list), list.revision), (want.iter().map(|name| (*name).to_owned()).collect(), revision));
    }
    // any state from there on would do; only from the deletion on is "a" certain to be gone
    let not_older = room.list(at(ReadAt::NotOlderThan(gone))).await;
    assert_eq!(names(&not_older), ["default/b"]);
}

pub async fn a_list_of_the_future_is_too_large(room: Room) {
    room.create(pod("a")).await;
    let asked = Revision::new(999_999).unwrap();
    for read in [ReadAt::NotOlderThan(asked), ReadAt::Exact(asked)] {
        let err = room.pods.list(at(read)).await.unwrap_err();
        let want = format!("Too large resource version: 999999, current: {}", room.now().await);
        assert_eq!(err.to_string(), want, "{read:?}");
    }
}

pub async fn what_was_compacted_has_expired(room: Room) {
    let first = room.create(pod("a")).await.revision();
    room.create(pod("b")).await;
    let second = room.change("b", |pod| pod.spec.priority = Some(1)).await.revision();
    room.change("a", |pod| pod.spec.priority = Some(1)).await;
    room.kv.compact(second).await.unwrap();
    let err = room.pods.list(at(ReadAt::Exact(first))).await.unwrap_err();
    assert!(matches!(err, StorageError::Expired { asked, .. } if asked == first), "{err:?}");
    let continue_ = Some(Continue { revision: Some(first), start: "default/a\0".to_owned() });
    let err = room.pods.list(ListRequest { continue_, ..ListRequest::default() }).await.unwrap_err();
    assert!(matches!(err, StorageError::Expired { asked, .. } if asked == first), "{err:?}");
}

pub async fn an_inconsistent_continuation_goes_on_in_the_latest(room: Room) {
    for name in ["a", "b", "c"] {
        room.create(pod(name)).await;
    }
    let first = room.list(ListRequest { limit: 1, ..ListRequest::default() }).await;
    room.create(pod("bb")).await;
    room.delete("b").await;
    let continue_ = first.continue_.map(|continue_| continue_.inconsistent());
    let rest = room.list(ListRequest { continue_, limit: 10, ..ListRequest::default() }).await;
    assert_eq!(names(&rest), ["default/bb", "default/c"]);
    assert_eq!(rest.revision, room.now().await);
    assert!(matches!(room.pods.get(&key("b"), ReadAt::Latest).await, Err(StorageError::NotFound(_))));
}
