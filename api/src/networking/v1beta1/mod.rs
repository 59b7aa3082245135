//! Version v1beta1 of the `networking.k8s.io` group: ingresses and the addresses of services, as they were before v1.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod conversion;
pub mod defaults;
mod ingress;
mod ingress_class;
mod ip_address;
mod service_cidr;
mod well_known;

#[rustfmt::skip]
pub mod generated;

pub use ingress::{
    HTTPIngressPath, HTTPIngressRuleValue, Ingress, IngressBackend, IngressList, IngressLoadBalancerIngress,
    IngressLoadBalancerStatus, IngressPortStatus, IngressRule, IngressRuleValue, IngressSpec, IngressStatus,
    IngressTLS, PathType,
};
pub use ingress_class::{IngressClass, IngressClassList, IngressClassParametersReference, IngressClassSpec};
pub use ip_address::{IPAddress, IPAddressList, IPAddressSpec, ParentReference};
pub use service_cidr::{ServiceCIDR, ServiceCIDRList, ServiceCIDRSpec, ServiceCIDRStatus};
pub use well_known::{
    ANNOTATION_INGRESS_CLASS, ANNOTATION_IS_DEFAULT_INGRESS_CLASS, INGRESS_CLASS_PARAMETERS_REFERENCE_SCOPE_CLUSTER,
    INGRESS_CLASS_PARAMETERS_REFERENCE_SCOPE_NAMESPACE, LABEL_IP_ADDRESS_FAMILY, LABEL_MANAGED_BY,
    SERVICE_CIDR_CONDITION_READY, SERVICE_CIDR_REASON_TERMINATING,
};
