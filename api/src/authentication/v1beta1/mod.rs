//! Version v1beta1 of the `authentication.k8s.io` group: whose a token is, and who the caller is.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod self_subject_review;
mod token_review;

#[rustfmt::skip]
pub mod generated;

pub use self_subject_review::{SelfSubjectReview, SelfSubjectReviewStatus};
pub use token_review::{TokenReview, TokenReviewSpec, TokenReviewStatus, UserInfo};
