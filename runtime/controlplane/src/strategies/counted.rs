//! Kinds that count generations by fields of their own, not by a spec beside a status.

use std::sync::Arc;

use kubeforge_api::{
    admissionregistration::v1::{MutatingWebhookConfiguration, ValidatingWebhookConfiguration},
    resource::v1::{DeviceClass, ResourceSlice},
    storage::v1::CSIDriver,
};
use kubeforge_apiserver::{
    request::RequestContext,
    strategy::{Generation, Strategy},
};
use kubeforge_machinery::Object;

use super::Options;

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
    fn returns_deleted_object(&self) -> bool {
        true
    }
});

/// A driver has no generation at first, and counts changes of what may change.
struct Drivers;

impl Strategy for Drivers {
    fn allow_unconditional_update(&self) -> bool {
        false
    }

    fn generation(&self) -> Option<Generation> {
        Some(Generation::Absent)
    }

    fn prepare_for_update(&self, _ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        let (Some(new), Some(old)) = (new.downcast_mut::<CSIDriver>(), old.downcast_ref::<CSIDriver>()) else { return };
        let (new_spec, old_spec) = (&new.spec, &old.spec);
        if new_spec.token_requests != old_spec.token_requests
            || new_spec.requires_republish != old_spec.requires_republish
            || new_spec.se_linux_mount != old_spec.se_linux_mount
        {
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
