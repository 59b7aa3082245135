//! Names that programs agree on.

/// If the webhook fails, the next one is asked.
pub const FAILURE_POLICY_NO_OPINION: &str = "NoOpinion";
/// If the webhook fails, the answer is no.
pub const FAILURE_POLICY_DENY: &str = "Deny";
/// The webhook is reached as a kubeconfig file says.
pub const AUTHORIZATION_WEBHOOK_CONNECTION_INFO_TYPE_KUBE_CONFIG_FILE: &str = "KubeConfigFile";
/// The webhook is the `kube-apiserver` of the cluster one runs in; not for that server itself.
pub const AUTHORIZATION_WEBHOOK_CONNECTION_INFO_TYPE_IN_CLUSTER: &str = "InClusterConfig";
