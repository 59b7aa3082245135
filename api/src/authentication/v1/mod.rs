//! Version v1 of the `authentication.k8s.io` group: tokens, and whose they are.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

pub mod defaults;
mod self_subject_review;
mod token_request;
mod token_review;
mod well_known;

#[rustfmt::skip]
pub mod generated;

pub use self_subject_review::{SelfSubjectReview, SelfSubjectReviewStatus};
pub use token_request::{BoundObjectReference, TokenRequest, TokenRequestSpec, TokenRequestStatus};
pub use token_review::{TokenReview, TokenReviewSpec, TokenReviewStatus, UserInfo};
pub use well_known::{
    IMPERSONATE_GROUP_HEADER, IMPERSONATE_UID_HEADER, IMPERSONATE_USER_EXTRA_HEADER_PREFIX, IMPERSONATE_USER_HEADER,
};
