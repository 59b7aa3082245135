//! The `rbac.authorization.k8s.io` group: who may do what.

mod defaults;
pub mod v1;
pub mod v1alpha1;
pub mod v1beta1;
