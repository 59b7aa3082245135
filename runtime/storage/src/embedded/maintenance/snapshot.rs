//! All records of a store in one file.
//!
//! Numbers are big-endian; sums are XXH3 of 64 bits.
//!
//! | part | bytes |
//! |---|---|
//! | head | `kubeforge snapshot`, a line feed, the format's number (4) |
//! | each record | length of its key (4) and value (4), key, value, sum of all of these (8) |
//! | end | 2^32-1 (4), number of records (8), sum of the records' sums (8) |

use std::{
    io::{BufReader, BufWriter, Read, Write},
    path::Path,
};

use bytes::Bytes;
use xxhash_rust::xxh3::Xxh3;

use super::{MaintenanceError, each_record, open};
use crate::embedded::{
    engine::{Change, Disk, Engine},
    options::EmbeddedOptions,
};

const MAGIC: &[u8] = b"kubeforge snapshot\n";
const FORMAT: u32 = 1;
const END: u32 = u32::MAX;

/// No record is as long; a longer length is damage.
const RECORD_BYTES_MAX: u32 = 64 << 20;

/// So many bytes are restored with one sync.
const BATCH_BYTES: usize = 4 << 20;

/// What a snapshot holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SnapshotSummary {
    /// Records.
    pub records: u64,
    /// Bytes of their keys and values.
    pub bytes: u64,
}

impl SnapshotSummary {
    fn add(&mut self, key: usize, value: usize) {
        self.records += 1;
        self.bytes += (key + value) as u64;
    }
}

/// Writes all that the store in `dir` holds to `out`. `progress` hears of every record.
///
/// # Errors
/// Where there is no store, another process has it open, or `out` can't be written.
pub fn snapshot(
    dir: &Path,
    out: impl Write,
    mut progress: impl FnMut(&SnapshotSummary),
) -> Result<SnapshotSummary, MaintenanceError> {
    let engine = open(dir)?;
    let mut out = BufWriter::new(out);
    out.write_all(MAGIC)?;
    out.write_all(&FORMAT.to_be_bytes())?;
    let (mut summary, mut total) = (SnapshotSummary::default(), Xxh3::new());
    each_record(&engine, |key, value| {
        let sum = write_record(&mut out, key, value)?;
        total.update(&sum.to_be_bytes());
        summary.add(key.len(), value.len());
        progress(&summary);
        Ok::<_, MaintenanceError>(())
    })?;
    out.write_all(&END.to_be_bytes())?;
    out.write_all(&summary.records.to_be_bytes())?;
    out.write_all(&total.digest().to_be_bytes())?;
    out.flush()?;
    Ok(summary)
}

fn write_record(out: &mut impl Write, key: &[u8], value: &[u8]) -> Result<u64, MaintenanceError> {
    let too_long = |_| MaintenanceError::Malformed("a record is longer than a snapshot can hold".to_owned());
    let mut sum = Xxh3::new();
    let lengths = [u32::try_from(key.len()).map_err(too_long)?, u32::try_from(value.len()).map_err(too_long)?];
    for part in [&lengths[0].to_be_bytes()[..], &lengths[1].to_be_bytes(), key, value] {
        sum.update(part);
        out.write_all(part)?;
    }
    out.write_all(&sum.digest().to_be_bytes())?;
    Ok(sum.digest())
}

/// Makes a store of a snapshot in `dir`, which must be empty or absent. Only a whole and undamaged snapshot leaves a
/// store there.
///
/// # Errors
/// Where something is in `dir`, or the snapshot is of an unknown format, damaged or cut off.
pub fn restore(
    input: impl Read,
    dir: &Path,
    progress: impl FnMut(&SnapshotSummary),
) -> Result<SnapshotSummary, MaintenanceError> {
    if dir.exists() && !is_empty(dir)? {
        return Err(MaintenanceError::Occupied(dir.display().to_string()));
    }
    let mut summary = SnapshotSummary::default();
    Disk::make(dir, &EmbeddedOptions::default(), |engine| {
        summary = read_into(input, engine, progress)?;
        Ok::<_, MaintenanceError>(())
    })?;
    Ok(summary)
}

