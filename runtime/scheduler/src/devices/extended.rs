//! Extended resources that stand for devices of a class.

use std::{cmp::Reverse, sync::Arc};

use kubeforge_api::resource::v1::{DeviceClass, RESOURCE_DEVICE_CLASS_PREFIX};

use crate::{framework::Objects, resources::is_extended};

/// The resources that stand for the devices of a class, for an index: the one it names, and one that every class has.
pub(crate) fn resources_of(class: &DeviceClass) -> Vec<String> {
    let own = format!("{RESOURCE_DEVICE_CLASS_PREFIX}{}", class.metadata.name);
    class.spec.extended_resource_name.iter().cloned().chain([own]).collect()
}

/// Whether a resource of this name may stand for devices.
pub(crate) fn may_be_devices(resource: &str) -> bool {
    is_extended(resource) || resource.starts_with(RESOURCE_DEVICE_CLASS_PREFIX)
}

/// The class whose devices an extended resource stands for: the newest where there are several, and of those of one moment
/// the first by name.
pub(crate) fn class_of(objects: &Objects, resource: &str) -> Option<Arc<DeviceClass>> {
    if objects.device_classes.is_empty() || !may_be_devices(resource) {
        return None;
    }
    let classes = objects.device_classes.by_index(Objects::BY_RESOURCE, resource);
    classes.into_iter().min_by_key(|class| {
        let created = class.metadata.creation_timestamp.unix();
        (Reverse(created), class.metadata.name.clone())
    })
}
