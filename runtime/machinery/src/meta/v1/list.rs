//! A list of objects of any kind.

use kubeforge_derive::ApiSource;

use super::ListMeta;
use crate::RawExtension;

/// Objects of any kind side by side, as files for the command line hold them.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "RawExtension", group = "", version = "v1")]
pub struct List {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects as they came.
    #[api(tag = 2, required)]
    pub items: Vec<RawExtension>,
}
