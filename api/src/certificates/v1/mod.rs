//! Version v1 of the `certificates.k8s.io` group: requests for certificates.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod certificate_signing_request;
mod well_known;

#[rustfmt::skip]
pub mod generated;

pub use certificate_signing_request::{
    CERTIFICATE_APPROVED, CERTIFICATE_DENIED, CERTIFICATE_FAILED, CertificateSigningRequest,
    CertificateSigningRequestCondition, CertificateSigningRequestList, CertificateSigningRequestSpec,
    CertificateSigningRequestStatus, KeyUsage,
};
pub use well_known::{
    KUBE_API_SERVER_CLIENT_KUBELET_SIGNER_NAME, KUBE_API_SERVER_CLIENT_SIGNER_NAME, KUBELET_SERVING_SIGNER_NAME,
};
