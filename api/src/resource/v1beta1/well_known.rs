//! Names that programs agree on.

/// Keeps a claim from going while it is allocated or in use.
pub const FINALIZER: &str = "resource.kubernetes.io/delete-protection";
/// Marks a claim that was made for the extended resources of a pod.
pub const EXTENDED_RESOURCE_CLAIM_ANNOTATION: &str = "resource.kubernetes.io/extended-resource-claim";
/// On a claim that was made for a pod: its name in the pod.
pub const POD_RESOURCE_CLAIM_ANNOTATION: &str = "resource.kubernetes.io/pod-claim-name";
/// Before the name of a class: the extended resource that every class has.
pub const RESOURCE_DEVICE_CLASS_PREFIX: &str = "deviceclass.resource.kubernetes.io/";
/// Field by which slices can be listed: the node.
pub const RESOURCE_SLICE_SELECTOR_NODE_NAME: &str = "spec.nodeName";
/// Field by which slices can be listed: the driver.
pub const RESOURCE_SLICE_SELECTOR_DRIVER: &str = "spec.driver";
/// The label, set to `true`, of namespaces whose claims may ask for admin access.
pub const DRA_ADMIN_NAMESPACE_LABEL_KEY: &str = "resource.kubernetes.io/admin-access";
