//! An APIService for each version of a group that this server serves. Follows pkg/controlplane/apiserver/aggregator.go
//! and cmd/kube-apiserver/app/aggregator.go.

use kubeforge_api::apiregistration::v1::{APIService, APIServiceSpec};
use kubeforge_client::{Client, ClientError};
use kubeforge_machinery::GroupVersion;

use super::{ensure, named};

/// Marks those that are made when the server starts; others come and go with custom resources.
pub(crate) const AUTOMANAGED: &str = "kube-aggregator.kubernetes.io/automanaged";

/// Where groups stand, and their versions within them: group, version, `groupPriorityMinimum`, `versionPriority`.
const PRIORITIES: [(&str, &str, i32, i32); 43] = [
    ("", "v1", 18000, 1),
    ("apps", "v1", 17800, 15),
    ("events.k8s.io", "v1", 17750, 15),
    ("events.k8s.io", "v1beta1", 17750, 5),
    ("authentication.k8s.io", "v1", 17700, 15),
    ("authentication.k8s.io", "v1beta1", 17700, 9),
    ("authentication.k8s.io", "v1alpha1", 17700, 1),
    ("authorization.k8s.io", "v1", 17600, 15),
    ("autoscaling", "v2", 17500, 30),
    ("autoscaling", "v1", 17500, 15),
    ("batch", "v1", 17400, 15),
    ("certificates.k8s.io", "v1", 17300, 15),
    ("certificates.k8s.io", "v1beta1", 17300, 9),
    ("certificates.k8s.io", "v1alpha1", 17300, 1),
    ("networking.k8s.io", "v1", 17200, 15),
    ("networking.k8s.io", "v1beta1", 17200, 9),
    ("policy", "v1", 17100, 15),
    ("rbac.authorization.k8s.io", "v1", 17000, 15),
    ("storage.k8s.io", "v1", 16800, 15),
    ("storage.k8s.io", "v1beta1", 16800, 9),
    ("storage.k8s.io", "v1alpha1", 16800, 1),
    ("admissionregistration.k8s.io", "v1", 16700, 15),
    ("admissionregistration.k8s.io", "v1beta1", 16700, 12),
    ("admissionregistration.k8s.io", "v1alpha1", 16700, 9),
    ("apiextensions.k8s.io", "v1", 16700, 15),
    ("scheduling.k8s.io", "v1", 16600, 15),
    ("coordination.k8s.io", "v1", 16500, 15),
    ("coordination.k8s.io", "v1beta1", 16500, 13),
    ("coordination.k8s.io", "v1alpha2", 16500, 12),
    ("node.k8s.io", "v1", 16300, 15),
    ("discovery.k8s.io", "v1", 16200, 15),
    ("discovery.k8s.io", "v1beta1", 16200, 12),
    ("resource.k8s.io", "v1", 16200, 20),
    ("resource.k8s.io", "v1beta2", 16200, 15),
    ("resource.k8s.io", "v1beta1", 16200, 9),
    ("resource.k8s.io", "v1alpha3", 16200, 1),
    ("flowcontrol.apiserver.k8s.io", "v1", 16100, 21),
    ("flowcontrol.apiserver.k8s.io", "v1beta3", 16100, 18),
    ("flowcontrol.apiserver.k8s.io", "v1beta2", 16100, 15),
    ("flowcontrol.apiserver.k8s.io", "v1beta1", 16100, 12),
    ("flowcontrol.apiserver.k8s.io", "v1alpha1", 16100, 9),
    ("internal.apiserver.k8s.io", "v1alpha1", 16000, 9),
    ("storagemigration.k8s.io", "v1beta1", 15800, 9),
];

/// Makes what is missing.
pub(super) async fn run(client: &Client, served: &[GroupVersion]) -> Result<(), ClientError> {
    for (group, version, group_priority, version_priority) in PRIORITIES {
        if !served.iter().any(|it| it.group == group && it.version == version) {
            continue;
        }
        let mut metadata = named(&format!("{version}.{group}"), "");
        metadata.labels.insert(AUTOMANAGED.to_owned(), "onstart".to_owned());
        let spec = APIServiceSpec {
            group: group.to_owned(),
            version: version.to_owned(),
            group_priority_minimum: group_priority,
            version_priority,
            ..APIServiceSpec::default()
        };
        ensure(client, APIService { metadata, spec, ..APIService::default() }).await?;
    }
    Ok(())
}
