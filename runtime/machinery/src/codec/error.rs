//! Why bytes could not be decoded.

use std::fmt;

/// A decoding failure: what is wrong, and where.
///
/// Its text is what Kubernetes clients see inside a `Status`, so it follows the wording of Go's `encoding/json` and of
/// apimachinery where those name the same failure. Boxed, so that results stay one word wide.
#[derive(Debug, Clone, PartialEq)]
pub struct DecodeError(Box<DecodeErrorKind>);

/// The kinds of [`DecodeError`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The text is not JSON; `message` says it in the words of Go's scanner.
    Syntax {
        /// What is wrong.
        message: String,
        /// The byte at which it shows.
        offset: usize,
    },
    /// A value of the wrong JSON type.
    Type {
        /// The JSON type found (`string`, `number`, `bool`, `object`, `array`), or `number 1.5` for a misfit number.
        found: String,
        /// The type that holds the field; empty at the root.
        holder: String,
        /// Path of the field from the root, without indices: `spec.ports.targetPort`.
        path: String,
        /// The type expected, as Go writes it (`map[string]string`).
        expected: String,
    },
    /// The protobuf bytes are malformed.
    Proto(String),
    /// Any other failure, in its own words.
    Custom(String),
}

impl DecodeError {
    /// A failure described by `kind`.
    pub fn new(kind: DecodeErrorKind) -> Self {
        Self(Box::new(kind))
    }

    /// A failure in its own words.
    pub fn custom(message: impl Into<String>) -> Self {
        Self::new(DecodeErrorKind::Custom(message.into()))
    }

    /// Malformed protobuf.
    pub fn proto(message: impl Into<String>) -> Self {
        Self::new(DecodeErrorKind::Proto(message.into()))
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> &DecodeErrorKind {
        &self.0
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            DecodeErrorKind::Syntax { message, .. } => f.write_str(message),
            DecodeErrorKind::Type { found, holder, path, expected } if holder.is_empty() => {
                debug_assert!(path.is_empty());
                write!(f, "json: cannot unmarshal {found} into Go value of type {expected}")
            }
            DecodeErrorKind::Type { found, holder, path, expected } => {
                write!(f, "json: cannot unmarshal {found} into Go struct field {holder}.{path} of type {expected}")
            }
            DecodeErrorKind::Proto(message) => write!(f, "proto: {message}"),
            DecodeErrorKind::Custom(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for DecodeError {}
