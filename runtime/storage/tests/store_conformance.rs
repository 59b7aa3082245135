//! What every `Storage` must do, run on the object store and on the watch cache, over each key-value backend.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, unreachable_pub, reason = "tests")]

#[macro_use]
mod store;

use store::{Etcd, Kind, Room};

macro_rules! conformance {
    ($($module:ident :: $check:ident),* $(,)?) => {
        mod object_store { $(
            #[tokio::test(start_paused = true)]
            async fn $check() {
                super::store::$module::$check(super::Room::in_memory(super::Kind::ObjectStore).await).await;
            }
        )* }

        mod watch_cache { $(
            #[tokio::test(start_paused = true)]
            async fn $check() {
                super::store::$module::$check(super::Room::in_memory(super::Kind::WatchCache).await).await;
            }
        )* }

        /// Runs the checks with real time, one after the other, each in a room of its own.
        async fn all(kind: Kind, make_room: impl AsyncFn() -> Room) {
            $(
                println!("{kind:?}: {}", stringify!($check));
                store::$module::$check(make_room().await).await;
            )*
        }
    };
}

each_check!(conformance);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_on_a_disk() {
    for kind in [Kind::ObjectStore, Kind::WatchCache] {
        let dir = tempfile::tempdir().unwrap();
        let count = std::sync::atomic::AtomicUsize::new(0);
        let next = || count.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_string();
        all(kind, async || Room::on_disk(kind, &dir.path().join(next())).await).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_on_etcd() {
    let Some(etcd) = Etcd::start() else { return };
    for kind in [Kind::ObjectStore, Kind::WatchCache] {
        all(kind, async || Room::over(kind, etcd.emptied().await).await).await;
    }
}
