//! Claims of devices and templates of claims: what is claimed never changes.

use kubeforge_api::resource::v1::{DeviceClaim, ResourceClaim, ResourceClaimSpec, ResourceClaimTemplate};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    meta::v1::ObjectMeta,
    validation::{CheckContext, Checks, annotations, labels},
};

use super::{
    GROUP,
    configuration::claim_configuration,
    constraint,
    lists::{each, each_unique},
    request::{self, RequestNames},
    status,
};
use crate::{
    BuiltIn,
    common::{IMMUTABLE, shown_internal},
};

pub(super) const REQUESTS_MAX: usize = 32;
const CONSTRAINTS_MAX: usize = 32;
pub(super) const CONFIGURATIONS_MAX: usize = 32;

pub(super) fn register(all: &mut BuiltIn) {
    let claims = Checks::new(|_: &CheckContext<'_>, claim: &ResourceClaim| {
        let mut errors = ErrorList::new();
        check_spec(&claim.spec, &Path::new("spec"), &mut errors);
        errors
    })
    .update(|_: &CheckContext<'_>, new: &ResourceClaim, old: &ResourceClaim| {
        let mut errors = ErrorList::new();
        if new.spec != old.spec {
            errors.push(Error::invalid(&Path::new("spec"), shown_internal(&new.spec), IMMUTABLE));
        }
        errors
    })
    .subresource("status", |_: &CheckContext<'_>, new: &ResourceClaim, old: &ResourceClaim| {
        status::validate_update(new, old)
    });
    all.add(GROUP, "resourceclaims", claims);
    let templates = Checks::new(|_: &CheckContext<'_>, template: &ResourceClaimTemplate| {
        let mut errors = ErrorList::new();
        let path = Path::new("spec");
        template_metadata(&template.spec.metadata, &path.child("metadata"), &mut errors);
        check_spec(&template.spec.spec, &path.child("spec"), &mut errors);
        errors
    })
    .update(|_: &CheckContext<'_>, new: &ResourceClaimTemplate, old: &ResourceClaimTemplate| {
        let mut errors = ErrorList::new();
        if new.spec != old.spec {
            errors.push(Error::invalid(&Path::new("spec"), shown_internal(&new.spec), IMMUTABLE));
        }
        errors
    });
    all.add(GROUP, "resourceclaimtemplates", templates);
}

/// A template gives labels and annotations, nothing else.
fn template_metadata(metadata: &ObjectMeta, path: &Path<'_>, errors: &mut ErrorList) {
    annotations(&metadata.annotations, &path.child("annotations"), errors);
    labels(&metadata.labels, &path.child("labels"), errors);
    let others = [
        ("name", metadata.name.is_empty()),
        ("generateName", metadata.generate_name.is_empty()),
        ("namespace", metadata.namespace.is_empty()),
        ("selfLink", metadata.self_link.is_empty()),
        ("uid", metadata.uid.is_empty()),
        ("resourceVersion", metadata.resource_version.is_empty()),
        ("generation", metadata.generation == 0),
        ("creationTimestamp", metadata.creation_timestamp.is_zero()),
        ("deletionTimestamp", metadata.deletion_timestamp.is_none()),
        ("deletionGracePeriodSeconds", metadata.deletion_grace_period_seconds.is_none()),
        ("ownerReferences", metadata.owner_references.is_empty()),
        ("finalizers", metadata.finalizers.is_empty()),
        ("managedFields", metadata.managed_fields.is_empty()),
    ];
    for (name, _) in others.into_iter().filter(|(_, is_unset)| !is_unset) {
        errors.push(Error::forbidden(&path.child(name), "cannot be set"));
    }
}

fn check_spec(spec: &ResourceClaimSpec, path: &Path<'_>, errors: &mut ErrorList) {
    check_devices(&spec.devices, &path.child("devices"), errors);
}

fn check_devices(claim: &DeviceClaim, path: &Path<'_>, errors: &mut ErrorList) {
    let names = RequestNames::of(claim);
    let requests = path.child("requests");
    each_unique(&claim.requests, REQUESTS_MAX, |it| it.name.clone(), &requests, errors, request::check);
    let constraints = path.child("constraints");
    each(&claim.constraints, CONSTRAINTS_MAX, &constraints, errors, |it, path, errors| {
        constraint::check(it, &names, path, errors);
    });
    each(&claim.config, CONFIGURATIONS_MAX, &path.child("config"), errors, |it, path, errors| {
        claim_configuration(it, &names, path, errors);
    });
}
