//! Control planes for tests may be many at once, and are gone without a trace. One test in a file of its own, as
//! the traces are those of the process.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use kubeforge_api::core::v1::ConfigMap;
use kubeforge_client::{Api, Client};
use kubeforge_runtime::testing::ControlPlane;
use tempfile::TempDir;
use tokio::runtime::Handle;

const PLANES: usize = 20;
const PATIENCE: Duration = Duration::from_secs(60);

fn config_maps(client: Client) -> Api<ConfigMap> {
    Api::namespaced(client, "default")
}

async fn make(plane: &ControlPlane, name: &str) {
    let mut object = ConfigMap::default();
    object.metadata.name = name.to_owned();
    config_maps(plane.client()).create(&object, &Default::default()).await.unwrap();
}

/// What this process has open and running.
#[derive(Debug, PartialEq)]
struct Traces {
    tasks: usize,
    writers: usize,
    sockets: usize,
    files: Vec<PathBuf>,
}

impl Traces {
    fn now(directory: &TempDir) -> Self {
        let entries = |path: &str| fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        let comm = |path: PathBuf| fs::read_to_string(path.join("comm")).unwrap_or_default();
        let target = |path: PathBuf| fs::read_link(path).unwrap_or_default();
        Self {
            tasks: Handle::current().metrics().num_alive_tasks(),
            // the runtime's own threads come and go
            writers: entries("/proc/self/task").filter(|path| comm(path.clone()).starts_with("kv-")).count(),
            sockets: entries("/proc/self/fd")
                .filter(|path| target(path.clone()).to_string_lossy().starts_with("socket:"))
                .count(),
            files: fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().path()).collect(),
        }
    }

    async fn until(&self, directory: &TempDir) {
        let began = Instant::now();
        while Self::now(directory) != *self {
            assert!(began.elapsed() < PATIENCE, "left: {:?}, at first: {self:?}", Self::now(directory));
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn planes_share_nothing_and_are_gone_without_a_trace() {
    let directory = tempfile::tempdir().unwrap();
    tempfile::env::override_temp_dir(directory.path()).unwrap();
    let before = Traces::now(&directory);

    let plane = ControlPlane::start().await.unwrap();
    assert_eq!(Traces::now(&directory).sockets, before.sockets, "it needs no socket");
    assert_eq!(Traces::now(&directory).files, before.files, "it needs no file");
    plane.stop().await;

    let starting = (0..PLANES).map(|_| tokio::spawn(ControlPlane::start()));
    let mut planes = Vec::new();
    for plane in futures::future::join_all(starting).await {
        planes.push(plane.unwrap().unwrap());
    }
    for (at, plane) in planes.iter().enumerate() {
        make(plane, &format!("mine-{at}")).await;
    }
    for (at, plane) in planes.iter().enumerate() {
        let names: Vec<String> = config_maps(plane.client())
            .list(&Default::default())
            .await
            .unwrap()
            .items
            .into_iter()
            .map(|object| object.metadata.name)
            .filter(|name| name.starts_with("mine"))
            .collect();
        assert_eq!(names, [format!("mine-{at}")], "planes share nothing");
    }
    for plane in planes {
        plane.stop().await;
    }
    before.until(&directory).await;

    let plane = ControlPlane::builder().listen().on_disk().start().await.unwrap();
    make(&plane, "kept").await;
    let during = Traces::now(&directory);
    assert!(during.sockets > before.sockets, "{during:?}");
    assert!(during.writers > before.writers, "{during:?}");
    assert_eq!(during.files.len(), 1);
    assert!(plane.kubeconfig().unwrap().is_file());
    assert!(plane.url().unwrap().starts_with("https://127.0.0.1:"));
    // dropped, not stopped: an assertion of the test failed
    drop(plane);
    before.until(&directory).await;
}
