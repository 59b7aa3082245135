//! Names that programs agree on.

/// The label with the hash of the template that a deployment's pod was made from.
pub const DEFAULT_DEPLOYMENT_UNIQUE_LABEL_KEY: &str = "pod-template-hash";
/// The label of pods with the template generation that they were made from.
pub const DAEMON_SET_TEMPLATE_GENERATION_KEY: &str = "pod-template-generation";
/// The label with the revision that a daemon set's pod was made from.
pub const DEFAULT_DAEMON_SET_UNIQUE_LABEL_KEY: &str = "controller-revision-hash";
