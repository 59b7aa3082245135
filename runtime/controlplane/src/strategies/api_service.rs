//! API services. Follows kube-aggregator pkg/registry/apiservice.

use std::sync::Arc;

use kubeforge_api::apiregistration::v1::{APIService, APIServiceCondition, ConditionStatus};
use kubeforge_apiserver::{
    request::RequestContext,
    strategy::{Generation, Strategy},
};
use kubeforge_machinery::{Object, Time, codec::MediaType};

use super::{Options, metadata::status_keeps_metadata};

struct ApiServices;

impl Strategy for ApiServices {
    kubeforge_apiserver::status_field!(APIService, status);
    status_keeps_metadata!();

    fn allow_unconditional_update(&self) -> bool {
        false
    }

    fn generation(&self) -> Option<Generation> {
        Some(Generation::Absent)
    }

    fn prepare_for_create(&self, ctx: &RequestContext, object: &mut dyn Object) {
        if let Some(service) = object.downcast_mut::<APIService>() {
            note_local(service, ctx.now);
        }
    }
}

/// What this server serves itself is available at all times.
fn note_local(service: &mut APIService, now: Time) {
    if service.spec.service.is_some() {
        return;
    }
    let condition = APIServiceCondition {
        type_: "Available".to_owned(),
        status: ConditionStatus::True,
        last_transition_time: now,
        reason: "Local".to_owned(),
        message: "Local APIServices are always available".to_owned(),
    };
    match service.status.conditions.iter_mut().find(|known| known.type_ == condition.type_) {
        Some(known) => {
            let since = if known.status == condition.status { known.last_transition_time } else { now };
            *known = APIServiceCondition { last_transition_time: since, ..condition };
        }
        None => service.status.conditions.push(condition),
    }
}

pub(super) fn register(options: &mut Options) {
    let services = options.of("apiregistration.k8s.io", "apiservices");
    services.strategy = Some(Arc::new(ApiServices));
    // upstream keeps them under their group, as the aggregator is a server of its own
    services.storage_prefix = Some("/apiregistration.k8s.io/apiservices".to_owned());
    services.storage_media = Some(MediaType::Json);
}
