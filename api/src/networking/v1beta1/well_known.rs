//! Names that programs agree on.

/// The parameters are an object in a namespace.
pub const INGRESS_CLASS_PARAMETERS_REFERENCE_SCOPE_NAMESPACE: &str = "Namespace";
/// The parameters are an object without a namespace.
pub const INGRESS_CLASS_PARAMETERS_REFERENCE_SCOPE_CLUSTER: &str = "Cluster";
/// Services get addresses from the ranges.
pub const SERVICE_CIDR_CONDITION_READY: &str = "Ready";
/// The ranges are not ready because they are being deleted.
pub const SERVICE_CIDR_REASON_TERMINATING: &str = "Terminating";
/// Set to `true` on the class for ingresses that name none.
pub const ANNOTATION_IS_DEFAULT_INGRESS_CLASS: &str = "ingressclass.kubernetes.io/is-default-class";
/// The annotation that named the class before the field for it came.
pub const ANNOTATION_INGRESS_CLASS: &str = "kubernetes.io/ingress.class";
/// The label that says of which family an address is, `IPv4` or `IPv6`.
pub const LABEL_IP_ADDRESS_FAMILY: &str = "ipaddress.kubernetes.io/ip-family";
/// The label that says which controller looks after an address.
pub const LABEL_MANAGED_BY: &str = "ipaddress.kubernetes.io/managed-by";
