//! Version v1alpha1 of the `authentication.k8s.io` group: who the caller is.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod self_subject_review;

#[rustfmt::skip]
pub mod generated;

pub use self_subject_review::{SelfSubjectReview, SelfSubjectReviewStatus};
