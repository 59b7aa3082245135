//! What readers, watches and the writer share.

use std::sync::Arc;

use bytes::Bytes;
use parking_lot::RwLock;

use crate::{
    embedded::{engine::Engine, hub::Hub, index::Index, record, stamp::Stamp},
    kv::KvError,
    revision::Revision,
};

/// The index, the recent changes and the engine of one store.
pub(super) struct Shared {
    pub(super) index: RwLock<Index>,
    pub(super) hub: Arc<Hub>,
    /// `None` once the store is closed.
    engine: RwLock<Option<Arc<dyn Engine>>>,
}

impl Shared {
    pub(super) fn new(index: Index, hub: Hub, engine: Arc<dyn Engine>) -> Self {
        Self { index: RwLock::new(index), hub: Arc::new(hub), engine: RwLock::new(Some(engine)) }
    }

    /// The engine, while the store is open.
    pub(super) fn engine(&self) -> Result<Arc<dyn Engine>, KvError> {
        self.engine.read().clone().ok_or(KvError::Closed)
    }

    /// Ends all watches and lets go of the engine.
    pub(super) fn close(&self) -> Option<Arc<dyn Engine>> {
        self.hub.close();
        self.engine.write().take()
    }

    /// The value of one state of a key; `None` where compaction removed it meanwhile.
    pub(super) fn value(&self, key: &[u8], stamp: Stamp) -> Result<Option<Bytes>, KvError> {
        match self.hub.value(stamp.modified) {
            Some(value) => Ok(Some(value)),
            None => self.engine()?.get(&record::change_key(stamp, key)),
        }
    }

    /// Refuses to read what is no longer there.
    pub(super) fn check_not_compacted(&self, asked: Revision) -> Result<(), KvError> {
        let oldest = self.index.read().compacted();
        if oldest.is_some_and(|oldest| asked < oldest) {
            return Err(KvError::Compacted { asked, oldest });
        }
        Ok(())
    }
}
