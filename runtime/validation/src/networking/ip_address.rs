//! Addresses that are taken: the name is the address, and whose it is never changes.

use kubeforge_api::networking::v1::IPAddress;
use kubeforge_machinery::{
    field::{BadValue, Error, ErrorList, Path},
    validation::{
        CheckContext, Checks, MetadataOnUpdate, NameRule, is_dns1123_subdomain, is_path_segment_name, is_valid_ip,
    },
};

use super::GROUP;
use crate::{
    BuiltIn,
    common::{IMMUTABLE, invalid_each, shown_internal},
};

const PARENT: Path<'static> = Path::new("spec.parentRef");

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|_: &CheckContext<'_>, address: &IPAddress| validate(address))
        .update(validate_update)
        .names(NameRule::Custom(|name| is_valid_ip(&Path::NIL, name).into_iter().map(|error| error.detail).collect()))
        .metadata_on_update(MetadataOnUpdate::Whole);
    all.add(GROUP, "ipaddresses", checks);
}

fn validate(address: &IPAddress) -> ErrorList {
    let mut errors = ErrorList::new();
    let Some(parent) = &address.spec.parent_ref else {
        return vec![Error::required(&PARENT, "")];
    };
    if !parent.group.is_empty() {
        invalid_each(&PARENT.child("group"), &parent.group, is_dns1123_subdomain(&parent.group), &mut errors);
    }
    for (value, field) in [(&parent.resource, "resource"), (&parent.name, "name")] {
        let path = PARENT.child(field);
        if value.is_empty() {
            errors.push(Error::required(&path, ""));
        } else {
            invalid_each(&path, value, is_path_segment_name(value), &mut errors);
        }
    }
    if !parent.namespace.is_empty() {
        let path = PARENT.child("namespace");
        invalid_each(&path, &parent.namespace, is_path_segment_name(&parent.namespace), &mut errors);
    }
    errors
}

fn validate_update(_: &CheckContext<'_>, new: &IPAddress, old: &IPAddress) -> ErrorList {
    let mut errors = validate(new);
    if new.spec.parent_ref != old.spec.parent_ref {
        let shown = new.spec.parent_ref.as_deref().map_or(BadValue::Null, shown_internal);
        errors.push(Error::invalid(&PARENT, shown, IMMUTABLE));
    }
    errors
}
