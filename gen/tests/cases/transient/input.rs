//! A field that is no part of the API, and what is written instead of a value.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::codec::WireForm;

/// A text that remembers its hash.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Hashed {
    /// The text.
    #[api(tag = 1)]
    pub text: String,
    #[api(transient)]
    pub hash: std::sync::OnceLock<u64>,
}

impl WireForm for Hashed {
    fn wire_form(&self) -> Option<Self> {
        None
    }
}
