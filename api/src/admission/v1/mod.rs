//! Version v1 of the `admission.k8s.io` group: how webhooks are asked about requests.
//!
//! One file per kind, with the types that only it uses; `generated` holds what the generator makes of them.

mod admission_review;

#[rustfmt::skip]
pub mod generated;

pub use admission_review::{AdmissionRequest, AdmissionResponse, AdmissionReview, Operation, PatchType};
