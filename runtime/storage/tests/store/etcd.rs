//! A real etcd, where there is one.

use std::{
    env, fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use kubeforge_storage::{
    etcd::{EtcdKv, EtcdOptions},
    key::prefix_range,
    kv::{Expect, Kv, RangeRequest, Want},
};

/// An etcd that runs as long as this lives.
pub struct Etcd {
    process: Child,
    endpoint: String,
    _dir: tempfile::TempDir,
}

impl Drop for Etcd {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Etcd {
    /// Starts the etcd that `KUBEFORGE_ETCD` names, or one under `target/tools`, or says that there is none.
    pub fn start() -> Option<Self> {
        let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools");
        let Some(binary) = env::var_os("KUBEFORGE_ETCD").map(PathBuf::from).or_else(|| find_in(&tools)) else {
            println!("skipped: no etcd; set KUBEFORGE_ETCD to one");
            return None;
        };
        let url = || format!("http://{}", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
        let (endpoint, peer, dir) = (url(), url(), tempfile::tempdir().unwrap());
        let process = Command::new(binary)
            .args(["--name", "test", "--log-level", "error", "--unsafe-no-fsync", "--data-dir"])
            .arg(dir.path().join("data"))
            .args(["--listen-client-urls", &endpoint, "--advertise-client-urls", &endpoint])
            .args(["--listen-peer-urls", &peer, "--initial-advertise-peer-urls", &peer])
            .args(["--initial-cluster", &format!("test={peer}")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Some(Self { process, endpoint, _dir: dir })
    }

    /// A connection to it, when it is ready and has no keys.
    pub async fn emptied(&self) -> Arc<dyn Kv> {
        let kv = self.connect().await;
        let range = prefix_range(b"/");
        let found = kv.range(RangeRequest { range, at: None, limit: None, want: Want::Keys }).await.unwrap();
        for found in found.kvs {
            kv.delete(found.key, Expect::Anything).await.unwrap();
        }
        kv
    }

    async fn connect(&self) -> Arc<dyn Kv> {
        for _ in 0..100 {
            let options = EtcdOptions { endpoints: vec![self.endpoint.clone()], ..EtcdOptions::default() };
            if let Ok(kv) = EtcdKv::connect(options).await
                && kv.current_revision().await.is_ok()
            {
                return Arc::new(kv);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("etcd at {} does not answer", self.endpoint);
    }
}

fn find_in(dir: &Path) -> Option<PathBuf> {
    let entries: Vec<PathBuf> = fs::read_dir(dir).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    let here = entries.iter().find(|path| path.is_file() && path.file_name().is_some_and(|name| name == "etcd"));
    here.cloned().or_else(|| entries.iter().filter(|path| path.is_dir()).find_map(|dir| find_in(dir)))
}
