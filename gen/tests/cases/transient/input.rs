//! A field that is no part of the API, and what is written instead of a value.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::codec::WireForm;

/// A text that counts how often it was read.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct Counted {
    /// The text.
    #[api(tag = 1)]
    pub text: String,
    #[api(transient)]
    pub reads: std::sync::Arc<std::sync::atomic::AtomicU64>,
}

impl WireForm for Counted {
    fn wire_form(&self) -> Option<Self> {
        None
    }
}
