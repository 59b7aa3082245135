//! Looks at the journals before the engine opens them, and mends what a power cut left torn.
//!
//! fjall takes whatever it can't read for the end of a journal, and drops what follows; a wrong checksum it refuses.
//! Neither is right for a store that has told others of its writes. A batch is synced before the next is written, so a
//! power cut tears the last one only: nobody was told of it, and it may go. A broken batch with whole ones after it is
//! damage, and the store is not opened. Where writes were answered before their sync ([`Tail::Unsynced`]), any of the
//! last batches may be torn, and all from the first such on go.
//!
//! A journal (`<number>.jnl`, the highest is written to) is a sequence of batches up to the first byte that starts no
//! entry; zeros fill the rest. Numbers are little-endian. This is the format of fjall 3, which names it in every entry
//! that ends a batch.
//!
//! | entry | bytes |
//! |---|---|
//! | start of a batch | 1, number of items (4), sequence number (8) |
//! | item | 2, kind (1), compression (1), keyspace (8), length of key (2), of value (4), of value on disk (4), key, value |
//! | end of a batch | 3, XXH3 of the entries since the start (8), `FJL` 3 |
//! | a keyspace is cleared | 4, keyspace (8) |

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufReader, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use xxhash_rust::xxh3::Xxh3;

const START: u8 = 1;
const ITEM: u8 = 2;
const END: u8 = 3;
const CLEAR: u8 = 4;
const TRAILER: [u8; 4] = *b"FJL\x03";

/// The bytes of an entry that starts a batch.
const START_BYTES: usize = 13;

const READ_BYTES: usize = 1 << 16;

/// What the writes before a crash were told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tail {
    /// Each was on disk before the next began.
    Synced,
    /// Some may not have been.
    Unsynced,
}

/// Why a journal is not used.
#[derive(Debug, thiserror::Error)]
pub(super) enum JournalError {
    #[error("cannot read {path}")]
    Io { path: PathBuf, source: io::Error },
    #[error("{path} is damaged at byte {at}, and whole records follow")]
    Damaged { path: PathBuf, at: u64 },
}

/// Looks at the journals in `dir`. Cuts off the end of the last one if it is torn, and says how many bytes that were.
pub(super) fn mend(dir: &Path, tail: Tail) -> Result<Option<u64>, JournalError> {
    let journals = journals(dir).map_err(|source| JournalError::Io { path: dir.to_owned(), source })?;
    let mut cut = None;
    for (number, path) in journals.iter().enumerate() {
        let failed = |source| JournalError::Io { path: path.clone(), source };
        let Some(torn) = examine(path).map_err(failed)? else { continue };
        let is_written_to = number + 1 == journals.len();
        let is_damage = torn.whole_batches_follow && tail == Tail::Synced;
        if !is_written_to || is_damage {
            return Err(JournalError::Damaged { path: path.clone(), at: torn.start });
        }
        let file = OpenOptions::new().write(true).open(path).map_err(failed)?;
        file.set_len(torn.start).and_then(|()| file.sync_all()).map_err(failed)?;
        cut = Some(torn.end - torn.start);
    }
    Ok(cut)
}

/// All journals, the one that is written to last.
fn journals(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(dir) {
        Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut journals = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".jnl"));
        if let Some(number) = name.and_then(|name| name.parse::<u64>().ok()) {
            journals.push((number, path));
        }
    }
    journals.sort_unstable();
    Ok(journals.into_iter().map(|(_, path)| path).collect())
}

/// A part of a journal that is no whole batch, nor empty.
struct Torn {
    start: u64,
    /// Where the last byte that is not zero ends.
    end: u64,
    whole_batches_follow: bool,
}

