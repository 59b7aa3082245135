//! Version v1beta1 of the `certificates.k8s.io` group: requests for certificates, also for pods, and trust bundles.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod certificate_signing_request;
mod cluster_trust_bundle;
mod conversion;
pub mod defaults;
mod pod_certificate_request;
mod well_known;

#[rustfmt::skip]
pub mod generated;

pub use certificate_signing_request::{
    CERTIFICATE_APPROVED, CERTIFICATE_DENIED, CERTIFICATE_FAILED, CertificateSigningRequest,
    CertificateSigningRequestCondition, CertificateSigningRequestList, CertificateSigningRequestSpec,
    CertificateSigningRequestStatus, KeyUsage,
};
pub use cluster_trust_bundle::{ClusterTrustBundle, ClusterTrustBundleList, ClusterTrustBundleSpec};
pub use pod_certificate_request::{
    PodCertificateRequest, PodCertificateRequestList, PodCertificateRequestSpec, PodCertificateRequestStatus,
};
pub use well_known::{
    KUBE_API_SERVER_CLIENT_KUBELET_SIGNER_NAME, KUBE_API_SERVER_CLIENT_SIGNER_NAME, KUBELET_SERVING_SIGNER_NAME,
    LEGACY_UNKNOWN_SIGNER_NAME, POD_CERTIFICATE_REQUEST_CONDITION_INVALID_USER_CONFIG,
    POD_CERTIFICATE_REQUEST_CONDITION_TYPE_DENIED, POD_CERTIFICATE_REQUEST_CONDITION_TYPE_FAILED,
    POD_CERTIFICATE_REQUEST_CONDITION_TYPE_ISSUED, POD_CERTIFICATE_REQUEST_CONDITION_UNSUPPORTED_KEY_TYPE,
};
