//! Persistent volumes and claims: new ones are pending.

use std::sync::Arc;

use kubeforge_api::core::v1::{
    PersistentVolume, PersistentVolumeClaim, PersistentVolumeClaimPhase, PersistentVolumePhase,
};
use kubeforge_apiserver::{
    request::RequestContext,
    strategy::{Generation, Strategy},
};
use kubeforge_machinery::Object;

use super::Options;

struct VolumeStrategy;

impl Strategy for VolumeStrategy {
    kubeforge_apiserver::status_field!(PersistentVolume, status, spec);

    fn prepare_for_create(&self, ctx: &RequestContext, object: &mut dyn Object) {
        if let Some(volume) = object.downcast_mut::<PersistentVolume>() {
            volume.status.phase = PersistentVolumePhase::Pending;
            volume.status.last_phase_transition_time = Some(ctx.now);
        }
    }

    fn generation(&self) -> Option<Generation> {
        Some(Generation::Absent)
    }

    fn returns_deleted_object(&self) -> bool {
        true
    }
}

struct ClaimStrategy;

impl Strategy for ClaimStrategy {
    kubeforge_apiserver::status_field!(PersistentVolumeClaim, status, spec);

    fn prepare_for_create(&self, _ctx: &RequestContext, object: &mut dyn Object) {
        if let Some(claim) = object.downcast_mut::<PersistentVolumeClaim>() {
            claim.status.phase = PersistentVolumeClaimPhase::Pending;
        }
    }

    fn generation(&self) -> Option<Generation> {
        Some(Generation::Absent)
    }

    fn returns_deleted_object(&self) -> bool {
        true
    }
}

pub(super) fn register(options: &mut Options) {
    options.of("", "persistentvolumes").strategy = Some(Arc::new(VolumeStrategy));
    options.of("", "persistentvolumeclaims").strategy = Some(Arc::new(ClaimStrategy));
}
