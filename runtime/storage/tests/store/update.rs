use std::sync::Arc;

use futures::{FutureExt, future::join_all};
use kubeforge_api::core::v1::Pod;
use kubeforge_machinery::status::ApiError;
use kubeforge_storage::{
    entry::Entry,
    storage::{Change, Preconditions, ReadAt, Storage, StorageError, Updated},
};

use super::room::{Room, change_in, key, pod};

fn no_conditions() -> Preconditions {
    Preconditions::default()
}

pub async fn the_object_changes(room: Room) {
    let created = room.create(pod("a")).await;
    let changed = room.change("a", |pod| pod.spec.node_name = "n1".to_owned()).await;
    assert!(changed.revision() > created.revision());
    let found = room.pods.get(&key("a"), ReadAt::Latest).await.unwrap();
    assert_eq!(found.revision(), changed.revision());
    assert_eq!(found.field("spec.nodeName"), Some("n1"));
    assert_eq!(found.object().unwrap().meta().unwrap().resource_version, changed.revision().to_string());
}

pub async fn a_change_to_the_same_writes_nothing(room: Room) {
    let created = room.create(pod("a")).await;
    let before = room.now().await;
    let same = room.change("a", |_| {}).await;
    assert_eq!((same.revision(), room.now().await), (created.revision(), before));
    let same = room.change("a", |pod| pod.metadata.resource_version.clear()).await;
    assert_eq!((same.revision(), room.now().await), (created.revision(), before));
}

pub async fn no_increment_is_lost(room: Room) {
    room.create(pod("a")).await;
    let other = room.another().await;
    let increment = |pod: &mut Pod| *pod.spec.priority.get_or_insert(0) += 1;
    let writers = (0..20).map(|writer| {
        let pods = if writer % 2 == 0 { room.pods.clone() } else { other.clone() };
        async move {
            for _ in 0..5 {
                change_in(&pods, "a", increment).await;
            }
        }
    });
    join_all(writers).await;
    let found = room.pods.get(&key("a"), ReadAt::Latest).await.unwrap().object().unwrap();
    assert_eq!(found.downcast_ref::<Pod>().unwrap().spec.priority, Some(100));
}

async fn touch(pods: &Arc<dyn Storage>, name: &str, preconditions: &Preconditions) -> Result<Updated, StorageError> {
    let update = |entry: Option<Arc<Entry>>| {
        let mut object = entry.map_or_else(|| Box::new(pod("new")) as _, |entry| entry.object().unwrap());
        object.meta_mut().unwrap().annotations.insert("touched".to_owned(), String::new());
        async move { Ok(Change::Put(object)) }.boxed()
    };
    pods.update(&key(name), preconditions, Box::new(update)).await
}

pub async fn preconditions_fail_in_upstreams_words(room: Room) {
    let created = room.create(pod("a")).await;
    let head = "Precondition failed:";
    let uid = Preconditions { uid: Some("other".to_owned()), ..no_conditions() };
    let err = touch(&room.pods, "a", &uid).await.unwrap_err();
    assert_eq!(err.to_string(), format!("{head} UID in precondition: other, UID in object meta: uid-of-a"));
    let version = Preconditions { resource_version: Some("77".to_owned()), ..no_conditions() };
    let err = touch(&room.pods, "a", &version).await.unwrap_err();
    let now = created.revision();
    let want = format!("{head} ResourceVersion in precondition: 77, ResourceVersion in object meta: {now}");
    assert_eq!(err.to_string(), want);
    let both = Preconditions { uid: Some("uid-of-a".to_owned()), resource_version: Some(now.to_string()) };
    touch(&room.pods, "a", &both).await.unwrap();
    assert!(matches!(touch(&room.pods, "a", &both).await, Err(StorageError::Precondition { .. })));
}

pub async fn what_is_missing_may_be_created(room: Room) {
    let updated = touch(&room.pods, "new", &no_conditions()).await.unwrap();
    assert!(matches!(updated, Updated::Created(_)));
    let updated = room.change("new", |pod| pod.spec.node_name = "n".to_owned()).await;
    assert_eq!(updated.revision(), room.now().await);
}

pub async fn what_is_missing_and_kept_is_not_found(room: Room) {
    for _ in 0..2 {
        let keep = Box::new(|_| async { Ok(Change::Keep) }.boxed());
        let err = room.pods.update(&key("a"), &no_conditions(), keep).await.unwrap_err();
        assert!(matches!(err, StorageError::NotFound(_)));
    }
    let created = room.create(pod("a")).await;
    let keep = Box::new(|_| async { Ok(Change::Keep) }.boxed());
    let kept = room.pods.update(&key("a"), &no_conditions(), keep).await.unwrap();
    assert_eq!(kept.entry().revision(), created.revision());
}

pub async fn a_refusal_comes_back(room: Room) {
    room.create(pod("a")).await;
    let refuse = Box::new(|_| async { Err(ApiError::bad_request("no")) }.boxed());
    let err = room.pods.update(&key("a"), &no_conditions(), refuse).await.unwrap_err();
    assert!(matches!(&err, StorageError::Refused(err) if err.code() == 400), "{err:?}");
}

pub async fn a_refusal_of_an_old_state_is_asked_again(room: Room) {
    room.create(pod("a")).await;
    let other = room.another().await;
    for round in 1..20 {
        change_in(&other, "a", |pod| pod.spec.priority = Some(round)).await;
        // a cache may not know of the change yet, but the refusal below must not come from what it knows
        let update = Box::new(move |entry: Option<Arc<Entry>>| {
            let object = entry.unwrap().object().unwrap();
            let is_latest = object.downcast_ref::<Pod>().unwrap().spec.priority == Some(round);
            async move { if is_latest { Ok(Change::Keep) } else { Err(ApiError::bad_request("old")) } }.boxed()
        });
        room.pods.update(&key("a"), &no_conditions(), update).await.unwrap();
    }
}

pub async fn deletion_answers_with_the_last_state(room: Room) {
    let created = room.create(pod("a")).await;
    let deleted = room.delete("a").await;
    assert!(deleted.revision() > created.revision());
    assert_eq!(deleted.object().unwrap().meta().unwrap().resource_version, deleted.revision().to_string());
    assert!(matches!(room.pods.get(&key("a"), ReadAt::Latest).await, Err(StorageError::NotFound(_))));
    let delete = Box::new(|entry: Option<Arc<Entry>>| {
        assert!(entry.is_none());
        async { Ok(Change::Delete(Box::new(pod("a")))) }.boxed()
    });
    let err = room.pods.update(&key("a"), &no_conditions(), delete).await.unwrap_err();
    assert!(matches!(err, StorageError::NotFound(_)), "{err:?}");
}

pub async fn a_race_to_create_has_one_winner(room: Room) {
    let other = room.another().await;
    let racers = (0..8).map(|racer| {
        let pods = if racer % 2 == 0 { room.pods.clone() } else { other.clone() };
        async move { pods.create(&key("a"), Box::new(pod("a")), None).await.is_ok() }
    });
    let winners = join_all(racers).await.into_iter().filter(|won| *won).count();
    assert_eq!(winners, 1);
}
