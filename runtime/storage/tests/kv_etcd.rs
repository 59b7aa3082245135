//! The conformance suite on a real etcd.
//!
//! The etcd is the one that `KUBEFORGE_ETCD` names, or any `target/tools/**/etcd`, or `etcd` on the `PATH`. Without one
//! the tests say that they are skipped. Each starts an etcd of its own, on free ports of the loopback interface.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

use std::{
    env, fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use futures::StreamExt;
use kubeforge_storage::{
    conformance::{self, Room},
    etcd::{EtcdKv, EtcdOptions},
    kv::{Expect, KeyRange, Kv, KvError, WatchItem, Written},
};
use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};

/// An etcd that runs as long as this lives.
struct Etcd {
    process: Child,
    options: EtcdOptions,
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
        Self::start_with_flags(&["--experimental-watch-progress-notify-interval=200ms".to_owned()])
    }

    fn start_with_flags(flags: &[String]) -> Option<Self> {
        let client = format!("http://{}", free_address());
        let options = EtcdOptions { endpoints: vec![client], ..EtcdOptions::default() };
        Self::start_with(tempfile::tempdir().unwrap(), options, flags)
    }

    /// Starts an etcd that has a certificate and wants one of its clients.
    fn start_with_tls() -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        write_certificates(dir.path());
        let options = EtcdOptions {
            endpoints: vec![format!("https://{}", free_address())],
            ca_path: Some(path("ca.crt")),
            cert_path: Some(path("client.crt")),
            key_path: Some(path("client.key")),
        };
        let flag = |name: &str, file: &str| format!("--{name}={}", path(file).display());
        let flags = [
            "--client-cert-auth".to_owned(),
            flag("trusted-ca-file", "ca.crt"),
            flag("cert-file", "server.crt"),
            flag("key-file", "server.key"),
        ];
        Self::start_with(dir, options, &flags)
    }

    fn start_with(dir: tempfile::TempDir, options: EtcdOptions, flags: &[String]) -> Option<Self> {
        let Some(binary) = find_etcd() else {
            println!("skipped: no etcd; set KUBEFORGE_ETCD to one");
            return None;
        };
        let client = &options.endpoints[0];
        let peer = format!("http://{}", free_address());
        let process = Command::new(binary)
            .args(["--name", "test", "--log-level", "error", "--unsafe-no-fsync"])
            .arg("--data-dir")
            .arg(dir.path().join("data"))
            .args(["--listen-client-urls", client, "--advertise-client-urls", client])
            .args(["--listen-peer-urls", &peer, "--initial-advertise-peer-urls", &peer])
            .args(["--initial-cluster", &format!("test={peer}")])
            .args(flags)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Some(Self { process, options, _dir: dir })
    }

    /// Connects when it is ready.
    async fn connect(&self) -> Arc<dyn Kv> {
        for _ in 0..100 {
            let attempt = tokio::time::timeout(Duration::from_secs(2), EtcdKv::connect(self.options.clone()));
            if let Ok(Ok(kv)) = attempt.await
                && kv.current_revision().await.is_ok()
            {
                return Arc::new(kv);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("etcd at {:?} does not answer", self.options.endpoints);
    }
}

/// An authority, and what it signed for a server and for a client.
fn write_certificates(dir: &Path) {
    let write = |name: &str, pem: String| fs::write(dir.join(name), pem).unwrap();
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    write("ca.crt", authority.self_signed(&key).unwrap().pem());
    let issuer = Issuer::new(authority, key);
    for name in ["server", "client"] {
        let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        let key = KeyPair::generate().unwrap();
        write(&format!("{name}.crt"), params.signed_by(&key, &issuer).unwrap().pem());
        write(&format!("{name}.key"), key.serialize_pem());
    }
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
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
async fn a_watch_says_how_far_it_is_when_other_keys_change() {
    let Some(etcd) = Etcd::start_with_flags(&[]) else { return };
    let kv = etcd.connect().await;
    let range = KeyRange::Between { start: "/a/".into(), end: "/a0".into() };
    let mut watch = kv.watch(range, None).await.unwrap();
    let put = kv.put("/b".into(), "value".into(), Expect::Absent, None).await.unwrap();
    let Written::Done { revision, .. } = put else { panic!("{put:?}") };
    kv.request_progress().await.unwrap();
    let item = tokio::time::timeout(Duration::from_secs(5), watch.next()).await.unwrap().unwrap().unwrap();
    assert!(matches!(item, WatchItem::Progress(reached) if reached >= revision), "{item:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_that_is_gone_or_silent_is_left_alone() {
    let Some(etcd) = Etcd::start() else { return };
    etcd.connect().await;
    // takes connections, and never says a word
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent_url = format!("http://{}", silent.local_addr().unwrap());
    let gone = format!("http://{}", free_address());
    let endpoints = vec![gone, silent_url, etcd.options.endpoints[0].clone()];
    let kv = EtcdKv::connect(EtcdOptions { endpoints, ..EtcdOptions::default() }).await.unwrap();
    let mut slow = 0;
    for number in 0..60 {
        let begun = Instant::now();
        let put = kv.put(format!("/k{number}").into(), "value".into(), Expect::Absent, None);
        // the first that meets the silent member can't know better
        match tokio::time::timeout(Duration::from_secs(5), put).await {
            Ok(written) => assert!(matches!(written, Ok(Written::Done { .. })), "{written:?}"),
            Err(_) => slow += 1,
        }
        slow += u32::from(begun.elapsed() > Duration::from_secs(1));
    }
    assert!(slow <= 2, "{slow}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_ends_with_its_server() {
    let Some(etcd) = Etcd::start() else { return };
    let kv = etcd.connect().await;
    let mut watch = kv.watch(KeyRange::One("/a".into()), None).await.unwrap();
    drop(etcd);
    let end = loop {
        match watch.next().await.unwrap() {
            Ok(_) => {}
            Err(err) => break err,
        }
    };
    assert!(matches!(end, KvError::Unavailable(_)), "{end:?}");
    assert!(watch.next().await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_are_shown_and_checked() {
    let Some(etcd) = Etcd::start_with_tls() else { return };
    let kv = etcd.connect().await;
    conformance::random_history(&Room::new(&kv, "/tls"), 1, 50).await;
    let anonymous = EtcdOptions { cert_path: None, key_path: None, ..etcd.options.clone() };
    let refused = tokio::time::timeout(Duration::from_secs(3), EtcdKv::connect(anonymous)).await;
    assert!(!matches!(refused, Ok(Ok(_))), "a client without a certificate is not served");
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
