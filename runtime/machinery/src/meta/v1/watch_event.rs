use kubeforge_derive::ApiSource;

use crate::RawExtension;

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, group = "", version = "v1", no_resource)]
pub struct WatchEvent {
    #[api(tag = 1, required)]
    pub type_: String,
    #[api(tag = 2, required)]
    pub object: RawExtension,
}
