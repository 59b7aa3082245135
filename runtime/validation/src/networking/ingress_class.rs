//! Ingress classes: the controller is a domain and a path, and stays.

use kubeforge_api::{
    core::v1::TypedLocalObjectReference,
    networking::v1::{IngressClass, IngressClassParametersReference},
};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, MetadataOnUpdate, is_dns1123_label, is_domain_prefixed_path},
};

use super::{GROUP, ingress::typed_reference};
use crate::{
    BuiltIn,
    common::{immutable, invalid_each},
};

const CONTROLLER_BYTES_MAX: usize = 250;
const SCOPE_CLUSTER: &str = "Cluster";
const SCOPE_NAMESPACE: &str = "Namespace";

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|_: &CheckContext<'_>, class: &IngressClass| validate(class))
        .update(|_: &CheckContext<'_>, new: &IngressClass, old: &IngressClass| {
            let mut errors = ErrorList::new();
            let path = Path::new("spec.controller");
            immutable(&new.spec.controller, &old.spec.controller, &path, &mut errors);
            errors.extend(validate(new));
            errors
        })
        .metadata_on_update(MetadataOnUpdate::Whole);
    all.add(GROUP, "ingressclasses", checks);
}

fn validate(class: &IngressClass) -> ErrorList {
    let mut errors = ErrorList::new();
    let spec = Path::new("spec");
    let controller = spec.child("controller");
    if class.spec.controller.len() > CONTROLLER_BYTES_MAX {
        errors.push(Error::too_long(&controller, CONTROLLER_BYTES_MAX));
    }
    errors.extend(is_domain_prefixed_path(&controller, &class.spec.controller));
    if let Some(reference) = &class.spec.parameters {
        parameters(reference, &spec.child("parameters"), &mut errors);
    }
    errors
}

fn parameters(reference: &IngressClassParametersReference, path: &Path<'_>, errors: &mut ErrorList) {
    let object = TypedLocalObjectReference {
        api_group: reference.api_group.clone(),
        kind: reference.kind.clone(),
        name: reference.name.clone(),
    };
    typed_reference(&object, path, errors);
    let scope = path.child("scope");
    let namespace = path.child("namespace");
    match (reference.scope.as_deref(), &reference.namespace) {
        (None, _) => errors.push(Error::required(&scope, "")),
        (Some(SCOPE_NAMESPACE), None) => {
            errors.push(Error::required(&namespace, "`parameters.scope` is set to 'Namespace'"));
        }
        (Some(SCOPE_NAMESPACE), Some(name)) => invalid_each(&namespace, name, is_dns1123_label(name), errors),
        (Some(SCOPE_CLUSTER), Some(_)) => {
            errors.push(Error::forbidden(&namespace, "`parameters.scope` is set to 'Cluster'"));
        }
        (Some(SCOPE_CLUSTER), None) => {}
        (Some(other), _) => {
            errors.push(Error::not_supported(&scope, other, &[SCOPE_CLUSTER, SCOPE_NAMESPACE]));
        }
    }
}
