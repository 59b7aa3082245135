//! The `flowcontrol.apiserver.k8s.io` group: how the API server shares itself out among those who ask.

mod defaults;
pub mod v1;
pub mod v1beta1;
pub mod v1beta2;
pub mod v1beta3;
