//! Limit ranges: one without a name gets a random one.

use std::sync::Arc;

use kubeforge_api::core::v1::LimitRange;
use kubeforge_apiserver::{request::RequestContext, strategy::Strategy};
use kubeforge_machinery::Object;
use uuid::Uuid;

use super::Options;

struct LimitRangeStrategy;

impl Strategy for LimitRangeStrategy {
    fn prepare_for_create(&self, _ctx: &RequestContext, object: &mut dyn Object) {
        if let Some(range) = object.downcast_mut::<LimitRange>()
            && range.metadata.name.is_empty()
        {
            range.metadata.name = Uuid::new_v4().hyphenated().to_string();
        }
    }

    fn allow_create_on_update(&self) -> bool {
        true
    }
}

pub(super) fn register(options: &mut Options) {
    options.of("", "limitranges").strategy = Some(Arc::new(LimitRangeStrategy));
}
