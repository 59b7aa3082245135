//! Roles of the two system namespaces, and who has them.

use super::data::{BindingData, EMPTY, RoleData, SubjectData, named, on};

pub(super) const KUBE_PUBLIC_ROLES: &[RoleData] = &[RoleData {
    name: "system:controller:bootstrap-signer",
    rules: &[
        on("get list watch", "core", "configmaps"),
        named("update", "core", "configmaps", "cluster-info"),
        on("create patch update", "core events.k8s.io", "events"),
    ],
    ..EMPTY
}];

pub(super) const KUBE_PUBLIC_BINDINGS: &[BindingData] = &[BindingData {
    name: "system:controller:bootstrap-signer",
    role: "system:controller:bootstrap-signer",
    subjects: &[SubjectData::ServiceAccount("bootstrap-signer")],
}];

pub(super) const KUBE_SYSTEM_ROLES: &[RoleData] = &[
    RoleData {
        name: "extension-apiserver-authentication-reader",
        rules: &[named("get list watch", "core", "configmaps", "extension-apiserver-authentication")],
        ..EMPTY
    },
    RoleData {
        name: "system::leader-locking-kube-controller-manager",
        rules: &[
            on("create get list update watch", "coordination.k8s.io", "leases"),
            on("create get list update watch", "coordination.k8s.io", "leasecandidates"),
        ],
        ..EMPTY
    },
    RoleData {
        name: "system::leader-locking-kube-scheduler",
        rules: &[
            on("create get list update watch", "coordination.k8s.io", "leases"),
            on("create get list update watch", "coordination.k8s.io", "leasecandidates"),
        ],
        ..EMPTY
    },
    RoleData { name: "system:controller:bootstrap-signer", rules: &[on("get list watch", "core", "secrets")], ..EMPTY },
    RoleData {
        name: "system:controller:cloud-provider",
        rules: &[on("create get list watch", "core", "configmaps")],
        ..EMPTY
    },
    RoleData {
        name: "system:controller:token-cleaner",
        rules: &[
            on("delete get list watch", "core", "secrets"),
            on("create patch update", "core events.k8s.io", "events"),
        ],
        ..EMPTY
    },
];

pub(super) const KUBE_SYSTEM_BINDINGS: &[BindingData] = &[
    BindingData {
        name: "system::extension-apiserver-authentication-reader",
        role: "extension-apiserver-authentication-reader",
        subjects: &[SubjectData::User("system:kube-controller-manager"), SubjectData::User("system:kube-scheduler")],
    },
    BindingData {
        name: "system::leader-locking-kube-controller-manager",
        role: "system::leader-locking-kube-controller-manager",
        subjects: &[
            SubjectData::User("system:kube-controller-manager"),
            SubjectData::ServiceAccount("kube-controller-manager"),
            SubjectData::ServiceAccount("leader-election-controller"),
        ],
    },
    BindingData {
        name: "system::leader-locking-kube-scheduler",
        role: "system::leader-locking-kube-scheduler",
        subjects: &[SubjectData::User("system:kube-scheduler"), SubjectData::ServiceAccount("kube-scheduler")],
    },
    BindingData {
        name: "system:controller:bootstrap-signer",
        role: "system:controller:bootstrap-signer",
        subjects: &[SubjectData::ServiceAccount("bootstrap-signer")],
    },
    BindingData {
        name: "system:controller:cloud-provider",
        role: "system:controller:cloud-provider",
        subjects: &[SubjectData::ServiceAccount("cloud-provider")],
    },
    BindingData {
        name: "system:controller:token-cleaner",
        role: "system:controller:token-cleaner",
        subjects: &[SubjectData::ServiceAccount("token-cleaner")],
    },
];
