//! Version v1beta1 of the `authorization.k8s.io` group: questions about who may do what, as they were first asked.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod local_subject_access_review;
mod self_subject_access_review;
mod self_subject_rules_review;
mod subject_access_review;

#[rustfmt::skip]
pub mod generated;

pub use local_subject_access_review::LocalSubjectAccessReview;
pub use self_subject_access_review::{SelfSubjectAccessReview, SelfSubjectAccessReviewSpec};
pub use self_subject_rules_review::{
    NonResourceRule, ResourceRule, SelfSubjectRulesReview, SelfSubjectRulesReviewSpec, SubjectRulesReviewStatus,
};
pub use subject_access_review::{
    NonResourceAttributes, ResourceAttributes, SubjectAccessReview, SubjectAccessReviewSpec, SubjectAccessReviewStatus,
};
