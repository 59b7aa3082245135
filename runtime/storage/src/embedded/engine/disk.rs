//! The engine on disk.

use std::{
    fmt::Display,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use parking_lot::RwLock;

use crate::{
    embedded::{
        SyncPolicy,
        engine::{Change, Engine, Visitor, directory::Directory, files::Files, journal::Tail, syncing::Syncing},
        options::EmbeddedOptions,
    },
    kv::KvError,
};

/// A disk that takes a file of this size has room to write on. The engine's own files are larger, but grow in time.
const ROOM_BYTES: usize = 4 << 20;

/// Records in a directory.
pub(in crate::embedded) struct Disk {
    /// Stops before the files are closed.
    syncing: Option<Syncing>,
    /// `None` while they are opened again, and where that failed.
    files: Arc<RwLock<Option<Files>>>,
    options: EmbeddedOptions,
    /// The engine's own directory.
    engine: PathBuf,
    /// The store's lock. Last, so that the engine is closed when the lock goes.
    directory: Directory,
}

impl Disk {
    pub(in crate::embedded) fn open(dir: &Path, options: &EmbeddedOptions) -> Result<Self, KvError> {
        let directory = Directory::lock(dir)?;
        let engine = directory.engine(|dir| Files::open(dir, options, Tail::Synced).map(drop))?;
        let tail = directory.tail()?;
        let files = Files::open(&engine, options, tail)?;
        let mut disk = Self {
            syncing: None,
            files: Arc::new(RwLock::new(Some(files))),
            options: options.clone(),
            engine,
            directory,
        };
        match options.sync {
            SyncPolicy::Always if tail == Tail::Unsynced => {
                disk.with(Files::sync)?;
                disk.directory.set_tail(Tail::Synced)?;
            }
            SyncPolicy::Always => {}
            SyncPolicy::Interval(every) => {
                disk.directory.set_tail(Tail::Unsynced)?;
                let files = disk.files.clone();
                let sync = move || files.read().as_ref().map_or(Ok(()), Files::sync);
                disk.syncing = Some(Syncing::start(every, sync)?);
            }
        }
        Ok(disk)
    }

    /// Makes a store in a directory that has none: all that `fill` puts into it, or nothing where that fails.
    pub(in crate::embedded) fn make<E: From<KvError>>(
        dir: &Path,
        options: &EmbeddedOptions,
        fill: impl FnOnce(&dyn Engine) -> Result<(), E>,
    ) -> Result<(), E> {
        Directory::lock(dir)?.engine(|dir| fill(&Making(Files::open(dir, options, Tail::Synced)?))).map(drop)
    }

    /// Puts other files, with what `fill` copies into them, in the place of this engine's.
    pub(in crate::embedded) fn replace<E: From<KvError>>(
        self,
        options: &EmbeddedOptions,
        fill: impl FnOnce(&dyn Engine, &dyn Engine) -> Result<(), E>,
    ) -> Result<(), E> {
        self.directory.replace_engine(|dir| {
            fill(&self, &Making(Files::open(dir, options, Tail::Synced)?))?;
            // its files are moved away next
            drop(self.files.write().take());
            Ok(())
        })
    }

    fn with<T>(&self, act: impl FnOnce(&Files) -> Result<T, KvError>) -> Result<T, KvError> {
        match self.files.read().as_ref() {
            Some(files) => act(files),
            None => Err(KvError::Unavailable("the store's files could not be opened again".to_owned())),
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let Some(mut syncing) = self.syncing.take() else { return };
        if syncing.finish()
            && let Err(err) = self.directory.set_tail(Tail::Synced)
        {
            tracing::warn!(%err, "cannot note that all is synced");
        }
    }
}

fn engine_error(err: impl Display) -> KvError {
    KvError::Engine(err.to_string())
}

impl Engine for Disk {
    fn get(&self, record: &[u8]) -> Result<Option<Bytes>, KvError> {
        self.with(|files| files.get(record))
    }

    fn scan(&self, from: &[u8], to: &[u8], visitor: &mut dyn Visitor) -> Result<(), KvError> {
        self.with(|files| files.scan(from, to, visitor))
    }

    fn commit(&self, changes: Vec<Change>) -> Result<(), KvError> {
        self.with(|files| files.commit(changes))?;
        self.syncing.iter().for_each(Syncing::has_written);
        Ok(())
    }

    /// The engine takes no writes once one failed, so its files are closed and opened again: that is what a new process
    /// would do. They stay open, for reads, until the disk has room.
    fn reopen(&self) -> Result<(), KvError> {
        let room = self.directory.path().join("room");
        let tried = try_room(&room);
        fs::remove_file(&room).or_else(|err| if tried.is_err() { Ok(()) } else { Err(err) }).map_err(engine_error)?;
        tried.map_err(|err| KvError::Engine(format!("{} takes no writes: {err}", self.directory.path().display())))?;
        let tail = match self.options.sync {
            SyncPolicy::Always => Tail::Synced,
            SyncPolicy::Interval(_) => Tail::Unsynced,
        };
        let mut files = self.files.write();
        drop(files.take());
        *files = Some(Files::open(&self.engine, &self.options, tail)?);
        Ok(())
    }

    fn size(&self) -> Result<u64, KvError> {
        bytes_under(self.directory.path()).map_err(engine_error)
    }

    fn is_on_disk(&self) -> bool {
        true
    }
}

/// Writes a file as large as the engine's next one may be.
fn try_room(path: &Path) -> io::Result<()> {
    static PIECE: [u8; 1 << 16] = [0x55; 1 << 16];
    let mut file = File::create(path)?;
    for _ in 0..ROOM_BYTES / PIECE.len() {
        file.write_all(&PIECE)?;
    }
    file.sync_all()
}

/// Files that are being filled: they have no directory of their own yet.
struct Making(Files);

impl Engine for Making {
    fn get(&self, record: &[u8]) -> Result<Option<Bytes>, KvError> {
        self.0.get(record)
    }

    fn scan(&self, from: &[u8], to: &[u8], visitor: &mut dyn Visitor) -> Result<(), KvError> {
        self.0.scan(from, to, visitor)
    }

    fn commit(&self, changes: Vec<Change>) -> Result<(), KvError> {
        self.0.commit(changes)
    }

    fn reopen(&self) -> Result<(), KvError> {
        Err(KvError::Closed)
    }

    fn size(&self) -> Result<u64, KvError> {
        Ok(0)
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
