//! What can be wrong with a schema or a CRD.

use std::fmt;

/// Something that an API server would refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where, as upstream writes it: `spec.versions[0].schema.openAPIV3Schema.properties[spec]`.
    pub path: String,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

/// Why there is no CRD.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// A type holds itself; a structural schema can't refer to anything.
    Cycle {
        /// The types' names: the first is the last again.
        types: Vec<String>,
    },
    /// A type has no schema, or not in full.
    NoSchema {
        /// Its name.
        type_name: String,
        /// Why.
        message: String,
    },
    /// The CRD would be refused.
    Refused(Vec<Finding>),
    /// Versions that do not make one CRD.
    Versions(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Cycle { types } => {
                write!(f, "a structural schema can't hold itself, and these types do: {}", types.join(" -> "))
            }
            Error::NoSchema { type_name, message } => write!(f, "{type_name}: {message}"),
            Error::Refused(findings) => {
                f.write_str("no valid CustomResourceDefinition")?;
                findings.iter().try_for_each(|finding| write!(f, "\n  {finding}"))
            }
            Error::Versions(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Error {}
