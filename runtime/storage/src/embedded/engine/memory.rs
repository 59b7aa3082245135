//! An engine that keeps nothing: for tests that must start in no time.

use std::{collections::BTreeMap, ops::ControlFlow};

use bytes::Bytes;
use parking_lot::RwLock;

use crate::{
    embedded::engine::{Change, Engine, Visitor},
    kv::KvError,
};

/// Records in memory.
#[derive(Default)]
pub(in crate::embedded) struct Memory {
    records: RwLock<BTreeMap<Bytes, Bytes>>,
}

impl Engine for Memory {
    fn get(&self, record: &[u8]) -> Result<Option<Bytes>, KvError> {
        Ok(self.records.read().get(record).cloned())
    }

    fn scan(&self, from: &[u8], to: &[u8], visitor: &mut dyn Visitor) -> Result<(), KvError> {
        if from >= to {
            return Ok(());
        }
        let records = self.records.read();
        for (record, value) in
            records.range::<[u8], _>((std::ops::Bound::Included(from), std::ops::Bound::Excluded(to)))
        {
            let value = visitor.wants_value(record).then(|| value.clone());
            if visitor.visit(record.clone(), value) == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(())
    }

    fn commit(&self, changes: Vec<Change>) -> Result<(), KvError> {
        let mut records = self.records.write();
        for change in changes {
            match change {
                Change::Set(record, value) => drop(records.insert(record, value)),
                Change::Remove(record) => drop(records.remove(&record)),
            }
        }
        Ok(())
    }

    fn reopen(&self) -> Result<(), KvError> {
        Ok(())
    }

    /// The bytes of all records: what a disk would have to hold.
    fn size(&self) -> Result<u64, KvError> {
        Ok(self.records.read().iter().map(|(record, value)| (record.len() + value.len()) as u64).sum())
    }

    fn is_on_disk(&self) -> bool {
        false
    }
}
