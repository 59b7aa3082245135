//! Kinds of networking.k8s.io and discovery.k8s.io.

mod endpoint_slice;
mod ingress;
mod ingress_class;
mod ip_address;
mod network_policy;
mod service_cidr;

use crate::BuiltIn;

pub(crate) fn register(all: &mut BuiltIn) {
    endpoint_slice::register(all);
    ingress::register(all);
    ingress_class::register(all);
    ip_address::register(all);
    network_policy::register(all);
    service_cidr::register(all);
}

const GROUP: &str = "networking.k8s.io";
