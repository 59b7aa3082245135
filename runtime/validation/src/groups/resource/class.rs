//! Classes of devices.

use kubeforge_api::resource::v1::{DeviceClass, DeviceClassSpec};
use kubeforge_machinery::{
    field::{Error, ErrorList, Path},
    validation::{CheckContext, Checks, is_qualified_name},
};

use super::{
    GROUP,
    claim::CONFIGURATIONS_MAX,
    configuration::{Age, configuration},
    lists::each,
    request::{SELECTORS_MAX, selectors},
};
use crate::BuiltIn;

pub(super) fn register(all: &mut BuiltIn) {
    let checks = Checks::new(|_: &CheckContext<'_>, class: &DeviceClass| validate(&class.spec, None))
        .update(|_: &CheckContext<'_>, new: &DeviceClass, old: &DeviceClass| validate(&new.spec, Some(&old.spec)));
    all.add(GROUP, "deviceclasses", checks);
}

fn validate(spec: &DeviceClassSpec, old: Option<&DeviceClassSpec>) -> ErrorList {
    let mut errors = ErrorList::new();
    let path = Path::new("spec");
    let own = path.child("selectors");
    if old.is_some_and(|old| old.selectors == spec.selectors) {
        // expressions that are stored were compiled once, so only what they are in is looked at
        each(&spec.selectors, SELECTORS_MAX, &own, &mut errors, |selector, path, errors| {
            if selector.cel.is_none() {
                errors.push(Error::required(&path.child("cel"), ""));
            }
        });
    } else {
        selectors(&spec.selectors, &own, &mut errors);
    }
    let age = if old.is_some_and(|old| old.config == spec.config) { Age::Stored } else { Age::New };
    each(&spec.config, CONFIGURATIONS_MAX, &path.child("config"), &mut errors, |it, path, errors| {
        configuration(&it.device_configuration, age, path, errors);
    });
    if let Some(name) = spec.extended_resource_name.as_ref().filter(|name| !is_extended_resource(name)) {
        let text = "must be a valid extended resource name";
        errors.push(Error::invalid(&path.child("extendedResourceName"), name, text));
    }
    errors
}

/// A resource with a domain that is not Kubernetes' own, and room for `requests.` before it.
fn is_extended_resource(name: &str) -> bool {
    name.contains('/')
        && !name.contains("kubernetes.io/")
        && !name.starts_with("requests.")
        && is_qualified_name(&format!("requests.{name}")).is_empty()
}
