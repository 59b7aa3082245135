//! Names that programs agree on.

/// IPv4.
pub const ADDRESS_TYPE_I_PV4: &str = "IPv4";
/// IPv6.
pub const ADDRESS_TYPE_I_PV6: &str = "IPv6";
/// The service that a slice belongs to.
pub const LABEL_SERVICE_NAME: &str = "kubernetes.io/service-name";
/// Who writes a slice.
pub const LABEL_MANAGED_BY: &str = "endpointslice.kubernetes.io/managed-by";
/// On `Endpoints`: no slices are to be made of them.
pub const LABEL_SKIP_MIRROR: &str = "endpointslice.kubernetes.io/skip-mirror";
