//! Checks, numbers, stores and publishes writes.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use tokio::time::Instant;

use crate::{
    embedded::{
        batch::{Answer, Batch, Reply},
        engine::Change,
        lease::{Deadlines, Leases},
        record, recover,
        shared::Shared,
        stamp::Stamp,
    },
    kv::{Expect, KeyValue, KvError, LeaseId, Written},
    revision::Revision,
};

/// A batch that reached so many bytes is stored before more is taken, so that one sync never takes very long.
const BATCH_BYTES_MAX: usize = 8 << 20;

/// fjall stores the length of a key in 16 bits, and a record's key adds a head of its own.
const KEY_BYTES_MAX: usize = 60_000;

/// Something for the writer to do.
pub(super) enum Op {
    Put {
        put: Put,
        answer: Answer<Written>,
    },
    Delete {
        key: Bytes,
        expect: Expect,
        answer: Answer<Written>,
    },
    /// `ends` is when, so that the writer needs no clock.
    Grant {
        ttl: Duration,
        ends: Instant,
        answer: Answer<LeaseId>,
    },
    /// The lease's time has passed.
    Expire {
        lease: LeaseId,
    },
    Compact {
        revision: Revision,
        answer: Answer<()>,
    },
}

impl Op {
    /// Answers that the engine takes no writes.
    fn fail(self, why: &str) {
        let err = KvError::Engine(why.to_owned());
        match self {
            Self::Put { answer, .. } | Self::Delete { answer, .. } => drop(answer.send(Err(err))),
            Self::Grant { answer, .. } => drop(answer.send(Err(err))),
            Self::Compact { answer, .. } => drop(answer.send(Err(err))),
            // leases are read again, and get their time again, once the engine takes writes
            Self::Expire { .. } => {}
        }
    }
}

/// One put.
pub(super) struct Put {
    pub(super) key: Bytes,
    pub(super) value: Bytes,
    pub(super) expect: Expect,
    pub(super) lease: Option<LeaseId>,
}

/// The writer's state. There is one, so that what it checked still holds when it writes.
pub(super) struct Committer {
    shared: Arc<Shared>,
    leases: Leases,
    deadlines: Arc<Deadlines>,
    value_bytes_max: usize,
    /// Set while the engine takes no writes.
    failed: Option<Failure>,
}

/// Why the engine takes no writes, and when it was last asked to.
struct Failure {
    why: String,
    tried: std::time::Instant,
}

/// So long after a write failed, the next one tries to make it good. Writes in between are answered at once.
pub(super) const RETRY_AFTER: Duration = Duration::from_millis(500);

impl Committer {
    pub(super) fn new(shared: Arc<Shared>, leases: Leases, deadlines: Arc<Deadlines>, value_bytes_max: usize) -> Self {
        Self { shared, leases, deadlines, value_bytes_max, failed: None }
    }

    /// Does all of `ops`, in order, and answers each when it is durable.
    pub(super) fn run(&mut self, ops: impl Iterator<Item = Op>) {
        let mut ops = ops.peekable();
        while ops.peek().is_some() {
            if let Err(why) = self.mend() {
                return ops.for_each(|op| op.fail(&why));
            }
            let mut batch = {
                let index = self.shared.index.read();
                Batch::new(index.latest(), index.compacted())
            };
            while batch.bytes < BATCH_BYTES_MAX
                && let Some(op) = ops.next()
            {
                self.prepare(op, &mut batch);
            }
            self.finish(batch);
        }
    }

    fn prepare(&mut self, op: Op, batch: &mut Batch) {
        match op {
            Op::Put { put, answer } => {
                let result = self.put(put, batch);
                batch.replies.push(Reply::Written(answer, result));
            }
            Op::Delete { key, expect, answer } => {
                let result = self.delete(key, expect, batch);
                batch.replies.push(Reply::Written(answer, result));
            }
            Op::Grant { ttl, ends, answer } => {
                let lease = self.grant(ttl, ends, batch);
                batch.replies.push(Reply::Granted(answer, Ok(lease)));
            }
            Op::Expire { lease } => {
                if let Err(err) = self.expire(lease, batch) {
                    tracing::error!(lease = lease.0, %err, "cannot delete the keys of an expired lease");
                }
            }
            Op::Compact { revision, answer } => {
                let result = compact(revision, batch);
                batch.replies.push(Reply::Compacted(answer, result));
            }
        }
    }

    fn put(&mut self, put: Put, batch: &mut Batch) -> Result<Written, KvError> {
        let Put { key, value, expect, lease } = put;
        self.check_size(&key, &value)?;
        if let Some(lease) = lease.filter(|lease| !self.leases.exists(*lease)) {
            return Err(KvError::LeaseNotFound(lease));
        }
        let current = self.current(&key, batch)?;
        if !expect.holds(current.as_ref()) {
            return Ok(Written::Unexpected { current, revision: batch.latest });
        }
        self.detach(&key, batch);
        let revision = batch.put(key.clone(), value, current.clone());
        if let Some(lease) = lease {
            self.leases.attach(lease, &key, revision);
            batch.changes.push(Change::Set(record::attachment_key(lease, revision, &key), Bytes::new()));
        }
        Ok(Written::Done { revision, previous: current })
    }

