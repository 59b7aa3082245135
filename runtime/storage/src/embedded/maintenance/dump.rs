//! What a store holds, key by key.

use std::{collections::BTreeMap, path::Path};

use bytes::Bytes;

use super::{MaintenanceError, each_record, open};
use crate::{
    embedded::{engine::Engine, record, stamp::Stamp},
    kv::KvError,
};

/// How much of a key's past is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// Keys as they are now, by name.
    Latest,
    /// Every change that can still be read, by revision.
    All,
}

/// One state of a key.
#[derive(Clone, Debug)]
pub struct Dumped {
    /// The key.
    pub key: Bytes,
    /// The revision that wrote the state.
    pub modified: u64,
    /// The revision that created the key.
    pub created: u64,
    /// The number of writes since then; 0 is a deletion.
    pub version: u64,
    /// The value; empty for a deletion.
    pub value: Bytes,
}

impl Dumped {
    fn new(key: &[u8], stamp: Stamp, value: Bytes) -> Self {
        Self {
            key: Bytes::copy_from_slice(key),
            modified: stamp.modified.get(),
            created: stamp.created.get(),
            version: stamp.version,
            value,
        }
    }
}

/// Hands states of keys that begin with `prefix` to `take`.
///
/// # Errors
/// Where there is no store, another process has it open, the engine can't read on, or `take` fails.
pub fn dump<E: From<MaintenanceError> + From<KvError>>(
    dir: &Path,
    prefix: &[u8],
    history: History,
    mut take: impl FnMut(Dumped) -> Result<(), E>,
) -> Result<(), E> {
    let engine = open(dir)?;
    match history {
        History::All => each_record(&engine, |record, value| match record::parse_change_key(record) {
            Some((stamp, key)) if key.starts_with(prefix) => take(Dumped::new(key, stamp, value.clone())),
            _ => Ok(()),
        }),
        History::Latest => {
            let mut latest: BTreeMap<Box<[u8]>, Stamp> = BTreeMap::new();
            each_record(&engine, |record, _| {
                if let Some((stamp, key)) = record::parse_change_key(record).filter(|(_, key)| key.starts_with(prefix))
                {
                    latest.insert(key.into(), stamp);
                }
                Ok::<_, MaintenanceError>(())
            })?;
            for (key, stamp) in latest.into_iter().filter(|(_, stamp)| !stamp.is_deletion()) {
                let value = engine.get(&record::change_key(stamp, &key))?;
                take(Dumped::new(&key, stamp, value.unwrap_or_default()))?;
            }
            Ok(())
        }
    }
}
