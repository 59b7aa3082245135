//! Requests for certificates: who asks is recorded and cannot be changed; `approval` writes decisions, `status` the
//! certificate.

use std::sync::Arc;

use async_trait::async_trait;
use kubeforge_api::certificates::v1::{
    CERTIFICATE_APPROVED, CERTIFICATE_DENIED, CertificateSigningRequest, CertificateSigningRequestCondition,
    CertificateSigningRequestStatus,
};
use kubeforge_apiserver::{
    request::RequestContext,
    strategy::{Generation, Strategy},
    subresource::{SubresourceAnswer, SubresourceCall, SubresourceHandler},
};
use kubeforge_machinery::{Object, Scheme, Time, status::ApiError};

use super::Options;

struct RequestStrategy;

fn both<'a>(
    new: &'a mut dyn Object,
    old: &'a dyn Object,
) -> Option<(&'a mut CertificateSigningRequest, &'a CertificateSigningRequest)> {
    Some((new.downcast_mut()?, old.downcast_ref()?))
}

impl Strategy for RequestStrategy {
    kubeforge_apiserver::status_field!(CertificateSigningRequest, status);

    fn prepare_for_create(&self, ctx: &RequestContext, object: &mut dyn Object) {
        let Some(request) = object.downcast_mut::<CertificateSigningRequest>() else { return };
        let (spec, user) = (&mut request.spec, &ctx.user);
        spec.username.clone_from(&user.name);
        spec.uid.clone_from(&user.uid);
        spec.groups.clone_from(&user.groups);
        spec.extra.clone_from(&user.extra);
        request.status = CertificateSigningRequestStatus::default();
    }

    fn prepare_for_update(&self, _ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        if let Some((new, old)) = both(new, old) {
            new.spec.clone_from(&old.spec);
            new.status.clone_from(&old.status);
        }
    }

    fn prepare_for_status_update(&self, ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        if let Some((new, old)) = both(new, old) {
            for type_ in [CERTIFICATE_APPROVED, CERTIFICATE_DENIED] {
                keep_conditions(new, old, type_);
            }
            date_conditions(new, old, ctx.now);
        }
    }

    fn generation(&self) -> Option<Generation> {
        Some(Generation::Absent)
    }

    fn reset_fields(&self, subresource: &str) -> Option<&'static [&'static str]> {
        Some(if subresource == "status" { &["spec", "status.conditions"] } else { &["spec", "status"] })
    }
}

/// Puts conditions of a type back as they were, unless there are more or fewer of them: that is for validation to tell.
fn keep_conditions(new: &mut CertificateSigningRequest, old: &CertificateSigningRequest, type_: &str) {
    let is_of = |condition: &&CertificateSigningRequestCondition| condition.type_ == type_;
    let kept: Vec<_> = old.status.conditions.iter().filter(is_of).collect();
    if new.status.conditions.iter().filter(is_of).count() == kept.len() {
        let places = new.status.conditions.iter_mut().filter(|condition| condition.type_ == type_);
        places.zip(kept).for_each(|(place, kept)| place.clone_from(kept));
    }
}

/// Fills in when conditions were written, and since when they hold.
fn date_conditions(new: &mut CertificateSigningRequest, old: &CertificateSigningRequest, now: Time) {
    for condition in &mut new.status.conditions {
        if condition.last_update_time.is_zero() {
            condition.last_update_time = now;
        }
        if condition.last_transition_time.is_zero() {
            let same = old.status.conditions.iter().find(|it| {
                it.type_ == condition.type_ && it.status == condition.status && !it.last_transition_time.is_zero()
            });
            condition.last_transition_time = same.map_or(now, |it| it.last_transition_time);
        }
    }
}

/// Writes through `approval`: only conditions change.
struct ApprovalStrategy;

impl Strategy for ApprovalStrategy {
    fn prepare_for_update(&self, ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        if let Some((new, old)) = both(new, old) {
            new.spec.clone_from(&old.spec);
            new.status.certificate.clone_from(&old.status.certificate);
            date_conditions(new, old, ctx.now);
        }
    }

    fn keep_status(
        &self,
        _scheme: &Scheme,
        _new: &mut Box<dyn Object>,
        _old: Option<&dyn Object>,
    ) -> Result<(), ApiError> {
        Ok(())
    }

    fn generation(&self) -> Option<Generation> {
        Some(Generation::Absent)
    }

    fn spec_changed(&self, _new: &dyn Object, _old: &dyn Object) -> bool {
        false
    }

    fn reset_fields(&self, _subresource: &str) -> Option<&'static [&'static str]> {
        Some(&["spec", "status.certificate"])
    }
}

struct Approval;

#[async_trait]
impl SubresourceHandler for Approval {
    async fn handle(&self, call: SubresourceCall<'_>) -> Result<SubresourceAnswer, ApiError> {
        Err(ApiError::method_not_supported(&call.scope.resource, call.method.as_str()))
    }

    fn as_view(&self) -> Option<&dyn Strategy> {
        Some(&ApprovalStrategy)
    }
}

pub(super) fn register(options: &mut Options) {
    let requests = options.of("certificates.k8s.io", "certificatesigningrequests");
    requests.strategy = Some(Arc::new(RequestStrategy));
    requests.subresources.insert("approval", Arc::new(Approval));
}
