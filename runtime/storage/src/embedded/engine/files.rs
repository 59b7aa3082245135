//! The engine's files: one fjall keyspace.

use std::{fmt::Display, ops::ControlFlow, path::Path};

use bytes::Bytes;
use fjall::{
    CompressionType, Database, Keyspace, KeyspaceCreateOptions, KvSeparationOptions, PersistMode,
    config::CompressionPolicy,
};

use crate::{
    embedded::{
        SyncPolicy,
        engine::{
            Change, Visitor,
            journal::{self, JournalError, Tail},
        },
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

/// Records in a directory that holds nothing else.
pub(super) struct Files {
    database: Database,
    records: Keyspace,
    /// What a commit waits for.
    persist: PersistMode,
}

impl Files {
    /// Opens them, if need be after mending the journal, or makes them.
    pub(super) fn open(dir: &Path, options: &EmbeddedOptions, tail: Tail) -> Result<Self, KvError> {
        let failed = |err: &dyn Display| KvError::Engine(format!("cannot open {}: {err}", dir.display()));
        match journal::mend(dir, tail) {
            Ok(None) => {}
            Ok(Some(bytes)) => tracing::warn!(bytes, "dropped the end of the journal, which was torn"),
            Err(err @ JournalError::Damaged { .. }) => {
                return Err(KvError::Engine(format!(
                    "{err}: this is no interrupted write but damage, and opening the store would lose writes that were \
                     acknowledged; put a snapshot in its place (kubeforge store restore)"
                )));
            }
            Err(err @ JournalError::Io { .. }) => return Err(failed(&err)),
        }
        let database = Database::builder(dir)
            .worker_threads(WORKERS)
            .cache_size(options.cache_bytes)
            .max_journaling_size(JOURNAL_BYTES_MAX)
            .journal_compression(CompressionType::None)
            .manual_journal_persist(true)
            .open()
            .map_err(|err| failed(&err))?;
        let records = database.keyspace("records", || keyspace_options(options)).map_err(engine_error)?;
        let persist = match options.sync {
            SyncPolicy::Always => PersistMode::SyncData,
            SyncPolicy::Interval(_) => PersistMode::Buffer,
        };
        Ok(Self { database, records, persist })
    }

    pub(super) fn get(&self, record: &[u8]) -> Result<Option<Bytes>, KvError> {
        Ok(self.records.get(record).map_err(engine_error)?.map(Bytes::from))
    }

    pub(super) fn scan(&self, from: &[u8], to: &[u8], visitor: &mut dyn Visitor) -> Result<(), KvError> {
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

    pub(super) fn commit(&self, changes: Vec<Change>) -> Result<(), KvError> {
        // One batch at a time is written and not yet synced, unless all are; `journal` relies on it.
        let mut batch = self.database.batch().durability(Some(self.persist));
        for change in changes {
            match change {
                Change::Set(record, value) => batch.insert(&self.records, record, value),
                Change::Remove(record) => batch.remove(&self.records, record),
            }
        }
        batch.commit().map_err(engine_error)
    }

    /// Returns when all commits before are on disk.
    pub(super) fn sync(&self) -> Result<(), KvError> {
        self.database.persist(PersistMode::SyncData).map_err(engine_error)
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

fn engine_error(err: impl Display) -> KvError {
    KvError::Engine(err.to_string())
}
