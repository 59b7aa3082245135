//! Puts per second and processor time per put, of many concurrent writers.
//!
//! `cargo bench -p kubeforge-storage --bench kv`. The store in memory shows what the code above the engine costs. The
//! engine alone, fjall or redb, shows what a batch of puts costs it with one sync per batch.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark, not a part of the server")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use kubeforge_storage::{
    embedded::{EmbeddedKv, EmbeddedOptions},
    kv::{Expect, KeyRange, Kv, RangeRequest, Want, Written},
};

const VALUE_BYTES: usize = 2048;
const KEYS: u64 = 10_000;
const RUN: Duration = Duration::from_secs(4);

fn main() {
    println!("{:<34} {:>10} {:>14} {:>12} {:>12}", "", "puts/s", "CPU/put", "user", "system");
    for writers in [32, 64] {
        let dir = tempfile::tempdir().unwrap();
        let kv = EmbeddedKv::open(dir.path(), EmbeddedOptions::default()).unwrap();
        bench_store(&format!("embedded, on disk, {writers} writers"), Arc::new(kv), writers);
        bench_store(&format!("embedded, in memory, {writers} writers"), Arc::new(EmbeddedKv::in_memory()), writers);
        bench_fjall(&format!("fjall alone, batches of {writers}"), writers);
        bench_redb(&format!("redb alone, batches of {writers}"), writers);
    }
    bench_reads();
}

/// Puts and replaces pod-sized values under pod-like keys.
fn bench_store(name: &str, kv: Arc<dyn Kv>, writers: u64) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let measured = Measured::start(name);
    let stop = Arc::new(AtomicBool::new(false));
    let puts = Arc::new(AtomicU64::new(0));
    runtime.block_on(async {
        let tasks: Vec<_> = (0..writers)
            .map(|writer| {
                let (kv, stop, puts) = (kv.clone(), stop.clone(), puts.clone());
                tokio::spawn(async move {
                    for number in 0.. {
                        if stop.load(Ordering::Relaxed) {
                            break;
                        }
                        put(&*kv, (writer + number * writers) % KEYS).await;
                        puts.fetch_add(1, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        tokio::time::sleep(RUN).await;
        stop.store(true, Ordering::Relaxed);
        for task in tasks {
            task.await.unwrap();
        }
    });
    measured.report(puts.load(Ordering::Relaxed));
}

async fn put(kv: &dyn Kv, number: u64) {
    let key = Bytes::from(format!("/registry/pods/namespace-{}/pod-{number:06}", number % 100));
    let put = kv.put(key, Bytes::from(vec![number as u8; VALUE_BYTES]), Expect::Anything, None).await.unwrap();
    assert!(matches!(put, Written::Done { .. }));
}

fn bench_fjall(name: &str, batch: u64) {
    let dir = tempfile::tempdir().unwrap();
    let database = fjall::Database::builder(dir.path()).worker_threads(1).manual_journal_persist(true).open().unwrap();
    let separated = || {
        let separation = fjall::KvSeparationOptions::default().separation_threshold(256);
        fjall::KeyspaceCreateOptions::default().with_kv_separation(Some(separation)).max_memtable_size(16 << 20)
    };
    let records = database.keyspace("records", separated).unwrap();
    bench_engine(name, batch, |first| {
        let mut writes = database.batch().durability(Some(fjall::PersistMode::SyncData));
        for revision in first..first + batch {
            writes.insert(&records, record(revision), vec![revision as u8; VALUE_BYTES]);
        }
        writes.commit().unwrap();
    });
}

fn bench_redb(name: &str, batch: u64) {
    const RECORDS: redb::TableDefinition<'_, &[u8], &[u8]> = redb::TableDefinition::new("records");
    let dir = tempfile::tempdir().unwrap();
    let database = redb::Database::create(dir.path().join("redb")).unwrap();
    bench_engine(name, batch, |first| {
        let writes = database.begin_write().unwrap();
        {
            let mut records = writes.open_table(RECORDS).unwrap();
            for revision in first..first + batch {
                records.insert(&record(revision)[..], &vec![revision as u8; VALUE_BYTES][..]).unwrap();
            }
        }
        writes.commit().unwrap();
    });
}

fn record(revision: u64) -> Vec<u8> {
    [&revision.to_be_bytes()[..], b"/registry/pods/namespace-42/pod-000042"].concat()
}

fn bench_engine(name: &str, batch: u64, mut commit: impl FnMut(u64)) {
    let measured = Measured::start(name);
    let start = Instant::now();
    let mut puts = 0;
    while start.elapsed() < RUN {
        commit(puts);
        puts += batch;
    }
    measured.report(puts);
}

/// Reads values that are no longer in memory, and one whole range.
fn bench_reads() {
    let dir = tempfile::tempdir().unwrap();
    let options = || EmbeddedOptions { recent_events_max: 0, ..EmbeddedOptions::default() };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let kv = Arc::new(EmbeddedKv::open(dir.path(), options()).unwrap());
    runtime.block_on(async {
        let all = (0..KEYS).map(|number| {
            let kv = kv.clone();
            tokio::spawn(async move { put(&*kv, number).await })
        });
        for task in all.collect::<Vec<_>>() {
            task.await.unwrap();
        }
        kv.close().await;
    });
    drop(kv);
    let start = Instant::now();
    let kv = EmbeddedKv::open(dir.path(), options()).unwrap();
    println!("opened a store of {KEYS} keys in {:?}", start.elapsed());
    runtime.block_on(async {
        let range = KeyRange::Between { start: "/registry/".into(), end: "/registry0".into() };
        for want in [Want::Count, Want::Keys, Want::KeyValues] {
            let start = Instant::now();
            let request = RangeRequest { range: range.clone(), at: None, limit: None, want };
            let found = kv.range(request).await.unwrap();
            assert_eq!(found.count as u64, KEYS);
            println!("read {want:?} of {KEYS} keys in {:?}", start.elapsed());
        }
    });
}

/// Time and processor time since a start.
struct Measured {
    name: String,
    start: Instant,
    ticks: (u64, u64),
}

impl Measured {
    fn start(name: &str) -> Self {
        Self { name: name.to_owned(), start: Instant::now(), ticks: ticks() }
    }

    fn report(self, puts: u64) {
        let elapsed = self.start.elapsed();
        let (user, system) = ticks();
        let micros = |ticks: u64| ticks as f64 * TICK_MICROS / puts as f64;
        let (user, system) = (micros(user - self.ticks.0), micros(system - self.ticks.1));
        println!(
            "{:<34} {:>10.0} {:>11.1} us {:>9.1} us {:>9.1} us",
            self.name,
            puts as f64 / elapsed.as_secs_f64(),
            user + system,
            user,
            system
        );
    }
}

/// Linux counts in hundredths of a second.
const TICK_MICROS: f64 = 10_000.0;

/// This process's time in user and system mode; zeros where there is no `/proc`.
fn ticks() -> (u64, u64) {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the process, in parentheses, may hold anything.
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let mut fields = after_name.split_whitespace().skip(11).map(|field| field.parse().unwrap_or(0));
    (fields.next().unwrap_or(0), fields.next().unwrap_or(0))
}
