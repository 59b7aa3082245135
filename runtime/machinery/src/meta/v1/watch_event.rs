use kubeforge_derive::ApiSource;

use crate::RawExtension;

#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct WatchEvent {
    #[api(tag = 1, required)]
    pub type_: String,
    #[api(tag = 2, required)]
    pub object: RawExtension,
}
