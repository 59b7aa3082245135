//! Version v1alpha1 of the `imagepolicy.k8s.io` group: questions to the webhook that judges images.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod image_review;

#[rustfmt::skip]
pub mod generated;

pub use image_review::{ImageReview, ImageReviewContainerSpec, ImageReviewSpec, ImageReviewStatus};
