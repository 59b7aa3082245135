//! Kinds of other projects, imported from their CustomResourceDefinitions: the Gateway API's routes, Istio's destination rules
//! and the Prometheus operator's monitors.
//!
//! `definitions` holds what `kubeforge-gen import` was given, and `samples` objects of these kinds. The types are what import
//! made of the definitions, none of it by hand; `gen/tests/import/projects.rs` proves that, and that the generator gives the
//! definitions back. `tests/samples.rs` has a control plane take the samples.

/// `gateway.networking.k8s.io`: the Gateway API.
pub mod gateway {
    pub mod v1;
    pub mod v1beta1;
}

/// `monitoring.coreos.com`: the Prometheus operator.
pub mod monitoring {
    pub mod v1;
}

/// `networking.istio.io`: Istio.
pub mod networking {
    pub mod v1;
}

/// Adds the kinds of all groups to a Scheme.
pub fn register(scheme: &mut kubeforge_machinery::SchemeBuilder) {
    gateway::v1::generated::register(scheme);
    gateway::v1beta1::generated::register(scheme);
    monitoring::v1::generated::register(scheme);
    networking::v1::generated::register(scheme);
}
