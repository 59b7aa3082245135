//! Cluster roles of nodes and of what runs on each of them.

use super::data::{EMPTY, RoleData, on};

pub(super) const ROLES: &[RoleData] = &[
    RoleData {
        name: "system:kubelet-api-admin",
        rules: &[
            on("get list watch", "core", "nodes"),
            on("proxy", "core", "nodes"),
            on("*", "core", "nodes/log nodes/metrics nodes/proxy nodes/stats"),
            on("*", "core", "nodes/configz nodes/healthz nodes/pods"),
        ],
        ..EMPTY
    },
    RoleData {
        name: "system:node",
        rules: &[
            on("create", "authentication.k8s.io", "tokenreviews"),
            on("create", "authorization.k8s.io", "localsubjectaccessreviews subjectaccessreviews"),
            on("get list watch", "core", "services"),
            on("create get list watch", "core", "nodes"),
            on("patch update", "core", "nodes/status"),
            on("patch update", "core", "nodes"),
            on("create patch update", "core events.k8s.io", "events"),
            on("get list watch", "core", "pods"),
            on("create delete", "core", "pods"),
            on("patch update", "core", "pods/status"),
            on("create", "core", "pods/eviction"),
            on("get list watch", "core", "configmaps secrets"),
            on("get", "core", "persistentvolumeclaims persistentvolumes"),
            on("get", "core", "endpoints"),
            on("create get list watch", "certificates.k8s.io", "certificatesigningrequests"),
            on("create delete get patch update", "coordination.k8s.io", "leases"),
            on("get", "storage.k8s.io", "volumeattachments"),
            on("create", "core", "serviceaccounts/token"),
            on("get patch update", "core", "persistentvolumeclaims/status"),
            on("get list watch", "storage.k8s.io", "csidrivers"),
            on("create delete get patch update", "storage.k8s.io", "csinodes"),
            on("get list watch", "node.k8s.io", "runtimeclasses"),
            on("get", "resource.k8s.io", "resourceclaims"),
            on("deletecollection", "resource.k8s.io", "resourceslices"),
            on("get", "core", "serviceaccounts"),
        ],
        ..EMPTY
    },
    RoleData {
        name: "system:node-bootstrapper",
        rules: &[on("create get list watch", "certificates.k8s.io", "certificatesigningrequests")],
        ..EMPTY
    },
    RoleData {
        name: "system:node-problem-detector",
        rules: &[
            on("get", "core", "nodes"),
            on("patch", "core", "nodes/status"),
            on("create patch update", "core events.k8s.io", "events"),
        ],
        ..EMPTY
    },
    RoleData {
        name: "system:node-proxier",
        rules: &[
            on("list watch", "core", "endpoints services"),
            on("get list watch", "core", "nodes"),
            on("create patch update", "core events.k8s.io", "events"),
            on("list watch", "networking.k8s.io", "servicecidrs"),
            on("list watch", "discovery.k8s.io", "endpointslices"),
        ],
        ..EMPTY
    },
];
