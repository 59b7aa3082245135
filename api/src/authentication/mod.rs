//! The `authentication.k8s.io` group: tokens, and whose they are.

pub mod v1;
pub mod v1alpha1;
pub mod v1beta1;
