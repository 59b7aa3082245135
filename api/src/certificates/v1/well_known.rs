//! Names that programs agree on.

/// Signs certificates for clients of the API server; never approved by itself.
pub const KUBE_API_SERVER_CLIENT_SIGNER_NAME: &str = "kubernetes.io/kube-apiserver-client";
/// Signs certificates with which kubelets ask the API server.
pub const KUBE_API_SERVER_CLIENT_KUBELET_SIGNER_NAME: &str = "kubernetes.io/kube-apiserver-client-kubelet";
/// Signs certificates with which kubelets serve; never approved by itself.
pub const KUBELET_SERVING_SIGNER_NAME: &str = "kubernetes.io/kubelet-serving";
