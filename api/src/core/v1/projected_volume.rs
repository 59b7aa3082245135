//! Volumes put together from several sources.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::{NilVec, meta::v1::LabelSelector};

use super::{DownwardAPIVolumeFile, KeyToPath, LocalObjectReference};

/// Several sources, as the files of one directory.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ProjectedVolumeSource {
    /// What is put together; where two name the same file, the later one counts.
    #[api(tag = 1, always, list = atomic)]
    pub sources: NilVec<VolumeProjection>,
    /// Permission bits of its files, where they have none of their own.
    #[api(tag = 2)]
    pub default_mode: Option<i32>,
}

/// One source of a projected volume: exactly one of these.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct VolumeProjection {
    /// The keys of a Secret.
    #[api(tag = 1)]
    pub secret: Option<Box<SecretProjection>>,
    /// What the pod is.
    #[api(tag = 2, json = "downwardAPI")]
    pub downward_api: Option<DownwardAPIProjection>,
    /// The keys of a ConfigMap.
    #[api(tag = 3)]
    pub config_map: Option<Box<ConfigMapProjection>>,
    /// A token of the pod's service account.
    #[api(tag = 4)]
    pub service_account_token: Option<Box<ServiceAccountTokenProjection>>,
    /// Certificates to trust.
    #[api(tag = 5, gate = "ClusterTrustBundleProjection")]
    pub cluster_trust_bundle: Option<Box<ClusterTrustBundleProjection>>,
    /// A key and certificate of the pod's own.
    #[api(tag = 6, gate = "PodCertificateProjection")]
    pub pod_certificate: Option<Box<PodCertificateProjection>>,
}

/// The keys of a Secret.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct SecretProjection {
    /// The Secret.
    #[api(tag = 1, inline)]
    pub local_object_reference: LocalObjectReference,
    /// Which keys, and as which files; all of them where none is named.
    #[api(tag = 2, list = atomic)]
    pub items: Vec<KeyToPath>,
    /// It need not be there.
    #[api(tag = 4)]
    pub optional: Option<bool>,
}

/// The keys of a ConfigMap.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ConfigMapProjection {
    /// The ConfigMap.
    #[api(tag = 1, inline)]
    pub local_object_reference: LocalObjectReference,
    /// Which keys, and as which files; all of them where none is named.
    #[api(tag = 2, list = atomic)]
    pub items: Vec<KeyToPath>,
    /// It need not be there.
    #[api(tag = 4)]
    pub optional: Option<bool>,
}

/// What the pod is.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct DownwardAPIProjection {
    /// The files.
    #[api(tag = 1, list = atomic)]
    pub items: Vec<DownwardAPIVolumeFile>,
}

/// A token of the pod's service account, renewed in time.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ServiceAccountTokenProjection {
    /// Who the token is for; the API server by default.
    #[api(tag = 1)]
    pub audience: String,
    /// How long a token is good; the node asks for a new one before that.
    #[api(tag = 2)]
    pub expiration_seconds: Option<i64>,
    /// The file.
    #[api(tag = 3, required)]
    pub path: String,
}

/// Certificates to trust, in one file.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ClusterTrustBundleProjection {
    /// The bundle, by name.
    #[api(tag = 1)]
    pub name: Option<String>,
    /// Or all bundles of this signer.
    #[api(tag = 2)]
    pub signer_name: Option<String>,
    /// And with these labels.
    #[api(tag = 3)]
    pub label_selector: Option<Box<LabelSelector>>,
    /// It need not be there.
    #[api(tag = 5)]
    pub optional: Option<bool>,
    /// The file.
    #[api(tag = 4, required)]
    pub path: String,
}

/// A private key and a certificate for the pod, renewed in time.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct PodCertificateProjection {
    /// Who signs the certificate.
    #[api(tag = 1, required, omit_empty)]
    pub signer_name: String,
    /// What kind of key to make.
    #[api(tag = 2, required, omit_empty)]
    pub key_type: String,
    /// How long the certificate may be good.
    #[api(tag = 3)]
    pub max_expiration_seconds: Option<i32>,
    /// A file with key and certificates together.
    #[api(tag = 4)]
    pub credential_bundle_path: String,
    /// A file with the key.
    #[api(tag = 5)]
    pub key_path: String,
    /// A file with the certificates.
    #[api(tag = 6)]
    pub certificate_chain_path: String,
    /// What the signer is told beside the pod.
    #[api(tag = 7)]
    pub user_annotations: BTreeMap<String, String>,
}
