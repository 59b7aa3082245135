//! Defaults that the markers cannot say; they follow pkg/apis/networking/v1/defaults.go.

use super::{
    INGRESS_CLASS_PARAMETERS_REFERENCE_SCOPE_CLUSTER, IngressClass, NetworkPolicy, NetworkPolicyPort, PolicyType,
};
use crate::core::v1::Protocol;

/// A port of TCP.
pub fn default_network_policy_port(port: &mut NetworkPolicyPort) {
    port.protocol.get_or_insert(Protocol::TCP);
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

/// Parameters are in no namespace.
pub fn default_ingress_class(class: &mut IngressClass) {
    if let Some(parameters) = &mut class.spec.parameters {
        parameters.scope.get_or_insert_with(|| INGRESS_CLASS_PARAMETERS_REFERENCE_SCOPE_CLUSTER.to_owned());
    }
}

#[cfg(test)]
mod tests;
