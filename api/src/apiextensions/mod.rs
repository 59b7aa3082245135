//! The `apiextensions.k8s.io` group: resources made up by users.

pub mod v1;
