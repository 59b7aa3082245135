use std::time::Duration;

use kubeforge_api::core::v1::Pod;
use kubeforge_machinery::codec::{MediaType, encode};
use kubeforge_storage::{
    kv::{KeyRange, RangeRequest, Want},
    storage::{ReadAt, Selection, StorageError, WatchFrom},
};

use super::room::{Room, key, pod};

pub async fn the_answer_is_the_object_at_its_revision(room: Room) {
    let entry = room.create(pod("a")).await;
    assert_eq!(entry.revision(), room.now().await);
    let object = entry.object().unwrap();
    let answer = object.downcast_ref::<Pod>().unwrap();
    let mut want = pod("a");
    want.metadata.resource_version = entry.revision().to_string();
    assert_eq!(*answer, want);
    assert_eq!(entry.uid(), "uid-of-a");
}

pub async fn a_second_one_exists(room: Room) {
    room.create(pod("a")).await;
    let err = room.try_create(pod("a")).await.unwrap_err();
    assert!(matches!(&err, StorageError::Exists(found) if *found == key("a")), "{err:?}");
    room.delete("a").await;
    room.create(pod("a")).await;
}

pub async fn a_resource_version_is_refused(room: Room) {
    let mut pod = pod("a");
    pod.metadata.resource_version = "1".to_owned();
    let err = room.try_create(pod).await.unwrap_err();
    assert_eq!(err.to_string(), "resourceVersion should not be set on objects to be created");
}

pub async fn what_is_stored_is_upstreams_envelope_without_a_resource_version(room: Room) {
    room.create(pod("a")).await;
    room.change("a", |pod| pod.spec.node_name = "n1".to_owned()).await;
    let range = KeyRange::One("/registry/pods/default/a".into());
    let stored = room.kv.range(RangeRequest { range, at: None, limit: None, want: Want::KeyValues }).await.unwrap();
    let mut want = pod("a");
    want.spec.node_name = "n1".to_owned();
    assert_eq!(stored.kvs[0].value, encode(&want, MediaType::Protobuf).unwrap());
    assert!(stored.kvs[0].value.starts_with(b"k8s\0\x0a\x09\x0a\x02v1\x12\x03Pod\x12"));
}

pub async fn an_object_with_a_time_to_live_goes(room: Room) {
    let mut watch = room.watch(Selection::default(), WatchFrom::Now).await;
    room.pods.create(&key("a"), Box::new(pod("a")), Some(Duration::from_millis(500))).await.unwrap();
    assert!(watch.next().await.starts_with("ADDED default/a"));
    assert!(room.pods.get(&key("a"), ReadAt::Latest).await.is_ok());
    assert!(watch.next().await.starts_with("DELETED default/a"));
    assert!(matches!(room.pods.get(&key("a"), ReadAt::Latest).await, Err(StorageError::NotFound(_))));
}
