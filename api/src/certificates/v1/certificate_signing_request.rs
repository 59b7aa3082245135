//! Certificate signing requests: somebody wants a certificate, and somebody decides.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::{ListMeta, ObjectMeta};
use kubeforge_machinery::{ByteString, Time};

use crate::core::v1::ConditionStatus;

/// Asks a signer for a certificate; somebody approves it before it is signed.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, cluster, plural = "certificatesigningrequests", singular = "certificatesigningrequest", short = ["csr"])]
#[api(subresource(approval))]
#[api(subresource(status))]
#[api(hub)]
#[api(selectable("spec.signerName"))]
#[api(introduced = "1.19")]
pub struct CertificateSigningRequest {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// What is asked for, and by whom; fixed.
    #[api(tag = 2, required)]
    pub spec: CertificateSigningRequestSpec,
    /// Whether it was approved, and the certificate.
    #[api(tag = 3)]
    pub status: CertificateSigningRequestStatus,
}

/// Certificate signing requests, listed as of one point in the history of the store.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(list = "CertificateSigningRequest")]
#[api(introduced = "1.19")]
pub struct CertificateSigningRequestList {
    /// Where the list stands in the history of the store, and how to read on.
    #[api(tag = 1)]
    pub metadata: ListMeta,
    /// The objects, in the order in which the server lists them.
    #[api(tag = 2, required)]
    pub items: Vec<CertificateSigningRequest>,
}

/// What certificate is asked for, of whom, and by whom.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CertificateSigningRequestSpec {
    /// The PKCS#10 request, in PEM.
    #[api(tag = 1, required)]
    pub request: ByteString,
    /// The signer, such as `example.com/signer`.
    #[api(tag = 7, required)]
    pub signer_name: String,
    /// How long the certificate should be valid, in seconds; at least 600, only a wish.
    #[api(tag = 8)]
    pub expiration_seconds: Option<i32>,
    /// What the key may be used for.
    #[api(tag = 5, list = atomic)]
    pub usages: Vec<KeyUsage>,
    /// The user that asked; the server fills it in.
    #[api(tag = 2)]
    pub username: String,
    /// The uid of that user; the server fills it in.
    #[api(tag = 3)]
    pub uid: String,
    /// The groups of that user; the server fills them in.
    #[api(tag = 4, list = atomic)]
    pub groups: Vec<String>,
    /// What else is known of that user; the server fills it in.
    #[api(tag = 6, wire = "list")]
    pub extra: BTreeMap<String, Vec<String>>,
}

/// What a certified key may be used for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ApiSource)]
pub enum KeyUsage {
    /// To sign, as `digital signature` does; an older name for it.
    #[api(value = "signing")]
    Signing,
    /// To sign data that is not a certificate.
    #[api(value = "digital signature")]
    DigitalSignature,
    /// To sign so that the signer cannot deny it later.
    #[api(value = "content commitment")]
    ContentCommitment,
    /// To encrypt other keys.
    #[api(value = "key encipherment")]
    KeyEncipherment,
    /// To agree on a key with somebody.
    #[api(value = "key agreement")]
    KeyAgreement,
    /// To encrypt data directly.
    #[api(value = "data encipherment")]
    DataEncipherment,
    /// To sign certificates.
    #[api(value = "cert sign")]
    CertSign,
    /// To sign lists of revoked certificates.
    #[api(value = "crl sign")]
    CrlSign,
    /// Of the key that was agreed on: only to encrypt.
    #[api(value = "encipher only")]
    EncipherOnly,
    /// Of the key that was agreed on: only to decrypt.
    #[api(value = "decipher only")]
    DecipherOnly,
    /// For any extended purpose.
    #[api(value = "any")]
    Any,
    /// To prove who a TLS server is.
    #[api(value = "server auth")]
    ServerAuth,
    /// To prove who a TLS client is.
    #[api(value = "client auth")]
    ClientAuth,
    /// To sign programs.
    #[api(value = "code signing")]
    CodeSigning,
    /// To sign and encrypt mail.
    #[api(value = "email protection")]
    EmailProtection,
    /// To sign and encrypt mail with S/MIME; means the same as `email protection`.
    #[api(value = "s/mime")]
    SMime,
    /// For a host at the end of an IPsec connection.
    #[api(value = "ipsec end system")]
    IpsecEndSystem,
    /// For the end of an IPsec tunnel.
    #[api(value = "ipsec tunnel")]
    IpsecTunnel,
    /// For a user of IPsec.
    #[api(value = "ipsec user")]
    IpsecUser,
    /// To confirm that something existed at a time.
    #[api(value = "timestamping")]
    Timestamping,
    /// To answer whether certificates have been revoked.
    #[api(value = "ocsp signing")]
    OcspSigning,
    /// For strong encryption in old Microsoft programs.
    #[api(value = "microsoft sgc")]
    MicrosoftSgc,
    /// For strong encryption in old Netscape programs.
    #[api(value = "netscape sgc")]
    NetscapeSgc,
    /// A value that this version does not know; the empty text where none was given.
    Other(String),
}

/// What became of a request.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CertificateSigningRequestStatus {
    /// Whether it was approved, denied, or failed.
    #[api(tag = 1, list = map("type"))]
    pub conditions: Vec<CertificateSigningRequestCondition>,
    /// The certificate and what leads up from it, in PEM; once set, fixed.
    #[api(tag = 2)]
    pub certificate: ByteString,
}

/// A decision on a request.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct CertificateSigningRequestCondition {
    /// What was decided: `Approved`, `Denied` or `Failed`, or a type of somebody else.
    #[api(tag = 1, required)]
    pub type_: String,
    /// Whether it holds; always true for the three known types.
    #[api(tag = 6, required)]
    pub status: ConditionStatus,
    /// Why, as one word.
    #[api(tag = 2)]
    pub reason: String,
    /// Why, for people.
    #[api(tag = 3)]
    pub message: String,
    /// When it was last written.
    #[api(tag = 4)]
    pub last_update_time: Time,
    /// Since when it is so.
    #[api(tag = 5)]
    pub last_transition_time: Time,
}

// Values of RequestConditionType, which is a plain text because others may add their own.
/// The request may be signed.
pub const CERTIFICATE_APPROVED: &str = "Approved";
/// The request must not be signed.
pub const CERTIFICATE_DENIED: &str = "Denied";
/// The signer could not sign the request.
pub const CERTIFICATE_FAILED: &str = "Failed";
