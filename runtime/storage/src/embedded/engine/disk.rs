//! The engine on disk: one fjall keyspace.

use std::{
    fmt::Display,
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
        engine::{Change, Engine, Visitor, directory::Directory, torn},
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

/// Records in a directory.
pub(in crate::embedded) struct Disk {
    database: Database,
    records: Keyspace,
    /// What its size is that of.
    path: PathBuf,
    /// The store's lock, where it is this store's. Last, so that the engine is closed when the lock goes.
    directory: Option<Directory>,
}

impl Disk {
    pub(in crate::embedded) fn open(dir: &Path, options: &EmbeddedOptions) -> Result<Self, KvError> {
        let directory = Directory::lock(dir)?;
        let engine = directory.engine(|dir| Self::engine(dir, options).map(drop))?;
        let path = directory.path().to_owned();
        Ok(Self { path, directory: Some(directory), ..Self::engine(&engine, options)? })
    }

    /// Makes a store in a directory that has none: all that `fill` puts into it, or nothing where that fails.
    pub(in crate::embedded) fn make<E: From<KvError>>(
        dir: &Path,
        options: &EmbeddedOptions,
        fill: impl FnOnce(&dyn Engine) -> Result<(), E>,
    ) -> Result<(), E> {
        Directory::lock(dir)?.engine(|dir| fill(&Self::engine(dir, options)?)).map(drop)
    }

    /// Puts other files, with what `fill` copies into them, in the place of this engine's.
    pub(in crate::embedded) fn replace<E: From<KvError>>(
        mut self,
        options: &EmbeddedOptions,
        fill: impl FnOnce(&dyn Engine, &dyn Engine) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some(directory) = self.directory.take() else { return Err(KvError::Closed.into()) };
        directory.replace_engine(|dir| {
            fill(&self, &Self::engine(dir, options)?)?;
            // its files are moved away next
            drop(self);
            Ok(())
        })
    }

    /// The engine's files alone.
    fn engine(dir: &Path, options: &EmbeddedOptions) -> Result<Self, KvError> {
        let database = open_database(dir, options)?;
        let records = open_records(&database, options)?;
        Ok(Self { database, records, path: dir.to_owned(), directory: None })
    }
}

fn open_records(database: &Database, options: &EmbeddedOptions) -> Result<Keyspace, KvError> {
    database.keyspace("records", || keyspace_options(options)).map_err(engine_error)
}

/// Opens the engine, if need be after mending its journal.
fn open_database(dir: &Path, options: &EmbeddedOptions) -> Result<Database, KvError> {
    let open = || {
        Database::builder(dir)
            .worker_threads(WORKERS)
            .cache_size(options.cache_bytes)
            .max_journaling_size(JOURNAL_BYTES_MAX)
            .journal_compression(CompressionType::None)
            .manual_journal_persist(true)
            .open()
    };
    let failed = |err: &dyn Display| KvError::Engine(format!("cannot open {}: {err}", dir.display()));
    let err = match open() {
        Ok(database) => return Ok(database),
        Err(err @ fjall::Error::JournalRecovery(_)) => err,
        Err(err) => return Err(failed(&err)),
    };
    let bytes = torn::cut_torn_batch(dir).map_err(|err| failed(&err))?.ok_or_else(|| failed(&err))?;
    tracing::warn!(bytes, "dropped the last batch of writes, which was torn and never acknowledged");
    open().map_err(|err| failed(&err))
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

fn engine_error(err: impl Display) -> KvError {
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

    fn commit(&self, changes: Vec<Change>) -> Result<(), KvError> {
        // One batch at a time is written and not yet synced; `torn` relies on it.
        let mut batch = self.database.batch().durability(Some(PersistMode::SyncData));
        for change in changes {
            match change {
                Change::Set(record, value) => batch.insert(&self.records, record, value),
                Change::Remove(record) => batch.remove(&self.records, record),
            }
        }
        batch.commit().map_err(engine_error)
    }

    fn size(&self) -> Result<u64, KvError> {
        bytes_under(&self.path).map_err(engine_error)
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
