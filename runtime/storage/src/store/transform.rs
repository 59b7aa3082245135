//! The last step before the store and the first after it: the place of encryption at rest.

use std::borrow::Cow;

use bytes::Bytes;

/// Why a value can't be transformed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TransformError(pub String);

/// A value as it was before it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transformed<'a> {
    /// The value.
    pub value: Cow<'a, [u8]>,
    /// It was stored in another way than it would be now (with an old key, say), so writing it again changes it.
    pub stale: bool,
}

/// Turns encoded objects into what is stored, and back. The key is bound to the value, so that one can't stand in for
/// another.
#[expect(clippy::wrong_self_convention, reason = "`from_storage` names the direction, as upstream does")]
pub trait Transformer: Send + Sync + 'static {
    /// What to store.
    ///
    /// # Errors
    /// Where it can't be done now.
    fn to_storage(&self, key: &[u8], value: Bytes) -> Result<Bytes, TransformError>;

    /// What was stored.
    ///
    /// # Errors
    /// Where the value was not made by this transformer for this key.
    fn from_storage<'a>(&self, key: &[u8], value: &'a [u8]) -> Result<Transformed<'a>, TransformError>;
}

/// Stores values as they are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Identity;

impl Transformer for Identity {
    fn to_storage(&self, _key: &[u8], value: Bytes) -> Result<Bytes, TransformError> {
        Ok(value)
    }

    fn from_storage<'a>(&self, _key: &[u8], value: &'a [u8]) -> Result<Transformed<'a>, TransformError> {
        Ok(Transformed { value: Cow::Borrowed(value), stale: false })
    }
}
