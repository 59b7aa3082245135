//! Whose an object is.

use kubeforge_machinery::{Resource, meta::v1::OwnerReference};

use crate::store::ObjectKey;

/// Which of an object's owners are called for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Owners {
    /// The one that controls it.
    #[default]
    Controller,
    /// All.
    All,
}

/// The owners of kind `Owner` that an object names. Versions don't count: an owner is the same in all of its group's.
pub(super) fn owners_of<Owner: Resource, K: Resource>(object: &K, which: Owners) -> Vec<ObjectKey> {
    let meta = object.object_meta();
    let is_meant = |owner: &&OwnerReference| {
        let group = owner.api_version.split_once('/').map_or("", |(group, _)| group);
        owner.kind == Owner::KIND && group == Owner::GROUP && (which == Owners::All || owner.controller == Some(true))
    };
    let namespace = if Owner::NAMESPACED { meta.namespace.as_str() } else { "" };
    meta.owner_references.iter().filter(is_meant).map(|owner| ObjectKey::new(namespace, &owner.name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_kind::Gadget;

    #[test]
    fn owners_are_told_by_group_kind_and_control() {
        let mut gadget = Gadget::named("n", "a");
        let mut owned_by = |api_version: &str, kind: &str, name: &str, controller| {
            gadget.metadata.owner_references.push(OwnerReference {
                api_version: api_version.to_owned(),
                kind: kind.to_owned(),
                name: name.to_owned(),
                controller,
                ..OwnerReference::default()
            });
        };
        owned_by("test.example.com/v1beta1", "Gadget", "controls", Some(true));
        owned_by("test.example.com/v1", "Gadget", "owns", None);
        owned_by("other.example.com/v1", "Gadget", "other group", Some(true));
        owned_by("v1", "Gadget", "core group", Some(true));
        owned_by("test.example.com/v1", "Widget", "other kind", Some(true));
        let names = |which| -> Vec<String> {
            owners_of::<Gadget, Gadget>(&gadget, which).iter().map(ToString::to_string).collect()
        };
        assert_eq!(names(Owners::Controller), ["n/controls"]);
        assert_eq!(names(Owners::All), ["n/controls", "n/owns"]);
    }
}
