//! The conformance suite on a real etcd.
//!
//! The etcd is the one that `KUBEFORGE_ETCD` names, or any `target/tools/**/etcd`, or `etcd` on the `PATH`. Without one
//! the tests say that they are skipped. Each starts an etcd of its own, on free ports of the loopback interface.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

use std::{
    env, fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use kubeforge_storage::{
    conformance::{self, Room},
    etcd::{EtcdKv, EtcdOptions},
    kv::{Kv, KvError},
};

/// An etcd that runs as long as this lives.
struct Etcd {
    process: Child,
    url: String,
    _dir: tempfile::TempDir,
}

impl Drop for Etcd {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Etcd {
    /// Starts an etcd, or says that there is none.
    fn start() -> Option<Self> {
        let Some(binary) = find_etcd() else {
            println!("skipped: no etcd; set KUBEFORGE_ETCD to one");
            return None;
        };
        let dir = tempfile::tempdir().unwrap();
        let (client, peer) = (free_url(), free_url());
        let process = Command::new(binary)
            .args(["--name", "test", "--log-level", "error", "--unsafe-no-fsync"])
            .args(["--experimental-watch-progress-notify-interval", "200ms"])
            .arg("--data-dir")
            .arg(dir.path())
            .args(["--listen-client-urls", &client, "--advertise-client-urls", &client])
            .args(["--listen-peer-urls", &peer, "--initial-advertise-peer-urls", &peer])
            .args(["--initial-cluster", &format!("test={peer}")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Some(Self { process, url: client, _dir: dir })
    }

    /// Connects when it is ready.
    async fn connect(&self) -> Arc<dyn Kv> {
        for _ in 0..100 {
            let options = EtcdOptions { endpoints: vec![self.url.clone()], ..EtcdOptions::default() };
            let attempt = tokio::time::timeout(Duration::from_secs(2), EtcdKv::connect(options));
            if let Ok(Ok(kv)) = attempt.await
                && kv.current_revision().await.is_ok()
            {
                return Arc::new(kv);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("etcd at {} does not answer", self.url);
    }
}

fn free_url() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

fn find_etcd() -> Option<PathBuf> {
    if let Some(path) = env::var_os("KUBEFORGE_ETCD") {
        return Some(path.into());
    }
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let on_path = env::split_paths(&env::var_os("PATH").unwrap_or_default())
        .map(|dir| dir.join("etcd"))
        .find(|path| path.is_file());
    find_in(&workspace.join("target/tools")).or(on_path)
}

fn find_in(dir: &Path) -> Option<PathBuf> {
    let entries: Vec<PathBuf> = fs::read_dir(dir).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    let here = entries.iter().find(|path| path.is_file() && path.file_name().is_some_and(|name| name == "etcd"));
    here.cloned().or_else(|| entries.iter().filter(|path| path.is_dir()).find_map(|dir| find_in(dir)))
}

#[tokio::test(flavor = "multi_thread")]
async fn etcd_conforms() {
    let Some(etcd) = Etcd::start() else { return };
    let kv = etcd.connect().await;
    conformance::run(&kv, "first").await;
    assert!(kv.size().await.unwrap() > 0);
    conformance::closed(&kv).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn etcd_agrees_with_the_model() {
    let Some(etcd) = Etcd::start() else { return };
    let kv = etcd.connect().await;
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64;
    let seed = env::var("KUBEFORGE_SEED").map_or_else(|_| now(), |seed| seed.parse().unwrap());
    println!("KUBEFORGE_SEED={seed}");
    for round in 0..5 {
        conformance::random_history(&Room::new(&kv, &format!("/model{round}")), seed.wrapping_add(round), 200).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_ends_with_its_server() {
    let Some(etcd) = Etcd::start() else { return };
    let kv = etcd.connect().await;
    let range = kubeforge_storage::kv::KeyRange::One("/a".into());
    let mut watch = kv.watch(range, None).await.unwrap();
    drop(etcd);
    let end = loop {
        match futures::StreamExt::next(&mut watch).await.unwrap() {
            Ok(_) => {}
            Err(err) => break err,
        }
    };
    assert!(matches!(end, KvError::Unavailable(_)), "{end:?}");
    assert!(futures::StreamExt::next(&mut watch).await.is_none());
}

#[tokio::test]
async fn wrong_options_are_refused() {
    let refused = |options| async move { EtcdKv::connect(options).await.map(drop).unwrap_err().to_string() };
    assert!(refused(EtcdOptions::default()).await.contains("no etcd endpoint"));
    let half = EtcdOptions {
        endpoints: vec!["https://127.0.0.1:1".to_owned()],
        cert_path: Some("/nonexistent/cert".into()),
        ..EtcdOptions::default()
    };
    assert!(refused(half).await.contains("go together"));
    let unreadable = EtcdOptions {
        endpoints: vec!["https://127.0.0.1:1".to_owned()],
        ca_path: Some("/nonexistent/ca".into()),
        ..EtcdOptions::default()
    };
    assert!(refused(unreadable).await.contains("cannot read /nonexistent/ca"));
}
