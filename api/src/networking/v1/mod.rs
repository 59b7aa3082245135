//! Version v1 of the `networking.k8s.io` group: network policies, ingresses, and the addresses of services.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

pub mod defaults;
mod ingress;
mod ingress_class;
mod ip_address;
mod network_policy;
mod service_cidr;
mod well_known;

#[rustfmt::skip]
pub mod generated;

pub use ingress::{
    HTTPIngressPath, HTTPIngressRuleValue, Ingress, IngressBackend, IngressList, IngressLoadBalancerIngress,
    IngressLoadBalancerStatus, IngressPortStatus, IngressRule, IngressRuleValue, IngressServiceBackend, IngressSpec,
    IngressStatus, IngressTLS, PathType, ServiceBackendPort,
};
pub use ingress_class::{IngressClass, IngressClassList, IngressClassParametersReference, IngressClassSpec};
pub use ip_address::{IPAddress, IPAddressList, IPAddressSpec, ParentReference};
pub use network_policy::{
    IPBlock, NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyList, NetworkPolicyPeer,
    NetworkPolicyPort, NetworkPolicySpec, PolicyType,
};
pub use service_cidr::{ServiceCIDR, ServiceCIDRList, ServiceCIDRSpec, ServiceCIDRStatus};
pub use well_known::{
    ANNOTATION_IS_DEFAULT_INGRESS_CLASS, INGRESS_CLASS_PARAMETERS_REFERENCE_SCOPE_CLUSTER,
    INGRESS_CLASS_PARAMETERS_REFERENCE_SCOPE_NAMESPACE, LABEL_IP_ADDRESS_FAMILY, LABEL_MANAGED_BY,
    SERVICE_CIDR_CONDITION_READY, SERVICE_CIDR_REASON_TERMINATING,
};
