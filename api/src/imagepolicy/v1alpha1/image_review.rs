//! Image reviews: whether a pod may use its images.

use std::collections::BTreeMap;

use kubeforge_derive::ApiSource;
use kubeforge_machinery::meta::v1::ObjectMeta;

/// Asks a webhook whether a pod may use its images.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
#[api(kind, no_resource)]
pub struct ImageReview {
    /// Name, labels and everything else that all objects carry.
    #[api(tag = 1)]
    pub metadata: ObjectMeta,
    /// The images and the pod.
    #[api(tag = 2, always)]
    pub spec: ImageReviewSpec,
    /// The answer.
    #[api(tag = 3)]
    pub status: ImageReviewStatus,
}

/// The images of a pod, and what else helps to judge them.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ImageReviewSpec {
    /// The containers of the pod.
    #[api(tag = 1, list = atomic)]
    pub containers: Vec<ImageReviewContainerSpec>,
    /// Annotations of the pod whose keys match `*.image-policy.k8s.io/*`.
    #[api(tag = 2)]
    pub annotations: BTreeMap<String, String>,
    /// The namespace of the pod.
    #[api(tag = 3)]
    pub namespace: String,
}

/// A container, as far as it matters here.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ImageReviewContainerSpec {
    /// Its image, such as `name:tag` or `name@sha256:…`.
    #[api(tag = 1)]
    pub image: String,
}

/// Whether the images may be used.
#[derive(Clone, Debug, Default, PartialEq, ApiSource)]
pub struct ImageReviewStatus {
    /// Whether they may, all of them.
    #[api(tag = 1, always)]
    pub allowed: bool,
    /// Why not, for people; empty where they may.
    #[api(tag = 2)]
    pub reason: String,
    /// What to add to the audit log; the keys get a prefix there.
    #[api(tag = 3)]
    pub audit_annotations: BTreeMap<String, String>,
}
