//! The `internal.apiserver.k8s.io` group: what API servers tell each other.

pub mod v1alpha1;
