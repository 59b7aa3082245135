//! The `apidiscovery.k8s.io` group: all that a server offers, in one document.

pub mod v2;
pub mod v2beta1;
