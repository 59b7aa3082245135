//! Cluster roles of the control plane's parts, of discovery, and of who approves certificates.

use super::data::{EMPTY, RoleData, named, on, paths};

pub(super) const ROLES: &[RoleData] = &[
    RoleData {
        name: "system:auth-delegator",
        rules: &[
            on("create", "authentication.k8s.io", "tokenreviews"),
            on("create", "authorization.k8s.io", "subjectaccessreviews"),
        ],
        ..EMPTY
    },
    RoleData {
        name: "system:basic-user",
        rules: &[
            on("create", "authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews"),
            on("create", "authentication.k8s.io", "selfsubjectreviews"),
        ],
        ..EMPTY
    },
    RoleData {
        name: "system:certificates.k8s.io:certificatesigningrequests:nodeclient",
        rules: &[on("create", "certificates.k8s.io", "certificatesigningrequests/nodeclient")],
        ..EMPTY
    },
    RoleData {
        name: "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient",
        rules: &[on("create", "certificates.k8s.io", "certificatesigningrequests/selfnodeclient")],
        ..EMPTY
    },
    RoleData {
        name: "system:certificates.k8s.io:kube-apiserver-client-approver",
        rules: &[named("approve", "certificates.k8s.io", "signers", "kubernetes.io/kube-apiserver-client")],
        ..EMPTY
    },
    RoleData {
        name: "system:certificates.k8s.io:kube-apiserver-client-kubelet-approver",
        rules: &[named("approve", "certificates.k8s.io", "signers", "kubernetes.io/kube-apiserver-client-kubelet")],
        ..EMPTY
    },
    RoleData {
        name: "system:certificates.k8s.io:kubelet-serving-approver",
        rules: &[named("approve", "certificates.k8s.io", "signers", "kubernetes.io/kubelet-serving")],
        ..EMPTY
    },
    RoleData {
        name: "system:certificates.k8s.io:legacy-unknown-approver",
        rules: &[named("approve", "certificates.k8s.io", "signers", "kubernetes.io/legacy-unknown")],
        ..EMPTY
    },
    RoleData {
        name: "system:discovery",
        rules: &[paths(
            "get",
            "/api /api/* /apis /apis/* /healthz /livez /openapi /openapi/* /readyz /version /version/",
        )],
        ..EMPTY
    },
    RoleData {
        name: "system:heapster",
        rules: &[
            on("get list watch", "core", "events namespaces nodes pods"),
            on("get list watch", "extensions", "deployments"),
        ],
        ..EMPTY
    },
    RoleData { name: "system:kube-aggregator", rules: &[on("get list watch", "core", "endpoints services")], ..EMPTY },
    RoleData {
        name: "system:kube-controller-manager",
        rules: &[
            on("create patch update", "core events.k8s.io", "events"),
            on("create", "coordination.k8s.io", "leases"),
            named("get update", "coordination.k8s.io", "leases", "kube-controller-manager"),
            on("create", "core", "secrets serviceaccounts"),
            on("delete", "core", "secrets"),
            on("get", "core", "configmaps namespaces secrets serviceaccounts"),
            on("update", "core", "secrets serviceaccounts"),
            on("create", "authentication.k8s.io", "tokenreviews"),
            on("create", "authorization.k8s.io", "subjectaccessreviews"),
            on("list watch", "*", "*"),
            on("create", "core", "serviceaccounts/token"),
        ],
        ..EMPTY
    },
    RoleData { name: "system:kube-dns", rules: &[on("list watch", "core", "endpoints services")], ..EMPTY },
    RoleData {
        name: "system:kube-scheduler",
        rules: &[
            on("create patch update", "core events.k8s.io", "events"),
            on("create", "coordination.k8s.io", "leases"),
            named("get list update watch", "coordination.k8s.io", "leases", "kube-scheduler"),
            on("create delete deletecollection get list patch update watch", "coordination.k8s.io", "leasecandidates"),
            on("get list watch", "core", "nodes"),
            on("delete get list watch", "core", "pods"),
            on("create", "core", "bindings pods/binding"),
            on("patch update", "core", "pods/status"),
            on("get list watch", "core", "replicationcontrollers services"),
            on("get list watch", "apps extensions", "replicasets"),
            on("get list watch", "apps", "statefulsets"),
            on("get list watch", "policy", "poddisruptionbudgets"),
            on("get list watch", "core", "persistentvolumeclaims persistentvolumes"),
            on("create", "authentication.k8s.io", "tokenreviews"),
            on("create", "authorization.k8s.io", "subjectaccessreviews"),
            on("get list watch", "storage.k8s.io", "csinodes"),
            on("get list watch", "storage.k8s.io", "volumeattachments"),
            on("get list watch", "core", "namespaces"),
            on("get list watch", "storage.k8s.io", "csidrivers"),
            on("get list watch", "storage.k8s.io", "csistoragecapacities"),
            on("get list watch", "resource.k8s.io", "deviceclasses"),
            on("get list patch update watch", "resource.k8s.io", "resourceclaims"),
            on("get list patch update watch", "resource.k8s.io", "resourceclaims/status"),
            on("update", "core", "pods/finalizers"),
            on("get list watch", "resource.k8s.io", "resourceslices"),
            on("create delete", "resource.k8s.io", "resourceclaims"),
            on("patch update", "resource.k8s.io", "resourceclaims/binding"),
        ],
        ..EMPTY
    },
    RoleData {
        name: "system:monitoring",
        rules: &[
            paths(
                "get",
                "/flagz /healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/* /statusz",
            ),
            on("get", "core", "nodes/metrics"),
        ],
        ..EMPTY
    },
    RoleData {
        name: "system:persistent-volume-provisioner",
        rules: &[
            on("create delete get list watch", "core", "persistentvolumes"),
            on("get list update watch", "core", "persistentvolumeclaims"),
            on("get list watch", "storage.k8s.io", "storageclasses"),
            on("watch", "core", "events"),
            on("create patch update", "core events.k8s.io", "events"),
        ],
        ..EMPTY
    },
    RoleData {
        name: "system:public-info-viewer",
        rules: &[paths("get", "/healthz /livez /readyz /version /version/")],
        ..EMPTY
    },
    RoleData {
        name: "system:service-account-issuer-discovery",
        rules: &[paths(
            "get",
            "/.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/",
        )],
        ..EMPTY
    },
    RoleData {
        name: "system:volume-scheduler",
        rules: &[
            on("get list patch update watch", "core", "persistentvolumes"),
            on("get list watch", "storage.k8s.io", "storageclasses"),
            on("get list patch update watch", "core", "persistentvolumeclaims"),
        ],
        ..EMPTY
    },
];
