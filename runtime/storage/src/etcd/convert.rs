//! Between etcd's words and ours.

use bytes::Bytes;
use tonic::{Code, Status};

use crate::{
    etcd::messages::{self, Event, EventType, ResponseHeader},
    kv::{KeyRange, KeyValue, KvError, KvEvent, LeaseId},
    revision::Revision,
};

/// What a failed call was about, so that its error can say so.
#[derive(Clone, Copy, Default)]
pub(super) struct Asked {
    pub(super) revision: Option<Revision>,
    pub(super) lease: Option<LeaseId>,
}

/// The bounds of everything, in etcd's words.
pub(super) const ALL_KEYS: (Bytes, Bytes) = (Bytes::from_static(b"\0"), Bytes::from_static(b"\0"));

/// The first and the last key of a range as etcd wants them; `None` for a range that holds nothing.
///
/// etcd takes an empty end for one key, and the end `\0` for no end at all.
pub(super) fn bounds(range: &KeyRange) -> Option<(Bytes, Bytes)> {
    const FIRST_KEY: Bytes = Bytes::from_static(b"\0");
    match range {
        KeyRange::One(key) => (!key.is_empty()).then(|| (key.clone(), Bytes::new())),
        KeyRange::Between { start, end } => {
            let start = if start.is_empty() { FIRST_KEY } else { start.clone() };
            (start < *end).then(|| (start, end.clone()))
        }
    }
}

pub(super) fn to_etcd(revision: Option<Revision>) -> i64 {
    revision.map_or(0, |revision| i64::try_from(revision.get()).unwrap_or(i64::MAX))
}

pub(super) fn from_etcd(revision: i64) -> Option<Revision> {
    u64::try_from(revision).ok().and_then(Revision::new)
}

/// The revision of the store when it answered.
pub(super) fn revision(header: Option<&ResponseHeader>) -> Result<Revision, KvError> {
    header.and_then(|header| from_etcd(header.revision)).ok_or_else(|| unexpected("an answer without a revision"))
}

pub(super) fn key_value(kv: messages::KeyValue) -> Result<KeyValue, KvError> {
    let revision = |number| from_etcd(number).ok_or_else(|| unexpected("a key without a revision"));
    Ok(KeyValue {
        create_revision: revision(kv.create_revision)?,
        mod_revision: revision(kv.mod_revision)?,
        version: u64::try_from(kv.version).unwrap_or_default(),
        key: kv.key,
        value: kv.value,
    })
}

pub(super) fn event(event: Event) -> Result<KvEvent, KvError> {
    let kind = event.kind();
    let kv = event.kv.ok_or_else(|| unexpected("an event without a key"))?;
    let previous = event.prev_kv.map(key_value).transpose()?;
    match kind {
        EventType::Put => Ok(KvEvent::Put { kv: key_value(kv)?, previous }),
        EventType::Delete => {
            let revision = from_etcd(kv.mod_revision).ok_or_else(|| unexpected("a deletion without a revision"))?;
            Ok(KvEvent::Delete { key: kv.key, revision, previous })
        }
    }
}

pub(super) fn unexpected(what: &str) -> KvError {
    KvError::Unavailable(format!("etcd sent {what}"))
}

/// An error with its causes: tonic's own texts say little.
pub(super) fn text(err: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(err.source(), |cause| cause.source());
    causes.fold(err.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// etcd tells its errors apart by text; the codes are shared by several.
pub(super) fn error(status: &Status, asked: Asked) -> KvError {
    let message = status.message();
    match (status.code(), asked) {
        (Code::OutOfRange, Asked { revision: Some(asked), .. }) if message.contains("has been compacted") => {
            KvError::Compacted { asked, oldest: None }
        }
        (Code::OutOfRange, Asked { revision: Some(asked), .. }) if message.contains("future revision") => {
            KvError::Future { asked, latest: None }
        }
        (Code::NotFound, Asked { lease: Some(lease), .. }) => KvError::LeaseNotFound(lease),
        (Code::InvalidArgument, _) if message.contains("too large") => KvError::TooLarge(message.to_owned()),
        (Code::ResourceExhausted, _) if message.contains("space exceeded") => KvError::TooLarge(message.to_owned()),
        (code, _) => KvError::Unavailable(format!("{code:?}: {message}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(start: &'static str, end: &'static str) -> KeyRange {
        KeyRange::Between { start: start.into(), end: end.into() }
    }

    #[test]
    fn ranges_that_etcd_would_misread_are_empty() {
        assert_eq!(bounds(&between("a", "")), None, "etcd: one key");
        assert_eq!(bounds(&between("a", "\0")), None, "etcd: no end");
        assert_eq!(bounds(&between("b", "a")), None);
        assert_eq!(bounds(&between("", "a")), Some((Bytes::from_static(b"\0"), Bytes::from_static(b"a"))));
        assert_eq!(bounds(&KeyRange::One("a".into())), Some((Bytes::from_static(b"a"), Bytes::new())));
    }

    #[test]
    fn errors_are_told_apart() {
        let asked = Asked { revision: Some(Revision::FIRST), lease: Some(LeaseId(1)) };
        let check = |code, message: &str| error(&Status::new(code, message), asked);
        let compacted = check(Code::OutOfRange, "etcdserver: mvcc: required revision has been compacted");
        assert!(matches!(compacted, KvError::Compacted { .. }));
        let future = check(Code::OutOfRange, "etcdserver: mvcc: required revision is a future revision");
        assert!(matches!(future, KvError::Future { .. }));
        let lease = check(Code::NotFound, "etcdserver: requested lease not found");
        assert!(matches!(lease, KvError::LeaseNotFound(LeaseId(1))));
        let large = check(Code::InvalidArgument, "etcdserver: request is too large");
        assert!(matches!(large, KvError::TooLarge(_)));
        let other = check(Code::Unavailable, "etcdserver: no leader");
        assert!(matches!(other, KvError::Unavailable(_)));
    }
}
