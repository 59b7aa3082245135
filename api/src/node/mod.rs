//! The `node.k8s.io` group: how the containers of a pod are run.

pub mod v1;
pub mod v1alpha1;
pub mod v1beta1;
