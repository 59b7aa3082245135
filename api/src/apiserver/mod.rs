//! The `apiserver.config.k8s.io` group: the files that configure the API server.

mod defaults;
pub mod v1;
pub mod v1alpha1;
pub mod v1beta1;
