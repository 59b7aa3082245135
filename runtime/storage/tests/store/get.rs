use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use kubeforge_machinery::codec::{MediaType, encode};
use kubeforge_storage::{
    revision::Revision,
    storage::{ReadAt, StorageError},
};

use super::room::{POD, Room, key, labelled, pod};

pub async fn what_is_missing_is_not_found(room: Room) {
    room.create(pod("a")).await;
    for at in [ReadAt::Latest, ReadAt::Any, ReadAt::NotOlderThan(Revision::FIRST)] {
        let err = room.pods.get(&key("b"), at).await.unwrap_err();
        assert!(matches!(&err, StorageError::NotFound(found) if *found == key("b")), "{err:?}");
    }
}

pub async fn every_freshness_finds_the_object(room: Room) {
    let created = room.create(pod("a")).await;
    let changed = room.change("a", |pod| pod.spec.node_name = "n1".to_owned()).await;
    for at in [ReadAt::Latest, ReadAt::NotOlderThan(changed.revision()), ReadAt::Any] {
        assert_eq!(room.pods.get(&key("a"), at).await.unwrap().revision(), changed.revision(), "{at:?}");
    }
    let past = room.pods.get(&key("a"), ReadAt::Exact(created.revision())).await.unwrap();
    assert_eq!(past.revision(), created.revision());
}

pub async fn an_object_of_the_future_is_too_large(room: Room) {
    room.create(pod("a")).await;
    let asked = Revision::new(999_999).unwrap();
    let err = room.pods.get(&key("a"), ReadAt::NotOlderThan(asked)).await.unwrap_err();
    assert_eq!(err.to_string(), format!("Too large resource version: 999999, current: {}", room.now().await));
}

pub async fn an_entry_has_every_encoding(room: Room) {
    room.create(labelled("a", "app=web")).await;
    // as the writer has it, as a reader has it, and once more
    for _ in 0..2 {
        let entry = room.pods.get(&key("a"), ReadAt::Latest).await.unwrap();
        let object = entry.object().unwrap();
        for media in MediaType::ALL {
            let want = encode(object.as_ref(), media).unwrap();
            let document = entry.document(&POD, media).unwrap().unwrap();
            assert_eq!(document, want, "{media}");
        }
        let json = entry.json_object(&POD).unwrap();
        assert_eq!(entry.document(&POD, MediaType::Json).unwrap().unwrap(), [&json[..], b"\n"].concat());
        let item = entry.item(&POD, MediaType::Json).unwrap().unwrap();
        assert!(item.starts_with(b"{\"metadata\":{\"name\":\"a\""), "{item:?}");
        assert_eq!(entry.labels().get("app"), Some("web"));
        assert_eq!(entry.labels().iter().collect::<Vec<_>>(), [("app", "web")]);
        assert_eq!(entry.field("metadata.name"), Some("a"));
        assert_eq!(entry.field("metadata.namespace"), Some("default"));
        assert_eq!(entry.field("spec.nodeName"), Some(""));
        assert_eq!(entry.field("spec.hostNetwork"), Some("false"));
        assert_eq!(entry.field("spec.noSuch"), None);
        let counted = AtomicUsize::new(0);
        for _ in 0..3 {
            let cells: Arc<Vec<String>> = entry.cached(|| {
                counted.fetch_add(1, Ordering::Relaxed);
                vec![entry.object().unwrap().name().to_owned()]
            });
            assert_eq!(*cells, ["a"]);
        }
        assert!(counted.into_inner() <= 1);
        room.change("a", |pod| pod.spec.priority = Some(3)).await;
    }
}