/// Whether nothing is in the directory but what an earlier attempt may have left.
fn is_empty(dir: &Path) -> std::io::Result<bool> {
    for entry in dir.read_dir()? {
        let name = entry?.file_name();
        if !["lock", "format", "engine.new"].iter().any(|left| name == *left) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn read_into(
    input: impl Read,
    engine: &dyn Engine,
    mut progress: impl FnMut(&SnapshotSummary),
) -> Result<SnapshotSummary, MaintenanceError> {
    let mut input = BufReader::new(input);
    check_head(&mut input)?;
    let (mut summary, mut total) = (SnapshotSummary::default(), Xxh3::new());
    let (mut batch, mut batch_bytes) = (Vec::new(), 0);
    while let Some((key, value, sum)) = read_record(&mut input, summary.records)? {
        total.update(&sum.to_be_bytes());
        summary.add(key.len(), value.len());
        batch_bytes += key.len() + value.len();
        batch.push(Change::Set(key, value));
        if batch_bytes >= BATCH_BYTES {
            engine.commit(std::mem::take(&mut batch))?;
            batch_bytes = 0;
        }
        progress(&summary);
    }
    engine.commit(batch)?;
    if u64::from_be_bytes(take(&mut input)?) != summary.records {
        return Err(MaintenanceError::Malformed("records are missing".to_owned()));
    }
    if u64::from_be_bytes(take(&mut input)?) != total.digest() {
        return Err(MaintenanceError::Malformed("its sum is wrong".to_owned()));
    }
    Ok(summary)
}

fn check_head(input: &mut impl Read) -> Result<(), MaintenanceError> {
    if take(input)? != *MAGIC.first_chunk::<19>().unwrap_or(&[0; 19]) {
        return Err(MaintenanceError::Malformed("it does not begin like one".to_owned()));
    }
    match u32::from_be_bytes(take(input)?) {
        FORMAT => Ok(()),
        other => {
            let text = format!("it has format {other}; this release reads format {FORMAT}");
            Err(MaintenanceError::Malformed(text))
        }
    }
}

/// A record and its sum; `None` where the end stands.
fn read_record(input: &mut impl Read, index: u64) -> Result<Option<(Bytes, Bytes, u64)>, MaintenanceError> {
    let key_length = u32::from_be_bytes(take(input)?);
    if key_length == END {
        return Ok(None);
    }
    let value_length = u32::from_be_bytes(take(input)?);
    let damaged = || MaintenanceError::Malformed(format!("record {index} is damaged"));
    if key_length.max(value_length) > RECORD_BYTES_MAX {
        return Err(damaged());
    }
    let (key, value) = (take_vec(input, key_length)?, take_vec(input, value_length)?);
    let mut sum = Xxh3::new();
    for part in [&key_length.to_be_bytes()[..], &value_length.to_be_bytes(), &key, &value] {
        sum.update(part);
    }
    if u64::from_be_bytes(take(input)?) != sum.digest() {
        return Err(damaged());
    }
    Ok(Some((key.into(), value.into(), sum.digest())))
}

fn take<const N: usize>(input: &mut impl Read) -> Result<[u8; N], MaintenanceError> {
    let mut bytes = [0; N];
    input.read_exact(&mut bytes).map_err(cut_off)?;
    Ok(bytes)
}

fn take_vec(input: &mut impl Read, length: u32) -> Result<Vec<u8>, MaintenanceError> {
    // grows with what is there, whatever the length says
    let mut bytes = Vec::new();
    input.take(length.into()).read_to_end(&mut bytes)?;
    if bytes.len() < length as usize { Err(cut_off(std::io::ErrorKind::UnexpectedEof.into())) } else { Ok(bytes) }
}

fn cut_off(err: std::io::Error) -> MaintenanceError {
    match err.kind() {
        std::io::ErrorKind::UnexpectedEof => MaintenanceError::Malformed("it is cut off".to_owned()),
        _ => err.into(),
    }
}
