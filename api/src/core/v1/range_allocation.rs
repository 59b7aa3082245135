//! The server's own record of what it has given out of a range.

use kubeforge_derive::ApiSource;
use kubeforge_machinery::ByteString;
use kubeforge_machinery::meta::v1::ObjectMeta;

/// Which numbers or addresses of a range are taken. Only the server itself uses it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
#[api(introduced = "1.0")]
pub struct RangeAllocation {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The range.
    #[api(tag = 2, required)]
    pub range: String,
    /// A bit for each part of it that is taken.
    #[api(tag = 3, required)]
    pub data: ByteString,
}
