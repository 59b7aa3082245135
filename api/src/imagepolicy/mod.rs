//! The `imagepolicy.k8s.io` group: questions to the webhook that judges images.

pub mod v1alpha1;
