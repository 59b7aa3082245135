//! Names that programs agree on.

/// The label with the revision that a pod was made from.
pub const CONTROLLER_REVISION_HASH_LABEL_KEY: &str = "controller-revision-hash";
/// The label with the revision that a stateful set's pod was made from.
pub const STATEFUL_SET_REVISION_LABEL: &str = "controller-revision-hash";
/// The label with the name of a stateful set's pod.
pub const STATEFUL_SET_POD_NAME_LABEL: &str = "statefulset.kubernetes.io/pod-name";
/// The label with the hash of the template that a deployment's pod was made from.
pub const DEFAULT_DEPLOYMENT_UNIQUE_LABEL_KEY: &str = "pod-template-hash";
