use kubeforge_derive::ApiSource;

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ListMeta {
    #[api(tag = 1, deprecated)]
    pub self_link: String,
    #[api(tag = 2)]
    pub resource_version: String,
    #[api(tag = 3)]
    pub continue_: String,
    #[api(tag = 4)]
    pub remaining_item_count: Option<i64>,
    #[api(tag = 5, gate = "ShardedListAndWatch")]
    pub shard_info: Option<ShardInfo>,
}

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ShardInfo {
    #[api(tag = 1, required)]
    pub selector: String,
}
