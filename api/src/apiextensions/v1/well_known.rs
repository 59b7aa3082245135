//! Names that programs agree on.

/// Marks a definition in a protected group with the place of its approval, or `unapproved` and why.
pub const KUBE_API_APPROVED_ANNOTATION: &str = "api-approved.kubernetes.io";
/// Keeps a deleted definition until its objects are gone.
pub const CUSTOM_RESOURCE_CLEANUP_FINALIZER: &str = "customresourcecleanup.apiextensions.k8s.io";
