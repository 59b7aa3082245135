//! Derive macros for Kubernetes-style API types.
