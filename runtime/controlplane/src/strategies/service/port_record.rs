//! The node ports that are given out, as all API servers of one etcd keep them: one `RangeAllocation` under
//! `ranges/servicenodeports`, whose data has a bit for each port. Follows pkg/registry/core/service/allocator/storage.
//!
//! A server that gives out a port sets its bit before it stores the service, and only if nobody wrote the record since it
//! read it. So a port is given out once, whichever server is asked, and kube-apiserver may be one of them.

use std::{collections::BTreeSet, ops::RangeInclusive, sync::Arc};

use bytes::Bytes;
use kubeforge_api::core::v1::RangeAllocation;
use kubeforge_machinery::{
    ByteString, GroupResource, Object,
    codec::{PROTO_MAGIC, ProtoReader, ProtoWriter, from_json_slice, unwrap_proto, wrap_proto},
};
use kubeforge_storage::{
    kv::{Expect, KeyRange, Kv, RangeRequest, Want, Written},
    storage::{ObjectKey, StorageError},
};

/// What the record is called where single resources are kept elsewhere (`--etcd-servers-overrides`).
pub(crate) const RESOURCE: GroupResource = GroupResource::new("", "servicenodeportallocations");
/// Where it is, after what all keys begin with.
const KEY: &str = "/ranges/servicenodeports";
/// Other servers may write in between so often.
pub(super) const RACES_MAX: usize = 64;

/// The record of node ports in a store.
pub(crate) struct PortRecord {
    kv: Arc<dyn Kv>,
    key: Bytes,
    range: RangeInclusive<i32>,
}

/// The record at one moment.
#[derive(Debug)]
pub(super) struct Seen {
    record: RangeAllocation,
    /// The ports whose bits are set.
    pub(super) ports: BTreeSet<i32>,
    expect: Expect,
}

impl Seen {
    /// Nobody wrote it yet.
    pub(super) fn is_absent(&self) -> bool {
        self.expect == Expect::Absent
    }
}

impl PortRecord {
    /// The record in `kv`, where all keys begin with `root`.
    pub(crate) fn new(kv: Arc<dyn Kv>, root: &str, range: RangeInclusive<i32>) -> Self {
        Self { kv, key: format!("{root}{KEY}").into(), range }
    }

    /// Reads it.
    ///
    /// # Errors
    /// Where the store fails or has something else there.
    pub(super) async fn read(&self) -> Result<Seen, StorageError> {
        let range = KeyRange::One(self.key.clone());
        let found = self.kv.range(RangeRequest { range, at: None, limit: None, want: Want::KeyValues }).await?;
        let Some(kv) = found.kvs.into_iter().next() else {
            let record = RangeAllocation::default();
            return Ok(Seen { record, ports: BTreeSet::new(), expect: Expect::Absent });
        };
        let record = decode(&kv.value).map_err(|message| {
            let key = String::from_utf8_lossy(&self.key).into_owned();
            StorageError::Corrupt { key, message }
        })?;
        let first = record.range.split('-').next().and_then(|first| first.parse().ok());
        let ports = ports_of(&record.data, first.unwrap_or(*self.range.start()));
        Ok(Seen { record, ports, expect: Expect::At(kv.mod_revision) })
    }

    /// Writes these ports in the place of those that were seen. False where somebody wrote it meanwhile.
    ///
    /// # Errors
    /// Where the store fails.
    pub(super) async fn replace(&self, seen: Seen, ports: &BTreeSet<i32>) -> Result<bool, StorageError> {
        let Seen { mut record, expect, .. } = seen;
        let (first, last) = (self.range.start(), self.range.end());
        record.range = format!("{first}-{last}");
        record.data = ByteString::from(bits_of(ports, &self.range));
        record.metadata.resource_version.clear();
        let kind = record.gvk();
        let value = wrap_proto(&kind, 512, |w: &mut ProtoWriter| {
            record.write_proto(w);
        });
        let written = self.kv.put(self.key.clone(), value.into(), expect, None).await?;
        Ok(matches!(written, Written::Done { .. }))
    }

