//! Positions in the store's history.

use std::{fmt, num::NonZeroU64, str::FromStr};

/// A position in the store's history: the number of the transaction that wrote it, starting at 1.
///
/// Clients see it as the decimal string in `metadata.resourceVersion`. "0" is not a revision: as a request it means
/// "any", as an expectation it means "absent", and both have types of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(NonZeroU64);

impl Revision {
    /// The first revision of an empty store (etcd starts there as well).
    pub const FIRST: Revision = Revision(NonZeroU64::MIN);

    /// The revision numbered `number`, or `None` for 0.
    pub fn new(number: u64) -> Option<Self> {
        NonZeroU64::new(number).map(Self)
    }

    /// The bare number.
    pub fn get(self) -> u64 {
        self.0.get()
    }

    /// The revision after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A text that is not a revision: not a positive decimal number of 64 bits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a revision")]
pub struct ParseRevisionError(pub String);

impl FromStr for Revision {
    type Err = ParseRevisionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().ok().and_then(Self::new).ok_or_else(|| ParseRevisionError(text.to_owned()))
    }
}
