use std::{fs, time::Duration};

use bytes::Bytes;
use tempfile::TempDir;

use super::*;
use crate::{
    embedded::EmbeddedKv,
    kv::{Expect, KeyRange, Kv, RangeRequest, Want, Written},
};

/// A store with `count` keys, each changed twice, one deleted, and a lease.
async fn store(count: u32) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let kv = EmbeddedKv::open(dir.path(), EmbeddedOptions::default()).unwrap();
    let lease = kv.grant_lease(Duration::from_secs(3600)).await.unwrap();
    for round in 0..2 {
        for index in 0..count {
            let value = Bytes::from(format!("{round} {}", "x".repeat(400)));
            let lease = (index == 0).then_some(lease);
            let key = Bytes::from(format!("/registry/things/{index:04}"));
            assert!(matches!(kv.put(key, value, Expect::Anything, lease).await.unwrap(), Written::Done { .. }));
        }
    }
    kv.delete("/registry/things/0001".into(), Expect::Anything).await.unwrap();
    kv.close().await;
    dir
}

async fn contents(dir: &Path) -> Vec<(Bytes, Bytes, u64)> {
    let kv = EmbeddedKv::open(dir, EmbeddedOptions::default()).unwrap();
    let range = KeyRange::Between { start: "/".into(), end: "0".into() };
    let all = kv.range(RangeRequest { range, at: None, limit: None, want: Want::KeyValues }).await.unwrap();
    kv.close().await;
    all.kvs.into_iter().map(|kv| (kv.key, kv.value, kv.mod_revision.get())).collect()
}

#[tokio::test]
async fn a_snapshot_restores_what_there_was() {
    let dir = store(20).await;
    let mut bytes = Vec::new();
    let mut heard = 0;
    let made = snapshot(dir.path(), &mut bytes, |so_far| heard = so_far.records).unwrap();
    assert_eq!(heard, made.records);
    let other = tempfile::tempdir().unwrap();
    assert_eq!(restore(&bytes[..], other.path(), |_| ()).unwrap(), made);
    assert_eq!(contents(other.path()).await, contents(dir.path()).await);
    assert!(matches!(restore(&bytes[..], other.path(), |_| ()), Err(MaintenanceError::Occupied(_))));
}

#[tokio::test]
async fn a_damaged_snapshot_leaves_nothing() {
    let dir = store(5).await;
    let mut whole = Vec::new();
    snapshot(dir.path(), &mut whole, |_| ()).unwrap();
    let target = tempfile::tempdir().unwrap();
    let refused = |bytes: &[u8], want: &str| {
        let err = restore(bytes, target.path(), |_| ()).unwrap_err().to_string();
        assert!(err.contains(want), "{err}");
        assert!(!target.path().join("engine").exists(), "{want}");
    };
    let changed = |at: usize, to: u8| {
        let mut bytes = whole.clone();
        bytes[at] = to;
        bytes
    };
    refused(b"", "cut off");
    refused(&changed(0, b'X'), "does not begin like one");
    refused(&changed(22, 9), "has format 9; this release reads format 1");
    refused(&changed(whole.len() / 2, !whole[whole.len() / 2]), "is damaged");
    refused(&changed(whole.len() - 1, !whole[whole.len() - 1]), "its sum is wrong");
    refused(&changed(whole.len() - 9, 1), "records are missing");
    refused(&whole[..whole.len() / 2], "cut off");
    restore(&whole[..], target.path(), |_| ()).unwrap();
}

#[tokio::test]
async fn a_sound_store_verifies_and_a_wrong_record_is_found() {
    let dir = store(10).await;
    let report = verify(dir.path(), |_| ()).unwrap();
    assert_eq!((report.changes, report.keys, report.latest), (21, 9, 22));
    assert_eq!(report.problems, Vec::<String>::new());

    let disk = open(dir.path()).unwrap();
    let (from, to) = crate::embedded::record::change_range(5, Some(6));
    let mut found = Vec::new();
    each_record(&disk, |key, _| {
        found.extend((*key >= *from && *key < *to).then(|| Bytes::copy_from_slice(key)));
        Ok::<_, MaintenanceError>(())
    })
    .unwrap();
    let moved = Bytes::from([&found[0][..9], &[0; 7], &[99], &found[0][17..]].concat());
    disk.commit(vec![super::super::engine::Change::Set(moved, Bytes::new())]).unwrap();
    drop(disk);
    let report = verify(dir.path(), |_| ()).unwrap();
    assert!(report.problems.iter().any(|problem| problem.contains("created at 99")), "{:?}", report.problems);
}

#[tokio::test]
async fn defragmenting_keeps_everything_and_survives_a_crash_between_its_renames() {
    let dir = store(50).await;
    let before = contents(dir.path()).await;
    let shrunk = defragment(dir.path(), |_| ()).unwrap();
    assert!(shrunk.after > 0 && shrunk.before > 0);
    assert_eq!(contents(dir.path()).await, before);
    fs::rename(dir.path().join("engine"), dir.path().join("engine.old")).unwrap();
    assert_eq!(contents(dir.path()).await, before);
}

#[tokio::test]
async fn a_dump_shows_keys_as_they_are_and_as_they_were() {
    let dir = store(3).await;
    let keys = |prefix: &[u8], history| {
        let mut keys = Vec::new();
        dump(dir.path(), prefix, history, |state| {
            keys.push((String::from_utf8_lossy(&state.key).into_owned(), state.version));
            Ok::<_, MaintenanceError>(())
        })
        .unwrap();
        keys
    };
    let name = |index: u32| format!("/registry/things/{index:04}");
    assert_eq!(keys(b"/registry/", History::Latest), [(name(0), 2), (name(2), 2)]);
    let past: Vec<u64> = keys(name(1).as_bytes(), History::All).into_iter().map(|(_, version)| version).collect();
    assert_eq!(past, [1, 2, 0]);
    assert_eq!(keys(b"/else/", History::All), []);
}

#[tokio::test]
async fn what_is_not_there_or_in_use_or_of_another_format_is_refused() {
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(verify(empty.path(), |_| ()), Err(MaintenanceError::Absent(_))));
    let dir = store(1).await;
    let open = EmbeddedKv::open(dir.path(), EmbeddedOptions::default()).unwrap();
    let err = verify(dir.path(), |_| ()).unwrap_err().to_string();
    assert!(err.contains("in use by another process"), "{err}");
    drop(open);
    fs::write(dir.path().join("format"), "kubeforge store 7\n").unwrap();
    let err = verify(dir.path(), |_| ()).unwrap_err().to_string();
    assert!(
        err.contains(r#"is of the format "kubeforge store 7", and this release reads "kubeforge store 1""#),
        "{err}"
    );
}
