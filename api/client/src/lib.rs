//! Generated typed clients, listers and informers of the Kubernetes API groups.