    fn check_size(&self, key: &Bytes, value: &Bytes) -> Result<(), KvError> {
        let check = |what, len, max| match len > max {
            true => Err(KvError::TooLarge(format!("a {what} of {len} bytes is larger than {max}"))),
            false => Ok(()),
        };
        check("key", key.len(), KEY_BYTES_MAX)?;
        check("value", value.len(), self.value_bytes_max)
    }

    fn delete(&mut self, key: Bytes, expect: Expect, batch: &mut Batch) -> Result<Written, KvError> {
        let current = self.current(&key, batch)?;
        if current.is_none() || !expect.holds(current.as_ref()) {
            return Ok(Written::Unexpected { current, revision: batch.latest });
        }
        self.detach(&key, batch);
        let revision = batch.delete(key, current.clone());
        Ok(Written::Done { revision, previous: current })
    }

    fn detach(&mut self, key: &Bytes, batch: &mut Batch) {
        if let Some((lease, since)) = self.leases.detach(key) {
            batch.changes.push(Change::Remove(record::attachment_key(lease, since, key)));
        }
    }

    fn grant(&mut self, ttl: Duration, ends: Instant, batch: &mut Batch) -> LeaseId {
        let lease = self.leases.unused_id();
        self.leases.add(lease);
        self.deadlines.add(ends, lease);
        let millis = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX);
        batch.changes.push(Change::Set(record::lease_key(lease), record::number(millis)));
        lease
    }

    fn expire(&mut self, lease: LeaseId, batch: &mut Batch) -> Result<(), KvError> {
        for (key, since) in self.leases.end(lease).unwrap_or_default() {
            batch.changes.push(Change::Remove(record::attachment_key(lease, since, &key)));
            if let Some(current) = self.current(&key, batch)? {
                batch.delete(key, Some(current));
            }
        }
        batch.changes.push(Change::Remove(record::lease_key(lease)));
        Ok(())
    }

    /// The key as it is after the writes so far.
    fn current(&self, key: &Bytes, batch: &Batch) -> Result<Option<KeyValue>, KvError> {
        if let Some(current) = batch.keys.get(key) {
            return Ok(current.clone());
        }
        let Some(stamp) = self.shared.index.read().get(key) else { return Ok(None) };
        match self.shared.value(key, stamp)? {
            Some(value) => Ok(Some(stamp.with(key.clone(), value))),
            None => Err(KvError::Engine(format!("the value of revision {} is missing", stamp.modified))),
        }
    }

    fn finish(&mut self, batch: Batch) {
        match self.store(batch.changes) {
            Ok(()) => {
                self.apply(&batch.stamps, batch.compacted);
                self.shared.hub.publish(batch.events);
                batch.replies.into_iter().for_each(Reply::send);
            }
            Err(why) => batch.replies.into_iter().for_each(|reply| reply.fail(&why)),
        }
    }

    fn store(&mut self, changes: Vec<Change>) -> Result<(), String> {
        if changes.is_empty() {
            return Ok(());
        }
        let stored = self.shared.engine().and_then(|engine| engine.commit(changes));
        stored.map_err(|err| {
            tracing::error!(%err, "the store can't write");
            let why = err.to_string();
            self.failed = Some(Failure { why: why.clone(), tried: std::time::Instant::now() });
            why
        })
    }

    /// Goes on after a failure, if it is time and the engine can.
    fn mend(&mut self) -> Result<(), String> {
        let Some(failure) = &mut self.failed else { return Ok(()) };
        if failure.tried.elapsed() < RETRY_AFTER {
            return Err(failure.why.clone());
        }
        failure.tried = std::time::Instant::now();
        match self.reopen() {
            Ok(()) => {
                tracing::info!("the store can write again");
                self.failed = None;
                Ok(())
            }
            Err(err) => {
                tracing::warn!(%err, "the store still can't write");
                Err(err.to_string())
            }
        }
    }

    fn reopen(&mut self) -> Result<(), KvError> {
        let engine = self.shared.engine()?;
        engine.reopen()?;
        let index = self.shared.index.read();
        // What failed may be on disk all the same. Whoever asked for it was told that it failed, and nobody has seen it.
        let (from, to) = record::change_range(index.latest().next().get(), None);
        let unseen: Vec<Change> =
            recover::collect(&*engine, (from, to))?.into_iter().map(|(record, _)| Change::Remove(record)).collect();
        if !unseen.is_empty() {
            engine.commit(unseen)?;
        }
        let (leases, ttls) = recover::recover_leases(&*engine, &index)?;
        self.leases = leases;
        for (lease, ttl) in ttls {
            self.deadlines.add(Instant::now() + ttl, lease);
        }
        Ok(())
    }

    fn apply(&self, stamps: &[(Bytes, Stamp)], compacted: Option<Revision>) {
        let mut index = self.shared.index.write();
        for (key, stamp) in stamps {
            index.apply(key, *stamp);
        }
        if let Some(revision) = compacted {
            index.set_compacted(revision);
        }
    }
}

fn compact(revision: Revision, batch: &mut Batch) -> Result<(), KvError> {
    if revision > batch.latest {
        return Err(KvError::Future { asked: revision, latest: Some(batch.latest) });
    }
    if batch.compacted.is_some_and(|oldest| revision <= oldest) {
        return Err(KvError::Compacted { asked: revision, oldest: batch.compacted });
    }
    batch.compacted = Some(revision);
    batch.changes.push(Change::Set(Bytes::from_static(record::COMPACTED), record::number(revision.get())));
    Ok(())
}
