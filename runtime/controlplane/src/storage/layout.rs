//! Where each built-in resource is in the store, and in which version: as kube-apiserver 1.36 has it, so that either reads
//! what the other wrote.

use std::collections::{BTreeMap, HashSet};

use bytes::Bytes;
use kubeforge_apiserver::registry::ResourceScope;
use kubeforge_storage::kv::{KeyRange, Kv, RangeRequest, Want};

use crate::{ControlPlane, enablement::RuntimeConfig};

/// Resource, place below the root, version stored.
const STORED: [(&str, &str, &str); 68] = [
    ("configmaps", "configmaps", "v1"),
    ("endpoints", "services/endpoints", "v1"),
    ("events", "events", "v1"),
    ("limitranges", "limitranges", "v1"),
    ("namespaces", "namespaces", "v1"),
    ("nodes", "minions", "v1"),
    ("persistentvolumeclaims", "persistentvolumeclaims", "v1"),
    ("persistentvolumes", "persistentvolumes", "v1"),
    ("pods", "pods", "v1"),
    ("podtemplates", "podtemplates", "v1"),
    ("replicationcontrollers", "controllers", "v1"),
    ("resourcequotas", "resourcequotas", "v1"),
    ("secrets", "secrets", "v1"),
    ("serviceaccounts", "serviceaccounts", "v1"),
    ("services", "services/specs", "v1"),
    (
        "mutatingadmissionpolicies.admissionregistration.k8s.io",
        "mutatingadmissionpolicies",
        "admissionregistration.k8s.io/v1beta1",
    ),
    (
        "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
        "mutatingadmissionpolicybindings",
        "admissionregistration.k8s.io/v1beta1",
    ),
    (
        "mutatingwebhookconfigurations.admissionregistration.k8s.io",
        "mutatingwebhookconfigurations",
        "admissionregistration.k8s.io/v1",
    ),
    (
        "validatingadmissionpolicies.admissionregistration.k8s.io",
        "validatingadmissionpolicies",
        "admissionregistration.k8s.io/v1",
    ),
    (
        "validatingadmissionpolicybindings.admissionregistration.k8s.io",
        "validatingadmissionpolicybindings",
        "admissionregistration.k8s.io/v1",
    ),
    (
        "validatingwebhookconfigurations.admissionregistration.k8s.io",
        "validatingwebhookconfigurations",
        "admissionregistration.k8s.io/v1",
    ),
    (
        "customresourcedefinitions.apiextensions.k8s.io",
        "apiextensions.k8s.io/customresourcedefinitions",
        "apiextensions.k8s.io/v1beta1",
    ),
    ("apiservices.apiregistration.k8s.io", "apiregistration.k8s.io/apiservices", "apiregistration.k8s.io/v1"),
    ("controllerrevisions.apps", "controllerrevisions", "apps/v1"),
    ("daemonsets.apps", "daemonsets", "apps/v1"),
    ("deployments.apps", "deployments", "apps/v1"),
    ("replicasets.apps", "replicasets", "apps/v1"),
    ("statefulsets.apps", "statefulsets", "apps/v1"),
    ("horizontalpodautoscalers.autoscaling", "horizontalpodautoscalers", "autoscaling/v2"),
    ("cronjobs.batch", "cronjobs", "batch/v1"),
    ("jobs.batch", "jobs", "batch/v1"),
    ("certificatesigningrequests.certificates.k8s.io", "certificatesigningrequests", "certificates.k8s.io/v1"),
    ("clustertrustbundles.certificates.k8s.io", "clustertrustbundles", "certificates.k8s.io/v1beta1"),
    ("podcertificaterequests.certificates.k8s.io", "podcertificaterequests", "certificates.k8s.io/v1beta1"),
    ("leasecandidates.coordination.k8s.io", "leasecandidates", "coordination.k8s.io/v1beta1"),
    ("leases.coordination.k8s.io", "leases", "coordination.k8s.io/v1"),
    ("endpointslices.discovery.k8s.io", "endpointslices", "discovery.k8s.io/v1"),
    ("events.events.k8s.io", "events", "v1"),
    ("flowschemas.flowcontrol.apiserver.k8s.io", "flowschemas", "flowcontrol.apiserver.k8s.io/v1"),
    (
        "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
        "prioritylevelconfigurations",
        "flowcontrol.apiserver.k8s.io/v1",
    ),
    ("storageversions.internal.apiserver.k8s.io", "storageversions", "internal.apiserver.k8s.io/v1alpha1"),
    ("ingressclasses.networking.k8s.io", "ingressclasses", "networking.k8s.io/v1"),
    ("ingresses.networking.k8s.io", "ingress", "networking.k8s.io/v1"),
    ("ipaddresses.networking.k8s.io", "ipaddresses", "networking.k8s.io/v1"),
    ("networkpolicies.networking.k8s.io", "networkpolicies", "networking.k8s.io/v1"),
    ("servicecidrs.networking.k8s.io", "servicecidrs", "networking.k8s.io/v1"),
    ("runtimeclasses.node.k8s.io", "runtimeclasses", "node.k8s.io/v1"),
    ("poddisruptionbudgets.policy", "poddisruptionbudgets", "policy/v1"),
    ("clusterrolebindings.rbac.authorization.k8s.io", "clusterrolebindings", "rbac.authorization.k8s.io/v1"),
    ("clusterroles.rbac.authorization.k8s.io", "clusterroles", "rbac.authorization.k8s.io/v1"),
    ("rolebindings.rbac.authorization.k8s.io", "rolebindings", "rbac.authorization.k8s.io/v1"),
    ("roles.rbac.authorization.k8s.io", "roles", "rbac.authorization.k8s.io/v1"),
    ("deviceclasses.resource.k8s.io", "deviceclasses", "resource.k8s.io/v1"),
    ("devicetaintrules.resource.k8s.io", "devicetaintrules", "resource.k8s.io/v1alpha3"),
    ("resourceclaims.resource.k8s.io", "resourceclaims", "resource.k8s.io/v1"),
    ("resourceclaimtemplates.resource.k8s.io", "resourceclaimtemplates", "resource.k8s.io/v1"),
    ("resourcepoolstatusrequests.resource.k8s.io", "resourcepoolstatusrequests", "resource.k8s.io/v1alpha3"),
    ("resourceslices.resource.k8s.io", "resourceslices", "resource.k8s.io/v1"),
    ("podgroups.scheduling.k8s.io", "podgroups", "scheduling.k8s.io/v1alpha2"),
    ("priorityclasses.scheduling.k8s.io", "priorityclasses", "scheduling.k8s.io/v1"),
    ("workloads.scheduling.k8s.io", "workloads", "scheduling.k8s.io/v1alpha2"),
    ("csidrivers.storage.k8s.io", "csidrivers", "storage.k8s.io/v1"),
    ("csinodes.storage.k8s.io", "csinodes", "storage.k8s.io/v1"),
    ("csistoragecapacities.storage.k8s.io", "csistoragecapacities", "storage.k8s.io/v1"),
    ("storageclasses.storage.k8s.io", "storageclasses", "storage.k8s.io/v1"),
    ("volumeattachments.storage.k8s.io", "volumeattachments", "storage.k8s.io/v1"),
    ("volumeattributesclasses.storage.k8s.io", "volumeattributesclasses", "storage.k8s.io/v1"),
    ("storageversionmigrations.storagemigration.k8s.io", "storageversionmigrations", "storagemigration.k8s.io/v1beta1"),
];

