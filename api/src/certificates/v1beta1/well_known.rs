//! Names that programs agree on.

/// Signs certificates for clients of the API server; never approved by itself.
pub const KUBE_API_SERVER_CLIENT_SIGNER_NAME: &str = "kubernetes.io/kube-apiserver-client";
/// Signs certificates with which kubelets ask the API server.
pub const KUBE_API_SERVER_CLIENT_KUBELET_SIGNER_NAME: &str = "kubernetes.io/kube-apiserver-client-kubelet";
/// Signs certificates with which kubelets serve; never approved by itself.
pub const KUBELET_SERVING_SIGNER_NAME: &str = "kubernetes.io/kubelet-serving";
/// The signer of requests that name none; its certificates promise nothing.
pub const LEGACY_UNKNOWN_SIGNER_NAME: &str = "kubernetes.io/legacy-unknown";
/// The request was turned down.
pub const POD_CERTIFICATE_REQUEST_CONDITION_TYPE_DENIED: &str = "Denied";
/// The signer could not issue the certificate.
pub const POD_CERTIFICATE_REQUEST_CONDITION_TYPE_FAILED: &str = "Failed";
/// The certificate is there.
pub const POD_CERTIFICATE_REQUEST_CONDITION_TYPE_ISSUED: &str = "Issued";
/// Denied because the signer does not know this type of key.
pub const POD_CERTIFICATE_REQUEST_CONDITION_UNSUPPORTED_KEY_TYPE: &str = "UnsupportedKeyType";
/// Denied for what the author of the pod told the signer.
pub const POD_CERTIFICATE_REQUEST_CONDITION_INVALID_USER_CONFIG: &str = "InvalidUnverifiedUserAnnotations";
