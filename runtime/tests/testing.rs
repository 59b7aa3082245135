//! Control planes for tests: quick to start, many at once, and gone without a trace.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::{
    fs,
    path::PathBuf,
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};

use futures::StreamExt as _;
use kubeforge_api::core::v1::{ConfigMap, Namespace, Pod};
use kubeforge_client::{Api, Client};
use kubeforge_machinery::meta::v1::{DeleteOptions, ListOptions};
use kubeforge_runtime::testing::ControlPlane;
use tempfile::TempDir;
use tokio::runtime::Handle;

const PLANES: usize = 20;
/// Debug builds are many times slower, and tests run beside others.
const READY_MAX: Duration = Duration::from_millis(if cfg!(debug_assertions) { 3000 } else { 100 });
const PATIENCE: Duration = Duration::from_secs(60);

/// Where this process keeps temporary files.
static TEMPORARY: LazyLock<TempDir> = LazyLock::new(|| {
    let directory = tempfile::tempdir().unwrap();
    tempfile::env::override_temp_dir(directory.path()).unwrap();
    directory
});

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
    fn now() -> Self {
        let entries = |path: &str| fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        let comm = |path: PathBuf| fs::read_to_string(path.join("comm")).unwrap_or_default();
        let target = |path: PathBuf| fs::read_link(path).unwrap_or_default();
        Self {
            tasks: Handle::current().metrics().num_alive_tasks(),
            // the runtime's own threads come and go
            writers: entries("/proc/self/task").filter(|path| comm(path.clone()).starts_with("kv-")).count(),
            sockets: entries("/proc/self/fd").filter(|path| target(path.clone()).starts_with("socket:")).count(),
            files: fs::read_dir(TEMPORARY.path()).unwrap().map(|entry| entry.unwrap().path()).collect(),
        }
    }

    async fn until(&self) {
        let began = Instant::now();
        while Self::now() != *self {
            assert!(began.elapsed() < PATIENCE, "left: {:?}, at first: {self:?}", Self::now());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// All in one test: the traces are those of the process.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn planes_are_quick_many_and_gone_without_a_trace() {
    LazyLock::force(&TEMPORARY);
    let before = Traces::now();

    let mut times = Vec::new();
    for _ in 0..5 {
        let began = Instant::now();
        let plane = ControlPlane::start().await.unwrap();
        times.push(began.elapsed());
        assert_eq!(Traces::now().sockets, before.sockets, "it needs no socket");
        assert_eq!(Traces::now().files, before.files, "it needs no file");
        plane.stop().await;
    }
    times.sort();
    assert!(times[2] < READY_MAX, "{times:?}");
    println!("ready after {times:?}");

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
    before.until().await;

    let plane = ControlPlane::builder().listen().on_disk().start().await.unwrap();
    make(&plane, "kept").await;
    let during = Traces::now();
    assert!(during.sockets > before.sockets && during.writers > before.writers && during.files.len() == 1);
    assert!(plane.kubeconfig().unwrap().is_file());
    assert!(plane.url().unwrap().starts_with("https://127.0.0.1:"));
    // dropped, not stopped: an assertion of the test failed
    drop(plane);
    before.until().await;
}

#[tokio::test]
async fn memory_goes_with_the_plane() {
    let plane = kubeforge_controlplane::ControlPlane::in_memory().await.unwrap();
    let registry = Arc::downgrade(plane.server().registry());
    let mut changes =
        config_maps(plane.client("me", "system:masters", "me")).watch(&ListOptions::default()).await.unwrap();
    plane.shut_down().await;
    while let Some(change) = changes.next().await {
        drop(change);
    }
    drop(changes);
    let gone = async {
        while registry.upgrade().is_some() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, gone).await.expect("something still holds the resources");
}

#[tokio::test]
async fn controllers_nodes_and_roles_come_when_asked_for() {
    let plane = ControlPlane::builder().rbac().hollow_nodes(1).start().await.unwrap();
    let namespaces = Api::<Namespace>::all(plane.client());
    let mut namespace = Namespace::default();
    namespace.metadata.name = "short".to_owned();
    namespaces.create(&namespace, &Default::default()).await.unwrap();
    namespaces.delete("short", &DeleteOptions::default()).await.unwrap();

    let pods = Api::<Pod>::namespaced(plane.client(), "default");
    let mut pod = Pod::default();
    pod.metadata.name = "web".to_owned();
    pod.spec.containers.push(Default::default());
    pod.spec.containers[0].name = "web".to_owned();
    pod.spec.containers[0].image = "nginx".to_owned();
    pods.create(&pod, &Default::default()).await.unwrap();
    let settled = async {
        loop {
            let runs = pods.get("web", &Default::default()).await.unwrap().status.phase.as_str() == "Running";
            if runs && namespaces.get_opt("short").await.unwrap().is_none() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, settled).await.unwrap();

    let stranger = config_maps(plane.client_as("stranger", &["system:authenticated"]));
    let refused = stranger.get("any", &Default::default()).await.unwrap_err();
    assert!(refused.to_string().contains("is forbidden"), "{refused}");
    plane.stop().await;
}
