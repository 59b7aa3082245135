//! How much memory a document may take.

use super::DecodeError;

/// What any document may take for the elements of its lists and maps.
const BYTES: usize = 32 << 20;

/// What it may take beyond that for each byte of its own. Objects that mean something take less than a tenth of this.
const BYTES_PER_BYTE: usize = 32;

/// Memory that is left for the elements of a document's lists and maps.
///
/// An empty element is two or three bytes on the wire and a thousand in memory: without a bound, a request of 3 MB takes
/// a gigabyte. Text and bytes need none, as they are about as long in memory as on the wire.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget(usize);

impl Budget {
    /// For a document of so many bytes.
    pub(super) const fn new(length: usize) -> Self {
        Self(BYTES.saturating_add(length.saturating_mul(BYTES_PER_BYTE)))
    }

    /// Takes bytes from it.
    pub(super) fn charge(&mut self, bytes: usize) -> Result<(), DecodeError> {
        match self.0.checked_sub(bytes) {
            Some(left) => {
                self.0 = left;
                Ok(())
            }
            None => Err(DecodeError::custom("the document has too many elements for its length")),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        codec::{from_json_slice, from_proto_slice},
        meta::v1::ObjectMeta,
    };

    const TOO_MANY: &str = "the document has too many elements for its length";

    #[test]
    fn empty_elements_cannot_take_gigabytes() {
        const { assert!(size_of::<ObjectMeta>() > 200) };
        let json =
            |count: usize| from_json_slice::<Vec<ObjectMeta>>(format!("[{}{{}}]", "{},".repeat(count)).as_bytes());
        assert_eq!(json(10_000).unwrap().len(), 10_001);
        assert_eq!(json(1_000_000).unwrap_err().to_string(), TOO_MANY);
        // owner references are field 13, of 2 bytes each where they are empty
        let proto = |count: usize| from_proto_slice::<ObjectMeta>(&[0x6a, 0].repeat(count));
        assert_eq!(proto(10_000).unwrap().owner_references.len(), 10_000);
        assert_eq!(proto(2_000_000).unwrap_err().to_string(), TOO_MANY);
    }
}
