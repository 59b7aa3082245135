//! The rbac.authorization.k8s.io group.

#[allow(missing_docs)] // field docs come with the toolchain issue
pub mod v1;