/// Kinds whose storage upstream sets up without protobuf.
const JSON: [&str; 2] = ["apiservices.apiregistration.k8s.io", "customresourcedefinitions.apiextensions.k8s.io"];

/// The `apiVersion` and kind that a stored value says of itself, and whether it is protobuf.
fn says(value: &[u8]) -> (String, String, bool) {
    let Some(envelope) = value.strip_prefix(b"k8s\0") else {
        let document: serde_json::Value = serde_json::from_slice(value).unwrap();
        let text = |field: &str| document[field].as_str().unwrap().to_owned();
        return (text("apiVersion"), text("kind"), false);
    };
    // message Unknown { TypeMeta { apiVersion = 1, kind = 2 } = 1, ... }, all of it short
    assert_eq!((envelope[0], envelope[2]), (0x0a, 0x0a));
    let version_end = 4 + usize::from(envelope[3]);
    assert_eq!(envelope[version_end], 0x12);
    let kind_start = version_end + 2;
    let kind_end = kind_start + usize::from(envelope[version_end + 1]);
    let text = |range: std::ops::Range<usize>| String::from_utf8(envelope[range].to_vec()).unwrap();
    (text(4..version_end), text(kind_start..kind_end), true)
}

async fn stored(kv: &dyn Kv, key: &str) -> Option<Bytes> {
    let range = KeyRange::One(Bytes::copy_from_slice(key.as_bytes()));
    let found = kv.range(RangeRequest { range, at: None, limit: None, want: Want::KeyValues }).await.unwrap();
    found.kvs.into_iter().next().map(|kv| kv.value)
}

/// Stores an empty object of a resource; its key, as the table has it.
async fn store(scope: &ResourceScope, place: &str) -> String {
    let namespace = if scope.namespaced() { "somewhere" } else { "" };
    let mut object = scope.scheme.new_object(&scope.hub).unwrap();
    let meta = object.meta_mut().unwrap();
    "one-of-all".clone_into(&mut meta.name);
    namespace.clone_into(&mut meta.namespace);
    let key = scope.key(namespace, "one-of-all");
    scope.storage.as_ref().unwrap().create(&key, object, None).await.unwrap();
    format!("/registry/{place}/{key}")
}

#[tokio::test]
async fn every_resource_is_where_upstream_keeps_it() {
    let everything = "api/all=true".parse::<RuntimeConfig>().unwrap();
    let plane = ControlPlane::in_memory_serving(everything).await.unwrap();
    let kv = plane.store();
    let mut table: BTreeMap<&str, _> =
        STORED.iter().map(|(name, place, version)| (*name, (*place, *version))).collect();
    let (mut kinds, mut wrong) = (HashSet::new(), Vec::new());
    for scope in plane.server().registry().scopes().filter(|scope| scope.storage.is_some()) {
        let name = scope.resource.to_string();
        if !kinds.insert(name.clone()) {
            continue;
        }
        let Some((place, version)) = table.remove(name.as_str()) else {
            wrong.push(format!("{name} is not stored upstream"));
            continue;
        };
        if name == "events.events.k8s.io" {
            // kept as the core group's
            assert_eq!(scope.prefix, "/registry/events");
            continue;
        }
        let key = store(scope, place).await;
        let found = stored(&*kv, &key).await.as_deref().map(says);
        let want = (version.to_owned(), scope.stored.kind.to_string(), !JSON.contains(&name.as_str()));
        if found.as_ref() != Some(&want) {
            wrong.push(format!("{key}: {found:?} is stored, upstream has {want:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(table.is_empty(), "not stored here: {table:?}");
}
