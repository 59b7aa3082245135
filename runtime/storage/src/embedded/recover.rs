//! Reads the index back from an engine.

use std::{ops::ControlFlow, time::Duration};

use bytes::Bytes;
use parking_lot::RwLock;

use crate::{
    embedded::{
        compact,
        engine::{Engine, Visitor},
        index::Index,
        lease::Leases,
        record,
    },
    kv::{KvError, LeaseId},
    revision::Revision,
};

/// What an engine knew; nothing by default.
#[derive(Default)]
pub(super) struct Recovered {
    pub(super) index: Index,
    pub(super) leases: Leases,
    /// Leases start anew when a store opens, as etcd's do when its leader changes.
    pub(super) ttls: Vec<(LeaseId, Duration)>,
}

/// Reads all records but no values, and finishes a compaction that was interrupted.
pub(super) fn recover(engine: &dyn Engine) -> Result<Recovered, KvError> {
    let mut changes = Changes { index: Index::default(), unreadable: None };
    let (from, to) = record::change_range(0, None);
    engine.scan(&from, &to, &mut changes)?;
    if let Some(record) = changes.unreadable {
        return Err(KvError::Engine(format!("{record:?} is not a record of a change")));
    }
    let mut index = changes.index;
    if let Some(compacted) = compacted(engine)? {
        index.set_compacted(compacted);
        let lock = RwLock::new(index);
        compact::purge_index(&lock, engine, compacted)?;
        index = lock.into_inner();
    }
    let (leases, ttls) = recover_leases(engine, &index)?;
    Ok(Recovered { index, leases, ttls })
}

fn compacted(engine: &dyn Engine) -> Result<Option<Revision>, KvError> {
    let value = engine.get(record::COMPACTED)?;
    Ok(value.and_then(|value| record::parse_number(&value)).and_then(Revision::new))
}

pub(super) fn recover_leases(
    engine: &dyn Engine,
    index: &Index,
) -> Result<(Leases, Vec<(LeaseId, Duration)>), KvError> {
    let mut leases = Leases::default();
    let mut ttls = Vec::new();
    for (record, value) in collect(engine, record::lease_range())? {
        if let (Some(lease), Some(millis)) = (record::parse_lease_key(&record), record::parse_number(&value)) {
            leases.add(lease);
            ttls.push((lease, Duration::from_millis(millis)));
        }
    }
    for (record, _) in collect(engine, record::attachment_range())? {
        let Some((lease, since, key)) = record::parse_attachment_key(&record) else { continue };
        if leases.exists(lease) && index.get(key).is_some_and(|stamp| stamp.modified == since) {
            leases.attach(lease, &Bytes::copy_from_slice(key), since);
        }
    }
    Ok((leases, ttls))
}

pub(super) fn collect(engine: &dyn Engine, (from, to): (Bytes, Bytes)) -> Result<Vec<(Bytes, Bytes)>, KvError> {
    let mut collected = Collected(Vec::new());
    engine.scan(&from, &to, &mut collected)?;
    Ok(collected.0)
}

struct Changes {
    index: Index,
    unreadable: Option<Bytes>,
}

impl Visitor for Changes {
    fn wants_value(&self, _: &[u8]) -> bool {
        false
    }

    fn visit(&mut self, record: Bytes, _: Option<Bytes>) -> ControlFlow<()> {
        match record::parse_change_key(&record) {
            Some((stamp, key)) => {
                self.index.apply(key, stamp);
                ControlFlow::Continue(())
            }
            None => {
                self.unreadable = Some(record);
                ControlFlow::Break(())
            }
        }
    }
}

struct Collected(Vec<(Bytes, Bytes)>);

impl Visitor for Collected {
    fn wants_value(&self, _: &[u8]) -> bool {
        true
    }

    fn visit(&mut self, record: Bytes, value: Option<Bytes>) -> ControlFlow<()> {
        self.0.push((record, value.unwrap_or_default()));
        ControlFlow::Continue(())
    }
}
