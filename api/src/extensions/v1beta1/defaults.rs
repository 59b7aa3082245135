//! Defaults that the markers cannot say; they follow pkg/apis/extensions/v1beta1/defaults.go, except that ports of network
//! policies are TCP's here as in `networking.k8s.io`: upstream means that too, but sets it on a copy.

use kubeforge_machinery::IntOrString;

use super::{
    DaemonSet, Deployment, HTTPIngressPath, NetworkPolicy, NetworkPolicyPort, PathType, PolicyType, ReplicaSet,
};
use crate::{
    apps::defaults::{daemon_set, deployment, take_labels_from},
    core::v1::Protocol,
};

/// One replica, rolled out pod by pod, without a limit on time or on revisions kept.
pub fn default_deployment(deployment: &mut Deployment) {
    let spec = &mut deployment.spec;
    take_labels_from(&spec.template, &mut spec.selector, &mut deployment.metadata);
    deployment!(&mut *spec, IntOrString::Int(1));
    if let Some(rolling) = &mut spec.strategy.rolling_update {
        // Here also for another strategy, which validation then refuses.
        rolling.max_unavailable.get_or_insert(IntOrString::Int(1));
        rolling.max_surge.get_or_insert(IntOrString::Int(1));
    }
    spec.progress_deadline_seconds.get_or_insert(i32::MAX);
    spec.revision_history_limit.get_or_insert(i32::MAX);
}

/// One replica.
pub fn default_replica_set(replica_set: &mut ReplicaSet) {
    let spec = &mut replica_set.spec;
    take_labels_from(&spec.template, &mut spec.selector, &mut replica_set.metadata);
    spec.replicas.get_or_insert(1);
}

/// Pods are replaced when somebody deletes them.
pub fn default_daemon_set(daemon_set: &mut DaemonSet) {
    let spec = &mut daemon_set.spec;
    take_labels_from(&spec.template, &mut spec.selector, &mut daemon_set.metadata);
    daemon_set!(spec, OnDelete);
}

/// Paths are compared as the controller likes.
pub fn default_http_ingress_path(path: &mut HTTPIngressPath) {
    path.path_type.get_or_insert(PathType::ImplementationSpecific);
}

/// A policy that does not say what it limits limits what comes in, and what goes out if it has rules for that.
pub fn default_network_policy(policy: &mut NetworkPolicy) {
    let spec = &mut policy.spec;
    if spec.policy_types.is_empty() {
        spec.policy_types.push(PolicyType::Ingress);
        if !spec.egress.is_empty() {
            spec.policy_types.push(PolicyType::Egress);
        }
    }
}

/// A port of TCP.
pub fn default_network_policy_port(port: &mut NetworkPolicyPort) {
    port.protocol.get_or_insert(Protocol::TCP);
}

#[cfg(test)]
mod tests;
