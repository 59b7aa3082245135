//! Pod certificate requests: a kubelet wants a certificate for a pod.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{Condition, ListMeta, ObjectMeta};
use kubeforge_machinery::{ByteString, Time};

/// Asks a signer for a certificate for a pod; the pod's kubelet makes it.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, namespaced, plural = "podcertificaterequests", singular = "podcertificaterequest")]
#[api(subresource(status))]
#[api(selectable("spec.signerName", "spec.podName", "spec.nodeName"))]
#[api(introduced = "1.35")]
pub struct PodCertificateRequest {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// Which certificate, and for which pod; fixed.
    #[api(tag = 2, required)]
    pub spec: PodCertificateRequestSpec,
    /// Whether it was issued, and the certificates.
    #[api(tag = 3)]
    pub status: PodCertificateRequestStatus,
}

/// Pod certificate requests, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "PodCertificateRequest")]
#[api(introduced = "1.35")]
pub struct PodCertificateRequestList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<PodCertificateRequest>,
}

/// For which pod a certificate is asked for, of which signer, and with which key.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodCertificateRequestSpec {
    /// The signer, such as `example.com/signer`.
    #[api(tag = 1, required)]
    pub signer_name: String,
    /// The name of the pod.
    #[api(tag = 2, required)]
    pub pod_name: String,
    /// The uid of the pod.
    #[api(tag = 3, json = "podUID", required)]
    pub pod_uid: String,
    /// The name of the pod's service account.
    #[api(tag = 4, required)]
    pub service_account_name: String,
    /// The uid of that service account.
    #[api(tag = 5, json = "serviceAccountUID", required)]
    pub service_account_uid: String,
    /// The name of the pod's node.
    #[api(tag = 6, required)]
    pub node_name: String,
    /// The uid of that node.
    #[api(tag = 7, json = "nodeUID", required)]
    pub node_uid: String,
    /// The longest validity, in seconds; 3600 to 7862400, by default 86400.
    #[api(tag = 8, default = 86400)]
    pub max_expiration_seconds: Option<i32>,
    /// The public key, as DER in the PKIX form; deprecated for the stub request.
    #[api(tag = 9, always, deprecated)]
    pub pkix_public_key: ByteString,
    /// The pod's uid, signed with the key; deprecated for the stub request.
    #[api(tag = 10, always, deprecated)]
    pub proof_of_possession: ByteString,
    /// A PKCS#10 request in DER that carries the public key and proves that the kubelet has it.
    #[api(tag = 12, json = "stubPKCS10Request", required)]
    pub stub_pkcs10_request: ByteString,
    /// What the author of the pod tells the signer; nobody has checked it.
    #[api(tag = 11)]
    pub unverified_user_annotations: BTreeMap<String, String>,
}

/// What became of a request.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodCertificateRequestStatus {
    /// At most one of `Issued`, `Denied` and `Failed`, and others.
    #[api(tag = 1, patch = merge, merge_key = "type", list = map("type"))]
    pub conditions: Vec<Condition>,
    /// The certificate and what leads up from it, in PEM; once set, fixed.
    #[api(tag = 2)]
    pub certificate_chain: String,
    /// From when on the certificate is valid.
    #[api(tag = 4)]
    pub not_before: Option<Time>,
    /// From when on the kubelet should ask for a new one.
    #[api(tag = 5)]
    pub begin_refresh_at: Option<Time>,
    /// When the certificate expires.
    #[api(tag = 6)]
    pub not_after: Option<Time>,
}
