//! The store.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt, stream::BoxStream};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{
    etcd::{
        client::Client,
        convert::{self, Asked},
        messages::{
            self, CompactionRequest, Compare, CompareResult, CompareTarget, CompareWith, DeleteRangeRequest,
            LeaseGrantRequest, PutRequest, Request, RequestOp, Response, ResponseOp, TxnRequest,
        },
        options::EtcdOptions,
        version,
        watch::Watches,
    },
    kv::{Expect, KeyRange, KeyValue, Kv, KvError, LeaseId, RangeRequest, RangeResult, Want, WatchItem, Written},
    revision::Revision,
};

/// A store in an etcd cluster.
pub struct EtcdKv {
    watches: Watches,
    ask_progress: watch::Sender<u64>,
    closed: CancellationToken,
}

impl EtcdKv {
    /// Reaches a cluster and asks its members for their versions.
    ///
    /// # Errors
    ///
    /// [`KvError::Unavailable`] if no member answers, or a certificate can't be read.
    pub async fn connect(options: EtcdOptions) -> Result<Self, KvError> {
        let client = Client::new(&options)?;
        let mut versions = vec![client.status().await?.version];
        versions.extend(client.statuses().await.into_iter().map(|status| status.version));
        let old = versions.iter().find(|version| !version::reports_progress_reliably(version));
        if let Some(version) = old {
            tracing::info!(version, "this etcd can't be asked for the progress of watches, so they follow all keys");
        }
        let can_ask = old.is_none();
        let (ask_progress, progress) = watch::channel(0);
        let closed = CancellationToken::new();
        Ok(Self { watches: Watches { client, progress, can_ask, closed: closed.clone() }, ask_progress, closed })
    }

    fn client(&self) -> Result<&Client, KvError> {
        if self.closed.is_cancelled() { Err(KvError::Closed) } else { Ok(&self.watches.client) }
    }

    /// Does `then` if the key is as expected, and reads the key if it is not.
    async fn write(&self, key: Bytes, compare: Vec<Compare>, then: Request, asked: Asked) -> Result<Written, KvError> {
        let read = messages::RangeRequest { key, ..Default::default() };
        let txn = TxnRequest {
            compare,
            success: vec![RequestOp { request: Some(then) }],
            failure: vec![RequestOp { request: Some(Request::Range(read)) }],
        };
        let answer = self.client()?.txn(txn, asked).await?;
        let revision = convert::revision(answer.header.as_ref())?;
        let key = found(answer.responses)?;
        Ok(if answer.succeeded {
            Written::Done { revision, previous: key }
        } else {
            Written::Unexpected { current: key, revision }
        })
    }
}

/// The one key that a transaction's answer is about: what was replaced, deleted or read.
fn found(responses: Vec<ResponseOp>) -> Result<Option<KeyValue>, KvError> {
    let kv = match responses.into_iter().next().and_then(|op| op.response) {
        Some(Response::Put(put)) => put.prev_kv,
        Some(Response::DeleteRange(deleted)) => deleted.prev_kvs.into_iter().next(),
        Some(Response::Range(read)) => read.kvs.into_iter().next(),
        None => return Err(convert::unexpected("a transaction's answer without a response")),
    };
    kv.map(convert::key_value).transpose()
}

fn modified_at(key: &Bytes, revision: Option<Revision>) -> Vec<Compare> {
    vec![Compare {
        result: CompareResult::Equal.into(),
        target: CompareTarget::ModRevision.into(),
        key: key.clone(),
        with: Some(CompareWith::ModRevision(convert::to_etcd(revision))),
    }]
}

fn exists(key: &Bytes) -> Vec<Compare> {
    vec![Compare {
        result: CompareResult::Greater.into(),
        target: CompareTarget::Version.into(),
        key: key.clone(),
        with: Some(CompareWith::Version(0)),
    }]
}

