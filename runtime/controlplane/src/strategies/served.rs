//! What of built-in resources' serving differs from the rule: the version that is stored, labels of fields.

use kubeforge_apiserver::registry::FieldLabels;
use kubeforge_machinery::GroupVersionKind;

use super::Options;

/// Kinds that upstream stores in an older version than the one in memory, for the sake of the release before.
const STORED: [(&str, &str, &str, &str); 3] = [
    ("admissionregistration.k8s.io", "v1beta1", "mutatingadmissionpolicies", "MutatingAdmissionPolicy"),
    ("admissionregistration.k8s.io", "v1beta1", "mutatingadmissionpolicybindings", "MutatingAdmissionPolicyBinding"),
    ("resource.k8s.io", "v1alpha3", "devicetaintrules", "DeviceTaintRule"),
];

/// Labels of events in their own group; both groups' events are stored as the core group's.
const EVENT_ALIASES: [(&str, &str); 8] = [
    ("regarding.kind", "involvedObject.kind"),
    ("regarding.namespace", "involvedObject.namespace"),
    ("regarding.name", "involvedObject.name"),
    ("regarding.uid", "involvedObject.uid"),
    ("regarding.apiVersion", "involvedObject.apiVersion"),
    ("regarding.resourceVersion", "involvedObject.resourceVersion"),
    ("regarding.fieldPath", "involvedObject.fieldPath"),
    ("reportingController", "reportingComponent"),
];

/// The name of a node from before it was one, and a label that never has a value.
const POD_ALIASES: [(&str, &str); 2] = [("spec.host", "spec.nodeName"), ("status.podIPs", "status.podIPs")];

pub(super) fn register(options: &mut Options) {
    for (group, version, plural, kind) in STORED {
        options.of(group, plural).storage_version = Some(GroupVersionKind::new(group, version, kind));
    }
    options.of("events.k8s.io", "events").field_labels.aliases = &EVENT_ALIASES;
    options.of("", "pods").field_labels.aliases = &POD_ALIASES;
    options.of("batch", "jobs").field_labels =
        FieldLabels { aliases: &[], refusal: Some(|_, label| format!("field label {label:?} not supported for Job")) };
    options.of("resource.k8s.io", "resourceslices").field_labels = FieldLabels {
        aliases: &[],
        refusal: Some(|kind, label| {
            format!("field label not supported for {}, Kind={}: {label}", kind.api_version(), kind.kind)
        }),
    };
}
