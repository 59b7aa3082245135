//! Persistent volumes and claims: new ones are pending; what a claim is filled from stands in two fields.

use std::sync::Arc;

use kubeforge_api::core::v1::{
    PersistentVolume, PersistentVolumeClaim, PersistentVolumeClaimPhase, PersistentVolumeClaimSpec,
    PersistentVolumePhase, TypedLocalObjectReference, TypedObjectReference,
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

    fn prepare_for_status_update(&self, ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        let (Some(new), Some(old)) = (new.downcast_mut::<PersistentVolume>(), old.downcast_ref::<PersistentVolume>())
        else {
            return;
        };
        let (new, old) = (&mut new.status, &old.status);
        let is_same_phase = new.phase == old.phase;
        if is_same_phase && new.last_phase_transition_time.is_none() {
            new.last_phase_transition_time = old.last_phase_transition_time;
        } else if !is_same_phase
            && (new.last_phase_transition_time.is_none()
                || new.last_phase_transition_time == old.last_phase_transition_time)
        {
            new.last_phase_transition_time = Some(ctx.now);
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
            drop_sources(&mut claim.spec, None);
            mirror_sources(&mut claim.spec);
        }
    }

    fn prepare_for_update(&self, _ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        if let (Some(new), Some(old)) =
            (new.downcast_mut::<PersistentVolumeClaim>(), old.downcast_ref::<PersistentVolumeClaim>())
        {
            drop_sources(&mut new.spec, Some(&old.spec));
        }
    }

    fn generation(&self) -> Option<Generation> {
        Some(Generation::Absent)
    }

    fn returns_deleted_object(&self) -> bool {
        true
    }
}

/// Drops sources that the server does not know, unless the claim has such already: those of other namespaces, and in
/// the older field anything but claims and snapshots.
fn drop_sources(spec: &mut PersistentVolumeClaimSpec, old: Option<&PersistentVolumeClaimSpec>) {
    let is_foreign = spec
        .data_source_ref
        .as_ref()
        .and_then(|source| source.namespace.as_ref())
        .is_some_and(|namespace| !namespace.is_empty());
    if is_foreign && old.is_none_or(|old| old.data_source_ref.is_none()) {
        spec.data_source_ref = None;
    }
    let had_source = old.is_some_and(|old| old.data_source.is_some() || old.data_source_ref.is_some());
    if !had_source && spec.data_source_ref.is_none() && !spec.data_source.as_deref().is_some_and(is_known_source) {
        spec.data_source = None;
    }
}

fn is_known_source(source: &TypedLocalObjectReference) -> bool {
    let group = source.api_group.as_deref().unwrap_or_default();
    matches!(
        (group, source.kind.as_str()),
        ("", "PersistentVolumeClaim") | ("snapshot.storage.k8s.io", "VolumeSnapshot")
    )
}

/// Fills each of the two fields from the other one.
fn mirror_sources(spec: &mut PersistentVolumeClaimSpec) {
    match (&spec.data_source, &spec.data_source_ref) {
        (Some(source), None) => {
            spec.data_source_ref = Some(Box::new(TypedObjectReference {
                api_group: source.api_group.clone(),
                kind: source.kind.clone(),
                name: source.name.clone(),
                namespace: None,
            }));
        }
        (None, Some(source)) if source.namespace.as_ref().is_none_or(String::is_empty) => {
            spec.data_source = Some(Box::new(TypedLocalObjectReference {
                api_group: source.api_group.clone(),
                kind: source.kind.clone(),
                name: source.name.clone(),
            }));
        }
        _ => {}
    }
}

pub(super) fn register(options: &mut Options) {
    options.of("", "persistentvolumes").strategy = Some(Arc::new(VolumeStrategy));
    options.of("", "persistentvolumeclaims").strategy = Some(Arc::new(ClaimStrategy));
}