#[async_trait]
impl Kv for EtcdKv {
    async fn range(&self, request: RangeRequest) -> Result<RangeResult, KvError> {
        let bounds = convert::bounds(&request.range);
        // Nothing to return, or nothing in the range: the revision is asked for, and checked, all the same.
        let nothing = bounds.is_none() || request.limit == Some(0);
        let is_empty = bounds.is_none();
        let (key, range_end) = bounds.unwrap_or((Bytes::from_static(b"\0"), Bytes::new()));
        let read = messages::RangeRequest {
            key,
            range_end,
            limit: request.limit.map_or(0, |limit| i64::try_from(limit).unwrap_or(i64::MAX)),
            revision: convert::to_etcd(request.at),
            keys_only: request.want == Want::Keys,
            count_only: request.want == Want::Count || nothing,
        };
        let asked = Asked { revision: request.at, lease: None };
        let answer = self.client()?.range(read, asked).await?;
        let count = if is_empty { 0 } else { usize::try_from(answer.count).unwrap_or_default() };
        Ok(RangeResult {
            more: answer.more || (request.want != Want::Count && request.limit == Some(0) && count > 0),
            revision: Some(convert::revision(answer.header.as_ref())?),
            kvs: answer.kvs.into_iter().map(convert::key_value).collect::<Result<_, _>>()?,
            count,
        })
    }

    async fn put(&self, key: Bytes, value: Bytes, expect: Expect, lease: Option<LeaseId>) -> Result<Written, KvError> {
        let compare = match expect {
            Expect::Anything => Vec::new(),
            Expect::Absent => modified_at(&key, None),
            Expect::At(revision) => modified_at(&key, Some(revision)),
        };
        // Who expects a revision has its value at hand; it need not come back.
        let prev_kv = expect == Expect::Anything;
        let put = PutRequest { key: key.clone(), value, lease: lease.map_or(0, |lease| lease.0), prev_kv };
        self.write(key, compare, Request::Put(put), Asked { revision: None, lease }).await
    }

    async fn delete(&self, key: Bytes, expect: Expect) -> Result<Written, KvError> {
        let compare = match expect {
            Expect::Anything => exists(&key),
            Expect::At(revision) => modified_at(&key, Some(revision)),
            // An absent key can't be deleted, and a key that is there is not absent: only the key's state is wanted.
            Expect::Absent => [exists(&key), modified_at(&key, None)].concat(),
        };
        let delete = DeleteRangeRequest { key: key.clone(), prev_kv: expect == Expect::Anything };
        self.write(key, compare, Request::DeleteRange(delete), Asked::default()).await
    }

    async fn watch(
        &self,
        range: KeyRange,
        from: Option<Revision>,
    ) -> Result<BoxStream<'static, Result<WatchItem, KvError>>, KvError> {
        self.client()?;
        Ok(self.watches.open(&range, from).await?.boxed())
    }

    async fn request_progress(&self) -> Result<(), KvError> {
        self.client()?;
        self.ask_progress.send_modify(|asked| *asked = asked.wrapping_add(1));
        Ok(())
    }

    async fn current_revision(&self) -> Result<Revision, KvError> {
        // Reads no key: every answer names the revision.
        let read = messages::RangeRequest { key: Bytes::from_static(b"\0"), count_only: true, ..Default::default() };
        let answer = self.client()?.range(read, Asked::default()).await?;
        convert::revision(answer.header.as_ref())
    }

    async fn compact(&self, revision: Revision) -> Result<(), KvError> {
        let request = CompactionRequest { revision: convert::to_etcd(Some(revision)) };
        self.client()?.compact(request, Asked { revision: Some(revision), lease: None }).await
    }

    /// etcd counts in seconds, and lets no lease end before its members could elect a leader.
    async fn grant_lease(&self, ttl: Duration) -> Result<LeaseId, KvError> {
        let seconds = ttl.as_secs() + u64::from(ttl.subsec_nanos() > 0);
        let request = LeaseGrantRequest { ttl_seconds: i64::try_from(seconds).unwrap_or(i64::MAX).max(1) };
        Ok(LeaseId(self.client()?.grant_lease(request).await?.id))
    }

    async fn size(&self) -> Result<u64, KvError> {
        let status = self.client()?.status().await?;
        Ok(u64::try_from(status.db_size).unwrap_or_default())
    }

    async fn close(&self) {
        self.closed.cancel();
    }
}

impl Drop for EtcdKv {
    /// Open watches end with the store.
    fn drop(&mut self) {
        self.closed.cancel();
    }
}
