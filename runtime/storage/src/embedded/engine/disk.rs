//! The engine on disk: one fjall keyspace.

use std::{
    fs, io,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use fjall::{
    CompressionType, Database, Keyspace, KeyspaceCreateOptions, KvSeparationOptions, PersistMode,
    config::CompressionPolicy,
};

use crate::{
    embedded::{
        engine::{Change, Durability, Engine, Visitor},
        options::EmbeddedOptions,
    },
    kv::KvError,
};

/// Values from this size on lie apart from their keys. A scan of keys then skips most bytes, and merging levels
/// rewrites only keys.
const SEPARATED_BYTES_MIN: u32 = 256;

/// Values that are gone are reclaimed file by file, so files are kept small.
const VALUE_FILE_BYTES: u64 = 16 << 20;

/// The smallest bound fjall takes. Opening replays at most so much.
const JOURNAL_BYTES_MAX: u64 = 64 << 20;

/// One thread flushes and merges; the writer seldom waits for it, and it must not take a second core.
const WORKERS: usize = 1;

/// Records in a directory that this process has locked.
pub(in crate::embedded) struct Disk {
    database: Database,
    records: Keyspace,
    dir: PathBuf,
}

impl Disk {
    pub(in crate::embedded) fn open(dir: &Path, options: &EmbeddedOptions) -> Result<Self, KvError> {
        let database = Database::builder(dir)
            .worker_threads(WORKERS)
            .cache_size(options.cache_bytes)
            .max_journaling_size(JOURNAL_BYTES_MAX)
            .journal_compression(CompressionType::None)
            .manual_journal_persist(true)
            .open()
            .map_err(|err| open_error(dir, &err))?;
        let records =
            database.keyspace("records", || keyspace_options(options)).map_err(|err| open_error(dir, &err))?;
        Ok(Self { database, records, dir: dir.to_owned() })
    }
}

fn keyspace_options(options: &EmbeddedOptions) -> KeyspaceCreateOptions {
    KeyspaceCreateOptions::default()
        .manual_journal_persist(true)
        .max_memtable_size(options.memtable_bytes)
        .data_block_compression_policy(CompressionPolicy::all(CompressionType::None))
        .expect_point_read_hits(true)
        .with_kv_separation(Some(
            KvSeparationOptions::default()
                .separation_threshold(SEPARATED_BYTES_MIN)
                .file_target_size(VALUE_FILE_BYTES)
                .compression(CompressionType::None),
        ))
}

fn open_error(dir: &Path, err: &fjall::Error) -> KvError {
    let dir = dir.display();
    match err {
        fjall::Error::Locked => KvError::Unavailable(format!("{dir} is in use by another process")),
        err => KvError::Engine(format!("cannot open {dir}: {err}")),
    }
}

fn engine_error(err: impl std::fmt::Display) -> KvError {
    KvError::Engine(err.to_string())
}

impl Engine for Disk {
    fn get(&self, record: &[u8]) -> Result<Option<Bytes>, KvError> {
        Ok(self.records.get(record).map_err(engine_error)?.map(Bytes::from))
    }

    fn scan(&self, from: &[u8], to: &[u8], visitor: &mut dyn Visitor) -> Result<(), KvError> {
        if from >= to {
            return Ok(());
        }
        for guard in self.records.range(from..to) {
            let (record, value) = guard.into_inner_if(|record| visitor.wants_value(record)).map_err(engine_error)?;
            if visitor.visit(record.into(), value.map(Bytes::from)) == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(())
    }

    fn commit(&self, changes: Vec<Change>, durability: Durability) -> Result<(), KvError> {
        let mut batch = self.database.batch().durability(Some(match durability {
            Durability::Synced => PersistMode::SyncData,
            Durability::Eventual => PersistMode::Buffer,
        }));
        for change in changes {
            match change {
                Change::Set(record, value) => batch.insert(&self.records, record, value),
                Change::Remove(record) => batch.remove(&self.records, record),
            }
        }
        batch.commit().map_err(engine_error)
    }

    fn size(&self) -> Result<u64, KvError> {
        bytes_under(&self.dir).map_err(engine_error)
    }

    fn is_on_disk(&self) -> bool {
        true
    }
}

/// Counts allocated blocks, because the engine reserves the length of a journal before it fills it.
fn bytes_under(dir: &Path) -> io::Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        sum += match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => bytes_under(&entry.path())?,
            Ok(metadata) => allocated(&metadata),
            // The engine removes files while this walks.
            Err(err) if err.kind() == io::ErrorKind::NotFound => 0,
            Err(err) => return Err(err),
        };
    }
    Ok(sum)
}

#[cfg(unix)]
fn allocated(metadata: &fs::Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt;
    /// What `st_blocks` counts in, on every Unix.
    const BLOCK_BYTES: u64 = 512;
    metadata.blocks() * BLOCK_BYTES
}

#[cfg(not(unix))]
fn allocated(metadata: &fs::Metadata) -> u64 {
    metadata.len()
}
