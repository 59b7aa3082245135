//! Who has the cluster roles.

use super::data::{BindingData, SubjectData};

pub(super) const BINDINGS: &[BindingData] = &[
    BindingData { name: "cluster-admin", role: "cluster-admin", subjects: &[SubjectData::Group("system:masters")] },
    BindingData {
        name: "system:basic-user",
        role: "system:basic-user",
        subjects: &[SubjectData::Group("system:authenticated")],
    },
    BindingData {
        name: "system:discovery",
        role: "system:discovery",
        subjects: &[SubjectData::Group("system:authenticated")],
    },
    BindingData {
        name: "system:kube-controller-manager",
        role: "system:kube-controller-manager",
        subjects: &[SubjectData::User("system:kube-controller-manager")],
    },
    BindingData {
        name: "system:kube-dns",
        role: "system:kube-dns",
        subjects: &[SubjectData::ServiceAccount("kube-dns")],
    },
    BindingData {
        name: "system:kube-scheduler",
        role: "system:kube-scheduler",
        subjects: &[SubjectData::User("system:kube-scheduler")],
    },
    BindingData {
        name: "system:monitoring",
        role: "system:monitoring",
        subjects: &[SubjectData::Group("system:monitoring")],
    },
    BindingData { name: "system:node", role: "system:node", subjects: &[] },
    BindingData {
        name: "system:node-proxier",
        role: "system:node-proxier",
        subjects: &[SubjectData::User("system:kube-proxy")],
    },
    BindingData {
        name: "system:public-info-viewer",
        role: "system:public-info-viewer",
        subjects: &[SubjectData::Group("system:authenticated"), SubjectData::Group("system:unauthenticated")],
    },
    BindingData {
        name: "system:service-account-issuer-discovery",
        role: "system:service-account-issuer-discovery",
        subjects: &[SubjectData::Group("system:serviceaccounts")],
    },
    BindingData {
        name: "system:volume-scheduler",
        role: "system:volume-scheduler",
        subjects: &[SubjectData::User("system:kube-scheduler")],
    },
];
