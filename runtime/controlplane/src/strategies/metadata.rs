//! Kinds whose status is written without touching their metadata (`ResetObjectMetaForStatus` upstream).

use kubeforge_machinery::{Object, meta::v1::ObjectMeta};

/// What a write of the status can't change, so that nobody becomes its manager by it.
pub(super) const RESET_BY_STATUS: &[&str] = &["metadata", "spec"];

/// Puts the metadata back as it was, but for who manages the fields.
pub(super) fn keep(new: &mut dyn Object, old: &dyn Object) {
    if let (Some(new), Some(old)) = (new.meta_mut(), old.meta()) {
        keep_meta(new, old);
    }
}

/// As [`keep`], of the metadata alone.
pub(super) fn keep_meta(new: &mut ObjectMeta, old: &ObjectMeta) {
    new.deletion_timestamp.clone_from(&old.deletion_timestamp);
    new.generation = old.generation;
    new.labels.clone_from(&old.labels);
    new.annotations.clone_from(&old.annotations);
    new.finalizers.clone_from(&old.finalizers);
    new.owner_references.clone_from(&old.owner_references);
}

/// Writes the two methods of a strategy that keep metadata from writes of the status.
macro_rules! status_keeps_metadata {
    () => {
        fn prepare_for_status_update(
            &self,
            _ctx: &::kubeforge_apiserver::request::RequestContext,
            new: &mut dyn ::kubeforge_machinery::Object,
            old: &dyn ::kubeforge_machinery::Object,
        ) {
            $crate::strategies::metadata::keep(new, old);
        }

        fn reset_fields(&self, subresource: &str) -> Option<&'static [&'static str]> {
            (subresource == "status").then_some($crate::strategies::metadata::RESET_BY_STATUS)
        }
    };
}

pub(super) use status_keeps_metadata;
