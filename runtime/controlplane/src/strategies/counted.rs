//! Kinds that count generations by fields of their own, not by a spec beside a status.

use std::sync::Arc;

use kubeforge_api::{
    admissionregistration::v1::{MutatingWebhookConfiguration, ValidatingWebhookConfiguration},
    resource::v1::{Device, DeviceAttribute, DeviceClass, ResourceSlice},
    storage::v1::CSIDriver,
};
use kubeforge_apiserver::{
    request::RequestContext,
    strategy::{Generation, Strategy},
};
use kubeforge_machinery::{Object, validation::FeatureGates};

use super::{Options, gates};

/// Declares a strategy for a kind whose generation counts changes of one field.
macro_rules! counted {
    ($name:ident, $kind:ty, $field:ident, { $($method:item)* }) => {
        struct $name;

        impl Strategy for $name {
            fn generation(&self) -> Option<Generation> {
                Some(Generation::Spec)
            }

            fn spec_changed(&self, new: &dyn Object, old: &dyn Object) -> bool {
                match (new.downcast_ref::<$kind>(), old.downcast_ref::<$kind>()) {
                    (Some(new), Some(old)) => new.$field != old.$field,
                    _ => false,
                }
            }

            $($method)*
        }
    };
}

counted!(MutatingWebhooks, MutatingWebhookConfiguration, webhooks, {
    fn allow_unconditional_update(&self) -> bool {
        false
    }
});
counted!(ValidatingWebhooks, ValidatingWebhookConfiguration, webhooks, {
    fn allow_unconditional_update(&self) -> bool {
        false
    }
});
counted!(DeviceClasses, DeviceClass, spec, {
    fn returns_deleted_object(&self) -> bool {
        true
    }
});
counted!(ResourceSlices, ResourceSlice, spec, {
    fn prepare_for_create(&self, ctx: &RequestContext, object: &mut dyn Object) {
        if let Some(slice) = object.downcast_mut::<ResourceSlice>() {
            drop_of_devices(slice, None, &gates::of(ctx));
        }
    }

    fn prepare_for_update(&self, ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        if let (Some(new), Some(old)) = (new.downcast_mut::<ResourceSlice>(), old.downcast_ref::<ResourceSlice>()) {
            drop_of_devices(new, Some(old), &gates::of(ctx));
        }
    }

    fn returns_deleted_object(&self) -> bool {
        true
    }
});

/// Drops of devices what waits for its gate, where the old slice has none of it.
fn drop_of_devices(new: &mut ResourceSlice, old: Option<&ResourceSlice>, gates: &FeatureGates) {
    let drops = |gate: &str, is_used: fn(&Device) -> bool| {
        !gates.enabled(gate) && !old.is_some_and(|old| old.spec.devices.iter().any(is_used))
    };
    if drops("DRAListTypeAttributes", |device| device.attributes.values().any(has_list)) {
        for attribute in new.spec.devices.iter_mut().flat_map(|device| device.attributes.values_mut()) {
            attribute.ints.clear();
            attribute.bools.clear();
            attribute.strings.clear();
            attribute.versions.clear();
        }
    }
    if drops("DRANodeAllocatableResources", |device| !device.node_allocatable_resource_mappings.is_empty()) {
        new.spec.devices.iter_mut().for_each(|device| device.node_allocatable_resource_mappings.clear());
    }
}

fn has_list(attribute: &DeviceAttribute) -> bool {
    !attribute.ints.is_empty()
        || !attribute.bools.is_empty()
        || !attribute.strings.is_empty()
        || !attribute.versions.is_empty()
}

/// A driver has no generation at first, and counts changes.
struct Drivers;

impl Strategy for Drivers {
    fn allow_unconditional_update(&self) -> bool {
        false
    }

    fn generation(&self) -> Option<Generation> {
        Some(Generation::Absent)
    }

    fn prepare_for_create(&self, ctx: &RequestContext, object: &mut dyn Object) {
        if let Some(driver) = object.downcast_mut::<CSIDriver>()
            && !gates::of(ctx).enabled("VolumeLimitScaling")
        {
            driver.spec.prevent_pod_scheduling_if_missing = None;
        }
    }

    fn prepare_for_update(&self, ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        let (Some(new), Some(old)) = (new.downcast_mut::<CSIDriver>(), old.downcast_ref::<CSIDriver>()) else { return };
        if old.spec.prevent_pod_scheduling_if_missing.is_none() && !gates::of(ctx).enabled("VolumeLimitScaling") {
            new.spec.prevent_pod_scheduling_if_missing = None;
        }
        if new.spec != old.spec {
            new.metadata.generation = old.metadata.generation + 1;
        }
    }

    fn returns_deleted_object(&self) -> bool {
        true
    }
}

pub(super) fn register(options: &mut Options) {
    let table: [(&str, &str, Arc<dyn Strategy>); 5] = [
        ("admissionregistration.k8s.io", "mutatingwebhookconfigurations", Arc::new(MutatingWebhooks)),
        ("admissionregistration.k8s.io", "validatingwebhookconfigurations", Arc::new(ValidatingWebhooks)),
        ("resource.k8s.io", "deviceclasses", Arc::new(DeviceClasses)),
        ("resource.k8s.io", "resourceslices", Arc::new(ResourceSlices)),
        ("storage.k8s.io", "csidrivers", Arc::new(Drivers)),
    ];
    for (group, plural, strategy) in table {
        options.of(group, plural).strategy = Some(strategy);
    }
}
