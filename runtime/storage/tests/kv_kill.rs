//! No acknowledged write is lost when the process is killed, and none is found torn.
//!
//! The test starts this binary again as a child that writes and reports each acknowledgement, kills it, opens its
//! store, and looks for everything that was reported. It does so fifty times with one growing store, whose engine is
//! set so small that kills also meet flushes, merges and compactions.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use kubeforge_storage::{
    embedded::{EmbeddedKv, EmbeddedOptions},
    kv::{Expect, KeyRange, KeyValue, Kv, KvError, RangeRequest, Want, Written},
    revision::Revision,
};

const ROUNDS: u64 = 50;
const WRITERS: u64 = 64;
const KEYS_PER_WRITER: u64 = 4;
const DIR_VARIABLE: &str = "KUBEFORGE_KV_KILL_DIR";

fn open(dir: &Path) -> Arc<EmbeddedKv> {
    let options = EmbeddedOptions { memtable_bytes: 1 << 20, recent_events_max: 64, ..EmbeddedOptions::default() };
    Arc::new(EmbeddedKv::open(dir, options).unwrap())
}

fn key(writer: u64, number: u64) -> Bytes {
    format!("/writers/{writer}/{}", number % KEYS_PER_WRITER).into()
}

/// FNV-1a, of 64 bits.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Up to 4 KiB that depend on writer and number, and their checksum.
fn value(writer: u64, number: u64) -> Bytes {
    let mut state = checksum(&[writer.to_be_bytes(), number.to_be_bytes()].concat());
    let mut bytes = Vec::new();
    for _ in 0..state % 512 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        bytes.extend_from_slice(&state.to_be_bytes());
    }
    bytes.extend_from_slice(&checksum(&bytes).to_be_bytes());
    bytes.into()
}

/// The checksum that a whole value ends with; `None` if it is torn.
fn checked(value: &[u8]) -> Option<u64> {
    let (bytes, sum) = value.split_last_chunk::<8>()?;
    let sum = u64::from_be_bytes(*sum);
    (checksum(bytes) == sum).then_some(sum)
}

/// The child. In an ordinary run there is no directory, and nothing happens.
#[test]
fn child_writes_until_it_is_killed() {
    let Some(dir) = std::env::var_os(DIR_VARIABLE) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let kv = open(Path::new(&dir));
        for writer in 0..WRITERS {
            tokio::spawn(write_forever(kv.clone(), writer));
        }
        loop {
            tokio::time::sleep(Duration::from_millis(40)).await;
            let latest = kv.current_revision().await.unwrap().get();
            if let Some(old) = Revision::new(latest.saturating_sub(2000)) {
                match kv.compact(old).await {
                    Ok(()) | Err(KvError::Compacted { .. }) => {}
                    Err(err) => panic!("{err}"),
                }
            }
        }
    });
}

async fn write_forever(kv: Arc<EmbeddedKv>, writer: u64) {
    let start = kv.current_revision().await.unwrap().get();
    for number in start.. {
        let value = value(writer, number);
        let sum = checked(&value).unwrap();
        let key = key(writer, number);
        let put = kv.put(key.clone(), value, Expect::Anything, None).await.unwrap();
        let Written::Done { revision, .. } = put else { panic!("{put:?}") };
        let line = format!("ack {} {revision} {sum}\n", String::from_utf8_lossy(&key));
        std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
    }
}

struct Ack {
    key: String,
    revision: Revision,
    sum: u64,
}

fn parse(line: &str) -> Option<Ack> {
    let mut words = line.strip_suffix('\n')?.strip_prefix("ack ")?.split(' ');
    let ack =
        Ack { key: words.next()?.to_owned(), revision: words.next()?.parse().ok()?, sum: words.next()?.parse().ok()? };
    Some(ack)
}

/// Runs a child on `dir` for some time, kills it, and returns what it had reported.
fn run_and_kill(dir: &Path, after: Duration) -> Vec<Ack> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_writes_until_it_is_killed", "--nocapture"])
        .env(DIR_VARIABLE, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let reader = std::thread::spawn(move || {
        let mut acks = Vec::new();
        let mut line = String::new();
        while stdout.read_line(&mut line).unwrap() > 0 {
            acks.extend(parse(&line));
            line.clear();
        }
        acks
    });
    std::thread::sleep(after);
    // On Unix this is SIGKILL.
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success(), "the child ran until it was killed");
    reader.join().unwrap()
}

async fn read(kv: &EmbeddedKv, range: KeyRange, at: Option<Revision>) -> Result<Vec<KeyValue>, KvError> {
    Ok(kv.range(RangeRequest { range, at, limit: None, want: Want::KeyValues }).await?.kvs)
}

/// Looks for everything that was acknowledged, and returns the store's revision.
async fn check(dir: &Path, acks: &[Ack], before: Revision) -> Revision {
    let kv = open(dir);
    let latest = kv.current_revision().await.unwrap();
    let mut newest = HashMap::new();
    for ack in acks {
        assert!(ack.revision > before, "{} was given to {} again", ack.revision, ack.key);
        assert!(ack.revision <= latest, "{} of {} is after the store's {latest}", ack.revision, ack.key);
        let last = newest.insert(&ack.key, ack.revision);
        assert!(last.is_none_or(|last| last < ack.revision), "{} of {} steps back", ack.revision, ack.key);
        match read(&kv, KeyRange::One(ack.key.clone().into()), Some(ack.revision)).await {
            Ok(found) => {
                let found = found.first().unwrap_or_else(|| panic!("{} of {} is lost", ack.revision, ack.key));
                assert_eq!(found.mod_revision, ack.revision, "{}", ack.key);
                assert_eq!(checked(&found.value), Some(ack.sum), "{} of {}", ack.revision, ack.key);
            }
            Err(KvError::Compacted { .. }) => {}
            Err(err) => panic!("{err}"),
        }
    }
    let all = KeyRange::Between { start: "/writers/".into(), end: "/writers0".into() };
    let found: HashMap<String, KeyValue> = read(&kv, all, None)
        .await
        .unwrap()
        .into_iter()
        .map(|kv| (String::from_utf8(kv.key.to_vec()).unwrap(), kv))
        .collect();
    for (key, revision) in newest {
        let found = found.get(key).unwrap_or_else(|| panic!("{key} is lost"));
        assert!(found.mod_revision >= revision, "{key} fell back to {} from {revision}", found.mod_revision);
    }
    for (key, kv) in &found {
        assert!(checked(&kv.value).is_some(), "{key} is torn");
    }
    kv.close().await;
    latest
}

/// A store that was killed while it was made is made again.
#[tokio::test]
async fn a_kill_at_birth_leaves_a_store_that_opens() {
    for after in (0..24).map(|step| Duration::from_millis(step * 2)) {
        let dir = tempfile::tempdir().unwrap();
        let acks = run_and_kill(dir.path(), after);
        check(dir.path(), &acks, Revision::FIRST).await;
    }
}

#[tokio::test]
async fn acknowledged_writes_survive_a_kill() {
    let seed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64;
    let dir = tempfile::tempdir().unwrap();
    let start = Instant::now();
    let mut latest = Revision::FIRST;
    let mut written = 0;
    for round in 0..ROUNDS {
        let after = Duration::from_millis(checksum(&(seed + round).to_be_bytes()) % 430);
        let acks = run_and_kill(dir.path(), after);
        written += acks.len();
        latest = check(dir.path(), &acks, latest).await;
    }
    println!("{ROUNDS} kills, {written} acknowledged writes, at revision {latest}, in {:?}", start.elapsed());
    assert!(written > 0, "the children wrote something");
}
