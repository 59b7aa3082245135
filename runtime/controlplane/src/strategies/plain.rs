//! Kinds whose strategies differ from the default in flags only.

use std::{sync::Arc, time::Duration};

use kubeforge_apiserver::{
    request::RequestContext,
    strategy::{Generation, Strategy},
};
use kubeforge_machinery::Object;

use super::{Options, metadata};

/// A strategy that is all flags.
#[derive(Clone, Copy)]
struct Plain {
    allow_create_on_update: bool,
    allow_unconditional_update: bool,
    returns_deleted_object: bool,
    generation: Option<Generation>,
    ttl: Option<Duration>,
    /// Writes of the status leave the metadata alone.
    status_keeps_metadata: bool,
}

const DEFAULT: Plain = Plain {
    allow_create_on_update: false,
    allow_unconditional_update: true,
    returns_deleted_object: false,
    generation: None,
    ttl: None,
    status_keeps_metadata: false,
};

impl Strategy for Plain {
    fn allow_create_on_update(&self) -> bool {
        self.allow_create_on_update
    }

    fn allow_unconditional_update(&self) -> bool {
        self.allow_unconditional_update
    }

    fn returns_deleted_object(&self) -> bool {
        self.returns_deleted_object
    }

    fn generation(&self) -> Option<Generation> {
        self.generation
    }

    fn prepare_for_status_update(&self, _ctx: &RequestContext, new: &mut dyn Object, old: &dyn Object) {
        if self.status_keeps_metadata {
            metadata::keep(new, old);
        }
    }

    fn reset_fields(&self, subresource: &str) -> Option<&'static [&'static str]> {
        (self.status_keeps_metadata && subresource == "status").then_some(metadata::RESET_BY_STATUS)
    }

    fn ttl(&self, _object: &dyn Object) -> Option<Duration> {
        self.ttl
    }
}

pub(super) fn register(options: &mut Options, event_ttl: Duration) {
    let creating = Plain { allow_create_on_update: true, ..DEFAULT };
    let event = Plain { ttl: Some(event_ttl), ..creating };
    let conditional = Plain { allow_unconditional_update: false, ..DEFAULT };
    let counted = Plain { generation: Some(Generation::Spec), ..conditional };
    let returning = Plain { returns_deleted_object: true, ..DEFAULT };
    let table = [
        ("", "endpoints", creating),
        ("", "events", event),
        ("events.k8s.io", "events", event),
        ("admissionregistration.k8s.io", "mutatingadmissionpolicies", counted),
        ("admissionregistration.k8s.io", "mutatingadmissionpolicybindings", counted),
        (
            "admissionregistration.k8s.io",
            "validatingadmissionpolicies",
            Plain { status_keeps_metadata: true, ..counted },
        ),
        ("admissionregistration.k8s.io", "validatingadmissionpolicybindings", counted),
        ("certificates.k8s.io", "clustertrustbundles", conditional),
        ("certificates.k8s.io", "podcertificaterequests", conditional),
        ("coordination.k8s.io", "leasecandidates", Plain { allow_unconditional_update: false, ..creating }),
        ("internal.apiserver.k8s.io", "storageversions", Plain { status_keeps_metadata: true, ..conditional }),
        ("networking.k8s.io", "ingressclasses", Plain { generation: Some(Generation::Spec), ..DEFAULT }),
        (
            "networking.k8s.io",
            "servicecidrs",
            Plain { generation: Some(Generation::Absent), status_keeps_metadata: true, ..DEFAULT },
        ),
        ("node.k8s.io", "runtimeclasses", Plain { allow_unconditional_update: false, ..creating }),
        ("resource.k8s.io", "devicetaintrules", Plain { status_keeps_metadata: true, ..returning }),
        (
            "resource.k8s.io",
            "resourcepoolstatusrequests",
            Plain { allow_unconditional_update: false, status_keeps_metadata: true, ..returning },
        ),
        ("storagemigration.k8s.io", "storageversionmigrations", Plain { status_keeps_metadata: true, ..conditional }),
        ("storage.k8s.io", "csinodes", Plain { returns_deleted_object: true, ..conditional }),
        ("storage.k8s.io", "storageclasses", returning),
        ("storage.k8s.io", "volumeattributesclasses", returning),
        ("storage.k8s.io", "csistoragecapacities", conditional),
    ];
    for (group, plural, strategy) in table {
        options.of(group, plural).strategy = Some(Arc::new(strategy));
    }
    // upstream's historical names of directories in etcd
    options.of("networking.k8s.io", "ingresses").storage_prefix = Some("/ingress".to_owned());
    options.of("", "endpoints").storage_prefix = Some("/services/endpoints".to_owned());
    options.of("events.k8s.io", "events").storage_prefix = Some("/events".to_owned());
    options.of("", "replicationcontrollers").storage_prefix = Some("/controllers".to_owned());
}
