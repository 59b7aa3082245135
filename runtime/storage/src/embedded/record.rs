//! What is on disk.
//!
//! Every record's key starts with one byte that says what it is; numbers are 64 bits, big-endian, so that records of
//! one kind sort by them.
//!
//! | key | value |
//! |---|---|
//! | `c` | the compacted revision |
//! | `r` modified created version key | the value as it was put; empty for a deletion (version 0) |
//! | `l` lease | time to live, in milliseconds |
//! | `a` lease modified key | empty: the key was put with the lease at that revision |
//!
//! A store starts at revision 1 without any record. Its latest revision is that of the last `r` record, which
//! compaction never removes.

use bytes::{BufMut, Bytes, BytesMut};

use crate::{embedded::stamp::Stamp, kv::LeaseId, revision::Revision};

pub(super) const COMPACTED: &[u8] = b"c";

const CHANGE: u8 = b'r';
const LEASE: u8 = b'l';
const ATTACHMENT: u8 = b'a';

/// The key of one change's record.
pub(super) fn change_key(stamp: Stamp, key: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(CHANGE_HEADER + key.len());
    out.put_u8(CHANGE);
    out.put_u64(stamp.modified.get());
    out.put_u64(stamp.created.get());
    out.put_u64(stamp.version);
    out.put_slice(key);
    out.freeze()
}

const CHANGE_HEADER: usize = 1 + 3 * 8;

/// Reads what [`change_key`] wrote; `None` for anything else.
pub(super) fn parse_change_key(record: &[u8]) -> Option<(Stamp, &[u8])> {
    let (tag, rest) = record.split_first()?;
    let (modified, rest) = take_u64(rest)?;
    let (created, rest) = take_u64(rest)?;
    let (version, key) = take_u64(rest)?;
    let stamp = Stamp { modified: Revision::new(modified)?, created: Revision::new(created)?, version };
    (*tag == CHANGE).then_some((stamp, key))
}

/// All records of changes from `from` up to but not including `to`; `None` is the end.
pub(super) fn change_range(from: u64, to: Option<u64>) -> (Bytes, Bytes) {
    let end = match to {
        Some(to) => tagged(CHANGE, to),
        None => Bytes::from_static(&[CHANGE + 1]),
    };
    (tagged(CHANGE, from), end)
}

pub(super) fn lease_key(lease: LeaseId) -> Bytes {
    tagged(LEASE, lease.0.cast_unsigned())
}

pub(super) fn parse_lease_key(record: &[u8]) -> Option<LeaseId> {
    let (tag, rest) = record.split_first()?;
    let (id, rest) = take_u64(rest)?;
    (*tag == LEASE && rest.is_empty()).then_some(LeaseId(id.cast_signed()))
}

pub(super) fn lease_range() -> (Bytes, Bytes) {
    (Bytes::from_static(&[LEASE]), Bytes::from_static(&[LEASE + 1]))
}

pub(super) fn attachment_key(lease: LeaseId, modified: Revision, key: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(1 + 2 * 8 + key.len());
    out.put_u8(ATTACHMENT);
    out.put_u64(lease.0.cast_unsigned());
    out.put_u64(modified.get());
    out.put_slice(key);
    out.freeze()
}

pub(super) fn parse_attachment_key(record: &[u8]) -> Option<(LeaseId, Revision, &[u8])> {
    let (tag, rest) = record.split_first()?;
    let (lease, rest) = take_u64(rest)?;
    let (modified, key) = take_u64(rest)?;
    (*tag == ATTACHMENT).then_some((LeaseId(lease.cast_signed()), Revision::new(modified)?, key))
}

pub(super) fn attachment_range() -> (Bytes, Bytes) {
    (Bytes::from_static(&[ATTACHMENT]), Bytes::from_static(&[ATTACHMENT + 1]))
}

/// A bare number, as the value of a record.
pub(super) fn number(number: u64) -> Bytes {
    Bytes::copy_from_slice(&number.to_be_bytes())
}

pub(super) fn parse_number(value: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(value.try_into().ok()?))
}

fn tagged(tag: u8, number: u64) -> Bytes {
    let mut out = BytesMut::with_capacity(9);
    out.put_u8(tag);
    out.put_u64(number);
    out.freeze()
}

fn take_u64(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (number, rest) = bytes.split_first_chunk::<8>()?;
    Some((u64::from_be_bytes(*number), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revision(number: u64) -> Revision {
        Revision::new(number).unwrap()
    }

    #[test]
    fn keys_are_read_back() {
        let stamp = Stamp { modified: revision(300), created: revision(7), version: 12 };
        assert_eq!(parse_change_key(&change_key(stamp, b"/a")), Some((stamp, &b"/a"[..])));
        let lease = LeaseId(i64::MAX);
        assert_eq!(parse_lease_key(&lease_key(lease)), Some(lease));
        assert_eq!(
            parse_attachment_key(&attachment_key(lease, revision(9), b"k")),
            Some((lease, revision(9), &b"k"[..]))
        );
        assert_eq!(parse_change_key(&lease_key(lease)), None);
    }

    #[test]
    fn changes_sort_by_revision() {
        let at = |number| change_key(Stamp::deletion(revision(number)), b"z");
        assert!(at(255) < at(256));
        let (from, to) = change_range(255, Some(256));
        assert!(from <= at(255) && at(255) < to && at(256) >= to);
        assert!(at(u64::MAX) < change_range(1, None).1);
    }
}
