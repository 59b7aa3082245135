//! The `admission.k8s.io` group: how webhooks are asked about requests.

pub mod v1;
pub mod v1beta1;
