//! The Kubernetes API groups.
