//! Arbitrary objects, for property tests and fuzzers.
//!
//! [`Arbitrary`] makes a value from a [`Source`] of choices: bytes, as property tests and fuzzers have them, or a seed.
//! The generator implements it for every API type, and
//! [`TypeEntry::arbitrary`](crate::scheme::TypeEntry::arbitrary) makes an object of any registered kind. Fewer bytes,
//! and smaller ones, make simpler objects: where the bytes end, all that follows is empty. So whatever shrinks bytes
//! shrinks objects.
//!
//! Behind the cargo feature `arbitrary`, here and in the crates of API types.
//!
//! # What the wire can't tell apart
//! Values are those that a client could have sent and that survive every codec. These don't, neither here nor
//! upstream, and are not made:
//!
//! - `Some` of a value whose JSON is `null` ([`Arbitrary::is_null`]): a zero [`Time`](crate::Time), an empty list behind
//!   a pointer. JSON reads it as `None`; protobuf would keep it. `Some("")`, `Some(0)` and `Some` of an empty struct do
//!   survive, and are made often.
//! - A list or map that is there but empty: it equals one that is absent, since both are an empty `Vec`.
//! - A [`ByteString`](crate::ByteString) that is there but empty, outside of lists and maps: JSON leaves it out.
//! - Times outside of the years 1 to 9999, which RFC 3339 can't write; fractions of a second in a `Time`, of a microsecond in
//!   a `MicroTime`.
//! - A [`Quantity`](crate::Quantity) in another than the canonical form would survive, but compares by amount alone: the
//!   canonical form is made, so that equal objects have equal texts.
//! - A [`RawExtension`](crate::RawExtension) keeps its bytes, while JSON and YAML escape and sort what they write: it is
//!   made as they write it.
//! - Floats that are not finite, for which JSON has no form.

mod containers;
mod conversion;
mod leaves;
mod source;
mod texts;

pub use conversion::{comes_back, comes_back_the_second_time};
pub use source::{Limits, Source};

/// A value that can be made from arbitrary choices. Generated for every API type.
pub trait Arbitrary: Sized {
    /// A value. The source's smallest choices make the simplest value.
    fn arbitrary(source: &mut Source<'_>) -> Self;

    /// Whether the value's JSON is `null`, so that behind a pointer it can't be told from none.
    fn is_null(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests;