fn examine(path: &Path) -> io::Result<Option<Torn>> {
    let mut reader = Reader::at(path, 0)?;
    let mut whole = 0;
    let mut broken = None;
    while let Some(batch) = reader.batch()? {
        match (batch.sum, &broken) {
            (Sum::Right, None) => whole = batch.end,
            (Sum::Right, Some(start)) => {
                return Ok(Some(Torn { start: *start, end: batch.end, whole_batches_follow: true }));
            }
            (Sum::Wrong, _) => broken = broken.or(Some(batch.start)),
        }
    }
    let rest = rest_after(path, whole)?;
    if rest.is_empty() {
        return Ok(None);
    }
    // a start, and then an item or that a keyspace is cleared
    let may_start =
        |at: &usize| rest.get(*at) == Some(&START) && matches!(rest.get(at + START_BYTES), Some(&(ITEM | CLEAR)));
    let mut whole_batches_follow = false;
    for at in (1..rest.len()).filter(may_start) {
        let batch = Reader::at(path, whole + at as u64)?.batch()?;
        if matches!(batch, Some(Batch { sum: Sum::Right, .. })) {
            whole_batches_follow = true;
            break;
        }
    }
    Ok(Some(Torn { start: whole, end: whole + rest.len() as u64, whole_batches_follow }))
}

/// What a journal holds from a position on, without the zeros at its end.
fn rest_after(path: &Path, position: u64) -> io::Result<Vec<u8>> {
    static ZEROS: [u8; READ_BYTES] = [0; READ_BYTES];
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(position))?;
    let mut rest = Vec::new();
    let mut zeros = 0;
    let mut piece = vec![0; READ_BYTES];
    loop {
        let len = file.read(&mut piece)?;
        let Some(read) = piece.get(..len).filter(|read| !read.is_empty()) else { break };
        if ZEROS.get(..len) == Some(read) {
            zeros += len;
            continue;
        }
        rest.resize(rest.len() + zeros, 0);
        zeros = 0;
        rest.extend_from_slice(read);
    }
    let end = rest.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    rest.truncate(end);
    Ok(rest)
}

/// A batch from its start to its end.
struct Batch {
    start: u64,
    end: u64,
    sum: Sum,
}

enum Sum {
    Right,
    Wrong,
}

struct Reader {
    file: BufReader<File>,
    position: u64,
}

