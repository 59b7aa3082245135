//! Mends a journal whose last batch a power cut left torn.
//!
//! fjall drops a batch that ends early, as a killed process leaves it. After a power cut the end of a batch may be on
//! disk while its middle is not; fjall then finds a wrong checksum and refuses to open. Such a batch can only be the
//! last: each is synced before the next is written, so nobody was told that the torn one is done, and it may go.
//!
//! A journal (`<number>.jnl`, the highest is written to) is a sequence of batches up to the first byte that starts no
//! entry. Numbers are little-endian. This is the format of fjall 3, which names it in every entry that ends a batch.
//!
//! | entry | bytes |
//! |---|---|
//! | start of a batch | 1, number of items (4), sequence number (8) |
//! | item | 2, kind (1), compression (1), keyspace (8), length of key (2), of value (4), of value on disk (4), key, value |
//! | end of a batch | 3, XXH3 of the entries since the start (8), `FJL` 3 |
//! | a keyspace is cleared | 4, keyspace (8) |

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
};

use xxhash_rust::xxh3::Xxh3;

const START: u8 = 1;
const ITEM: u8 = 2;
const END: u8 = 3;
const CLEAR: u8 = 4;
const TRAILER: [u8; 4] = *b"FJL\x03";

const READ_BYTES: usize = 1 << 16;

/// Removes the last batch of the journal in `dir` if its checksum is wrong, and says how many bytes that were.
pub(super) fn cut_torn_batch(dir: &Path) -> io::Result<Option<u64>> {
    let Some(path) = active_journal(dir)? else { return Ok(None) };
    let mut reader = Reader { file: BufReader::with_capacity(READ_BYTES, File::open(&path)?), position: 0 };
    let mut last = None;
    while let Some(batch) = reader.batch()? {
        if matches!(last, Some(Batch { sum: Sum::Wrong, .. })) {
            // Something follows: this is not the work of a power cut.
            return Ok(None);
        }
        last = Some(batch);
    }
    let Some(Batch { start, end, sum: Sum::Wrong }) = last else { return Ok(None) };
    let file = OpenOptions::new().write(true).open(&path)?;
    file.set_len(start)?;
    file.sync_all()?;
    Ok(Some(end - start))
}

fn active_journal(dir: &Path) -> io::Result<Option<PathBuf>> {
    let mut journals = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".jnl"));
        if let Some(number) = name.and_then(|name| name.parse::<u64>().ok()) {
            journals.push((number, path));
        }
    }
    Ok(journals.into_iter().max().map(|(_, path)| path))
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
    use std::io::{Seek, SeekFrom, Write};

    use bytes::Bytes;

    use super::*;
    use crate::{
        embedded::{
            engine::{Change, Disk, Engine},
            options::EmbeddedOptions,
        },
        kv::KvError,
    };

    fn open(dir: &Path) -> Result<Disk, KvError> {
        Disk::open(dir, &EmbeddedOptions::default())
    }

    /// Three batches with values of one letter each.
    fn write(dir: &Path) {
        let disk = open(dir).unwrap();
        for letter in [b'A', b'B', b'C'] {
            disk.commit(vec![Change::Set(Bytes::from(vec![letter]), Bytes::from(vec![letter; 9000]))]).unwrap();
        }
    }

    /// Zeros a piece of the value that has this letter, as if one page of it had not been written.
    fn tear(dir: &Path, letter: u8) {
        let path = active_journal(&dir.join("engine")).unwrap().unwrap();
        let end = fs::read(&path).unwrap().windows(100).rposition(|bytes| bytes == [letter; 100]).unwrap() as u64;
        let mut file = OpenOptions::new().write(true).open(path).unwrap();
        file.seek(SeekFrom::Start(end - 5000)).unwrap();
        file.write_all(&[0; 4096]).unwrap();
    }

    fn letters(disk: &Disk) -> Vec<u8> {
        [b'A', b'B', b'C'].into_iter().filter(|letter| disk.get(&[*letter]).unwrap().is_some()).collect()
    }

    #[test]
    fn a_torn_last_batch_is_dropped() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path());
        tear(dir.path(), b'C');
        let disk = open(dir.path()).unwrap();
        assert_eq!(letters(&disk), b"AB");
        disk.commit(vec![Change::Set("C".into(), "again".into())]).unwrap();
        drop(disk);
        assert_eq!(letters(&open(dir.path()).unwrap()), b"ABC");
    }

    #[test]
    fn a_broken_batch_with_others_after_it_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path());
        tear(dir.path(), b'B');
        let err = open(dir.path()).map(drop).unwrap_err();
        assert!(matches!(err, KvError::Engine(_)), "{err}");
    }

    #[test]
    fn a_whole_journal_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path());
        assert_eq!(cut_torn_batch(&dir.path().join("engine")).unwrap(), None);
        assert_eq!(letters(&open(dir.path()).unwrap()), b"ABC");
    }
}
