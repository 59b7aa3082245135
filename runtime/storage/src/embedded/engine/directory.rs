//! The directory of a store.
//!
//! | name | what |
//! |---|---|
//! | `lock` | locked by the process that has the store open |
//! | `engine` | the engine's files |
//! | `engine.new` | the files of an engine that is being made; what a crash left of it goes |
//! | `engine.old` | the files that others have replaced, or that a crash kept from it |
//! | `unsynced` | here while writes are answered before they are on disk, and after a crash since |
//! | `format` | `kubeforge store` and the number of the format, which is 1 |

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use super::journal::Tail;
use crate::kv::KvError;

/// What `format` says. A store from before there was such a file has format 1.
const FORMAT: &str = "kubeforge store 1\n";

const UNSYNCED: &str = "unsynced";

/// A directory that this process has for itself, until this is dropped.
pub(super) struct Directory {
    path: PathBuf,
    _lock: File,
}

impl Directory {
    /// Makes the directory if needed, and locks it.
    pub(super) fn lock(path: &Path) -> Result<Self, KvError> {
        let locked = fs::create_dir_all(path)
            .and_then(|()| File::options().create(true).truncate(false).write(true).open(path.join("lock")))
            .map_err(TryLockError::Error)
            .and_then(|lock| lock.try_lock().map(|()| lock));
        let display = path.display();
        match locked {
            Ok(lock) => {
                let directory = Self { path: path.to_owned(), _lock: lock };
                directory.check_format()?;
                Ok(directory)
            }
            Err(TryLockError::WouldBlock) => {
                Err(KvError::Unavailable(format!("{display} is in use by another process")))
            }
            Err(TryLockError::Error(err)) => Err(KvError::Engine(format!("cannot lock {display}: {err}"))),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Refuses what another release has written in a way that this one can't read.
    fn check_format(&self) -> Result<(), KvError> {
        let path = self.path.join("format");
        let found = match fs::read_to_string(&path) {
            Ok(found) => found,
            Err(err) if err.kind() == io::ErrorKind::NotFound => String::new(),
            Err(err) => return Err(self.failed(&err)),
        };
        match found.as_str() {
            FORMAT => Ok(()),
            "" => {
                // what is read-only can still be read
                if let Err(err) = fs::write(&path, FORMAT) {
                    tracing::debug!(%err, "cannot note the format");
                }
                Ok(())
            }
            other => Err(KvError::Engine(format!(
                "{} is of the format {:?}, and this release reads {:?}",
                self.path.display(),
                other.trim_end(),
                FORMAT.trim_end()
            ))),
        }
    }

    fn failed(&self, err: &io::Error) -> KvError {
        KvError::Engine(format!("cannot prepare {}: {err}", self.path.display()))
    }

    /// What the writes of the last process were told.
    pub(super) fn tail(&self) -> Result<Tail, KvError> {
        let is_unsynced = self.path.join(UNSYNCED).try_exists().map_err(|err| self.failed(&err))?;
        Ok(if is_unsynced { Tail::Unsynced } else { Tail::Synced })
    }

    /// Notes what writes are told from now on. To be called before the first of them that may not be on disk, and after
    /// the last of those is.
    pub(super) fn set_tail(&self, tail: Tail) -> Result<(), KvError> {
        let path = self.path.join(UNSYNCED);
        let changed = match tail {
            Tail::Unsynced => File::create(path).map(drop),
            Tail::Synced => match fs::remove_file(path) {
                Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(()),
                removed => removed,
            },
        };
        changed.and_then(|()| sync_directory(&self.path)).map_err(|err| self.failed(&err))
    }

    /// Where the engine's files are. The first time, `make` makes them.
    ///
    /// An engine takes several steps to make its files, and fjall can't go on where a crash stopped it. So they are made
    /// elsewhere, and a rename puts them in their place at once.
    pub(super) fn engine<E: From<KvError>>(&self, make: impl FnOnce(&Path) -> Result<(), E>) -> Result<PathBuf, E> {
        let failed = |err: io::Error| self.failed(&err);
        let (engine, old) = (self.path.join("engine"), self.path.join("engine.old"));
        if !engine.try_exists().map_err(failed)? && old.try_exists().map_err(failed)? {
            // a crash came between the two renames of a replacement
            fs::rename(&old, &engine).map_err(failed)?;
        }
        if engine.try_exists().map_err(failed)? {
            return Ok(engine);
        }
        let unfinished = self.make(make)?;
        fs::rename(&unfinished, &engine).and_then(|()| sync_directory(&self.path)).map_err(failed)?;
        Ok(engine)
    }

    /// Makes another engine and puts it in the place of the one that there is.
    pub(super) fn replace_engine<E: From<KvError>>(&self, make: impl FnOnce(&Path) -> Result<(), E>) -> Result<(), E> {
        let (engine, old) = (self.path.join("engine"), self.path.join("engine.old"));
        let unfinished = self.make(make)?;
        remove(&old)
            .and_then(|()| fs::rename(&engine, &old))
            .and_then(|()| fs::rename(&unfinished, &engine))
            .and_then(|()| sync_directory(&self.path))
            .and_then(|()| remove(&old))
            .map_err(|err| self.failed(&err).into())
    }

    /// An engine that nobody uses yet; nothing is left of one that could not be made.
    fn make<E: From<KvError>>(&self, make: impl FnOnce(&Path) -> Result<(), E>) -> Result<PathBuf, E> {
        let unfinished = self.path.join("engine.new");
        remove(&unfinished).map_err(|err| self.failed(&err))?;
        match make(&unfinished) {
            Ok(()) => Ok(unfinished),
            Err(err) => {
                remove(&unfinished).unwrap_or_else(|err| tracing::debug!(%err, "cannot clean up"));
                Err(err)
            }
        }
    }
}

fn remove(dir: &Path) -> io::Result<()> {
    match fs::remove_dir_all(dir) {
        Err(err) if err.kind() != io::ErrorKind::NotFound => Err(err),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Only Unix opens directories as files.
#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crash_while_the_engine_is_made_leaves_no_trace() {
        let dir = tempfile::tempdir().unwrap();
        let half = |path: &Path| {
            fs::create_dir_all(path).unwrap();
            fs::write(path.join("half"), "").unwrap();
            Err(KvError::Closed)
        };
        let directory = Directory::lock(dir.path()).unwrap();
        assert!(directory.engine(half).is_err());
        let whole = |path: &Path| {
            assert!(!path.exists(), "nothing is left over");
            fs::create_dir_all(path).map_err(|err| KvError::Engine(err.to_string()))
        };
        let made = directory.engine(whole).unwrap();
        assert!(made.is_dir() && !made.join("half").exists());
        assert_eq!(directory.engine::<KvError>(|_| panic!("it is there")).unwrap(), made);
    }

    #[test]
    fn a_locked_directory_is_free_again_when_its_owner_goes() {
        let dir = tempfile::tempdir().unwrap();
        let first = Directory::lock(dir.path()).unwrap();
        assert!(matches!(Directory::lock(dir.path()), Err(KvError::Unavailable(_))));
        drop(first);
        assert!(Directory::lock(dir.path()).is_ok());
    }
}
