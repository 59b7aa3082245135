//! Facts that stand in two fields: an old name and a new one, or a value and the list that it heads.
//!
//! Kubernetes keeps them in step in the conversion between v1 and its internal types (pkg/apis/core/v1/conversion.go). Here v1
//! is what the server holds, so they are brought in step where defaults are set.

use std::collections::BTreeMap;

use super::super::{NodeSpec, PodIP, PodSpec, PodStatus, Secret};

/// Annotations in which the containers that start first once stood; old clients may still send them.
const INIT_CONTAINER_ANNOTATIONS: [&str; 4] = [
    "pod.beta.kubernetes.io/init-containers",
    "pod.alpha.kubernetes.io/init-containers",
    "pod.beta.kubernetes.io/init-container-statuses",
    "pod.alpha.kubernetes.io/init-container-statuses",
];

/// Drops annotations that say what fields say now.
pub(super) fn drop_init_container_annotations(annotations: &mut BTreeMap<String, String>) {
    for key in INIT_CONTAINER_ANNOTATIONS {
        annotations.remove(key);
    }
}

/// The service account's old name says what the new one does; the new one wins.
pub(super) fn service_account(spec: &mut PodSpec) {
    if spec.service_account_name.is_empty() {
        spec.service_account_name.clone_from(&spec.deprecated_service_account);
    }
    spec.deprecated_service_account.clone_from(&spec.service_account_name);
}

/// The pod's address heads the list of its addresses; where the two differ the single one wins.
pub(super) fn pod_ips(status: &mut PodStatus) {
    if status.pod_ip.is_empty() {
        if let Some(first) = status.pod_ips.first() {
            status.pod_ip.clone_from(&first.ip);
        }
    } else if status.pod_ips.first().is_none_or(|first| first.ip != status.pod_ip) {
        status.pod_ips = vec![PodIP { ip: status.pod_ip.clone() }];
    }
}

/// The node's network heads the list of its networks; where the two differ the single one wins.
pub(super) fn pod_cidrs(spec: &mut NodeSpec) {
    if spec.pod_cidr.is_empty() {
        if let Some(first) = spec.pod_cidrs.first() {
            spec.pod_cidr.clone_from(first);
        }
    } else if spec.pod_cidrs.first() != Some(&spec.pod_cidr) {
        spec.pod_cidrs = vec![spec.pod_cidr.clone()];
    }
}

/// Texts that were written in the clear become data.
pub(super) fn string_data(secret: &mut Secret) {
    for (key, text) in std::mem::take(&mut secret.string_data) {
        secret.data.insert(key, text.into_bytes().into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_pod_ips(one: &str, many: &[&str], want: &[&str]) {
        let pod_ips = many.iter().map(|ip| PodIP { ip: (*ip).to_owned() }).collect();
        let mut status = PodStatus { pod_ip: one.to_owned(), pod_ips, ..PodStatus::default() };
        super::pod_ips(&mut status);
        assert_eq!(status.pod_ips.iter().map(|ip| ip.ip.as_str()).collect::<Vec<_>>(), want);
        assert_eq!(status.pod_ip, want.first().copied().unwrap_or_default());
    }

    #[test]
    fn addresses_are_in_step() {
        check_pod_ips("", &[], &[]);
        check_pod_ips("10.0.0.1", &[], &["10.0.0.1"]);
        check_pod_ips("", &["10.0.0.1", "fd00::1"], &["10.0.0.1", "fd00::1"]);
        check_pod_ips("10.0.0.2", &["10.0.0.1", "fd00::1"], &["10.0.0.2"]);
        check_pod_ips("10.0.0.1", &["10.0.0.1", "fd00::1"], &["10.0.0.1", "fd00::1"]);
    }

    #[test]
    fn texts_replace_data_of_the_same_key() {
        let mut secret = Secret::default();
        secret.data.insert("a".to_owned(), "old".into());
        secret.string_data.insert("a".to_owned(), "new".to_owned());
        string_data(&mut secret);
        assert_eq!(secret.data["a"], "new".into());
        assert!(secret.string_data.is_empty());
    }
}
