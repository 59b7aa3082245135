//! What the defaults of all versions have in common.

use kubeforge_machinery::meta::v1::LabelSelector;

/// Labels leave nothing out: neither those of the namespace nor those of the object.
pub(super) fn select_everything(namespaces: &mut Option<Box<LabelSelector>>, objects: &mut Option<Box<LabelSelector>>) {
    namespaces.get_or_insert_default();
    objects.get_or_insert_default();
}
