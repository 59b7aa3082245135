//! One change, as a watch tells it.

use kubeforge_derive::ApiSource;

use crate::RawExtension;

/// One change to a watched object, or how the watch goes on.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct WatchEvent {
    /// `ADDED`, `MODIFIED`, `DELETED`, `BOOKMARK` or `ERROR`.
    #[api(tag = 1, required)]
    pub type_: String,
    /// The object after the change (before it where it was deleted); for a bookmark only its version, for an
    /// error a `Status`.
    #[api(tag = 2, required)]
    pub object: RawExtension,
}
