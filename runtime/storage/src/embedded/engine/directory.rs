//! The directory of a store.
//!
//! | name | what |
//! |---|---|
//! | `lock` | locked by the process that has the store open |
//! | `engine` | the engine's files |
//! | `engine.new` | the files of an engine that is being made; what a crash left of it goes |

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use crate::kv::KvError;

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
            Ok(lock) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => {
                Err(KvError::Unavailable(format!("{display} is in use by another process")))
            }
            Err(TryLockError::Error(err)) => Err(KvError::Engine(format!("cannot lock {display}: {err}"))),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Where the engine's files are. The first time, `make` makes them.
    ///
    /// An engine takes several steps to make its files, and fjall can't go on where a crash stopped it. So they are made
    /// elsewhere, and a rename puts them in their place at once.
    pub(super) fn engine(&self, make: impl FnOnce(&Path) -> Result<(), KvError>) -> Result<PathBuf, KvError> {
        let failed = |err: io::Error| KvError::Engine(format!("cannot prepare {}: {err}", self.path.display()));
        let engine = self.path.join("engine");
        if engine.try_exists().map_err(failed)? {
            return Ok(engine);
        }
        let unfinished = self.path.join("engine.new");
        if unfinished.try_exists().map_err(failed)? {
            fs::remove_dir_all(&unfinished).map_err(failed)?;
        }
        make(&unfinished)?;
        fs::rename(&unfinished, &engine).and_then(|()| sync_directory(&self.path)).map_err(failed)?;
        Ok(engine)
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
        assert_eq!(directory.engine(|_| panic!("it is there")).unwrap(), made);
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