    /// Gives ports back.
    ///
    /// # Errors
    /// Where the store fails, or others write all the time.
    pub(super) async fn remove(&self, ports: &BTreeSet<i32>) -> Result<(), StorageError> {
        for _ in 0..RACES_MAX {
            let seen = self.read().await?;
            let left: BTreeSet<i32> = seen.ports.difference(ports).copied().collect();
            if left.len() == seen.ports.len() || self.replace(seen, &left).await? {
                return Ok(());
            }
        }
        let name = String::from_utf8_lossy(&self.key).into_owned();
        Err(StorageError::Contended(ObjectKey { namespace: String::new(), name }))
    }
}

fn decode(value: &[u8]) -> Result<RangeAllocation, String> {
    if !value.starts_with(PROTO_MAGIC) {
        return from_json_slice(value).map_err(|err| err.to_string());
    }
    let envelope = unwrap_proto(value).map_err(|err| err.to_string())?;
    let mut record = RangeAllocation::default();
    Object::read_proto(&mut record, &mut ProtoReader::new(envelope.raw)).map_err(|err| err.to_string())?;
    Ok(record)
}

/// The ports of a bitmap: a number as big as need be, its highest byte first, whose lowest bit is the range's first port.
fn ports_of(data: &[u8], first: i32) -> BTreeSet<i32> {
    let bytes = data.iter().rev().zip((first..).step_by(8));
    let ports =
        bytes.flat_map(|(byte, base)| (0..8).filter(move |bit| (byte >> bit) & 1 == 1).map(move |bit| base + bit));
    ports.collect()
}

/// The bitmap of ports, without those that are not of the range.
fn bits_of(ports: &BTreeSet<i32>, range: &RangeInclusive<i32>) -> Vec<u8> {
    let mut bytes: Vec<u8> = Vec::new();
    for port in ports.iter().filter(|port| range.contains(port)) {
        let Ok(at) = usize::try_from(port - range.start()) else { continue };
        if bytes.len() <= at / 8 {
            bytes.resize(at / 8 + 1, 0);
        }
        if let Some(byte) = bytes.get_mut(at / 8) {
            *byte |= 1 << (at % 8);
        }
    }
    bytes.reverse();
    bytes
}

#[cfg(test)]
mod tests {
    use kubeforge_storage::embedded::EmbeddedKv;

    use super::*;

    #[test]
    fn the_bitmap_is_a_number_with_the_first_port_in_its_lowest_bit() {
        let range = 30000..=32767;
        for (ports, bytes) in [
            (vec![], vec![]),
            (vec![30000], vec![1]),
            (vec![30000, 30007, 30008], vec![1, 0b1000_0001]),
            (vec![30017], vec![2, 0, 0]),
        ] {
            let ports = BTreeSet::from_iter(ports);
            assert_eq!(bits_of(&ports, &range), bytes);
            assert_eq!(ports_of(&bytes, 30000), ports);
        }
        assert!(bits_of(&BTreeSet::from([29999, 32768]), &range).is_empty());
    }

    #[tokio::test]
    async fn who_read_an_older_state_can_not_write() {
        let kv: Arc<dyn Kv> = Arc::new(EmbeddedKv::in_memory());
        let one = PortRecord::new(kv.clone(), "/registry", 30000..=30100);
        let other = PortRecord::new(kv, "/registry", 30000..=30100);
        let (seen, same) = (one.read().await.unwrap(), other.read().await.unwrap());
        assert!(seen.is_absent());
        assert!(one.replace(seen, &BTreeSet::from([30001, 30030])).await.unwrap());
        assert!(!other.replace(same, &BTreeSet::from([30001])).await.unwrap());
        let seen = other.read().await.unwrap();
        assert_eq!((seen.record.range.as_str(), seen.ports.len()), ("30000-30100", 2));
        other.remove(&BTreeSet::from([30001, 30002])).await.unwrap();
        assert_eq!(one.read().await.unwrap().ports, BTreeSet::from([30030]));
    }
}
