//! What every list says of itself.

use kubeforge_derive::ApiSource;

/// What every list carries: where it stands in the store's history, and how to read on.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ListMeta {
    /// No longer filled in.
    #[api(tag = 1, deprecated)]
    pub self_link: String,
    /// The point in history that the list shows; a watch may start there.
    #[api(tag = 2)]
    pub resource_version: String,
    /// Where the next page starts; empty on the last one.
    #[api(tag = 3)]
    pub continue_: String,
    /// How many objects follow this page, where the server knows.
    #[api(tag = 4)]
    pub remaining_item_count: Option<i64>,
    /// The shard that was listed, where the list was asked for in parts.
    #[api(tag = 5, gate = "ShardedListAndWatch")]
    pub shard_info: Option<ShardInfo>,
}

/// The part of all objects that a list or watch was confined to.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ShardInfo {
    /// The expression that was asked for.
    #[api(tag = 1, required)]
    pub selector: String,
}