impl Reader {
    fn at(path: &Path, position: u64) -> io::Result<Self> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(position))?;
        Ok(Self { file: BufReader::with_capacity(READ_BYTES, file), position })
    }

    /// The next batch; `None` where the journal ends, or a batch does not.
    fn batch(&mut self) -> io::Result<Option<Batch>> {
        let start = self.position;
        let batch = match self.take::<1>() {
            Ok([START]) => self.rest_of_batch(start),
            Ok(_) => Ok(None),
            Err(err) => Err(err),
        };
        match batch {
            Err(err) if err.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            batch => batch,
        }
    }

    fn rest_of_batch(&mut self, start: u64) -> io::Result<Option<Batch>> {
        self.take::<12>()?;
        let mut hash = Xxh3::new();
        loop {
            match self.take::<1>()? {
                [ITEM] => self.item(&mut hash)?,
                [CLEAR] => {
                    hash.update(&[CLEAR]);
                    hash.update(&self.take::<8>()?);
                }
                [END] => {
                    let sum = u64::from_le_bytes(self.take()?);
                    if self.take()? != TRAILER {
                        return Ok(None);
                    }
                    let sum = if sum == hash.digest() { Sum::Right } else { Sum::Wrong };
                    return Ok(Some(Batch { start, end: self.position, sum }));
                }
                _ => return Ok(None),
            }
        }
    }

    fn item(&mut self, hash: &mut Xxh3) -> io::Result<()> {
        hash.update(&[ITEM]);
        let kind_to_keyspace = self.take::<10>()?;
        let key_len = self.take::<2>()?;
        let value_len = self.take::<4>()?;
        let stored_len = self.take::<4>()?;
        for head in [&kind_to_keyspace[..], &key_len, &value_len, &stored_len] {
            hash.update(head);
        }
        let mut left = u64::from(u16::from_le_bytes(key_len)) + u64::from(u32::from_le_bytes(stored_len));
        let mut piece = [0; 4096];
        while left > 0 {
            let len = usize::try_from(left).map_or(piece.len(), |left| left.min(piece.len()));
            let (piece, _) = piece.split_at_mut(len);
            self.fill(piece)?;
            hash.update(piece);
            left -= len as u64;
        }
        Ok(())
    }

    fn take<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn fill(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        self.file.read_exact(bytes)?;
        self.position += bytes.len() as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use bytes::Bytes;

    use super::*;
    use crate::{
        embedded::{
            SyncPolicy,
            engine::{Change, Disk, Engine},
            options::EmbeddedOptions,
        },
        kv::KvError,
    };

    const NEVER: SyncPolicy = SyncPolicy::Interval(std::time::Duration::from_secs(3600));

    fn open(dir: &Path) -> Result<Disk, KvError> {
        Disk::open(dir, &EmbeddedOptions::default())
    }

    /// Three batches with values of one letter each, of a process that is killed then.
    fn write(dir: &Path, sync: SyncPolicy) {
        let disk = Disk::open(dir, &EmbeddedOptions { sync, ..EmbeddedOptions::default() }).unwrap();
        for letter in [b'A', b'B', b'C'] {
            disk.commit(vec![Change::Set(Bytes::from(vec![letter]), Bytes::from(vec![letter; 9000]))]).unwrap();
        }
        if sync != SyncPolicy::Always {
            // what it would do at its end does not happen
            let path = dir.join("unsynced");
            drop(disk);
            fs::write(path, "").unwrap();
        }
    }

    /// Zeros a piece around the value that has this letter, as if that part had not been written.
    fn tear(dir: &Path, letter: u8, bytes: std::ops::Range<i64>) {
        let path = journals(&dir.join("engine")).unwrap().pop().unwrap();
        let found = fs::read(&path).unwrap().windows(100).position(|bytes| bytes == [letter; 100]).unwrap();
        let mut file = OpenOptions::new().write(true).open(path).unwrap();
        file.seek(SeekFrom::Start((found as i64 + bytes.start) as u64)).unwrap();
        file.write_all(&vec![0; (bytes.end - bytes.start) as usize]).unwrap();
    }

    fn letters(disk: &Disk) -> Vec<u8> {
        [b'A', b'B', b'C'].into_iter().filter(|letter| disk.get(&[*letter]).unwrap().is_some()).collect()
    }

    /// In a value, over the head of an item and the start of its batch, over the end of a batch.
    const PLACES: [std::ops::Range<i64>; 3] = [2000..6096, -30..10, 8990..9012];

    #[test]
    fn a_torn_last_batch_is_dropped() {
        for place in PLACES {
            let dir = tempfile::tempdir().unwrap();
            write(dir.path(), SyncPolicy::Always);
            tear(dir.path(), b'C', place.clone());
            let disk = open(dir.path()).unwrap();
            assert_eq!(letters(&disk), b"AB", "{place:?}");
            disk.commit(vec![Change::Set("C".into(), "again".into())]).unwrap();
            drop(disk);
            assert_eq!(letters(&open(dir.path()).unwrap()), b"ABC");
        }
    }

    #[test]
    fn a_broken_batch_with_others_after_it_is_an_error() {
        for place in PLACES {
            let dir = tempfile::tempdir().unwrap();
            write(dir.path(), SyncPolicy::Always);
            tear(dir.path(), b'B', place.clone());
            let err = open(dir.path()).map(drop).unwrap_err().to_string();
            assert!(err.contains("damaged at byte") && err.contains("kubeforge store restore"), "{place:?}: {err}");
        }
    }

    #[test]
    fn what_was_not_synced_goes_from_the_first_broken_batch_on() {
        for place in PLACES {
            let dir = tempfile::tempdir().unwrap();
            write(dir.path(), NEVER);
            tear(dir.path(), b'B', place.clone());
            assert_eq!(letters(&open(dir.path()).unwrap()), b"A", "{place:?}");
            assert!(!dir.path().join("unsynced").exists(), "all is synced now");
        }
    }

    #[test]
    fn a_whole_journal_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), SyncPolicy::Always);
        assert_eq!(mend(&dir.path().join("engine"), Tail::Synced).unwrap(), None);
        assert_eq!(letters(&open(dir.path()).unwrap()), b"ABC");
    }
}
